from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_campaign import MODULE
from .common_costs import CostCase


class PoolCase(CostCase):
    """Spring and summer run in the first quarter; rent of the marketing office is overhead."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for campaign in (cls.spring, cls.summer):
            campaign.company_id = cls.company
            campaign._set_phase("approved")
            campaign._set_phase("running")
        cls.controller = cls.make_user("cara_pool", f"{MODULE}.group_campaign_controller")
        cls.rent = cls.expense.copy({"code": "699901", "name": "Rent of the office"})

    @classmethod
    def overhead(cls, amount, day="2026-02-10", **line):
        """A bill of the rent."""
        bill = cls.vendor_bill(amount, day)
        bill.button_draft()
        bill.invoice_line_ids.write({"account_id": cls.rent.id, **line})
        bill.action_post()
        return bill

    @classmethod
    def pool(cls, **values):
        return (
            cls.env["crm.campaign.pool"]
            .with_user(cls.controller)
            .create(
                {
                    "name": "Office",
                    "company_id": cls.company.id,
                    "date_from": "2026-01-01",
                    "date_to": "2026-03-31",
                    "account_ids": [Command.set(cls.rent.ids)],
                    "key": "equal",
                    **values,
                }
            )
        )

    def parts(self, pool):
        """``{campaign: amount}``"""
        return {line.campaign_id.title: line.amount for line in pool.sudo().line_ids}

    def allocated(self, campaign):
        costs = self.Cost.search([("campaign_id", "=", campaign.id), ("source", "=", "allocation")])
        return costs.mapped("amount")


@tagged("post_install", "-at_install")
class TestAllocation(PoolCase):
    """ROI-2: overhead is shared by a key, to the cent, and adds up with the ledger."""

    abroad = False

    def test_to_the_cent(self):
        """100.01 in equal parts: 50.01 and 50.00, the odd cent to the first."""
        self.overhead(100.01)
        pool = self.pool()
        pool.action_preview()
        self.assertEqual(sorted(self.parts(pool).values()), [50.0, 50.01])
        self.assertEqual((pool.amount, pool.left_total), (100.01, 0.0))
        self.assertEqual(self.allocated(self.spring), [])

    def test_post_and_take_back(self):
        self.overhead(1_000.0)
        pool = self.pool()
        pool.action_preview()
        pool.action_post()
        self.assertEqual(self.allocated(self.spring), [500.0])
        cost = self.Cost.search([("source", "=", "allocation")], limit=1)
        self.assertEqual(cost.kind_id, self.env.ref(f"{MODULE}.cost_kind_overhead"))
        self.assertEqual(cost.action_open_document()["res_id"], pool.id)
        self.assertEqual(pool.posted_by, self.controller)
        with self.assertRaisesRegex(UserError, "Take it back first"):
            pool.key = "revenue"
        pool.action_reverse()
        self.assertEqual(self.allocated(self.spring), [])
        self.assertEqual((pool.state, self.parts(pool)["Spring"]), ("reversed", 500.0))

    def test_a_fill_changes_nothing_that_was_posted(self):
        self.overhead(1_000.0)
        pool = self.pool()
        pool.action_preview()
        pool.action_post()
        self.Cost._fill()
        self.assertEqual(self.allocated(self.summer), [500.0])

    def test_direct_cost_in_the_accounts_is_not_shared_again(self):
        """1,000 on the account, 300 of it for spring's analytic account: 700 are shared."""
        self.overhead(700.0)
        self.overhead(300.0, analytic_distribution={str(self.analytic.id): 100})
        self.Cost._fill()
        pool = self.pool()
        pool.action_preview()
        self.assertEqual(
            (pool.account_total, pool.direct_total, pool.shared_total, pool.left_total),
            (1_000.0, 300.0, 700.0, 0.0),
        )
        pool.action_post()
        total = sum(
            self.Cost.search([("campaign_id", "in", (self.spring | self.summer).ids)]).mapped(
                "amount"
            )
        )
        self.assertEqual(total, 1_000.0)

    def test_by_direct_cost(self):
        """300 and 100 spent: three quarters and one quarter of 1,000."""
        self.overhead(1_000.0)
        self.spend(300.0)
        self.spend(100.0, self.summer)
        pool = self.pool(key="direct")
        pool.action_preview()
        self.assertEqual(self.parts(pool), {"Spring": 750.0, "Summer": 250.0})

    def test_by_revenue_and_leads_and_contacts(self):
        self.overhead(900.0)
        self.bill(self.sold(self.spring, 10, 20.0), "2026-03-20")
        self.bill(self.sold(self.summer, 10, 10.0), "2026-03-20")
        pool = self.pool(key="revenue")
        pool.action_preview()
        self.assertEqual(self.parts(pool), {"Spring": 600.0, "Summer": 300.0})
        leads = self.env["crm.lead"].create(
            [
                {"name": "L", "campaign_id": campaign.id, "company_id": self.company.id}
                for campaign in (self.spring, self.summer, self.summer)
            ]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE crm_lead SET create_date = '2026-03-31 22:00:00' WHERE id = ANY(%s)",
            [leads.ids],
        )
        pool.key = "leads"
        pool.action_preview()
        self.assertEqual(self.parts(pool), {"Spring": 300.0, "Summer": 600.0})
        self._touch(self.spring, 8)
        self._touch(self.summer, 1)
        pool.key = "contacts"
        pool.action_preview()
        self.assertEqual(self.parts(pool), {"Spring": 800.0, "Summer": 100.0})

    def _touch(self, campaign, number):
        self.env["crm.touchpoint"].create(
            [
                {
                    "res_model": "mailing.trace",
                    "res_id": 10**8 + 100 * campaign.id + n,
                    "event": "sent",
                    "kind": "mailing",
                    "direction": "out",
                    "date": "2026-03-10 10:00:00",
                    "campaign_id": campaign.id,
                    "company_id": self.company.id,
                }
                for n in range(number)
            ]
        )

    def test_by_fixed_shares(self):
        self.overhead(1_000.0)
        pool = self.pool(
            key="share",
            line_ids=[
                Command.create({"campaign_id": self.spring.id, "share": 3}),
                Command.create({"campaign_id": self.summer.id, "share": 1}),
            ],
        )
        pool.action_preview()
        self.assertEqual(self.parts(pool), {"Spring": 750.0, "Summer": 250.0})

    def test_an_amount_entered_needs_a_reason_and_leaves_a_rest(self):
        self.overhead(1_000.0)
        pool = self.pool(is_typed=True, typed_amount=400.0)
        with self.assertRaisesRegex(UserError, "why"):
            pool.action_preview()
        pool.reason = "The rest is for the fair"
        pool.action_preview()
        self.assertEqual((pool.shared_total, pool.left_total), (400.0, 600.0))

    def test_nothing_to_share_by(self):
        self.overhead(1_000.0)
        with self.assertRaisesRegex(UserError, "choose another key"):
            self.pool(key="contacts").action_preview()
        with self.assertRaisesRegex(UserError, "No campaign ran"):
            self.pool(date_from="2020-01-01", date_to="2020-03-31").action_preview()
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            self.pool(date_from="2026-03-01").action_preview()

    def test_the_ledger_moved_since_the_preview(self):
        self.overhead(1_000.0)
        pool = self.pool()
        pool.action_preview()
        self.overhead(50.0)
        with self.assertRaisesRegex(UserError, "moved since the preview"):
            pool.action_post()

    def test_an_account_is_shared_once(self):
        self.overhead(1_000.0)
        pools = [self.pool(), self.pool(name="Again", date_to="2026-04-30")]
        for pool in pools:
            pool.action_preview()
        pools[0].action_post()
        with self.assertRaisesRegex(UserError, "Office shares these accounts"):
            pools[1].action_post()

    def test_hours_and_contacts_in_the_accounts(self):
        """Wages of 1,000; spring carries 4 hours at 50 and contacts for 100: 700 are shared."""
        self.overhead(1_000.0)
        self.env["crm.campaign.hours"].create(
            {
                "campaign_id": self.spring.id,
                "company_id": self.company.id,
                "date": "2026-03-10",
                "hours": 4,
                "rate": 50.0,
            }
        )
        self._touch(self.spring, 2)
        channel = self.env["crm.contact.channel"].search([("code", "=", "email")], limit=1)
        self.env["crm.touchpoint"].search([("campaign_id", "=", self.spring.id)]).write(
            {
                "channel_id": channel.id,
                "cost": 50.0,
                "currency_id": self.company.currency_id.id,
            }
        )
        pool = self.pool()
        pool.action_preview()
        self.assertEqual((pool.amount, pool.entered_total, pool.direct_total), (1_000, 300, 0))
        pool.has_entered = True
        pool.action_preview()
        self.assertEqual(
            (pool.account_total, pool.direct_total, pool.shared_total, pool.left_total),
            (1_000.0, 300.0, 700.0, 0.0),
        )
        later = self.pool(name="Later", date_from="2026-04-01", date_to="2026-06-30")
        self.assertEqual(later.entered_total, 0.0)

    def test_two_pools_posted_at_once(self):
        """Posting touches every pool of the company: two at once cannot both go through."""
        self.overhead(1_000.0)
        pools = [self.pool(), self.pool(name="Again", date_to="2026-04-30")]
        pools[0].action_preview()
        before = self._place(pools[1])
        pools[0].action_post()
        self.assertNotEqual(self._place(pools[1]), before)
        self.assertEqual(pools[1].state, "draft")

    def _place(self, pool):
        """Where the row is stored: another place once a statement changed it."""
        self.env.flush_all()
        self.env.cr.execute("SELECT ctid::text FROM crm_campaign_pool WHERE id = %s", [pool.id])
        return self.env.cr.fetchone()[0]

    def test_a_line_is_not_moved_into_what_was_posted(self):
        self.overhead(1_000.0)
        posted, draft = self.pool(), self.pool(name="Again", date_to="2026-04-30")
        draft.line_ids.create({"pool_id": draft.id, "campaign_id": self.spring.id})
        posted.action_preview()
        posted.line_ids.filtered(lambda line: line.campaign_id == self.spring).unlink()
        posted.action_preview()
        posted.action_post()
        fresh = self.env["utm.campaign"].create({"title": "F", "company_id": self.company.id})
        draft.line_ids.campaign_id = fresh
        with self.assertRaisesRegex(UserError, "Take it back first"):
            draft.line_ids.with_user(self.controller).pool_id = posted

    def test_a_bill_posted_later_shows_as_left(self):
        self.overhead(1_000.0)
        pool = self.pool()
        pool.action_preview()
        pool.action_post()
        self.overhead(50.0)
        pool.invalidate_recordset()
        self.assertEqual((pool.shared_total, pool.left_total), (1_000.0, 50.0))

    def test_only_controllers_share(self):
        pool = self.pool()
        marketer = self.make_user("mara_pool", f"{MODULE}.group_campaign_user")
        for act in ("action_preview", "action_post", "action_reverse"):
            with self.assertRaises(AccessError):
                getattr(pool.with_user(marketer), act)()
        with self.assertRaisesRegex(UserError, "Use the buttons"):
            pool.state = "posted"


@tagged("post_install", "-at_install")
class TestHours(CostCase):
    """ROI-2: hours of staff are cost at once."""

    abroad = False

    def _hours(self, hours, **values):
        return self.env["crm.campaign.hours"].create(
            {
                "name": "Stand",
                "campaign_id": self.spring.id,
                "company_id": self.company.id,
                "date": "2026-03-10",
                "hours": hours,
                **values,
            }
        )

    def test_hours_times_rate(self):
        """7.5 hours at 40 are 300; the next ones have the same rate; the cost follows."""
        hours = self._hours(7.5, rate=40.0)
        self.assertEqual(self.costs(), [("hours", "Own staff", 300.0)])
        again = self._hours(1, date="2026-03-11")
        self.assertEqual((again.rate, again.amount), (40.0, 40.0))
        hours.hours = 2
        self.assertEqual(self.costs(), [("hours", "Own staff", 40.0), ("hours", "Own staff", 80.0)])
        (hours | again).unlink()
        self.assertEqual(self.costs(), [])

    def test_the_rate_is_that_of_the_employee(self):
        """Mine is 40, hers 60: hours that turn out to be hers cost 60 each."""
        hers = self.make_user("hanna_hours", f"{MODULE}.group_campaign_user")
        self._hours(1, user_id=hers.id, rate=60.0)
        hours = self._hours(2, rate=40.0)
        hours.user_id = hers
        self.assertEqual((hours.rate, hours.amount), (60.0, 120.0))
        new = self.make_user("nora_hours", f"{MODULE}.group_campaign_user")
        hours.user_id = new
        self.assertEqual(hours.rate, 0.0)
        hours.write({"user_id": self.env.uid, "rate": 45.0})
        self.assertEqual(hours.rate, 45.0)

    def test_moved_to_another_campaign(self):
        hours = self._hours(2, rate=40.0)
        hours.campaign_id = self.summer
        self.assertEqual(self.costs(), [])
        self.assertEqual(self.costs(self.summer), [("hours", "Own staff", 80.0)])

    def test_a_settled_campaign_takes_no_hours(self):
        for phase in ("approved", "running", "finished", "settled"):
            self.spring._set_phase(phase)
        with self.assertRaisesRegex(UserError, "Spring is settled"):
            self._hours(1, rate=40.0)
