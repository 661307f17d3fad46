"""The world of the ledger's tests: a customer company with two people, two currencies, fills."""

from datetime import timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.tests import TransactionCase, new_test_user

from odoo.addons.account.tests import common as account_common

from ..models import crm_touchpoint_fill
from .value_common import ready_company


class TouchpointWorld:
    """What every ledger test needs; mixed into the test case that brings the accounting or not."""

    @classmethod
    def build_world(cls):
        cls.Ledger = cls.env["crm.touchpoint"].sudo()
        partners = cls.env["res.partner"].with_context(mail_create_nosubscribe=True)
        cls.customer = partners.create({"name": "Miller Ltd", "is_company": True})
        cls.anna, cls.bert = partners.create(
            [
                {"name": "Anna", "parent_id": cls.customer.id, "email": "anna@miller.example"},
                {"name": "Bert", "parent_id": cls.customer.id, "email": "bert@miller.example"},
            ]
        )
        cls.other = partners.create({"name": "Other customer", "email": "office@other.example"})
        cls.seller = new_test_user(
            cls.env, "ledger_seller", "sales_team.group_sale_salesman,base.group_partner_manager"
        )
        cls.colleague = new_test_user(cls.env, "ledger_colleague", "base.group_user")

    def setUp(self):
        super().setUp()
        # All of a test is one transaction and carries its time: read it again in every fill.
        overlap = patch.object(crm_touchpoint_fill, "OVERLAP", timedelta(days=1))
        overlap.start()
        self.addCleanup(overlap.stop)

    def fill(self, *codes):
        """Fill, and fail on a provider's error."""
        self.Ledger._fill(codes)
        failed = self.env["crm.touchpoint.fill"].sudo().search([("error", "!=", False)])
        self.assertFalse(failed.mapped("error"))

    def rows(self, source, *columns):
        """Values of *columns* of the ledger rows of *source*, by event."""
        found = self.Ledger.search(
            [("res_model", "=", source._name), ("res_id", "in", source.ids)], order="event, res_id"
        )
        return [tuple(row[column] for column in columns) for row in found]

    def press(self, records, button):
        """What *button* answers, run as a request does: it may commit."""
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            answer = getattr(records.with_env(records.env(cr=cr)), button)()
        self.env.invalidate_all()
        return answer

    def set_rate(self, channel, cost, date_from="2000-01-01", company=None):
        """What a contact through the channel with the code *channel* costs from a day on."""
        self.env["crm.contact.channel.rate"].sudo().create(
            {
                "channel_id": self.env.ref(
                    f"crm_customer_insight.crm_contact_channel_{channel}"
                ).id,
                "company_id": (company or self.env.company).id,
                "date_from": date_from,
                "cost": cost,
            }
        )


class TouchpointCase(TouchpointWorld, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.build_world()


class TouchpointAccountCase(TouchpointWorld, account_common.AccountTestInvoicingCommon):
    """With a chart of accounts; the company's currency is the dollar, 1 dollar is 2 euros."""

    @classmethod
    def setup_independent_company(cls, **kwargs):
        return ready_company(cls.env, "usd") or super().setup_independent_company(**kwargs)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True}, user=1)
        cls.env.user.company_ids |= cls.company_data["company"]
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company_data["company"].ids}
        )
        cls.build_world()
        cls.company = cls.company_data["company"]
        cls.euro = cls.setup_other_currency("EUR", rates=[("2016-01-01", 2.0)])

    def order(self, amount=100.0, **values):
        """A draft order of one line without taxes."""
        line = {
            "product_id": self.product_a.id,
            "product_uom_qty": 1,
            "price_unit": amount,
            "tax_ids": [Command.clear()],
        }
        return self.env["sale.order"].create(
            {"partner_id": self.anna.id, "order_line": [Command.create(line)], **values}
        )

    def invoice(self, amount=100.0, day="2026-03-05", **values):
        """A draft invoice of one line without taxes."""
        line = {"name": "Work", "quantity": 1, "price_unit": amount, "tax_ids": [Command.clear()]}
        return self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.anna.id,
                "invoice_date": fields.Date.to_date(day),
                "invoice_line_ids": [Command.create(line)],
                **values,
            }
        )
