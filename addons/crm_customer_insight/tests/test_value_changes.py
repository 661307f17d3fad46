"""Incremental refreshes: whatever changes, they end where a full one ends (ROI-3)."""

import random
from datetime import date, datetime

from odoo.tests import tagged

from ..report import customer_month
from .value_common import ValueCommon

CELL = ("partner_id", "company_id", "month", *customer_month.COLUMNS, "allocated_cost")


@tagged("post_install", "-at_install")
class TestValueChanges(ValueCommon):
    abroad = False

    def figures(self):
        """Everything computed, as plain comparable rows."""
        self.env.flush_all()
        self.env.cr.execute(
            f"SELECT {', '.join(CELL)} FROM crm_customer_month ORDER BY 1, 2, 3"  # noqa: S608
        )
        months = self.env.cr.fetchall()
        self.env.cr.execute(
            """SELECT partner_id, company_id, month, is_current, revenue, profit, rfm, tier,
            pyramid_level, lifecycle_stage, returned_date, cost_known_share, date, r_score,
            previous_tier, cooperation_state, recency_days, margin_rate
            FROM crm_customer_snapshot ORDER BY 1, 2, 3"""
        )
        return months, self.env.cr.fetchall()

    def assert_like_a_full_refresh(self):
        self.refresh()
        incremental = self.figures()
        self.refresh(full=True)
        self.assertEqual(incremental, self.figures())

    def test_nothing_changed_nothing_written(self):
        self.invoice(self.alma, "2025-10-05", (1, 70))
        self.refresh()
        self.assertEqual(self.refresh(), 0)
        self.assertEqual(self.refresh(full=True), 0)

    def test_a_gain_that_moves_nobody_over_a_border_writes_one_row(self):
        for partner, amount in ((self.alma, 1000), (self.bert, 500), (self.cora, 100)):
            self.invoice(partner, "2025-10-05", (1, amount))
        self.refresh()
        self.assertEqual(self.row(self.cora).cumulative_profit, 1600)
        self.invoice(self.bert, "2025-10-05", (1, 1))
        rows = self.Snapshot.search([("partner_id", "=", self.bert.id), ("is_current", "=", True)])
        # Bert's snapshots of his company and of all companies; the others' places move unwritten.
        self.assertEqual({row.company_id.id for row in rows}, {self.company.id, False})
        self.assertEqual(self.refresh(), 1 + len(rows))
        self.env.invalidate_all()
        self.assertEqual(self.row(self.cora).cumulative_profit, 1601)
        self.assert_like_a_full_refresh()

    def test_reset_to_draft_and_deleted_between_refreshes(self):
        move = self.invoice(self.alma, "2025-10-05", (1, 70))
        self.refresh()
        move.button_draft()
        move.unlink()
        self.refresh()
        self.assertFalse(self.cell(self.alma, "2025-10-01"))
        self.assertFalse(self.row(self.alma))
        self.assert_like_a_full_refresh()

    def test_document_moved_to_another_customer_and_month(self):
        move = self.invoice(self.alma, "2025-10-05", (1, 70))
        self.refresh()
        move.button_draft()
        move.write({"partner_id": self.bert.id, "invoice_date": "2025-09-05"})
        move.action_post()
        self.refresh()
        self.assertFalse(self.cell(self.alma, "2025-10-01"))
        self.assertEqual(self.cell(self.bert, "2025-09-01").revenue, 70)
        self.assert_like_a_full_refresh()

    def test_a_contact_moves_to_another_company(self):
        self.invoice(self.contact, "2025-10-05", (1, 70))
        self.invoice(self.alma, "2025-10-05", (1, 5))
        self.refresh()
        self.contact.parent_id = self.bert
        self.refresh()
        self.env.invalidate_all()
        self.assertEqual(self.cell(self.alma, "2025-10-01").revenue, 5)
        self.assertEqual(self.cell(self.bert, "2025-10-01").revenue, 70)
        self.assert_like_a_full_refresh()

    def test_a_company_becomes_a_branch(self):
        self.invoice(self.bert, "2025-10-05", (1, 70))
        self.refresh()
        self.bert.write({"parent_id": self.alma.id, "is_company": False})
        self.refresh()
        self.assertFalse(self.row(self.bert))
        self.assertEqual(self.row(self.alma).revenue, 70)
        self.assert_like_a_full_refresh()

    def test_recorded_and_standard_costs_change(self):
        order = self.order(self.alma, datetime(2025, 10, 1), 10, 30, cost=12)
        self.bill(order, "2025-10-05")
        self.product.with_company(self.company).standard_price = 3
        self.invoice(self.bert, "2025-10-05", (10, 10))
        self.refresh()
        order.order_line.purchase_price = 15
        self.product.with_company(self.company).standard_price = 4
        self.refresh()
        self.env.invalidate_all()
        self.assertEqual(self.cell(self.alma, "2025-10-01").product_cost, 150)
        self.assertEqual(self.cell(self.bert, "2025-10-01").product_cost, 40)
        self.assert_like_a_full_refresh()

    def test_order_canceled(self):
        order = self.order(self.alma, datetime(2025, 10, 1), 1, 30)
        self.invoice(self.alma, "2025-10-05", (1, 70))
        self.refresh()
        self.assertEqual(self.cell(self.alma, "2025-10-01").order_count, 1)
        order._action_cancel()
        self.refresh()
        self.env.invalidate_all()
        self.assertEqual(self.cell(self.alma, "2025-10-01").order_count, 0)

    def test_deleted_partners_leave_nothing(self):
        self.invoice(self.bert, "2025-10-05", (1, 70))
        move = self.invoice(self.cora, "2025-10-05", (1, 70))
        self.refresh()
        move.button_draft()
        move.unlink()
        self.cora.unlink()
        self.env.cr.execute(
            """SELECT count(*) FROM crm_customer_month m
            WHERE NOT EXISTS (SELECT FROM res_partner p WHERE p.id = m.partner_id)"""
        )
        self.assertEqual(self.env.cr.fetchone()[0], 0)
        self.assertFalse(self.Snapshot.search([("partner_id", "=", self.cora.id)]))
        self.assert_like_a_full_refresh()

    def test_a_lead_deleted_takes_its_prospect_along(self):
        lead = self.env["crm.lead"].create(
            {"name": "Interest", "partner_id": self.alma.id, "company_id": self.company.id}
        )
        today = date.today()
        self.refresh(today)
        self.assertTrue(self.row(self.alma))
        lead.unlink()
        self.refresh(today)
        self.assertFalse(self.row(self.alma))

    def test_random_changes_end_where_a_full_refresh_ends(self):
        generator = random.Random(11)
        partners = self.alma + self.bert + self.cora + self.contact
        moves = [self._random_invoice(generator, partners) for _ in range(12)]
        self.env["crm.overhead.pool"].create(
            {
                "name": "Fair",
                "company_id": self.company.id,
                "amount": 100,
                "date_from": "2025-08-01",
                "date_to": "2025-12-01",
            }
        )
        self.refresh()
        for _round in range(5):
            self._random_change(generator, moves, partners)
            self.refresh()
        incremental = self.figures()
        self.refresh(full=True)
        self.assertEqual(incremental, self.figures())

    def _random_invoice(self, generator, partners):
        return self.invoice(
            generator.choice(partners),
            date(2025, generator.randrange(1, 13), generator.randrange(1, 15)),
            (generator.randrange(1, 9), generator.choice([10, 12.5, 99.99])),
            move_type=generator.choice(["out_invoice"] * 4 + ["out_refund"]),
        )

    def _random_change(self, generator, moves, partners):
        moves.append(self._random_invoice(generator, partners))
        changed = generator.choice(moves)
        changed.button_draft()
        changed.partner_id = generator.choice(partners)
        changed.invoice_date = date(2025, generator.randrange(1, 13), 20)
        changed.action_post()
        self.contact.parent_id = generator.choice(self.alma + self.bert)
        dropped = moves.pop(generator.randrange(len(moves)))
        dropped.button_draft()
        dropped.unlink()

    # Overhead

    def pool(self, **values):
        return self.env["crm.overhead.pool"].create(
            {
                "name": "Fair",
                "company_id": self.company.id,
                "date_from": "2025-10-01",
                "date_to": "2025-10-31",
                **values,
            }
        )

    def shares(self, month="2025-10-01"):
        return [self.cell(p, month).allocated_cost for p in (self.alma, self.bert, self.cora)]

    def three_customers(self):
        for partner, amount in ((self.alma, 1), (self.bert, 2), (self.cora, 4)):
            self.invoice(partner, "2025-10-05", (1, amount))

    def test_overhead_by_revenue_to_the_cent(self):
        self.three_customers()
        pool = self.pool(amount=1)
        self.refresh()
        # 14.28, 28.57, 57.14 cents; the cent left over goes to the largest remainder, Bert's.
        self.assertEqual(self.shares(), [0.14, 0.29, 0.57])
        self.assertEqual(pool.allocated, 1)
        self.assertEqual(self.row(self.bert).profit, 1.71)

    def test_overhead_in_equal_parts(self):
        self.three_customers()
        self.pool(amount=100, key="equal")
        self.refresh()
        self.assertEqual(self.shares(), [33.34, 33.33, 33.33])

    def test_overhead_by_orders(self):
        self.three_customers()
        self.order(self.alma, datetime(2025, 10, 1), 1, 30)
        self.order(self.alma, datetime(2025, 10, 2), 1, 30)
        self.order(self.cora, datetime(2025, 10, 2), 1, 30)
        self.pool(amount=90, key="orders")
        self.refresh()
        self.assertEqual(self.shares(), [60, 0, 30])

    def test_overhead_of_several_months_and_pools(self):
        self.three_customers()
        self.invoice(self.alma, "2025-11-05", (1, 10))
        pool = self.pool(amount=100, key="equal", date_to="2025-12-31")
        self.pool(amount=30, key="equal")
        self.refresh()
        # October carries 33.34 of the first pool (11.12, 11.11, 11.11) and the second; November
        # 33.33, all Alma's; December has no customer: 33.33 stay unallocated.
        self.assertEqual(self.shares(), [21.12, 21.11, 21.11])
        self.assertEqual(self.shares("2025-11-01")[0], 33.33)
        self.assertEqual(pool.allocated, 66.67)

    def test_overhead_changed_moved_and_removed(self):
        self.three_customers()
        pool = self.pool(amount=1)
        self.refresh()
        pool.amount = 7
        self.assert_like_a_full_refresh()
        self.assertEqual(self.shares(), [1, 2, 4])
        self.invoice(self.alma, "2025-10-06", (1, 7))
        self.assert_like_a_full_refresh()
        self.env.invalidate_all()
        # By 8 : 2 : 4 of 7.00
        self.assertEqual(self.shares(), [4, 1, 2])
        pool.unlink()
        self.assert_like_a_full_refresh()
        self.env.invalidate_all()
        self.assertEqual(self.shares(), [0, 0, 0])

    # Safety

    def test_a_refresh_that_fails_leaves_the_earlier_figures(self):
        self.invoice(self.alma, "2025-10-05", (1, 70))
        self.refresh()
        before = self.figures()
        self.invoice(self.alma, "2025-10-06", (1, 30))
        self.env.flush_all()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.refresh()
            raise ZeroDivisionError
        self.env.invalidate_all()
        self.assertEqual(self.figures(), before)
        self.refresh()
        self.assertEqual(self.row(self.alma).revenue, 100)

    def test_the_number_of_queries_does_not_grow(self):
        counts = []
        for size in (3, 30):
            partners = self.env["res.partner"].create([{"name": f"Q{n}"} for n in range(size)])
            for partner in partners:
                self.invoice(partner, "2025-10-05", (1, 70))
            self.refresh()
            self.invoice(partners[0], "2025-10-06", (1, 1))
            self.env.flush_all()
            self.env["crm.customer.dirty"]._write_pending()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.refresh()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])

    def test_posting_an_invoice_needs_no_query_more(self):
        """Hooks remember ids only when a posted document leaves its cell."""
        move = self.invoice(self.alma, "2025-10-05", (1, 70), post=False)
        move.action_post()
        pending = self.env.cr.precommit.data.get("crm_customer_insight.dirty", {})
        self.assertFalse(pending.get("cell"))

    def test_the_cron_refreshes_and_fills_the_history(self):
        self.invoice(self.alma, date.today().replace(day=1), (1, 70))
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("crm_customer_insight.ir_cron_customer_value").method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.row(self.alma).revenue, 70)
        self.assertEqual(self.env["crm.value.state"]._get().date, date.today())
        self.assertTrue(self.env["crm.value.state"]._get().watermark)
        self.assertEqual(self.Snapshot._missing_months(), [])
