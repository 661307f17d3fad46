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
