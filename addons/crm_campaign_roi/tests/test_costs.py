from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.fields import Date
from odoo.tests import Form, tagged

from ..report import campaign_cost
from .common_campaign import MODULE
from .common_costs import CostCase


@tagged("post_install", "-at_install")
class TestCosts(CostCase):
    """ROI-2: what a campaign cost, from bills, contacts and by hand."""

    own_plan = True

    def test_a_bill_for_the_analytic_account(self):
        self.vendor_bill(1_000.0, share=100)
        self.vendor_bill(500.0, share=60)
        self.assertEqual(
            self.costs(),
            [("bill", "Print and mailing", 300.0), ("bill", "Print and mailing", 1_000.0)],
        )

    def test_a_bill_that_names_the_campaign(self):
        bill = self.vendor_bill(800.0, campaign=self.spring)
        self.assertEqual(self.costs(), [("bill", "Print and mailing", 800.0)])
        cost = self.Cost.search([("campaign_id", "=", self.spring.id)])
        self.assertEqual(cost.move_id, bill)
        self.assertEqual(cost.action_open_document()["res_id"], bill.id)

    def test_the_analytic_account_goes_before_the_name_on_the_bill(self):
        """A bill of summer, all of it for the account of spring: counted once, for spring."""
        self.vendor_bill(800.0, share=100, campaign=self.summer)
        self.assertEqual(self.costs(), [("bill", "Print and mailing", 800.0)])
        self.assertEqual(self.costs(self.summer), [])

    def test_a_credit_note_of_the_vendor_takes_cost_back(self):
        bill = self.vendor_bill(800.0, share=100)
        refund = bill._reverse_moves([{"invoice_date": "2026-03-09", "date": "2026-03-09"}])
        refund.action_post()
        self.assertEqual([amount for _s, _k, amount in self.costs()], [-800.0, 800.0])

    def test_again_changes_nothing_and_what_vanished_goes(self):
        bill = self.vendor_bill(800.0, share=100)
        self.assertEqual(self.Cost._fill(self.spring), 1)
        self.assertEqual(self.Cost._fill(self.spring), 0)
        bill.button_draft()
        bill.invoice_line_ids.price_unit = 700.0
        self.assertEqual(self.costs(), [])
        bill.action_post()
        self.assertEqual([amount for _s, _k, amount in self.costs()], [700.0])

    def test_an_invoice_to_a_customer_is_no_cost(self):
        move = self.invoice(self.alma, "2026-03-20", (1, 100.0), post=False)
        move.campaign_id = self.spring
        move.action_post()
        self.assertEqual(self.costs(), [])

    def test_contacts_cost_what_the_ledger_says(self):
        channel = self.env["crm.contact.channel"].search([("code", "=", "email")], limit=1)
        touch = {
            "res_model": "mailing.trace",
            "event": "sent",
            "kind": "mailing",
            "direction": "out",
            "campaign_id": self.spring.id,
            "company_id": self.company.id,
            "channel_id": channel.id,
            "currency_id": self.company.currency_id.id,
            "cost": 0.25,
        }
        self.env["crm.touchpoint"].create(
            [
                {**touch, "res_id": number, "date": f"2026-0{month}-10 10:00:00"}
                for number, month in ((10**8 + 1, 3), (10**8 + 2, 3), (10**8 + 3, 4))
            ]
        )
        self.assertEqual(
            self.costs(), [("contact", "Contacts", 0.25), ("contact", "Contacts", 0.5)]
        )

    def test_what_was_paid_abroad_counts_at_the_rate_of_its_day(self):
        """Half a euro to the dollar: 100 euros are 200 dollars."""
        self.env["res.currency.rate"].create(
            {
                "name": "2026-03-01",
                "rate": 0.5,
                "currency_id": self.euro.id,
                "company_id": self.company.id,
            }
        )
        cost = self.spend(0, original_amount=100.0, original_currency_id=self.euro.id)
        self.assertEqual(cost.amount, 200.0)

    def test_a_currency_without_a_rate(self):
        foreign = self.env["res.currency"].create({"name": "QQQ", "symbol": "q", "rounding": 0.01})
        with self.assertRaisesRegex(UserError, "no rate of QQQ"):
            self.spend(0, original_amount=100.0, original_currency_id=foreign.id)

    def test_costs_of_documents_are_changed_there(self):
        self.vendor_bill(800.0, share=100)
        self.costs()
        cost = self.Cost.search([("campaign_id", "=", self.spring.id)])
        for change in (lambda: cost.write({"amount": 1}), cost.unlink):
            with self.assertRaisesRegex(UserError, "follows its document"):
                change()

    def test_a_settled_campaign_takes_no_more(self):
        self.spend(10.0)
        for phase in ("approved", "running", "finished", "settled"):
            self.spring._set_phase(phase)
        with self.assertRaisesRegex(UserError, "Spring is settled"):
            self.spend(10.0)

    def test_a_campaign_with_costs_is_not_deleted(self):
        self.spend(10.0)
        with self.assertRaisesRegex(UserError, "Spring has costs: archive it"):
            self.spring.unlink()

    def test_who_may_read_and_enter_costs(self):
        self.spend(10.0)
        for group, allowed in (
            (f"{MODULE}.group_campaign_user", True),
            (f"{MODULE}.group_campaign_controller", True),
            ("base.group_user", False),
            ("sales_team.group_sale_salesman", False),
        ):
            user = self.make_user(f"{group.rpartition('.')[2]}_cost", group)
            costs = self.Cost.with_user(user)
            with self.subTest(group=group):
                self.assertEqual(costs.has_access("read"), allowed)
                if not allowed:
                    with self.assertRaises(AccessError):
                        self.spring.with_user(user).action_fill_costs()


@tagged("post_install", "-at_install")
class TestReturn(CostCase):
    """ROI-2: campaign return = profit ÷ cost, with the net return beside it."""

    abroad = False

    def _shown(self, campaign=None):
        campaign = campaign or self.spring
        self.env.flush_all()
        campaign.invalidate_recordset()
        return campaign

    def test_profit_100000_from_50000_is_200_percent(self):
        """10,000 pumps at 14 cost 4 each: revenue 140,000, cost 40,000, profit 100,000."""
        self.bill(self.sold(self.spring, 10_000, 14.0), "2026-03-20")
        self.spend(50_000.0)
        shown = self._shown()
        self.assertEqual((shown.revenue, shown.gross_profit), (140_000.0, 100_000.0))
        self.assertEqual((shown.cost_actual, shown.deal_count), (50_000.0, 1))
        self.assertEqual((shown.campaign_return, shown.net_return), (200.0, 100.0))
        self.assertFalse(shown.return_word)

    def test_what_is_committed_is_not_spent(self):
        self.spring.budget_ids.create(
            {"campaign_id": self.spring.id, "kind_id": self.printing.id, "amount": 80.0}
        )
        self.spring._set_phase("approved")
        self.spend(50.0)
        self.spend(30.0, stage="committed")
        shown = self._shown()
        self.assertEqual((shown.cost_actual, shown.cost_committed), (50.0, 30.0))

    def test_deals_outside_the_window_and_of_another_basis(self):
        self.bill(self.sold(self.spring), "2026-06-01")
        self.spend(30.0)
        self.assertEqual(self._shown().return_word, "No sales in the window yet")
        self.spring.basis = "ordered"
        shown = self._shown()
        self.assertEqual((shown.revenue, shown.campaign_return), (100.0, 200.0))
        action = shown.action_open_deals()
        rows = self.env["crm.campaign.deal"].search(action["domain"])
        self.assertEqual(sum(rows.mapped("revenue")), shown.revenue)

    def test_words_instead_of_numbers(self):
        self.bill(self.sold(self.spring, price=3.0), "2026-03-20")
        self.assertEqual(
            self._shown().return_word, "A loss: the deals earned less than their goods cost"
        )
        self.bill(self.sold(self.summer), "2026-03-20")
        shown = self._shown(self.summer)
        self.assertEqual(shown.return_word, "Nothing was spent: all profit is gain")
        self.assertEqual(shown.gross_profit, 60.0)

    def test_only_the_sources_asked_for_are_built(self):
        """ROI-2: entering an hour reads no bill, no contact and no pool."""
        asked = []
        for name in ("bills", "contacts", "hours", "allocations"):
            build = getattr(campaign_cost, name)
            self.patch(campaign_cost, name, self._noting(asked, name, build))
        self.Cost._fill(self.spring, {"hours"})
        self.assertEqual(asked, ["hours"])
        self.Cost._fill(self.spring, {"bill", "allocation"})
        self.assertEqual(asked, ["hours", "bills", "allocations"])

    @staticmethod
    def _noting(asked, name, build):
        return lambda *args: asked.append(name) or build(*args)

    def test_one_source_costs_its_own_queries_alone(self):
        """The kind of hours, drop, gather, the settled ones (2), delete, insert."""
        self.Cost._fill(self.spring, {"hours"})
        before = self.env.cr.sql_log_count
        self.Cost._fill(self.spring, {"hours"})
        self.assertEqual(self.env.cr.sql_log_count - before, 7)

    def test_queries_do_not_grow_with_campaigns(self):
        def count(campaigns):
            self.env.flush_all()
            self.env.invalidate_all()
            campaigns.mapped("title")
            campaigns.mapped("company_id.currency_id.rounding")
            before = self.env.cr.sql_log_count
            campaigns.mapped("campaign_return")
            return self.env.cr.sql_log_count - before

        few = self.spring | self.summer
        count(few)  # fills the caches that outlive a transaction
        first = count(few)
        more = self.env["utm.campaign"].create(
            [
                {"title": f"More {n}", "date_start": Date.today(), "company_id": self.company.id}
                for n in range(18)
            ]
        )
        self.assertEqual(count(few | more), first)


@tagged("post_install", "-at_install")
class TestPlanActual(CostCase):
    """ROI-1, ROI-2: approved budgets and costs one below the other."""

    def setUp(self):
        super().setUp()
        for campaign, amount in ((self.spring, 500.0), (self.summer, 70.0)):
            campaign.budget_ids.create(
                {"campaign_id": campaign.id, "kind_id": self.printing.id, "amount": amount}
            )
        self.spring._set_phase("approved")
        self.spend(120.0, kind_id=self.printing.id)
        self.spend(80.0, kind_id=self.printing.id, stage="committed")
        self.spend(7.0)

    def _stages(self, user):
        rows = (
            self.env["crm.campaign.plan.actual"]
            .with_user(user)
            ._read_group(
                [("campaign_id", "in", (self.spring | self.summer).ids)],
                ["kind_id", "stage"],
                ["amount:sum", "planned:sum", "committed:sum", "actual:sum"],
            )
        )
        for _kind, stage, amount, *parts in rows:
            at = ["planned", "committed", "actual"].index(stage)
            self.assertEqual([part or 0.0 for part in parts][at], amount)
            self.assertEqual(sum(part or 0.0 for part in parts), amount)
        return {(kind, stage): amount for kind, stage, amount, *_parts in rows}

    def test_by_kind_and_stage(self):
        """Summer's 70 were not approved; 7 have no cost kind."""
        nothing = self.env["crm.campaign.cost.kind"]
        for group in ("group_campaign_user", "group_campaign_controller"):
            user = self.make_user(f"{group}_plan", f"{MODULE}.{group}")
            self.assertEqual(
                self._stages(user),
                {
                    (self.printing, "planned"): 500.0,
                    (self.printing, "committed"): 80.0,
                    (self.printing, "actual"): 120.0,
                    (nothing, "actual"): 7.0,
                },
            )

    def test_who_does_not_see_it(self):
        for group in ("base.group_user", f"{MODULE}.group_campaign_planner"):
            user = self.make_user(f"{group.rpartition('.')[2]}_plan", group)
            with self.assertRaises(AccessError):
                self._stages(user)
        other = self.make_user("other_plan", f"{MODULE}.group_campaign_controller")
        other.write(
            {"company_ids": [Command.set(self.company_eur.ids)], "company_id": self.company_eur.id}
        )
        self.assertEqual(self._stages(other), {})

    def test_controllers_and_planners_open_the_campaign(self):
        """Its form counts mailings, which those roles had no right to read."""
        for group in ("group_campaign_controller", "group_campaign_planner"):
            user = self.make_user(f"{group}_form", f"{MODULE}.{group}")
            with Form(self.spring.with_user(user)) as form:
                self.assertEqual(form.title, "Spring")
