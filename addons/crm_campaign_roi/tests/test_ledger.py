from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.fields import Date
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_campaign import MODULE
from .test_allocation import PoolCase


class LedgerCase(PoolCase):
    """Summer has an analytic account, too; gifts are a second ledger account of campaigns."""

    own_plan = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.summer.analytic_account_id = cls.other_analytic
        cls.gifts = cls.expense.copy({"code": "699903", "name": "Gifts"})
        cls.Ledger = cls.env["crm.campaign.ledger"]

    @classmethod
    def shared(cls, amount, shares, day="2026-03-05", account=None, **values):
        """A bill of one line, shared by ``{analytic account: per cent}``."""
        move = cls.vendor_bill(amount, day, **values)
        move.button_draft()
        move.invoice_line_ids.write(
            {
                "analytic_distribution": {str(one.id): share for one, share in shares.items()},
                "account_id": (account or cls.expense).id,
            }
        )
        move.action_post()
        return move

    def rows(self):
        """``{(account, month): (ledger, not for campaigns, costs, difference)}`` of the items."""
        self.env.flush_all()
        groups = self.Ledger._read_group(
            [("company_id", "=", self.company.id), ("kind", "=", "item")],
            ["account_id", "date:month"],
            ["balance:sum", "other:sum", "cost:sum", "difference:sum"],
        )
        return {
            (account, month.month): tuple(round(amount, 2) for amount in amounts)
            for account, month, *amounts in groups
        }

    def items(self, account, first, last):
        """What the journal items of an account come to, by themselves."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("date", ">=", first),
                ("date", "<=", last),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)


@tagged("post_install", "-at_install")
class TestLedger(LedgerCase):
    """ROI-2: sums of actual cost by account and period are those of the journal items."""

    def test_by_account_and_month(self):
        """March, printing: 1,000 and 500 less a credit note of 200; April, gifts: 80."""
        self.shared(1_000.0, {self.analytic: 100})
        bill = self.shared(500.0, {self.other_analytic: 100})
        refund = bill._reverse_moves([{"invoice_date": "2026-03-28", "date": "2026-03-28"}])
        refund.invoice_line_ids.price_unit = 200.0
        refund.action_post()
        self.shared(80.0, {self.analytic: 25, self.other_analytic: 75}, "2026-04-10", self.gifts)
        self.Cost._fill()
        self.assertEqual(
            self.rows(),
            {
                (self.expense, 3): (1_300.0, 0.0, 1_300.0, 0.0),
                (self.gifts, 4): (80.0, 0.0, 80.0, 0.0),
            },
        )
        self.assertEqual(self.items(self.expense, "2026-03-01", "2026-03-31"), 1_300.0)
        self.assertEqual(self.items(self.gifts, "2026-04-01", "2026-04-30"), 80.0)
        self.assertEqual(self.spent(), {self.spring: 1_020.0, self.summer: 360.0})

    def spent(self):
        groups = self.Cost._read_group(
            [("company_id", "=", self.company.id)], ["campaign_id"], ["amount:sum"]
        )
        return dict(groups)

    def test_what_is_not_for_campaigns(self):
        """Of 500, 60 % are spring's; 200 stay with nobody."""
        self.shared(500.0, {self.analytic: 60})
        self.Cost._fill()
        self.assertEqual(self.rows(), {(self.expense, 3): (500.0, 200.0, 300.0, 0.0)})

    def test_shares_add_up_to_the_cent(self):
        """0.05 and 100.01 in halves, 10.00 in parts of 33.33 and 66.67 %."""
        halves = {self.analytic: 50, self.other_analytic: 50}
        self.shared(0.05, halves)
        self.shared(100.01, halves)
        self.shared(10.00, {self.analytic: 33.33, self.other_analytic: 66.67})
        self.Cost._fill()
        self.assertEqual(self.rows(), {(self.expense, 3): (110.06, 0.0, 110.06, 0.0)})
        self.assertEqual(round(sum(self.spent().values()), 2), 110.06)
        cents = [round(amount * 100, 6) % 1 for amount in self.spent().values()]
        self.assertEqual(cents, [0, 0])

    def test_in_another_currency(self):
        """Half a euro to the dollar: 100 euros are 200 dollars in the ledger and as cost."""
        self.env["res.currency.rate"].create(
            {
                "name": "2026-03-01",
                "rate": 0.5,
                "currency_id": self.euro.id,
                "company_id": self.company.id,
            }
        )
        self.shared(100.0, {self.analytic: 100}, currency_id=self.euro.id)
        self.Cost._fill()
        self.assertEqual(self.rows(), {(self.expense, 3): (200.0, 0.0, 200.0, 0.0)})

    def test_until_the_ledger_is_read_again_it_differs(self):
        bill = self.shared(1_000.0, {self.analytic: 100})
        self.assertEqual(self.rows(), {(self.expense, 3): (1_000.0, 0.0, 0.0, 1_000.0)})
        self.Ledger.with_user(self.controller).action_fill()
        self.assertEqual(self.rows(), {(self.expense, 3): (1_000.0, 0.0, 1_000.0, 0.0)})
        row = self.Ledger.search([("move_id", "=", bill.id)])
        self.assertEqual(row.action_open_document()["res_id"], bill.id)
        bill.button_draft()
        self.env.flush_all()
        row = self.Ledger.search([("company_id", "=", self.company.id)])
        self.assertEqual((row.cost, row.difference), (1_000.0, -1_000.0))

    def test_overhead_posted_and_taken_back(self):
        """700 of 1,000 are overhead: shared they are cost, taken back they are none."""
        self.overhead(700.0)
        self.overhead(300.0, analytic_distribution={str(self.analytic.id): 100})
        pool = self.pool()
        pool.action_preview()
        self.assertEqual(pool.direct_total, 300.0, "read before it is shared")
        pool.action_post()
        self.env.flush_all()
        row = self.Ledger.search([("pool_id", "=", pool.id)])
        self.assertEqual((row.account_id, row.cost, row.difference), (self.rent, 700.0, 0.0))
        total = self.Ledger._read_group(
            [("account_id", "=", self.rent.id)], aggregates=["cost:sum"]
        )[0][0]
        self.assertEqual(total, self.items(self.rent, "2026-01-01", "2026-03-31"))
        pool.action_reverse()
        self.env.flush_all()
        self.assertFalse(self.Ledger.search([("pool_id", "=", pool.id)]))

    def test_after_settlement_it_still_agrees(self):
        self.shared(1_000.0, {self.analytic: 100})
        self.Cost._fill()
        self.spring._set_phase("finished")
        self.spring._set_phase("settled")
        self.shared(50.0, {self.analytic: 100})
        self.Cost._fill()
        self.assertEqual(self.rows(), {(self.expense, 3): (1_050.0, 0.0, 1_050.0, 0.0)})

    def test_two_campaigns_cannot_have_one_analytic_account(self):
        """Each bill would be cost of both."""
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.summer.analytic_account_id = self.analytic
            self.env.flush_all()

    def test_only_controllers_of_the_company(self):
        self.shared(1_000.0, {self.analytic: 100})
        mine = [("company_id", "=", self.company.id)]
        self.assertEqual(len(self.Ledger.with_user(self.controller).search(mine)), 1)
        for group in ("group_campaign_user", "group_campaign_planner"):
            user = self.make_user(f"{group}_ledger", f"{MODULE}.{group}")
            with self.assertRaises(AccessError):
                self.Ledger.with_user(user).search([])
            with self.assertRaises(AccessError):
                self.Ledger.with_user(user).action_fill()
        self.controller.write(
            {"company_ids": [Command.set(self.company_eur.ids)], "company_id": self.company_eur.id}
        )
        self.assertFalse(self.Ledger.with_user(self.controller).search(mine))

    def test_queries_do_not_grow_with_bills(self):
        def count():
            self.Cost._fill(self.spring)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.Cost._fill(self.spring)
            self.Ledger.search([]).mapped("difference")
            return self.env.cr.sql_log_count - before

        self.shared(1.0, {self.analytic: 100})
        count()  # fills the caches that outlive a transaction
        few = count()
        for _number in range(9):
            self.shared(1.0, {self.analytic: 100})
        self.assertEqual(count(), few)
        self.assertEqual(self.spent(), {self.spring: 10.0})
        self.assertEqual(self.Ledger.search([], limit=1).date, Date.to_date("2026-03-05"))
