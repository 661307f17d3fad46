"""A supervisor listens in, whispers, joins and takes over (CC-5)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .test_agent_states import BEFORE, AgentStateCase


@tagged("post_install", "-at_install")
class TestListening(AgentStateCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # eve supervises and has a telephone, quinn looks after quality
        cls.phone = cls.env["crm.call.agent"].create(
            {"user_id": cls.eve.id, "exchange_id": cls.exchange.id, "extension": "1009",
             "is_reachable": True}
        )  # fmt: skip
        cls.quinn = new_test_user(cls.env, "cc_quinn_l", "crm_callcenter.group_call_quality")
        cls.quinn_phone = cls.env["crm.call.agent"].create(
            {"user_id": cls.quinn.id, "exchange_id": cls.exchange.id, "extension": "1008",
             "is_reachable": True}
        )  # fmt: skip

    def listen(self, user, kind="listen", agent=None):
        listening = self.env["crm.call.listening"].with_user(user)
        return listening.listen_in((agent or self.ada).id, kind)

    def last(self):
        return self.env["crm.call.command"].search([("agent_id", "in", self.phone.ids)], limit=1)

    def test_her_own_telephone_rings_and_it_is_noted(self):
        call = self.on_a_call()
        for kind in ("listen", "whisper", "barge"):
            with self.subTest(kind):
                told = self.listen(self.eve, kind)
                self.assertEqual((told["action"], told["state"]), (kind, "waiting"))
                self.assertEqual(
                    self.last().values,
                    {"channel": "PJSIP/1009", "spied": "PJSIP/1001-00000001", "timeout": 30,
                     "caller_id": "<1001>"},
                )  # fmt: skip
                note = self.env["crm.call.listening"].search([], limit=1)
                self.assertEqual(
                    (note.call_id, note.agent_id, note.user_id, note.kind, note.state),
                    (call, self.ada, self.eve, kind, "waiting"),
                )

    def test_taking_over(self):
        """The agent's part of the call goes to her: a blind transfer."""
        self.on_a_call()
        self.listen(self.eve, "transfer")
        self.assertEqual(
            (self.last().action, self.last().values),
            ("transfer",
             {"channel": "PJSIP/1001-00000001", "context": "from-agent", "exten": "1009"}),
        )  # fmt: skip

    def test_the_agent_is_told_while_it_may_be_so(self):
        """Until the exchange says that it failed; and not where the rule says no."""
        self.on_a_call()
        self.assertEqual(self.bar(self.ada)["call"]["listeners"], [])
        self.listen(self.eve)
        self.assertEqual(self.bar(self.ada)["call"]["listeners"], [self.eve.name])
        self.last()._close("failed", "no answer")
        self.env.invalidate_all()
        self.assertEqual(self.bar(self.ada)["call"]["listeners"], [])
        self.env["crm.call.recording.rule"].search([]).active = False
        self.env["crm.call.recording.rule"].create({"name": "All", "tell_agent": False})
        self.listen(self.eve)
        self.assertEqual(self.bar(self.ada)["call"]["listeners"], [])
        self.assertFalse(self.env["crm.call.listening"].search([], limit=1).is_told)

    def test_who_may(self):
        self.on_a_call()
        self.listen(self.quinn)
        for kind in ("whisper", "barge", "transfer"):
            with self.assertRaises(AccessError):
                self.listen(self.quinn, kind)
        for user in (self.ben.user_id, self.ada.user_id):
            with self.assertRaises(AccessError):
                self.listen(user)
        with self.assertRaises(AccessError):
            self.listen(self.eve, "explode")

    def test_what_has_to_be_there(self):
        with self.assertRaisesRegex(UserError, "not on a call"):
            self.listen(self.eve)
        self.on_a_call()
        with self.assertRaisesRegex(UserError, "own call"):
            self.listen(self.eve, agent=self.phone)
        self.phone.is_reachable = False
        with self.assertRaisesRegex(UserError, "does not reach"):
            self.listen(self.eve)
        self.phone.write({"is_reachable": True, "active": False})
        with self.assertRaisesRegex(UserError, "telephone of your own"):
            self.listen(self.eve)
        self.assertFalse(self.env["crm.call.listening"].search([]))

    def test_agents_of_another_company(self):
        self.on_a_call()
        other = self.env["res.company"].create({"name": "Other"})
        self.eve.write({"company_ids": [(6, 0, other.ids)], "company_id": other.id})
        with self.assertRaises(AccessError):
            self.listen(self.eve)

    def test_nobody_changes_what_was_noted(self):
        self.on_a_call()
        self._state(self.ben, "ready", BEFORE)
        self.listen(self.eve)
        note = self.env["crm.call.listening"].search([], limit=1)
        admin = new_test_user(self.env, "cc_admin_l", "crm_callcenter.group_call_admin")
        expected = {self.eve: True, self.quinn: True, self.ada.user_id: False, admin: True}
        for user, reads in expected.items():
            own = note.with_user(user)
            self.assertEqual(own.has_access("read"), reads, user.login)
            for operation in ("write", "create", "unlink"):
                self.assertFalse(own.has_access(operation), f"{user.login} {operation}")
