from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..models.crm_service_board_mixin import BOARD_CHANNEL, BOARD_EVENT
from ..models.crm_service_presence_mixin import PRESENCE_CHANNEL, PRESENCE_EVENT
from .common_service import ServiceCase


@tagged("post_install", "-at_install")
class TestBoard(ServiceCase):
    """SVC-L1: counts above the team board, told by the bus; who else works on a request."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.requests = cls.env["crm.service.request"]

    def _counts(self, user=None, domain=None):
        domain = domain or [("team_id", "=", self.team.id)]
        rows = self.requests.with_user(user or self.rita).get_board_counts(domain)
        return {row["code"]: row["count"] for row in rows}

    def test_counts_of_open_requests(self):
        mine = self._request(user_id=self.rita.id)
        mine.action_wait()
        self._request()
        self._request(proactive=True)
        self._request().action_solve()
        counts = self._counts()
        # nobody took the two that are new; the proactive one waits for nobody
        self.assertEqual(counts["unassigned"], 2)
        self.assertEqual(counts["awaiting"], 2)
        self.assertEqual(counts["customer"], 1)

    def test_each_count_opens_its_own_records(self):
        self._request(user_id=self.rita.id).action_wait()
        self._request()
        base = [("team_id", "=", self.team.id), ("is_closed", "=", False)]
        for row in self.requests.with_user(self.rita).get_board_counts(base):
            found = self.requests.search_count([*base, *row["domain"]])
            self.assertEqual(found, row["count"], row["code"])

    def test_counts_cost_one_query_whatever_the_number(self):
        self._request()
        few = self._cost()
        for _number in range(20):
            self._request()
        self.assertLessEqual(self._cost(), few)

    def _cost(self):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self._counts()
        return self.env.cr.sql_log_count - start

    def test_counts_keep_to_what_the_user_may_read(self):
        self._request()
        self.assertEqual(self._counts(self.emma)["unassigned"], 0)
        portal = self._user("board_portal", "base.group_portal")
        with self.assertRaises(AccessError):
            self._counts(portal)

    def _sent(self, event):
        self.env.cr.precommit.run()
        rows = self.env["bus.bus"].search([])
        return [row for row in rows if f'"{event}"' in row.message]

    def test_boards_are_told_once_for_many_requests(self):
        self.env.cr.precommit.run()
        self.env["bus.bus"].search([]).unlink()
        many = self._request() + self._request() + self._request()
        many.action_solve()
        sent = self._sent(BOARD_EVENT)
        self.assertEqual(len(sent), 1)
        self.assertIn(BOARD_CHANNEL, sent[0].channel)
        self.assertNotIn("Pump", sent[0].message)

    # Collision warning

    def test_presence_tells_colleagues_who_and_what(self):
        request = self._request()
        self.env.cr.precommit.run()
        self.env["bus.bus"].search([]).unlink()
        self.assertTrue(request.with_user(self.rita).notify_presence("writing"))
        sent = self._sent(PRESENCE_EVENT)
        self.assertEqual(len(sent), 1)
        self.assertIn(PRESENCE_CHANNEL, sent[0].channel)
        for part in (f'"user_id":{self.rita.id}', f'"request_id":{request.id}', '"writing"'):
            self.assertIn(part, sent[0].message.replace(" ", ""))
        self.assertNotIn(request.name, sent[0].message)

    def test_nothing_else_is_passed_on(self):
        request = self._request()
        self.assertFalse(request.with_user(self.rita).notify_presence("<b>hack</b>"))

    def test_presence_needs_the_right_to_read(self):
        request = self._request()
        portal = self._user("presence_portal", "base.group_portal")
        for user in (self.emma, portal):
            with self.assertRaises(AccessError):
                request.with_user(user).notify_presence("open")

    def _channels(self, user, *asked):
        websocket = self.env["ir.websocket"].with_user(user)
        wanted = [f"crm_service_request_presence_{number}" for number in asked]
        return websocket._service_channels(list(asked), True), wanted

    def test_channels_are_given_to_readers_only(self):
        request = self._request()
        found, _wanted = self._channels(self.rita, request.id, 10**8)
        self.assertIn((request.with_user(self.rita), PRESENCE_CHANNEL), found)
        self.assertIn((self.company.with_user(self.rita), BOARD_CHANNEL), found)
        self.assertEqual(self._channels(self.emma, request.id)[0], [])
