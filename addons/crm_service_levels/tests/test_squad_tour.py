from odoo.tests import HttpCase, tagged

from .common_squad import SquadCase


@tagged("post_install", "-at_install")
class TestSquadTour(SquadCase, HttpCase):
    """SVC-L2: a squad across two departments with approval, in a real browser."""

    def test_a_squad_across_two_departments_with_approval(self):
        self.env["crm.service.authority"].search([]).active = False
        self.env["crm.service.approval.rule"].search([]).active = False
        self.otto.name = "Otto Works"
        url = f"/odoo/crm.service.request/{self.request.id}"
        self.start_tour(url, "crm_service_levels_squad_begin", login="rita")
        self.assertTrue(self.request.awaiting_approval)
        self.start_tour(url, "crm_service_levels_squad_member", login="otto")
        self.start_tour("/odoo/service-approvals", "crm_service_levels_squad_approve", login="leo")
        self.start_tour(url, "crm_service_levels_squad_end", login="rita")
        self.assertEqual(self.request.approval_ids.state, "approved")
        self.assertEqual(self.request.approval_ids.decided_by_id, self.leo)
        task = self.env["project.task"].search([("service_request_id", "=", self.request.id)])
        self.assertEqual((task.user_ids, task.state), (self.rita, "1_done"))
        self.assertEqual(self._state(), [("2", True)])
        self.assertFalse(self.request.with_user(self.otto).has_access("read"))
