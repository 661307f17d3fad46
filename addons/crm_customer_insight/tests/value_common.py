"""The world of the value tests: a company in dollars, one in euros, a main company, and buyers."""

from datetime import date

from odoo import Command

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .common_users import new_users

TODAY = date(2025, 12, 15)


def ready_company(env, currency):
    """A company with its chart of accounts that ``bin/test`` made before the first test, if so.

    Making it takes a second, and most accounting tests want two. The user may enter it.
    """
    company = env.ref(f"suite_tests.company_{currency}", raise_if_not_found=False)
    if company:
        env.user.company_ids = [Command.link(company.id)]
    return company


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
            cls.company_eur = cls._company_in_euros()
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
    def setup_independent_company(cls, **kwargs):
        return ready_company(cls.env, "usd") or super().setup_independent_company(**kwargs)

    @classmethod
    def _company_in_euros(cls):
        company = ready_company(cls.env, "eur")
        return company or cls.setup_other_company(currency_id=cls.euro.id)["company"]

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
        """A user of the tests' company."""
        companies = [Command.set(cls.company.ids)]
        return new_users(cls.env, {login: groups}, company_id=cls.company.id, company_ids=companies)
