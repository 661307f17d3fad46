"""An agent works a preview list, and who may do what (CC-6)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .dialer_common import DialerCase


@tagged("post_install", "-at_install")
class TestCallListPreview(DialerCase):
    def as_(self, agent):
        return self.lists.with_user(agent.user_id)

    def card(self, agent=None):
        return self.as_(agent or self.ada).get_card()["card"]

    def entry(self, card):
        return self.entries.browse(card["id"])

    def preview(self, count=3, **values):
        return self.filled(count=count, mode="preview", script="<p>Hello</p>", **values)

    def test_what_the_agent_sees(self):
        one = self.preview()
        found = self.as_(self.ada).get_card()
        self.assertEqual((found["agent"], found["lists"]), (self.ada.name, [
            {"id": one.id, "name": "Spring"}
        ]))  # fmt: skip
        card = found["card"]
        partner = self.entry(card).partner_id
        self.assertEqual(
            (card["name"], card["partner"]["id"], card["number"]),
            (partner.name, partner.id, partner.phone),
        )
        self.assertIn("Hello", card["script"])
        self.assertEqual((card["state"], card["attempts"]), ("offered", []))
        self.assertEqual(self.card()["id"], card["id"], "He keeps whom he has.")

    def test_two_agents_get_different_people(self):
        self.preview(count=2)
        ids = {self.card(self.ada)["id"], self.card(self.ben)["id"]}
        self.assertEqual(len(ids), 2)
        self.assertFalse(self.card(self.cyd), "Cyd does not call for this queue.")

    def test_dial_talk_next(self):
        self.preview()
        card = self.card()
        uid = self.as_(self.ada).dial_entry(card["id"])
        command = self.env["crm.call.command"].search([("uid", "=", uid)])
        self.assertEqual(command.values["channel"], "PJSIP/1001")
        self.assertEqual(command.values["exten"], self.entry(card).e164)
        self.assertEqual(command.user_id, self.ada.user_id)
        with self.assertRaises(UserError):
            self.as_(self.ada).dial_entry(card["id"])
        self.exchange_says(self.entry(card), talk=30.0, agent=self.ada)
        self.assertEqual(self.entry(card).state, "done")
        self.as_(self.ada).note_entry(card["id"], " Wants two pumps ")
        self.as_(self.ada).finish_entry(card["id"], "answered")
        self.assertEqual(self.entry(card).note, "Wants two pumps")
        self.assertNotEqual(self.card()["id"], card["id"])
        self.assertEqual(self.as_(self.ada).get_entry(card["id"])["result"], "answered")

    def test_nobody_called_when_the_agent_is_away(self):
        self.preview()
        card = self.card()
        self.as_(self.ada).dial_entry(card["id"])
        self.exchange_says(self.entry(card), "no_answer", leg_ids=[])
        self.assertEqual((self.entry(card).state, self.entry(card).attempt_count), ("offered", 0))

    def test_a_failed_command_gives_the_card_back(self):
        self.preview()
        card = self.card()
        uid = self.as_(self.ada).dial_entry(card["id"])
        self.env["crm.call.command"].search([("uid", "=", uid)])._close("failed", "no_answer")
        self.assertEqual(self.entry(card).state, "offered")

    def test_refused_is_the_agents_word(self):
        self.preview()
        card = self.card()
        self.as_(self.ada).dial_entry(card["id"])
        self.exchange_says(self.entry(card), talk=3.0, agent=self.ada)
        self.as_(self.ada).finish_entry(card["id"], "refused")
        entry = self.entry(card)
        self.assertEqual((entry.state, entry.result), ("refused", "refused"))
        self.assertEqual(entry.attempt_ids.mapped("result"), ["refused"])
        with self.assertRaises(UserError):
            self.as_(self.ada).finish_entry(card["id"], "busy")

    def test_promised_call_backs_come_first_to_who_promised(self):
        self.preview()
        card = self.card()
        at = fields.Datetime.now() + timedelta(hours=2)
        self.as_(self.ada).later_entry(card["id"], fields.Datetime.to_string(at))
        entry = self.entry(card)
        self.assertEqual((entry.state, entry.promised_agent_id), ("waiting", self.ada))
        other = self.card()
        self.assertNotEqual(other["id"], card["id"], "It is not time yet.")
        self.as_(self.ada).skip_entry(other["id"], "Moved abroad")
        entry.write({"next_at": fields.Datetime.now(), "promised_at": fields.Datetime.now()})
        self.assertNotEqual(self.card(self.ben)["id"], card["id"], "It was Ada who promised.")
        again = self.card()
        self.assertEqual((again["id"], again["promised_to_me"]), (card["id"], True))

    def test_a_promise_without_a_person(self):
        self.preview(count=1)
        card = self.card()
        at = fields.Datetime.now() + timedelta(hours=2)
        self.as_(self.ada).later_entry(card["id"], at, mine=False)
        self.assertFalse(self.entry(card).promised_agent_id)
        found = self.as_(self.ben).get_card()
        self.assertEqual((found["card"], found["next_at"]), (False, at.isoformat()))

    def test_what_is_wrong_is_said(self):
        self.preview()
        mine = self.as_(self.ada)
        card = self.card()
        with self.assertRaises(UserError):
            mine.skip_entry(card["id"], "  ")
        with self.assertRaises(UserError):
            mine.later_entry(card["id"], "2020-01-01 00:00:00")
        with self.assertRaises(UserError):
            mine.later_entry(card["id"], False)
        for method, args in (
            ("dial_entry", ()), ("skip_entry", ("x",)), ("later_entry", ("2030-01-01 00:00:00",)),
            ("note_entry", ("x",)), ("finish_entry", ("refused",)), ("get_entry", ()),
        ):  # fmt: skip
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(self.as_(self.ben), method)(card["id"], *args)
            with self.subTest(method), self.assertRaises(AccessError):
                getattr(mine, method)(0, *args)

    def test_not_called_any_more_while_he_looks(self):
        self.preview()
        card = self.card()
        self.env["phone.blacklist"].create({"number": self.entry(card).e164})
        with self.assertRaises(UserError):
            self.as_(self.ada).dial_entry(card["id"])

    def test_who_is_no_agent(self):
        self.preview()
        found = self.lists.with_user(self.eve).get_card()
        self.assertEqual((found["agent"], found["card"]), (False, False))


@tagged("post_install", "-at_install")
class TestCallListRights(DialerCase):
    """Who may do what, per role and model; r read, w write, c create, d delete."""

    MATRIX = {
        "crm.call.list": {"agent": "r", "supervisor": "rwcd", "admin": "rwcd", "user": ""},
        "crm.call.list.entry": {"agent": "r", "supervisor": "rwd", "admin": "rwd", "user": ""},
        "crm.call.list.attempt": {"agent": "r", "supervisor": "r", "admin": "r", "user": ""},
        "crm.call.list.holiday": {"agent": "r", "supervisor": "r", "admin": "rwcd", "user": ""},
        "crm.call.list.register": {"agent": "", "supervisor": "r", "admin": "rwcd", "user": ""},
        "crm.call.list.register.number": {
            "agent": "", "supervisor": "r", "admin": "rd", "user": "",
        },
        "crm.call.list.add": {"agent": "", "supervisor": "rwcd", "admin": "rwcd", "user": ""},
        "crm.call.list.register.import": {
            "agent": "", "supervisor": "", "admin": "rwcd", "user": "",
        },
    }  # fmt: skip
    OPERATIONS = {"r": "read", "w": "write", "c": "create", "d": "unlink"}

    def test_matrix(self):
        users = {
            "agent": self.ada.user_id,
            "supervisor": self.eve,
            "admin": new_test_user(self.env, "cc_adm", "crm_callcenter.group_call_admin"),
            "user": new_test_user(self.env, "cc_usr", "base.group_user"),
        }
        names = [name for name in self.env.registry if f"{name}.".startswith("crm.call.list.")]
        stored = {name for name in names if not self.env[name]._abstract}
        self.assertEqual(stored, set(self.MATRIX), "Each model has its line.")
        for model, roles in self.MATRIX.items():
            for role, allowed in roles.items():
                found = "".join(
                    letter
                    for letter, operation in self.OPERATIONS.items()
                    if self.env[model].with_user(users[role]).has_access(operation)
                )
                self.assertEqual(found, allowed, f"{role} on {model}")

    def test_agents_see_their_own(self):
        one = self.filled(count=2)
        other = self._list(name="Other", agent_ids=[(6, 0, self.ben.ids)])
        mine = self.lists.with_user(self.ada.user_id)
        self.assertEqual(mine.search([]), one)
        self.assertFalse(mine.browse(other.id).has_access("read"))
        entries = self.entries.with_user(self.ada.user_id)
        self.assertFalse(entries.search([]), "Others' customers are not shown.")
        one.entry_ids[0].agent_id = self.ada
        self.assertEqual(entries.search([]), one.entry_ids[0])
        theirs = self.entries.with_user(self.eve).search([("list_id", "=", one.id)])
        self.assertEqual(theirs, one.entry_ids)

    def test_companies(self):
        one = self.filled(count=1)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env, "cc_far", "crm_callcenter.group_call_supervisor",
            company_id=elsewhere.id, company_ids=[(6, 0, elsewhere.ids)],
        )  # fmt: skip
        self.assertFalse(one.with_user(stranger).has_access("read"))
        self.assertFalse(one.entry_ids.with_user(stranger).has_access("read"))
        with self.assertRaises(AccessError):
            self.lists.with_user(stranger).get_progress(one.id)

    def test_agents_add_nobody(self):
        one = self.filled(count=1)
        with self.assertRaises(AccessError):
            self.env["crm.call.list.add"].with_user(self.ada.user_id).create({"list_id": one.id})
        with self.assertRaises(AccessError):
            one.with_user(self.ada.user_id).action_pause()
