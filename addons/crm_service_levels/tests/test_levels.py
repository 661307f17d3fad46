from odoo.tests import tagged

from .common_service import ServiceCase


@tagged("post_install", "-at_install")
class TestLevels(ServiceCase):
    """SVC-L1 … SVC-L6: a request knows the levels it uses, now and ever."""

    def test_a_new_request_is_on_level_one(self):
        request = self._request()
        self.assertEqual((request.level, request.level_highest), ("1", "1"))
        self.assertEqual(request.level_span_ids.mapped("level"), ["1"])

    def test_levels_coexist_and_the_highest_counts(self):
        request = self._request()
        request._begin_level("4", "Quotation")
        request._begin_level("2", "Squad")
        self.assertEqual((request.level, request.level_highest), ("4", "4"))
        request._end_level("4")
        self.assertEqual((request.level, request.level_highest), ("2", "4"))

    def test_the_call_center_is_level_six_while_it_has_the_request(self):
        """SVC-L6: taken, passed on, given back, solved."""
        calls = self.team.copy({"name": "Calls", "call_center": True, "alias_name": False})
        request = self._request(team_id=calls.id)
        self.assertEqual((request.level, request.level_highest), ("6", "6"))
        request.team_id = self.team
        self.assertEqual((request.level, request.level_highest), ("1", "6"))
        self.assertEqual(request._levels_open(), {"1"})
        request.team_id = calls
        self.assertEqual(request.level, "6")
        request.action_solve()
        self.assertFalse(request._levels_open())
        spans = request.level_span_ids.filtered(lambda span: span.level == "6")
        self.assertEqual(len(spans), 2)
        self.assertEqual(set(spans.mapped("reason")), {"Taken by the call centre"})

    def test_taking_a_call_is_no_climbing(self):
        """SVC-L6 is beside the handling, as the question of SVC-L5 is."""
        calls = self.team.copy({"name": "Calls", "call_center": True, "alias_name": False})
        request = self._request(team_id=calls.id)
        request.team_id = self.team
        self.env.flush_all()
        row = self.env["crm.service.request.report"].search([("request_id", "=", request.id)])
        self.assertEqual((row.level, row.climbed), ("1", 0))
        climbs = self.env["crm.service.climb.report"]
        self.assertFalse(climbs.search([("request_id", "=", request.id)]))
        request._begin_level("2")
        self.env.flush_all()
        climb = climbs.search([("request_id", "=", request.id)])
        self.assertEqual((climb.level_from, climb.level_to), ("1", "2"))

    def test_beginning_a_level_again_changes_nothing(self):
        request = self._request()
        request._begin_level("2")
        request._begin_level("2")
        self.assertEqual(len(request.level_span_ids), 2)

    def test_solving_ends_all_levels_and_reopening_begins_with_one(self):
        request = self._request(user=self.rita)
        request._begin_level("3")
        request.action_solve()
        self.assertFalse(request._levels_open())
        self.assertEqual((request.level, request.level_highest), ("1", "3"))
        request.action_reopen()
        self.assertEqual(request._levels_open(), {"1"})
