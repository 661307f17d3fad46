"""Snapshots: scores, tiers, stages, history, charts; checked by hand and against the tools."""

import random
from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..report import customer_snapshot
from ..tools import lifecycle, pareto, rfm
from .value_common import TODAY, ValueCommon


@tagged("post_install", "-at_install")
class TestValueSnapshots(ValueCommon):
    abroad = False

    def test_window_and_the_one_before(self):
        self.invoice(self.alma, "2024-12-31", (1, 7))  # window before: January to December 2024
        self.invoice(self.alma, "2025-01-01", (1, 10))
        self.invoice(self.alma, "2025-12-01", (1, 20))
        self.invoice(self.alma, "2023-12-31", (1, 5))  # in neither
        self.refresh()
        row = self.row(self.alma)
        self.assertEqual((row.revenue, row.revenue_previous), (30, 7))
        self.assertEqual((row.lifetime_revenue, row.frequency), (42, 2))
        self.assertEqual(row.first_purchase, date(2023, 12, 31))
        self.assertEqual((row.last_purchase, row.recency_days), (date(2025, 12, 1), 14))
        self.assertEqual(row.date, TODAY)

    def test_scores_tiers_and_pyramid_of_five(self):
        partners = self.env["res.partner"].create([{"name": f"P{n}"} for n in range(5)])
        # Revenue 50, 30, 10, 5, 5 without cost; recency 1 to 5 days; one purchase each.
        for number, (partner, amount) in enumerate(
            zip(partners, (50, 30, 10, 5, 5), strict=True), 1
        ):
            self.invoice(partner, TODAY - timedelta(days=number), (1, amount))
        self.refresh()
        rows = [self.row(partner) for partner in partners]
        # 50: 4 of 5 worse; 30: 3; 10: 2; the two 5: 0.
        self.assertEqual([row.m_score for row in rows], [5, 4, 3, 1, 1])
        self.assertEqual([row.r_score for row in rows], [5, 4, 3, 2, 1])
        self.assertEqual([row.f_score for row in rows], [1] * 5)
        self.assertEqual([row.rfm for row in rows], ["515", "414", "313", "211", "111"])
        # Before them: 0, 50, 80, 90, 90 of 100.
        self.assertEqual([row.tier for row in rows], ["A", "B", "C", "C", "C"])
        self.assertEqual(
            rows[1].tier_why,
            "Tier B: customers with more profit bring 50.0 % of it. "
            "A is below 50 %, B below 80 %, C below 95 %, D the rest.",
        )
        # Above them: 0, 1/5 = 20 %, 2/5, 3/5, 3/5
        self.assertEqual(
            [row.pyramid_level for row in rows], ["top", "small", "small", "small", "small"]
        )
        self.assertEqual([row.profit_rank for row in rows], [1, 2, 3, 4, 5])
        self.assertEqual([row.cumulative_profit for row in rows], [50, 80, 90, 95, 100])

    def test_places_of_current_and_closed_months_in_one_query(self):
        common = {
            "company_id": self.company.id,
            "currency_id": self.company.currency_id.id,
            "date": TODAY,
        }
        now, before = date(2025, 11, 1), date(2025, 10, 1)
        profits = (
            (self.alma, now, 30),
            (self.bert, now, 20),
            (self.cora, now, 20),
            (self.alma, before, 5),
            (self.bert, before, 9),
            (self.cora, before, 0),
        )
        rows = self.Snapshot.create(
            [
                {
                    **common,
                    "partner_id": partner.id,
                    "month": month,
                    "is_current": month == now,
                    "profit": profit,
                    "first_purchase": date(2025, 1, 1) if profit else False,
                }
                for partner, month, profit in profits
            ]
        )
        counts = []
        for some in (rows[:1], rows):
            self.env.flush_all()
            self.env.invalidate_all()
            queries = self.env.cr.sql_log_count
            some.mapped("profit_rank")
            counts.append(self.env.cr.sql_log_count - queries)
        self.assertEqual(counts[0], counts[1])
        # Equals in the order of their rows; Cora was no customer in October.
        self.assertEqual(rows.mapped("profit_rank"), [1, 2, 3, 2, 1, 0])
        self.assertEqual(rows.mapped("cumulative_profit"), [30, 50, 70, 14, 9, 0])

    def test_bands(self):
        self.env["crm.value.setting"].create(
            {
                "company_id": self.company.id,
                "rfm_mode": "band",
                "tier_basis": "revenue",
                "m_amount_5": 100,
                "m_amount_4": 50,
                "m_amount_3": 20,
                "m_amount_2": 10,
            }
        )
        self.invoice(self.alma, TODAY - timedelta(days=30), (1, 60))
        self.invoice(self.alma, TODAY - timedelta(days=31), (1, 40))
        self.invoice(self.bert, TODAY - timedelta(days=121), (1, 49.99))
        self.refresh()
        # 30 days: 5; two purchases: 2; 100: 5.
        self.assertEqual(self.row(self.alma).rfm, "525")
        self.assertEqual(self.row(self.bert).rfm, "213")

    def test_customers_who_consume_profit(self):
        self.product.with_company(self.company).standard_price = 10
        self.invoice(self.alma, "2025-11-05", (10, 20))  # +100
        self.invoice(self.bert, "2025-11-05", (10, 5))  # -50
        self.refresh()
        loser = self.row(self.bert)
        self.assertEqual((loser.profit, loser.tier), (-50, "D"))
        self.assertEqual((loser.profit_rank, loser.cumulative_profit), (2, 50))
        curve = self.dashboard()["curve"]
        self.assertEqual(curve["points"], [{"rank": 1, "value": 100.0}, {"rank": 2, "value": 50.0}])
        # Alma alone brings more than 80 % of 50; Bert consumes 50 of the 100 she brought.
        self.assertEqual((curve["customers"], curve["rank_80"], curve["share_80"]), (2, 1, 0.5))
        self.assertEqual((curve["total"], curve["losers"]), (50.0, 1))
        self.assertEqual((curve["consumed"], curve["consumed_share"]), (50.0, 0.5))

    def test_prospects_have_no_tier_and_no_scores(self):
        lead = {"name": "Interest", "partner_id": self.contact.id, "company_id": self.company.id}
        self.env["crm.lead"].create(lead)
        self.env.flush_all()
        self.refresh(date.today() + timedelta(days=1))
        row = self.row(self.alma)
        self.assertEqual((row.lifecycle_stage, row.cooperation_state), ("prospect", "never"))
        self.assertEqual(row.pyramid_level, "prospect")
        self.assertFalse(row.tier or row.rfm or row.profit_rank or row.last_purchase)
        self.assertFalse(self.row(self.bert), "Neither a lead nor an order: no customer.")

    def test_lost_and_won_back(self):
        self.invoice(self.alma, "2023-06-01", (1, 10))
        self.invoice(self.alma, "2025-11-01", (1, 10))  # back after more than a year
        self.invoice(self.bert, "2024-12-14", (1, 10))  # 366 days ago
        self.refresh()
        won_back, lost = self.row(self.alma), self.row(self.bert)
        self.assertEqual(won_back.lifecycle_stage, "won_back")
        self.assertEqual(won_back.returned_date, date(2025, 11, 1))
        self.assertEqual((lost.lifecycle_stage, lost.cooperation_state), ("lost", "ended"))
        self.assertEqual((lost.pyramid_level, lost.tier, lost.rfm), ("inactive", "D", False))

    def test_archived_customers_keep_their_figures(self):
        self.invoice(self.alma, "2025-11-01", (1, 10))
        self.alma.child_ids.action_archive()
        self.alma.action_archive()
        self.refresh()
        self.assertEqual(self.row(self.alma).revenue, 10)
        self.assertFalse(self.row(self.alma).partner_active)

    # History

    def test_a_month_is_closed_once(self):
        self.invoice(self.alma, "2025-11-10", (1, 10))
        self.invoice(self.bert, "2025-11-10", (1, 90))
        self.refresh(date(2025, 11, 20))
        self.invoice(self.alma, "2025-11-25", (1, 300))
        self.refresh(date(2025, 12, 2))
        november = self.row(self.alma, is_current=False)
        self.assertEqual((november.month, november.date), (date(2025, 11, 1), date(2025, 11, 30)))
        self.assertEqual((november.revenue, november.tier), (310, "A"))
        self.assertEqual(self.row(self.alma).previous_tier, "A")
        # A late document in the closed month moves the current figures only.
        self.invoice(self.bert, "2025-11-26", (1, 910))
        self.refresh(date(2025, 12, 3))
        self.env.invalidate_all()
        self.assertEqual(self.row(self.bert, is_current=False).revenue, 90)
        self.assertEqual(self.row(self.bert).revenue, 1000)
        self.assertEqual((self.row(self.alma).tier, self.row(self.bert).tier), ("B", "A"))
        moves = self.dashboard()["migration"]
        # Bert brought 90 of 400: 310 before him are 78 %, so he was B.
        self.assertEqual(
            sorted((move["before"], move["now"], move["count"]) for move in moves),
            [("A", "B", 1), ("B", "A", 1)],
        )

    def test_months_skipped_are_closed_too(self):
        self.invoice(self.alma, "2025-09-10", (1, 10))
        self.refresh(date(2025, 9, 20))
        self.refresh(date(2025, 12, 3))
        closed = self.row(self.alma, is_current=False)
        self.assertEqual(
            sorted(closed.mapped("month")),
            [date(2025, 9, 1), date(2025, 10, 1), date(2025, 11, 1)],
        )
        self.assertEqual(len(self.row(self.alma)), 1)

    def test_historical_data_has_its_own_today(self):
        self.invoice(self.alma, date(2019, 3, 10), (1, 100))
        self.env["ir.config_parameter"].set_param("crm_customer_insight.data_date", "2019-03-31")
        self.assertEqual(self.Snapshot._data_date(), date(2019, 3, 31))
        self.Snapshot._refresh()
        row = self.Snapshot.search(
            [("partner_id", "=", self.alma.id), ("company_id", "=", self.company.id)]
        ).filtered("is_current")
        self.assertEqual((row.date, row.revenue, row.recency_days), (date(2019, 3, 31), 100, 21))

    def test_backfill(self):
        self.invoice(self.alma, "2025-10-10", (1, 10))
        self.env["crm.value.setting"].create({"history_months": 3})
        self.refresh()
        first = self.Snapshot._missing_months()[0]
        self.assertLessEqual(first, date(2025, 10, 1))
        self.assertEqual(self.Snapshot._backfill(limit=1), len(self.Snapshot._missing_months()))
        self.Snapshot._backfill()
        self.refresh()
        closed = self.row(self.alma, is_current=False).sorted("month")
        self.assertEqual(closed.mapped("month"), [date(2025, 10, 1), date(2025, 11, 1)])
        self.assertEqual(closed.mapped("recency_days"), [21, 51])
        self.assertEqual(closed.mapped("previous_tier"), [False, "A"])
        self.assertEqual(self.row(self.alma).previous_tier, "A")
        self.assertEqual(self.Snapshot._missing_months(), [])

    # Rules

    def test_changed_rules_ask_for_a_recomputation(self):
        self.invoice(self.alma, "2025-06-10", (1, 10))
        self.refresh()
        rules = self.env["crm.value.setting"].create({"company_id": self.company.id})
        self.refresh()
        self.assertFalse(rules.needs_recompute)
        rules.window_months = 3
        self.assertTrue(rules.needs_recompute)
        action = rules.action_recompute()
        self.assertEqual(action["params"]["type"], "success")
        self.assertFalse(rules.needs_recompute)

    def test_a_shorter_window(self):
        self.env["crm.value.setting"].create({"company_id": self.company.id, "window_months": 3})
        self.invoice(self.alma, "2025-09-30", (1, 10))
        self.invoice(self.alma, "2025-10-01", (1, 25))
        self.refresh()
        self.assertEqual(self.row(self.alma).revenue, 25)
        self.assertEqual(self.row(self.alma).revenue_previous, 10)
        self.assertEqual(self.row(self.alma, None).revenue, 35, "Consolidated: the defaults")

    def test_rules_that_make_no_sense_are_refused(self):
        for values in (
            {"window_months": 0},
            {"tier_a_share": 0.9},
            {"tier_c_share": 1.2},
            {"r_days_5": 500},
            {"f_count_2": 0},
            {"m_amount_2": 99999},
            {"lost_days": 20},
            {"ended_days": 10},
            {"change_rate": -1},
        ):
            with (
                self.subTest(values=values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.env.cr.savepoint(),
            ):
                self.env["crm.value.setting"].create(
                    {"company_id": self.company.id, **values}
                ).flush_recordset()

    def test_a_second_refresh_waits_its_turn(self):
        with self.registry.cursor() as other:
            other.execute("SELECT pg_advisory_xact_lock(hashtext('crm.customer.snapshot'))")
            self.assertIsNone(self.refresh())
            self.assertEqual(self.Snapshot.action_refresh()["params"]["type"], "warning")

    def test_salespeople_cannot_start_a_refresh(self):
        seller = self.make_user("value_seller", "sales_team.group_sale_salesman")
        with self.assertRaises(UserError):
            self.Snapshot.with_user(seller).action_refresh()
        analyst = self.make_user("value_analyst", "crm_customer_insight.group_insight_analyst")
        action = self.Snapshot.with_user(analyst).action_refresh()
        self.assertEqual(action["params"]["type"], "success")

    # Against the tools

    def test_the_fill_agrees_with_the_tools_on_random_data(self):
        generator = random.Random(7)
        partners = self.env["res.partner"].create([{"name": f"R{n}"} for n in range(150)])
        self._random_cells(generator, partners)
        self.env["crm.value.state"]._get().date = False
        customer_snapshot.fill(self.env, self.Snapshot._periods(TODAY))
        self.env.invalidate_all()
        rows = self.Snapshot.search(
            [("company_id", "=", self.company.id), ("is_current", "=", True)], order="id"
        )
        self.assertGreater(len(rows), 120)
        self._compare_scores(rows)
        self._compare_stages(rows)

    def _random_cells(self, generator, partners):
        values = []
        for partner in partners:
            for month in generator.sample(range(30), generator.randrange(0, 6)):
                day = date(2023 + (month + 6) // 12, (month + 6) % 12 + 1, 1)
                amount = generator.choice([5, 10, 10, 10, 50, 200, 1000])
                values.append(
                    {
                        "partner_id": partner.id,
                        "company_id": self.company.id,
                        "month": day,
                        "revenue": amount,
                        "revenue_known": amount,
                        "revenue_estimated": 0,
                        "product_cost": generator.choice([0, 4, 10, 30]),
                        "direct_cost": generator.choice([0, 0, 3]),
                        "allocated_cost": 0,
                        "invoice_count": generator.choice([1, 1, 1, 2, 5]),
                        "refund_count": 0,
                        "order_count": 0,
                        "first_date": day,
                        "last_date": day + timedelta(days=generator.randrange(0, 14)),
                    }
                )
        self.Month.create(values)
        self.env.flush_all()

    def _compare_scores(self, rows):
        active = rows.filtered("frequency")
        self.assertGreater(len(active), 60)
        expected = zip(
            rfm.quintile_scores(active.mapped("recency_days"), higher_is_better=False),
            rfm.quintile_scores(active.mapped("frequency")),
            rfm.quintile_scores(active.mapped("revenue")),
            strict=True,
        )
        self.assertEqual(
            active.mapped("rfm"), ["".join(str(score) for score in scores) for scores in expected]
        )
        self.assertFalse(any((rows - active).mapped("rfm")))
        self.assertEqual(rows.mapped("tier"), pareto.tiers(rows.mapped("profit")))
        self.assertEqual(
            active.mapped("pyramid_level"), pareto.pyramid_levels(active.mapped("revenue"))
        )

    def _compare_stages(self, rows):
        for row in rows:
            cells = self.Month.search([("partner_id", "=", row.partner_id.id)])
            returned = lifecycle.last_return(
                [day for cell in cells for day in (cell.first_date, cell.last_date)], 365
            )
            self.assertEqual(row.returned_date or None, returned)
            self.assertEqual(
                row.lifecycle_stage,
                lifecycle.stage(
                    TODAY,
                    self.Snapshot._periods(TODAY)[0].window_start,
                    row.first_purchase,
                    row.last_purchase,
                    returned,
                    row.revenue,
                    row.revenue_previous,
                ),
            )
            self.assertEqual(row.cooperation_state, lifecycle.cooperation(TODAY, row.last_purchase))

    # Dashboard

    def dashboard(self):
        return self.env["crm.value.dashboard"].with_company(self.company).get_value_dashboard()

    def test_the_curve_has_few_points(self):
        values = [
            {
                "partner_id": self.alma.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "month": date(1900 + number // 12, number % 12 + 1, 1),
                "date": TODAY,
                "is_current": True,
                "profit": 2000 - number,
            }
            for number in range(1100)
        ]
        self.Snapshot.create(values)
        curve = self.dashboard()["curve"]
        self.assertEqual(curve["customers"], 1100)
        # Every sixth (1100 / 200, rounded up) up to 1098, and the first and the last.
        self.assertEqual(len(curve["points"]), 183 + 2)
        # 2000 + 1999 + … + 901
        self.assertEqual(curve["points"][-1], {"rank": 1100, "value": 1_595_550.0})

    def test_rfm_map_and_pyramid(self):
        self.invoice(self.alma, "2025-11-05", (1, 100))
        self.invoice(self.bert, "2025-11-05", (1, 100))
        self.invoice(self.cora, "2025-10-05", (1, 50))
        self.refresh()
        data = self.dashboard()
        # Cora is the oldest: R 1; the two others have 1 of 3 behind them: 1 + floor(5/3) = 2.
        self.assertEqual(
            data["rfm"],
            [
                {"r": 1, "f": 1, "count": 1, "revenue": 50.0, "profit": 50.0, "m": 1.0},
                {"r": 2, "f": 1, "count": 2, "revenue": 200.0, "profit": 200.0, "m": 2.0},
            ],
        )
        pyramid = {level["level"]: level for level in data["pyramid"]}
        self.assertEqual(pyramid["top"]["count"], 2)
        self.assertEqual(pyramid["small"]["revenue"], 50)
        self.assertNotIn("inactive", pyramid, "Nobody there is not zero.")
