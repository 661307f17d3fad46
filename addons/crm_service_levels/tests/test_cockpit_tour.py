from odoo.tests import HttpCase, tagged

from .common_service import ServiceCase


@tagged("post_install", "-at_install")
class TestCockpitTour(ServiceCase, HttpCase):
    """SVC-L1: a representative solves in one call, in a real browser."""

    def test_a_representative_solves_in_one_call(self):
        self.company.country_id = self.env.ref("base.fr")
        self.anna.write({"name": "Zanna Tour", "phone": "+33 1 09 75 83 51"})
        self.env["crm.contact.number"]._drain()
        self.start_tour("/odoo/service-board", "crm_service_levels_one_call", login="rita")
        request = self.env["crm.service.request"].search([("partner_id", "=", self.anna.id)])
        self.assertEqual(request.name, "How do I change the filter?")
        self.assertEqual((request.state, request.result_id.code), ("solved", "explained"))
        self.assertEqual(request.user_id, self.rita)
        self.assertEqual(request.effort_minutes, 5.0)
        self.assertEqual(request.level_highest, "1")
        self.assertTrue(request.date_first_reply)
        self.assertTrue(request.date_last_answer)
