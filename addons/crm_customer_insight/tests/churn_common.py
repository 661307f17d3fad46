"""The world of the churn tests: days of purchase without the weight of invoices' lines."""

from datetime import timedelta

from odoo.tools import SQL

from .value_common import TODAY, ValueCommon


class ChurnCommon(ValueCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Churn = cls.env["crm.customer.churn"]
        cls.env["crm.churn.rule"].search([]).unlink()

    @classmethod
    def bought(cls, partner, *days, company=None, amount=100, move_type="out_invoice"):
        """Posted invoices on days, or on so many days before today; rows without lines."""
        company = company or cls.company
        journal = cls.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", company.id)], limit=1
        )
        dates = [TODAY - timedelta(days=day) if isinstance(day, int) else day for day in days]
        cls.env.cr.execute(
            SQL(
                """INSERT INTO account_move (journal_id, company_id, currency_id, state, move_type,
                    auto_post, date, invoice_date, partner_id, commercial_partner_id,
                    amount_untaxed_signed, create_date, write_date)
                SELECT %s, %s, %s, 'posted', %s, 'no', day, day, %s, %s, %s, now(), now()
                FROM unnest(%s::date[]) AS day""",
                journal.id,
                company.id,
                company.currency_id.id,
                move_type,
                partner.id,
                partner.commercial_partner_id.id,
                amount,
                dates,
            )
        )

    def compute(self, day=TODAY, history=True):
        """Value figures, their history, and churn."""
        self.refresh(day, full=True)
        if history:
            self.Snapshot._backfill()
        self.patch(self.env.registry["crm.customer.snapshot"], "_data_date", lambda _self: day)
        return self.env["crm.insight.run"]._run_now(["churn"])["churn"]

    def history(self, partner):
        """The states of a customer in the tests' company, oldest first."""
        return self.Churn.search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)], order="month"
        )

    def churn(self, partner, company=False, **domain):
        """The current state of a customer; company ``None``: consolidated."""
        company = self.company if company is False else company
        conditions = {"is_current": True, **domain}
        return self.Churn.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id if company else False),
                *((name, "=", value) for name, value in conditions.items()),
            ]
        )
