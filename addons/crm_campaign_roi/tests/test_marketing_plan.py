from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from .common_campaign import MODULE
from .common_costs import CostCase


@tagged("post_install", "-at_install")
class TestMarketingPlan(CostCase):
    """ROI-6: the year's plan and what its campaigns cost and bring."""

    abroad = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.plan, cls.empty = cls.env["crm.marketing.plan"].create(
            [
                {"name": "Plan 2026", "year": 2026, "budget": 1000, "company_id": cls.company.id},
                {"name": "Plan 2027", "year": 2027, "company_id": cls.company.id},
            ]
        )
        cls.spring.plan_id = cls.plan
        cls.spring.budget_ids = [
            Command.create({"kind_id": cls.printing.id, "amount": 600}),
        ]

    @classmethod
    def _campaign(cls, title, **values):
        values = {"date_start": "2026-03-01", "company_id": cls.company.id, **values}
        return cls.env["utm.campaign"].create({"title": title, **values})

    @classmethod
    def _user(cls, login, groups):
        company = {"company_id": cls.company.id, "company_ids": [Command.set(cls.company.ids)]}
        return new_test_user(cls.env, login, groups=groups, **company)

    def test_campaigns_are_summed(self):
        """Budget 1,000, 600 + 100 planned: 300 left to plan; 80 + 20 were spent.

        D10: a cancelled campaign gives its budget back, what it cost stays: 600 planned, 100 spent.
        """
        other = self._campaign("Other", plan_id=self.plan.id)
        other.budget_ids = [Command.create({"kind_id": self.printing.id, "amount": 100})]
        self.spend(80)
        self.spend(20, campaign=other)
        self.assertEqual((self.plan.campaign_count, self.plan.planned), (2, 700))
        self.assertEqual((self.plan.unplanned, self.plan.actual), (300, 100))
        self.assertEqual(self.plan.committed, 0)
        other._set_phase("cancelled")
        self.plan.invalidate_recordset()
        self.assertEqual((self.plan.campaign_count, self.plan.actual), (2, 100))
        self.assertEqual((self.plan.planned, self.plan.unplanned), (600, 400))
        costs = self.env["crm.campaign.cost"].search(self.plan.action_open_costs()["domain"])
        self.assertEqual(sum(costs.mapped("amount")), 100, "the figure opens its records")

    def test_where_we_stand_and_what_we_offer(self):
        """SWOT, 4P and 4C are kept as written, and the form shows each."""
        swot = ("strengths", "weaknesses", "opportunities", "threats")
        offer = [f"offer_{name}" for name in ("product", "price", "place", "promotion")]
        need = [f"need_{name}" for name in ("customer", "cost", "convenience", "communication")]
        texts = {name: f"Our {name}" for name in (*swot, *offer, *need)}
        with Form(self.plan) as form:
            for name, text in texts.items():
                form[name] = text
        self.assertEqual(self.plan.read(list(texts)), [{"id": self.plan.id, **texts}])
        copy = self.plan.copy({"year": 2028})
        self.assertEqual(copy.need_convenience, "Our need_convenience")

    def test_the_return_is_that_of_the_campaigns(self):
        """What the plan shows is what its only campaign shows, and its customers."""
        self.spend(80)
        self.bill(self.sold(self.spring), "2026-03-20")
        campaign = self.spring
        self.assertEqual((self.plan.revenue, self.plan.customers), (100, 1))
        self.assertEqual(self.plan.revenue, campaign.revenue)
        self.assertEqual(self.plan.profit, campaign.gross_profit)
        self.assertEqual(self.plan.plan_return, campaign.campaign_return)
        self.assertEqual(self.plan.return_word, campaign.return_word)
        deals = self.env["crm.campaign.deal"].search(campaign._deal_domain())
        self.assertEqual(self.plan.customers, len(deals.partner_id))

    def test_the_progress_shows_cost_budget_and_return(self):
        """Budget 600, 80 spent; 10 sold at 10 that cost 4: profit 60, and 60 ÷ 80 = 75 %."""
        self.spend(80)
        self.bill(self.sold(self.spring), "2026-03-20")
        self.env.flush_all()
        figures = self.spring.get_flow()["figures"]
        self.assertEqual((figures["cost"], figures["budget"]), (80, 600))
        self.assertAlmostEqual(figures["return"], 75)
        self.assertEqual(figures["deals"], 1)

    def test_without_sales_there_is_a_word(self):
        self.assertEqual(self.empty.return_word, "No sales in the window yet")
        self.assertEqual((self.empty.customers, self.empty.campaign_count), (0, 0))

    def test_figures_open_their_records(self):
        cost = self.spend(80)
        for action, model, records in (
            (self.plan.action_open_campaigns(), "utm.campaign", self.spring),
            (self.plan.action_open_costs(), "crm.campaign.cost", cost),
        ):
            self.assertEqual(self.env[model].search(action["domain"]), records)
        deals = self.env["crm.campaign.deal"].search(self.plan.action_open_deals()["domain"])
        self.assertEqual(sum(deals.mapped("revenue")), self.plan.revenue)
        self.assertFalse(
            self.env["crm.campaign.deal"].search(self.empty.action_open_deals()["domain"])
        )

    def test_queries_do_not_grow_with_the_plans(self):
        plans = self.plan | self.empty
        many = plans | self.env["crm.marketing.plan"].create(
            [{"name": f"Plan {year}", "year": year} for year in range(2030, 2045)]
        )
        for number, plan in enumerate(many):
            self._campaign(f"Campaign {number}", plan_id=plan.id)
        plans.mapped("actual")
        counts = []
        for some in (plans, many):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some.mapped("actual")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(*counts)

    def test_who_may(self):
        mona = self._user("plan_manager", f"{MODULE}.group_campaign_manager")
        mara = self._user("plan_marketer", f"{MODULE}.group_campaign_user")
        plan = self.plan
        with self.assertRaises(AccessError):
            plan.with_user(mara).write({"budget": 1})
        with self.assertRaisesRegex(AccessError, "marketing managers"):
            plan.with_user(mara).action_start()
        plan.with_user(mona).action_start()
        self.assertEqual(plan.state, "running")
        with self.assertRaisesRegex(UserError, "Archive"):
            plan.with_user(mona).unlink()
        plan.with_user(mona).action_done()
        self.assertEqual(plan.state, "done")
        self.assertEqual(plan.with_user(mara).name, "Plan 2026")
        other = self.env["res.company"].create({"name": "Elsewhere"})
        plan.company_id = other
        self.assertNotIn(plan, self.env["crm.marketing.plan"].with_user(mara).search([]))
