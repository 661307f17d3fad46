from unittest.mock import patch

from odoo import Command

from .common_campaign import MODULE
from .test_deals import DealCase


class CostCase(DealCase):
    """Spring has an analytic account; expenses of printing are one cost kind."""

    #: Whether the account belongs to a plan of its own: Odoo adds a column for it, and sets up
    #: all models anew, before and after the class. Else it belongs to the plan of projects.
    own_plan = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("analytic.group_analytic_accounting")
        plan = cls._plan()
        cls.analytic, cls.other_analytic = cls.env["account.analytic.account"].create(
            [
                {"name": name, "plan_id": plan.id, "company_id": cls.company.id}
                for name in ("Spring", "Elsewhere")
            ]
        )
        cls.spring.analytic_account_id = cls.analytic
        cls.expense = cls.company_data["default_account_expense"]
        cls.printing = cls.env.ref(f"{MODULE}.cost_kind_print")
        cls.printing.account_ids = cls.expense
        cls.Cost = cls.env["crm.campaign.cost"]

    @classmethod
    def _plan(cls):
        if cls.own_plan:
            return cls.env["account.analytic.plan"].create({"name": "Marketing"})
        return cls.env.ref("analytic.analytic_plan_projects")

    @classmethod
    def vendor_bill(cls, amount, day="2026-03-05", share=None, campaign=None, **values):
        """Post a bill of one line, *share* per cent of it for the analytic account."""
        line = {
            "name": "Flyers",
            "quantity": 1,
            "price_unit": amount,
            "account_id": cls.expense.id,
            "tax_ids": [Command.clear()],
        }
        if share:
            line["analytic_distribution"] = {str(cls.analytic.id): share}
        move = cls.env["account.move"].create(
            {
                "move_type": "in_invoice",
                "partner_id": cls.bert.id,
                "invoice_date": day,
                "date": day,
                "company_id": cls.company.id,
                "campaign_id": campaign and campaign.id,
                "invoice_line_ids": [Command.create(line)],
                **values,
            }
        )
        move.action_post()
        return move

    @classmethod
    def spend(cls, amount, campaign=None, **values):
        """A cost by hand."""
        return cls.Cost.create(
            {
                "name": "Prizes",
                "campaign_id": (campaign or cls.spring).id,
                "company_id": cls.company.id,
                "date": "2026-03-05",
                "amount": amount,
                **values,
            }
        )

    def costs(self, campaign=None):
        """``[(source, kind, amount)]`` in order of amount."""
        self.Cost._fill()
        rows = self.Cost.search([("campaign_id", "=", (campaign or self.spring).id)])
        return sorted(
            ((row.source, row.kind_id.name, row.amount) for row in rows), key=lambda row: row[2]
        )


class SpendingCase(CostCase):
    """Spring may spend 1,000 on printing. For documents that promise cost before the ledger."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._may_spend(cls.spring, 1_000.0)
        for phase in ("approved", "running"):
            cls.spring._set_phase(phase)

    @classmethod
    def _may_spend(cls, campaign, amount):
        """A budget for printing."""
        campaign.sudo().budget_ids.create(
            {"campaign_id": campaign.id, "kind_id": cls.printing.id, "amount": amount}
        )

    @classmethod
    def _approve(cls, campaign, amount):
        campaign._set_phase("approved")
        cls._may_spend(campaign, amount)

    @classmethod
    def _service(cls, name, **values):
        """A product whose cost is printing."""
        return cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "property_account_expense_id": cls.expense.id,
                "supplier_taxes_id": False,
                **values,
            }
        )

    @classmethod
    def _for_spring(cls, share):
        """Values of a document of which *share* per cent are for spring's account."""
        return {"analytic_distribution": {str(cls.analytic.id): share}} if share else {}

    def staged(self, campaign=None):
        """``{stage: amount}`` of the campaign, after a fill."""
        self.Cost._fill()
        rows = self.Cost._read_group(
            [("campaign_id", "=", (campaign or self.spring).id)], ["stage"], ["amount:sum"]
        )
        return dict(rows)

    def _half_tax(self):
        """20 % on purchases, of which half has no account: it is cost."""
        half = {"repartition_type": "tax", "factor_percent": 50}
        account = self.company_data["default_account_tax_purchase"]
        parts = [
            Command.create({"repartition_type": "base"}),
            Command.create(half),
            Command.create({**half, "account_id": account.id}),
        ]
        return self.env["account.tax"].create(
            {
                "name": "Half",
                "amount": 20,
                "type_tax_use": "purchase",
                "company_id": self.company.id,
                "invoice_repartition_line_ids": parts,
                "refund_repartition_line_ids": parts,
            }
        )

    def _two_dollars_a_euro(self):
        self.env["res.currency.rate"].create(
            {
                "name": "2026-03-01",
                "rate": 0.5,
                "currency_id": self.euro.id,
                "company_id": self.company.id,
            }
        )

    def _without_rate(self):
        """A currency of which no rate is known."""
        return self.env["res.currency"].create({"name": "QQQ", "symbol": "q", "rounding": 0.01})

    def _from_abroad(self, login, group):
        """Somebody who works in the other company alone."""
        user = self.make_user(login, group)
        user.write(
            {"company_ids": [Command.set(self.company_eur.ids)], "company_id": self.company_eur.id}
        )
        return user

    def _queries_of_fill(self):
        """How many queries a second reading takes, with nothing in the caches."""
        self.Cost._fill(self.spring)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.Cost._fill(self.spring)
        return self.env.cr.sql_log_count - before

    def _asked_by_fill(self, model, method, sources):
        """Arguments with which a fill of *sources* calls *method* of *model*."""
        found, asked = getattr(type(self.env[model]), method), []

        def note(records, campaigns):
            asked.append(campaigns)
            return found(records, campaigns)

        with patch.object(type(self.env[model]), method, note):
            self.Cost._fill(self.spring, sources)
        return asked
