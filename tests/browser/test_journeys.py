"""What each role does on a working day, in a real browser, on documents that went through Odoo."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.crm_customer_insight.models import crm_touchpoint_fill
from odoo.addons.crm_customer_insight.tests.value_common import ValueCommon

#: name: (invoice amounts of the last months, cost of a call, calls). The last one consumes profit.
BUYERS = {
    "Nordwind Tour": ((900, 1000, 1100), 0),
    "Ostwind Tour": ((200,), 0),
    "Westwind Tour": ((80,), 0),
    "Suedwind Tour": ((40,), 3),
}


@tagged("standard", "post_install", "-at_install")
class TestJourneys(ValueCommon, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env["res.partner"])
        base = "base.group_user,base.group_partner_manager,"
        cls.sandra = cls.make_user("tour_sales", base + "sales_team.group_sale_salesman")
        cls.maria = cls.make_user("tour_manager", base + "sales_team.group_sale_manager")
        cls.ann = cls.make_user("tour_analyst", base + "crm_customer_insight.group_insight_analyst")
        cls.ada = cls.make_user("tour_admin", base + "crm_customer_insight.group_insight_admin")
        cls.users = cls.sandra | cls.maria | cls.ann | cls.ada
        cls.env["crm.contact.channel.rate"].create(
            {
                "channel_id": cls.env.ref("crm_customer_insight.crm_contact_channel_phone").id,
                "company_id": cls.company.id,
                "cost": 60.0,
            }
        )
        cls.buyers = {name: cls._buyer(name, *row) for name, row in BUYERS.items()}
        cls.nordwind = cls.buyers["Nordwind Tour"]

    @classmethod
    def _buyer(cls, name, amounts, calls):
        partner = cls.env["res.partner"].create(
            {
                "name": name,
                "is_company": True,
                "user_id": cls.sandra.id,
                "country_id": cls.env.ref("base.de").id,
            }
        )
        for index, amount in enumerate(amounts):
            day = cls.today - timedelta(days=50 + 25 * index)
            invoice = cls.invoice(partner, day, (1, amount), company=cls.company)
            invoice.invoice_date_due = day + timedelta(days=14)
        for index in range(calls):
            cls._call(partner, cls.today - timedelta(days=30 + index))
        return partner

    @classmethod
    def _call(cls, partner, day):
        """A telephone call of the salesperson, done on a day."""
        call = cls.env["mail.activity"].create(
            {
                "res_model_id": cls.env["ir.model"]._get_id("res.partner"),
                "res_id": partner.id,
                "activity_type_id": cls.env.ref("mail.mail_activity_data_call").id,
                "summary": "Called",
                "user_id": cls.sandra.id,
                "date_deadline": day,
            }
        )
        call.active = False
        call.date_done = day

    def setUp(self):
        super().setUp()
        # All of a test is one transaction and carries its time: read it again in every fill.
        overlap = patch.object(crm_touchpoint_fill, "OVERLAP", timedelta(days=1))
        overlap.start()
        self.addCleanup(overlap.stop)

    def _compute(self):
        """The ledger and the figures, as the scheduled jobs leave them in the morning."""
        self.env["crm.touchpoint"]._fill()
        self.Snapshot._refresh(full=True, date=self.today)

    def _tour(self, name, role, path):
        self.start_tour(path, f"crm_customer_insight_{name}", login=f"tour_{role}")

    def test_a_salespersons_morning(self):
        for days in (120, 110, 100, 90):
            self._call(self.nordwind, self.today - timedelta(days=days))
        self._compute()
        self._tour("morning", "sales", "/odoo/customer-value")
        planned = self.env["mail.activity"].search(
            [("res_model", "=", "res.partner"), ("res_id", "=", self.nordwind.id)]
        )
        self.assertEqual(planned.mapped("date_deadline"), [self.today])
        self.assertEqual(planned.user_id, self.sandra)
        snoozed = self.env["crm.next.action.snooze"].search([("user_id", "=", self.sandra.id)])
        self.assertIn("overdue", snoozed.mapped("code"))
        self.assertEqual(snoozed.partner_id, self.nordwind)

    def test_a_manager_designates_a_key_account(self):
        self._compute()
        self._tour("key_account", "manager", f"/odoo/customer-360/{self.nordwind.id}")
        account = self.nordwind.key_account_ids
        self.assertEqual(account.state, "active")
        self.assertEqual(account.designated_by, self.maria)
        self.assertIn(self.ann, account.member_ids.user_id)
        self.assertEqual(account.user_id, self.sandra)
        self.assertEqual(account.goal_ids.mapped("name"), ["Second plant"])
        self.assertEqual(account.goal_ids.target, 6000)

    def test_an_analyst_reads_the_dashboard(self):
        self._compute()
        # 40 of revenue − 3 calls of 60 each; the products have no cost
        self.assertEqual(self.row(self.buyers["Suedwind Tour"]).profit, -140)
        self._tour("analysis", "analyst", "/odoo/value-dashboard")

    def test_an_administrator_sets_the_rules(self):
        self._tour("set_up", "admin", "/odoo/action-crm_customer_insight.crm_value_setting_action")
        setting = self.env["crm.value.setting"].search([("company_id", "=", False)])
        self.assertEqual(setting.window_months, 6)
        # invoices of 900, 1000 and 1100 within six months
        self.assertEqual(self.row(self.nordwind).revenue, 3000)
        channel = self.env["crm.contact.channel"].search([("name", "=", "Trade fair")])
        self.assertEqual(channel.code, "fair")
        phone = self.env.ref("crm_customer_insight.crm_contact_channel_phone")
        touches = self.env["crm.touchpoint"].search(
            [("commercial_partner_id", "=", self.buyers["Suedwind Tour"].id)]
        )
        self.assertEqual(
            touches.filtered(lambda touch: touch.channel_id == phone).mapped("cost"), [60.0] * 3
        )

    def test_a_caller_is_found_by_a_number_in_any_writing(self):
        nele = self.env["res.partner"].create(
            {"name": "Nele Tour", "parent_id": self.nordwind.id, "phone": "040 / 822 60-31"}
        )
        self._tour("find_caller", "sales", "/odoo/customer-value")
        number = self.env["crm.contact.number"].search([("partner_id", "=", nele.id)])
        self.assertEqual((number.raw, number.e164), ("040 / 822 60-31", "+49408226031"))

    def test_an_analyst_finds_who_is_leaving_and_a_salesperson_keeps_him(self):
        """The analyst sees who contributes most and may go, the salesperson writes to him, the
        manager reads whether the alert was right (ROI-3, ROI-5, C360-3, C360-4)."""
        leaving = self._leaving()
        self._compute()
        self.Snapshot._backfill()  # a customer's tier is that of the month he last bought in
        self.env["crm.insight.run"]._run_now(["churn", "segments", "alerts"])
        alert = self.env["crm.customer.alert"].search([("partner_id", "=", leaving.id)])
        self.assertEqual((alert.kind, alert.user_id), ("silence", self.sandra))
        self._tour("leaving", "analyst", "/odoo/churn")
        call = leaving.activity_ids - alert.activity_id
        self.assertEqual(call.date_deadline, self.today)
        self._tour("keeping", "sales", "/odoo/my-day")
        self.assertEqual((alert.state, alert.outcome), ("done", "kept"))
        self.assertEqual(alert.judged_by, self.sandra)
        message = leaving.message_ids.filtered(lambda found: "seals of your pumps" in found.body)
        self.assertEqual(message.author_id, self.sandra.partner_id)
        self._tour("judging", "manager", "/odoo/alert-precision")

    def _leaving(self):
        """Bought every 40 days for much money, and not for 100 days."""
        partner = self._buyer("Leaving Tour", (), 0)
        partner.email = "leaving@tour.example.com"
        for days in (260, 220, 180, 140, 100):
            self.invoice(
                partner, self.today - timedelta(days=days), (1, 2000), company=self.company
            )
        email = self.env.ref("crm_customer_insight.crm_contact_channel_email")
        self.env["crm.contact.permission"].create(
            {
                "partner_id": partner.id,
                "channel_id": email.id,
                "state": "granted",
                "origin": "spoken",
            }
        )
        return partner
