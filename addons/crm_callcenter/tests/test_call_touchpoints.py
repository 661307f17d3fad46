"""Calls in the touch ledger and on the time line (C360-1, CC-9)."""

from datetime import datetime

from odoo.tests import new_test_user, tagged

from .call_common import CallCase

START = datetime(2026, 3, 2, 9, 30)


@tagged("post_install", "-at_install")
class TestCallTouchpoints(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partner = cls.env["res.partner"].create({"name": "Customer"})
        cls.touches = cls.env["crm.touchpoint"]

    def call(self, linked, **values):
        return self.env["crm.call"].create(
            {
                "exchange_id": self.exchange.id,
                "company_id": self.company.id,
                "linked": linked,
                "direction": "inbound",
                "state": "done",
                "start": START,
                "result": "answered",
                "partner_id": self.partner.id,
                "queue_id": self.support.id,
                "agent_id": self.ada.id,
                **values,
            }
        )

    def rows(self):
        self.touches._fill(["crm_call"])
        found = self.touches.search([("res_model", "=", "crm.call"), ("voided", "=", False)])
        return {row.res_id: row for row in found}

    def test_what_counts_as_contact(self):
        answered = self.call("1")
        missed = self.call("2", result="abandoned", agent_id=False)
        called = self.call("3", direction="outbound")
        notice = self.call("4", direction="outbound", result="ivr_contained", agent_id=False)
        for linked, values in (
            ("5", {"direction": "outbound", "result": "no_answer"}),
            ("6", {"direction": "internal"}),
            ("7", {"state": "running", "result": False}),
            ("8", {"direction": "outbound", "result": "voicemail"}),
        ):
            self.call(linked, **values)
        found = self.rows()
        self.assertEqual(
            {res_id: (row.event, row.direction) for res_id, row in found.items()},
            {
                answered.id: ("answered", "in"),
                missed.id: ("missed", "in"),
                called.id: ("answered", "out"),
                notice.id: ("answered", "out"),
            },
        )
        row = found[answered.id]
        self.assertEqual((row.kind, row.date, row.partner_id), ("call", START, self.partner))
        self.assertEqual((row.user_id, row.name), (self.ada.user_id, "support"))
        self.assertEqual(
            row.channel_id, self.env.ref("crm_customer_insight.crm_contact_channel_phone")
        )

    def test_the_customer_is_known_later(self):
        call = self.call("1", partner_id=False, e164="+4940111111")
        row = self.rows()[call.id]
        self.assertEqual((row.partner_id.id, row.e164), (False, "+4940111111"))
        call.partner_id = self.partner
        self.assertEqual(self.rows()[call.id].partner_id, self.partner)
        call.result = "abandoned"
        found = self.rows()
        self.assertEqual(found[call.id].event, "missed")

    def test_time_line(self):
        call = self.call("1")
        self.rows()
        sales = new_test_user(
            self.env, "cc_sal", "sales_team.group_sale_salesman,base.group_partner_manager"
        )
        self.partner.user_id = sales
        lines = self.touches.with_user(sales).get_timeline(self.partner.id)["rows"]
        mine = [line for line in lines if line["event"] == "answered"]
        self.assertEqual([line["date"][:10] for line in mine], ["2026-03-02"])
        self.assertFalse(call.with_user(sales).has_access("read"))
