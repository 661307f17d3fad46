"""The world of the value tests: a company in dollars, one in euros, a main company, and buyers."""

from datetime import date

from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

TODAY = date(2025, 12, 15)


class ValueCommon(AccountTestInvoicingCommon):
    """Figures per company are exact whatever else the database holds: scores and tiers are rated
    within a company, and both companies belong to the tests."""

    #: Whether the class needs the company in euros: a company with its chart of accounts is the
    #: most expensive record of these tests.
    abroad = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # sudo: the accountant who owns the world of accounting tests sees no figures of customers
        cls.env = cls.env(su=True, context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.company_data["company"]
        cls.main = cls.env["res.company"].search([], order="id", limit=1)
        cls.euro = cls.env.ref("base.EUR")
        cls.euro.active = True
        if cls.abroad:
            cls.company_eur = cls.setup_other_company(currency_id=cls.euro.id)["company"]
        cls.Snapshot = cls.env["crm.customer.snapshot"]
        cls.Month = cls.env["crm.customer.month"]
        cls.env["crm.value.setting"].search([]).unlink()
        cls.alma, cls.bert, cls.cora = cls.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("Alma Ltd", "Bert Ltd", "Cora Ltd")]
        )
        cls.contact = cls.env["res.partner"].create({"name": "Ann", "parent_id": cls.alma.id})
        cls.product = cls.env["product.product"].create(
            {"name": "Pump", "type": "consu", "list_price": 10, "taxes_id": False}
        )

    @classmethod
    def invoice(cls, partner, day, *lines, move_type="out_invoice", company=None, post=True):
        """Post a document; lines are (quantity, price) or (quantity, price, product)."""
        move = (
            cls.env["account.move"]
            .with_company(company or cls.company)
            .create(
                {
                    "move_type": move_type,
                    "partner_id": partner.id,
                    "invoice_date": day,
                    "company_id": (company or cls.company).id,
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": (product[0] if product else cls.product).id,
                                "quantity": quantity,
                                "price_unit": price,
                                "tax_ids": [Command.clear()],
                            }
                        )
                        for quantity, price, *product in lines
                    ],
                }
            )
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def order(cls, partner, day, quantity, price, cost=None, **values):
        """Confirm an order of one line, with the cost recorded on it."""
        line = {
            "product_id": cls.product.id,
            "product_uom_qty": quantity,
            "price_unit": price,
            "tax_ids": [Command.clear()],
            **({} if cost is None else {"purchase_price": cost}),
            **values.pop("line", {}),
        }
        order = (
            cls.env["sale.order"]
            .with_company(cls.company)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "order_line": [Command.create(line)],
                    **values,
                }
            )
        )
        order.action_confirm()
        order.date_order = day
        return order

    @classmethod
    def bill(cls, order, day):
        """Invoice what was ordered on a day."""
        order.order_line.filtered(
            lambda line: not line.is_downpayment
        ).qty_delivered = order.order_line.product_uom_qty
        move = order._create_invoices()
        move.invoice_date = day
        move.action_post()
        return move

    def refresh(self, day=TODAY, full=False):
        """Refresh; documents of the test carry the time of its one transaction."""
        return self.Snapshot._refresh(full=full, date=day)

    def row(self, partner, company=False, **domain):
        """The current snapshot of a customer; company ``None``: consolidated."""
        company = self.company if company is False else company
        conditions = {"is_current": True, **domain}
        return self.Snapshot.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id if company else False),
                *((name, "=", value) for name, value in conditions.items()),
            ]
        )

    def cell(self, partner, month, company=None):
        """The monthly facts of a customer."""
        return self.Month.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", (company or self.company).id),
                ("month", "=", month),
            ]
        )

    @classmethod
    def make_user(cls, login, groups):
        """A user of the tests' company, who gets no invitation: it takes time to render."""
        user = new_test_user(
            cls.env,
            login,
            groups,
            context={"no_reset_password": True},
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        return user.with_env(cls.env)
