"""Salespeople mend their customers' data; accountants look before they dun (C360-5, C360-6)."""

from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from .common_users import new_users


@tagged("post_install", "-at_install")
class TestQualityTours(HttpCase):
    def setUp(self):
        super().setUp()
        self.sam, self.fin = new_users(
            self.env,
            {
                "sam": "sales_team.group_sale_salesman,base.group_partner_manager",
                "fin": "account.group_account_invoice",
            },
        )

    def test_a_salesperson_merges_a_duplicate(self):
        values = {"is_company": True, "user_id": self.sam.id, "email": "info@nordic.example.com"}
        twins = self.env["res.partner"].create(
            [{"name": "Nordic Pumps Ltd.", **values}, {"name": "Nordic Pumps", **values}]
        )
        self.env["crm.insight.run"]._run_now(["data_quality"])
        self.start_tour("/odoo/data-quality", "crm_customer_insight_data_issues", login="sam")
        self.assertEqual(len(twins.exists()), 1)

    def test_a_salesperson_asks_what_fits(self):
        customer = self.env["res.partner"].create(
            {"name": "Acme", "is_company": True, "user_id": self.sam.id}
        )
        attributes = self.env["crm.profile.attribute"].create(
            [
                {"name": "Fleet", "code": "fleet_tour", "type": "number", "sequence": 1},
                {"name": "Plan", "code": "plan_tour", "sequence": 2},
                {"name": "Size", "code": "size_tour", "sequence": 3},
            ]
        )
        self.env["crm.fact.occasion"].create(
            {
                "name": "Fair",
                "sequence": -1,
                "question_limit": 2,
                "attribute_ids": [Command.set(attributes.ids)],
            }
        )
        self.start_tour(
            f"/odoo/res.partner/{customer.id}", "crm_customer_insight_ask_now", login="sam"
        )
        [fact] = customer.profile_value_ids
        self.assertEqual((fact.value_number, fact.confirmed_by), (12, self.sam))
        refusal = self.env["crm.fact.refusal"].search([("partner_id", "=", customer.id)])
        self.assertEqual((refusal.attribute_id.name, refusal.answer), ("Plan", "later"))

    def test_an_accountant_looks_before_he_duns(self):
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.env.company.id)], limit=1
        )
        if not journal:
            self.skipTest("no chart of accounts")
        today = fields.Date.context_today(self.env["res.partner"])
        customer = self.env["res.partner"].create({"name": "Acme", "is_company": True})
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": customer.id,
                "invoice_date": today - timedelta(days=60),
                "invoice_date_due": today - timedelta(days=30),
                "invoice_payment_term_id": False,
                "invoice_line_ids": [Command.create({"name": "Pump", "price_unit": 100})],
            }
        )
        invoice.action_post()
        self.env["crm.dunning.hold"].create(
            {
                "partner_id": customer.id,
                "date_until": today + timedelta(days=9),
                "reason": "goods arrived damaged",
            }
        )
        self.env["crm.insight.run"]._run_now(["payment_behavior"])
        self.start_tour(
            f"/odoo/account.move/{invoice.id}", "crm_customer_insight_before_dunning", login="fin"
        )
