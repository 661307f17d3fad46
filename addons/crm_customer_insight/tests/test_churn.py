"""Churn of all customers in SQL: states, history, reasons, bad input (ROI-3, ROI-5)."""

import random
from datetime import date, timedelta

from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from ..report import churn as report
from ..tools import churn
from ..tools.churn import FOREVER, Rules, Signal
from .churn_common import ChurnCommon
from .value_common import TODAY


def ago(days):
    return TODAY - timedelta(days=days)


@tagged("post_install", "-at_install")
class TestChurnStates(ChurnCommon):
    abroad = False

    def test_states_by_days_and_by_own_rhythm(self):
        # once 200 days ago: more than half of 365 days
        self.bought(self.alma, 200)
        # every 20 days until 50 days ago: more than 2 × 20, not more than the floor of 60
        self.bought(self.bert, 50, 70, 90, 110)
        self.bought(self.cora, 366)
        self.compute()
        rows = [self.churn(partner) for partner in (self.alma, self.bert, self.cora)]
        self.assertEqual([row.state for row in rows], ["at_risk", "at_risk", "lost"])
        self.assertEqual([row.usual_days for row in rows], [0, 20, 0])
        # 200 of 183 days of at risk … 366: 200/366; 50 of 61
        self.assertAlmostEqual(rows[0].risk, 200 / 366, 4)
        self.assertAlmostEqual(rows[1].risk, 50 / 61, 4)
        self.assertEqual((rows[2].risk, rows[2].lost_date), (1, TODAY))

    def test_won_back(self):
        self.bought(self.alma, 500, 20)
        self.compute()
        row = self.churn(self.alma)
        self.assertEqual((row.state, row.won_back_date), ("won_back", ago(20)))
        self.assertEqual(row.first_lost_date, ago(500 - 366))
        # from 2 August 2024 to 2 August 2025: twelve months and a day begun 12 or 13
        self.assertEqual(row.survival_months, churn.begun_months(ago(500), ago(134)))

    def test_months_before_are_computed_back(self):
        self.bought(self.alma, date(2024, 5, 10))  # lost on 11 May 2025, 366 days later
        self.bought(self.bert, date(2025, 11, 2))
        self.compute()
        rows = self.history(self.alma)
        lost = [(row.month, row.previous_state) for row in rows if row.state == "lost"]
        self.assertEqual(lost[0], (date(2025, 5, 1), "at_risk"))
        self.assertEqual(lost[-1], (date(2025, 12, 1), "lost"))
        self.assertEqual(rows.filtered("is_current").month, date(2025, 12, 1))
        new = self.history(self.bert)
        self.assertEqual([row.previous_state for row in new], [False, "active"])

    def test_closed_months_stay_and_the_current_one_moves(self):
        self.bought(self.alma, date(2025, 10, 10))
        self.compute()
        before = self.history(self.alma)
        self.bought(self.alma, date(2025, 10, 20), date(2025, 12, 1))
        self.compute()
        after = self.history(self.alma)
        self.assertEqual(after, before)
        self.assertEqual(after.mapped("purchases"), [1, 1, 3])

    def test_a_new_month_closes_the_old_one(self):
        self.bought(self.alma, date(2025, 11, 20))
        self.compute()
        self.compute(date(2026, 1, 10))
        rows = self.history(self.alma)
        self.assertEqual(
            [(row.month.month, row.date, row.is_current) for row in rows],
            [
                (11, date(2025, 11, 30), False),
                (12, date(2025, 12, 31), False),
                (1, date(2026, 1, 10), True),
            ],
        )

    def test_what_did_not_change_is_not_written(self):
        self.bought(self.alma, 100)
        self.assertGreater(self.compute(), 0)
        self.assertEqual(self.compute(), 0)

    def test_before_the_value_figures_it_says_what_is_missing(self):
        self.env["crm.value.state"]._get().date = False
        found = self.env["crm.insight.run"]._run_now(["churn"])["churn"]
        self.assertIn("value figures", found)

    # Bad input

    def test_credit_notes_and_later_invoices_are_no_purchases(self):
        self.bought(self.alma, 300)
        self.bought(self.alma, 10, move_type="out_refund", amount=-100)
        self.bought(self.alma, 20, amount=-5)
        self.bought(self.alma, date(2026, 2, 1))
        self.compute()
        row = self.churn(self.alma)
        self.assertEqual((row.silence_days, row.purchases), (300, 1))

    def test_only_negative_baskets_make_no_customer(self):
        self.bought(self.bert, 10, move_type="out_refund", amount=-100)
        self.compute()
        self.assertFalse(self.churn(self.bert))

    def test_all_purchases_on_one_day(self):
        self.bought(self.alma, 200, 200, 200, 200)
        self.compute()
        row = self.churn(self.alma)
        self.assertEqual((row.purchases, row.usual_days, row.state), (1, 0, "at_risk"))

    def test_contacts_count_for_their_company(self):
        self.bought(self.alma, 300)
        self.bought(self.contact, 10)
        self.compute()
        self.assertEqual(self.churn(self.alma).silence_days, 10)
        self.assertFalse(self.churn(self.contact))

    def test_merged_customers_keep_the_livelier_history(self):
        self.bought(self.alma, 400)
        self.bought(self.bert, 30)
        self.compute()
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge((self.alma | self.bert).ids, self.alma)
        rows = self.history(self.alma)
        self.assertEqual(len(rows), len(set(rows.mapped("month"))))
        self.assertEqual(self.churn(self.alma).state, "active")
        self.compute()
        self.assertEqual(self.churn(self.alma).purchases, 2)

    def test_deleted_customers_take_their_rows_along(self):
        other = self.env["res.partner"].create({"name": "Other"})
        self.Churn.create(
            {
                "partner_id": other.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "month": TODAY,
                "date": TODAY,
                "first_date": TODAY,
                "state": "active",
            }
        )
        other.unlink()
        self.assertFalse(self.Churn.search([("month", "=", TODAY)]))

    # Contracts and their usage: C360-7

    def contract(self, partner, start, end=False, **values):
        contract = self.env["crm.customer.contract"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "name": "Full maintenance",
                "date_start": ago(start),
                "date_end": end is not False and ago(end),
                "renewal_kind": "manual",
                **values,
            }
        )
        contract.state = values.get("state", "running")
        return contract

    def test_contracts_keep_and_lose_their_customers(self):
        self.contract(self.alma, 800)
        self.contract(self.bert, 800, 40, state="ended", closed_on=ago(40))
        self.contract(self.cora, 800, -20)
        self.bought(self.alma, 790)
        self.compute()
        rows = [self.churn(partner) for partner in (self.alma, self.bert, self.cora)]
        self.assertEqual([row.state for row in rows], ["active", "lost", "at_risk"])
        # grace 30: lost on the 31st day after the end
        self.assertEqual((rows[1].lost_date, rows[1].reason_code), (ago(9), "contract"))
        # 51 days are left of 91 from the warning to the loss
        self.assertAlmostEqual(rows[2].risk, 40 / 91, 5)
        self.assertEqual(rows[2].why, "“Full maintenance” ends soon and is not renewed yet.")

    def test_cancelled_before_its_end_and_renewing_by_itself(self):
        self.contract(
            self.alma, 800, -300, state="cancelled", closed_on=ago(20), end_reason="Moved away"
        )
        self.contract(self.bert, 800, -5, renewal_kind="automatic")
        self.contract(self.cora, 800, state="draft")
        self.compute()
        row = self.churn(self.alma)
        self.assertEqual((row.state, row.silence_days), ("at_risk", 20))
        self.assertIn("(Moved away)", row.why)
        self.assertEqual(self.churn(self.bert).state, "active")
        self.assertFalse(self.churn(self.cora))

    def test_usage_that_falls_is_a_risk(self):
        contract = self.contract(self.alma, 200)
        self.env["crm.usage.reading"].create(
            [
                {"contract_id": contract.id, "date": ago(120 - 30 * n), "quantity": quantity}
                for n, quantity in enumerate((100, 110, 90, 40))
            ]
        )
        self.compute()
        row = self.churn(self.alma)
        self.assertEqual((row.state, row.reason_code), ("at_risk", "usage"))
        self.assertAlmostEqual(row.risk, 0.6)
        self.assertEqual(row.why, "Usage is 60 % below its mean before.")

    # Reasons

    def test_reason_of_the_lost_deal_before_the_loss(self):
        self.bought(self.alma, 400)
        self.bought(self.bert, 400)
        expensive, early = self.env["crm.lost.reason"].create(
            [{"name": "Too expensive"}, {"name": "Not yet"}]
        )
        leads = self.env["crm.lead"].create(
            [
                {"name": "Offer", "partner_id": self.contact.id, "company_id": self.company.id},
                {"name": "Old", "partner_id": self.alma.id, "company_id": self.company.id},
            ]
        )
        leads[0].action_set_lost(lost_reason_id=expensive.id)
        leads[1].action_set_lost(lost_reason_id=early.id)
        leads[0].date_closed = f"{ago(100)} 10:00:00"
        leads[1].date_closed = f"{ago(600)} 10:00:00"
        self.compute()
        row = self.churn(self.alma)
        self.assertEqual((row.reason_code, row.lost_reason_id), ("deal", expensive))
        self.assertEqual(self.churn(self.bert).reason_code, "unknown")

    def test_signals_raise_the_risk_and_are_said(self):
        self.bought(self.alma, 183)
        sign = Signal(
            "mood",
            "Mood",
            "Bad mood: %(amount)s",
            lambda env, day: SQL("SELECT %s, NULL::int, 0.8, 2", self.alma.id),
        )
        self.patch(self.env.registry["crm.customer.churn"], "_churn_signals", lambda _self: [sign])
        self.compute()
        row = self.churn(self.alma)
        # silence 183 of 366 days: 1 − 0.5 × 0.2
        self.assertAlmostEqual(row.risk, 0.9)
        self.assertEqual(row.reason_code, "mood")
        self.assertEqual(
            row.why.split("\n"),
            ["Bad mood: 2", "Silent for 183 days; too few purchases for a rhythm of his own."],
        )

    # Rules

    def test_rules_of_tier_and_company_before_those_of_all(self):
        rules = self.env["crm.churn.rule"].create(
            [
                {"lost_days": 300},
                {"lost_days": 400, "tier": "A"},
                {"lost_days": 500, "company_id": self.company.id},
                {"lost_days": 600, "company_id": self.company.id, "tier": "A"},
            ]
        )
        found = rules._for_companies(self.company | self.main)
        own, main = self.company.id, self.main.id
        days = {key: rule.lost_days for key, rule in found.items()}
        self.assertEqual((days[own, "A"], days[own, "B"], days[own, ""]), (600, 500, 500))
        self.assertEqual((days[main, "A"], days[main, "D"], days[0, ""]), (400, 300, 300))

    def test_without_a_rule_the_days_of_the_value_rules_count(self):
        self.env["crm.value.setting"].create({"company_id": self.company.id, "lost_days": 100})
        rule = self.env["crm.churn.rule"]._for_companies(self.company)[self.company.id, "A"]
        self.assertEqual((rule.at_risk_days, rule.lost_days), (50, 100))

    def test_limits_that_make_no_sense(self):
        for values in (
            {"at_risk_days": 400},
            {"lost_days": 20, "at_risk_days": 10},
            {"risk_factor": 5},
            {"usage_drop": 0},
            {"rhythm_purchases": 1},
        ):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(IntegrityError),
                self.cr.savepoint(),
            ):
                self.env["crm.churn.rule"].create(values)
                self.env.flush_all()

    def test_proposal_from_the_gaps(self):
        rule = self.env["crm.churn.rule"].create({"company_id": self.company.id})
        with self.assertRaises(UserError):
            rule.action_propose()
        # 100 gaps: ninety of 10 days, eight of 50, two of 90
        self.bought(self.alma, *_back([10] * 90 + [50] * 8 + [90] * 2))
        rule.action_propose()
        self.assertEqual((rule.at_risk_days, rule.lost_days), (10, 50))

    # The crowd

    def test_sql_and_pure_rules_agree_on_a_crowd(self):
        world = _Crowd(self)
        world.fill()
        for day in (TODAY, ago(200)):
            found = world.states(day)
            expected = {
                partner.id: world.expected(partner, day)
                for partner in world.partners
                if world.expected(partner, day)
            }
            self.assertEqual(set(found), set(expected))
            self.assertEqual({row["state"] for row in found.values()}, set(_STATES))
            for partner_id, row in found.items():
                self.compare(row, expected[partner_id], day)

    def compare(self, row, expected, day):
        for name in (
            "state",
            "silence_days",
            "usual_days",
            "purchases",
            "lost_date",
            "won_back_date",
            "first_lost_date",
        ):
            self.assertEqual(row[name], getattr(expected, name), (name, row, expected))
        for name in ("silence_part", "contract_part", "usage_part", "risk"):
            self.assertAlmostEqual(row[name], getattr(expected, name), 5, (name, row, expected))
        watched = churn.watched(row["first_date"], expected.first_lost_date, day)
        self.assertEqual((row["survival_months"], row["survival_lost"]), watched)


_STATES = ("active", "at_risk", "lost", "won_back")


def _back(gaps):
    """Days before today with these gaps between them."""
    days, day = [0], 0
    for gap in gaps:
        day += gap
        days.append(day)
    return days


class _Crowd:
    """Customers by chance: purchases, contracts, readings, tiers, complaints, rules by tier."""

    def __init__(self, case):
        self.case, self.env, self.chance = case, case.env, random.Random(5)
        self.rules = {
            "": Rules(),
            "A": Rules(count_by="first", at_risk_days=60, lost_days=90, grace_days=5),
            "B": Rules(count_by="last", rhythm_purchases=2, usage_drop=0.3),
            "C": Rules(count_by="days", at_risk_days=40, lost_days=50, won_back_days=400),
            "D": Rules(risk_factor=1.1, lost_factor=1.3, warning_days=0, lost_floor_days=40),
        }

    def fill(self):
        case = self.case
        self.partners = self.env["res.partner"].create([{"name": f"N{n}"} for n in range(150)])
        self.purchases = {
            partner: self._days(900, self.chance.choice((0, 1, 2, 5, 12)))
            for partner in self.partners
        }
        for partner, days in self.purchases.items():
            case.bought(partner, *days)
        self.contracts = {
            partner: self._contracts() if self.chance.random() < 0.3 else []
            for partner in self.partners
        }
        self.weights = {partner: self.chance.choice((0, 0, 0.3)) for partner in self.partners}
        self.tiers = {}
        self._rate()
        case.env["crm.churn.rule"].create(
            [
                {"company_id": case.company.id, "tier": tier or False, **vars(rules)}
                for tier, rules in self.rules.items()
            ]
        )

    def _days(self, most, number):
        return [ago(self.chance.randrange(most)) for _n in range(number)]

    def _contracts(self):
        rows = []
        for _n in range(self.chance.choice((1, 1, 2, 3))):
            start = ago(self.chance.randrange(-20, 900))
            end = start + timedelta(days=self.chance.choice((30, 200, 365)))
            rows.append((start, self.chance.choice((end, end, FOREVER)), self._readings(start)))
        return rows

    def _readings(self, start):
        return [
            (start + timedelta(days=30 * n), self.chance.choice((0, 40, 100, 110)))
            for n in range(self.chance.choice((0, 3, 6)))
        ]

    def _rate(self):
        """Tiers month by month, in snapshots of their own."""
        case, rows = self.case, []
        for partner in self.partners:
            for back in range(31):
                month = (ago(30 * back)).replace(day=1)
                if (partner.id, month) not in self.tiers:
                    tier = self.chance.choice(("A", "B", "C", "D", None))
                    self.tiers[partner.id, month] = tier
                    rows.append((partner.id, month, tier))
        for partner_id, month, tier in rows:
            case.env.cr.execute(
                """INSERT INTO crm_customer_snapshot (partner_id, company_id, currency_id, month,
                    date, tier, profit) VALUES (%s, %s, %s, %s, %s, %s, 100)""",
                (partner_id, case.company.id, case.company.currency_id.id, month, month, tier),
            )

    def states(self, day):
        """What the statements say."""
        self.case.env.flush_all()
        self.case.Churn._prepare(TODAY)
        number = 0
        for partner, rows in self.contracts.items():
            for start, end, readings in rows:
                number += 1
                self._insert("crm_churn_contract", partner, number, start, end)
                for moment, quantity in readings:
                    self._insert("crm_churn_reading", partner, number, moment, quantity)
        values = SQL(", ").join(
            SQL("(%s, NULL::int, %s, 1)", partner.id, weight)
            for partner, weight in self.weights.items()
            if weight
        )
        sign = Signal("sign", "Sign", "", lambda env, moment: SQL(
            "SELECT * FROM (VALUES %s) AS v (partner_id, company_id, weight, amount)", values
        ))  # fmt: skip
        report.gather_signals(self.env, [sign], day)
        report.states(self.env, "crm_churn_state", day)
        rows = self.env.execute_query_dict(
            SQL(
                "SELECT * FROM crm_churn_state WHERE cid = %s AND partner_id IN %s",
                self.case.company.id,
                tuple(self.partners.ids),
            )
        )
        return {row["partner_id"]: row for row in rows}

    def _insert(self, table, partner, *values):
        columns = ("id, start, finish") if table.endswith("contract") else (
            "contract_id, date, quantity"
        )  # fmt: skip
        self.env.cr.execute(
            SQL(
                "INSERT INTO %s (partner_id, cid, %s) VALUES %s",
                SQL.identifier(table),
                SQL(columns),
                (partner.id, self.case.company.id, *values),
            )
        )

    def expected(self, partner, day):
        """What the pure rules say."""
        rows = [row for row in self.contracts[partner] if row[0] <= day]
        usage = [
            [float(quantity) for moment, quantity in readings if moment <= day]
            for _start, end, readings in rows
            if end >= day
        ]
        return churn.assess(
            day,
            self.purchases[partner],
            [(start, end) for start, end, _readings in rows],
            usage,
            [self.weights[partner]],
            lambda moment: self.rules[self.tiers.get((partner.id, moment.replace(day=1))) or ""],
        )


@tagged("post_install", "-at_install")
class TestChurnCompanies(ChurnCommon):
    """Customers of two companies: each company has its own state, and all have one together."""

    def test_lost_for_one_and_active_for_the_other(self):
        self.bought(self.alma, 500)
        self.bought(self.alma, 20, 500, company=self.company_eur)
        self.compute(history=False)
        states = [
            self.churn(self.alma, company).state
            for company in (self.company, self.company_eur, None)
        ]
        self.assertEqual(states, ["lost", "won_back", "won_back"])
        # 500 days ago in both companies is one day of purchase
        self.assertEqual(self.churn(self.alma, None).purchases, 2)

    def test_rules_of_each_company(self):
        self.env["crm.churn.rule"].create(
            {"company_id": self.company_eur.id, "lost_days": 60, "at_risk_days": 40}
        )
        self.bought(self.alma, 50)
        self.bought(self.alma, 50, company=self.company_eur)
        self.compute(history=False)
        states = [self.churn(self.alma, c).state for c in (self.company, self.company_eur, None)]
        self.assertEqual(states, ["active", "at_risk", "active"])

    def test_who_sees_which_rows(self):
        user = self.make_user("churn_sam", "crm_customer_insight.group_insight_user")
        analyst = self.make_user("churn_ann", "crm_customer_insight.group_insight_analyst")
        self.alma.user_id = user
        self.bought(self.alma, 50)
        self.bought(self.bert, 50)
        self.bought(self.bert, 50, company=self.company_eur)
        self.compute(history=False)
        ours = [("partner_id", "in", (self.alma | self.bert).ids), ("is_current", "=", True)]
        self.env.invalidate_all()
        self.assertEqual(self.Churn.with_user(user).search(ours).partner_id, self.alma)
        seen = self.Churn.with_user(analyst).search(ours)
        self.assertEqual(seen.company_id, self.company)
        self.assertEqual(seen.partner_id, self.alma | self.bert)
        analyst.company_ids = [Command.set(self.env["res.company"].search([]).ids)]
        self.env.invalidate_all()
        with_all = self.Churn.with_user(analyst).with_context(
            allowed_company_ids=analyst.company_ids.ids
        )
        self.assertEqual(len(with_all.search(ours)), 5)  # two, one, and two consolidated


@tagged("post_install", "-at_install")
class TestChurnQueries(ChurnCommon):
    abroad = False

    def test_ten_times_the_customers_cost_no_query_more(self):
        def count(number):
            for partner in self.env["res.partner"].create([{"name": "Q"}] * number):
                self.bought(partner, 10, 20, 400)
            self.refresh(full=True)
            before = self.env.cr.sql_log_count
            self.env["crm.insight.run"]._run_now(["churn"])
            return self.env.cr.sql_log_count - before

        count(1)
        self.assertEqual(count(2), count(20))
