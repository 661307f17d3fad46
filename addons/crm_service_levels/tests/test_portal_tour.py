from odoo.tests import HttpCase, tagged

from .common_portal import PortalCase


@tagged("post_install", "-at_install")
class TestPortalTour(PortalCase, HttpCase):
    """SVC-T: a portal customer and a guest follow a request, in a real browser."""

    def test_a_customer_follows_his_request(self):
        self.fault.team_id = self.team
        self.start_tour(
            "/my", "crm_service_levels_portal_customer", login="anna_portal", timeout=180
        )
        made = self.env["crm.service.request"].search([("name", "=", "It leaks")])
        self.assertEqual((made.partner_id, made.asset_id), (self.anna, self.asset))
        self.assertEqual(made.collection_ids.state, "booked")
        self.assertIn("ring twice", self._last(made).body)
        made.action_solve()
        url = f"/my/requests/{made.id}"
        self.start_tour(url, "crm_service_levels_portal_solved", login="anna_portal", timeout=180)
        self.assertEqual((made.state, made.reopen_count), ("open", 1))
        self.assertIn("still leaks", self._last(made).body)

    def test_a_guest_follows_his_request(self):
        self._say("We look at it")
        link = self.request._guest_url().removeprefix(self.request.get_base_url())
        self.start_tour(link, "crm_service_levels_portal_guest", login=None, timeout=180)
        self.assertEqual(self.request.state, "closed")
        self.assertIn("Thank you", self._last(self.request).body)
        self.assertEqual(self.request.feedback_answer_ids.line_ids.points, 5)

    @staticmethod
    def _last(request):
        return request.message_ids.filtered(lambda one: one.message_type == "comment")[:1]
