"""Exchanges and their listeners: who may deliver, and how an exchange is doing (CC-1)."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .call_common import CallCase


@tagged("post_install", "-at_install")
class TestExchange(CallCase):
    def alive(self, figures, user=None, code="hamburg"):
        exchanges = self.env["crm.call.exchange"].with_user(user or self.listener)
        return exchanges.listener_alive(code, figures)

    def test_signs_of_life(self):
        self.assertEqual(self.exchange.state, "never")
        self.alive({"lag": 0.4, "spool": 2048, "rate": 12.5, "error": ""})
        found = self.exchange
        self.assertEqual(
            (found.state, found.lag_seconds, found.spool_bytes), ("connected", 0.4, 2048)
        )
        self.assertEqual((found.events_per_second, found.last_error), (12.5, False))
        found.last_seen = fields.Datetime.now() - timedelta(seconds=61)
        self.assertEqual(found.state, "lost")

    def test_what_is_no_figure_counts_as_none(self):
        self.alive({"lag": "x", "spool": -4, "rate": True, "error": "e" * 900})
        found = self.exchange
        self.assertEqual((found.lag_seconds, found.spool_bytes, found.events_per_second), (0, 0, 0))
        self.assertEqual(len(found.last_error), 500)
        with self.assertRaises(UserError):
            self.alive([1])

    def test_only_its_own_listener(self):
        other = self.env["crm.call.exchange"].create({"name": "Bonn", "code": "bonn"})
        self.assertFalse(other.listener_user_id)
        for code in ("bonn", "nowhere", None, 4):
            with self.subTest(code=code), self.assertRaises(AccessError):
                self.alive({}, code=code)
        for user in (self.ada.user_id, self.eve, self.env.ref("base.user_admin")):
            with self.subTest(user=user.login), self.assertRaises(AccessError):
                self.alive({}, user=user)

    def test_a_command_is_handed_out_once_and_its_asker_told(self):
        commands = self.env["crm.call.command"]
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        asked = commands.with_user(self.ada.user_id)._ask(
            self.exchange, "originate", {"channel": "PJSIP/1001"}, self.ada
        )
        late = commands._ask(self.exchange, "hangup", {}, seconds=-1)
        other = self.env["crm.call.exchange"].create({"name": "Bonn", "code": "bonn"})
        commands._ask(other, "hangup", {})
        [row] = exchanges.listener_commands("hamburg")
        self.assertEqual((row["id"], row["action"]), (asked.uid, "originate"))
        self.assertEqual(row["values"], {"channel": "PJSIP/1001"})
        self.assertEqual((asked.state, late.state), ("sent", "expired"))
        self.assertEqual(exchanges.listener_commands("hamburg"), [])
        result = {"id": asked.uid, "state": "failed", "text": "busy" * 99}
        self.assertEqual(exchanges.listener_results("hamburg", [result, {"id": "none"}]), 1)
        self.assertEqual((asked.state, len(asked.text)), ("failed", 255))
        self.env.cr.precommit.run()
        told = self.env["bus.bus"].search([]).mapped("message")
        self.assertTrue([one for one in told if "crm_call/command" in one])
        # told again, the first answer stays
        again = [{**result, "state": "done"}]
        self.assertEqual(exchanges.listener_results("hamburg", again), 0)
        self.assertEqual(asked.state, "failed")

    def test_results_of_no_form(self):
        exchanges = self.env["crm.call.exchange"].with_user(self.listener)
        for rows in (None, "x", [4]):
            with self.assertRaises(UserError):
                exchanges.listener_results("hamburg", rows)
        asked = self.env["crm.call.command"]._ask(self.exchange, "hangup", {})
        exchanges.listener_commands("hamburg")
        exchanges.listener_results("hamburg", [{"id": asked.uid, "state": "perhaps"}])
        self.assertEqual(asked.state, "unknown")

    def test_the_listener_reads_nothing(self):
        """Its account alone opens no model of ours, not even its exchange."""
        for name in sorted(self.env.registry):
            model = self.env[name].with_user(self.listener)
            if name.startswith("crm.call") and not model._abstract:
                self.assertFalse(model.has_access("read"), name)

    def test_no_secret_is_kept(self):
        """Passwords of exchanges are in the listener's configuration, never in the database."""
        names = " ".join(self.env["crm.call.exchange"]._fields)
        for word in ("password", "secret", "token", "key"):
            self.assertNotIn(word, names)
