"""Whom to contact when: the plan of the night, its column on contacts, its rights (C360-4)."""

import datetime

import psycopg2

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..tools import contact_plan, next_action
from .common_accounts import AccountsCase


@tagged("post_install", "-at_install")
class TestContactPlan(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.value.setting"].search([]).unlink()
        cls.env["crm.value.setting"].create(
            {"contact_days_a": 30, "contact_days_b": 60, "contact_days_c": 0, "contact_days_d": 0}
        )
        cls.run_ = cls.env["crm.insight.run"]
        cls.plans = cls.env["crm.contact.plan"]

    def recalculate(self):
        return self.run_._run_now(["contact_plan"])["contact_plan"]

    def plan(self, partner, user=None):
        return self.plans.with_user(user or self.env.user).search(
            [("partner_id", "=", partner.id), ("company_id", "=", self.company.id)]
        )

    def test_the_shorter_of_tier_and_rhythm(self):
        for days in (10, 20, 30, 40, 50):  # every ten days: (50 − 10) ÷ 4
            self._touch(self.acme, days)
        self._touch(self.bolt, 10)
        self._snapshot(self.acme, tier="A")
        self._snapshot(self.bolt, tier="B")
        self.recalculate()
        acme, bolt = self.plan(self.acme), self.plan(self.bolt)
        self.assertEqual(
            (acme.next_date, acme.basis, acme.rhythm_days, acme.contact_days),
            (self.today, "rhythm", 10.0, 5),
        )
        self.assertEqual(
            (bolt.next_date, bolt.basis, bolt.rhythm_days),
            (self._days_ago(10) + datetime.timedelta(days=60), "tier", 0.0),
        )
        self.assertIn("Usually every 10 days", acme.explanation)
        self.assertIn("Tier B: every 60 days", bolt.explanation)

    def test_never_contacted_and_no_rule(self):
        self._snapshot(self.acme, tier="A")
        self._snapshot(self.corn, tier="C")
        self.recalculate()
        self.assertEqual((self.plan(self.acme).next_date, self.plan(self.acme).basis),
                         (self.today, "never"))  # fmt: skip
        self.assertEqual((self.plan(self.corn).next_date, self.plan(self.corn).basis),
                         (False, "none"))  # fmt: skip

    def test_the_statement_says_the_same_as_the_rule(self):
        """A crowd of tiers, rhythms and silences against ``tools/contact_plan``."""
        crowd = {}
        for number, tier in enumerate(("A", "B", "C", "D", False) * 4):
            partner = self._customer(f"Crowd {number}", self.sam)
            self._snapshot(partner, tier=tier)
            touched = sorted({1 + 7 * number % 50 * step for step in range(1, number % 6 + 1)})
            for days in touched:
                self._touch(partner, days)
            crowd[partner] = (tier, [self._days_ago(days) for days in touched])
        self.recalculate()
        days_of = {"A": 30, "B": 60}
        for partner, (tier, days) in crowd.items():
            first, last = (min(days), max(days)) if days else (None, None)
            rhythm = next_action.rhythm_days(len(days), first, last) if days else None
            want = contact_plan.plan(last, days_of.get(tier, 0), rhythm, 1.0, self.today)
            found = self.plan(partner)
            self.assertEqual((found.next_date or None, found.basis), (want.date, want.basis))

    def test_computing_again_moves_the_day_and_forgets_who_is_gone(self):
        self._touch(self.acme, 50)
        self._snapshot(self.acme, tier="A")
        self._snapshot(self.bolt, tier="A")
        self.recalculate()
        before = self.plan(self.acme)
        self.assertEqual(before.next_date, self._days_ago(20))
        self._touch(self.acme, 5)
        self.bolt.active = False
        self.recalculate()
        self.assertEqual(self.plan(self.acme), before)
        self.assertEqual(before.next_date, self.today + datetime.timedelta(days=25))
        self.assertFalse(self.plan(self.bolt))

    def test_voided_and_internal_touches_do_not_count(self):
        self._snapshot(self.acme, tier="A")
        self._touch(self.acme, 3, voided=True)
        self._touch(self.acme, 3, direction="none")
        self._touch(self.acme, 3, kind="invoice")
        self._touch(self.acme, 3, company_id=self.other_company.id)
        self.recalculate()
        self.assertEqual(self.plan(self.acme).basis, "never")

    def test_not_enough_data(self):
        self.env["crm.customer.snapshot"].search([]).is_current = False
        self.assertIn("no value figures yet", self.recalculate())

    def test_column_on_contacts_searched_and_sorted(self):
        for partner, tier, days in ((self.acme, "A", 10), (self.bolt, "B", 59)):
            self._touch(partner, days)
            self._snapshot(partner, tier=tier)
        self.recalculate()
        partners = self.env["res.partner"]
        domain = [("id", "in", (self.acme | self.bolt | self.corn | self.bob).ids)]
        # Acme in 20 days, Bolt tomorrow; Bob has the day of his company
        found = partners.search([*domain, ("insight_next_contact", "!=", False)],
                                order="insight_next_contact, id")  # fmt: skip
        self.assertEqual(found, self.bolt | self.acme | self.bob)
        tomorrow = self.today + datetime.timedelta(days=1)
        self.assertEqual(
            partners.search([*domain, ("insight_next_contact", "<=", tomorrow)]), self.bolt
        )
        self.assertEqual(self.bob.insight_next_contact, self.acme.insight_next_contact)
        self.assertFalse(self.corn.insight_next_contact)
        # Tom may not read the plan of Sam's customer, not even by sorting
        mine = partners.with_user(self.tom)
        self.assertEqual(mine.search([*domain, ("insight_next_contact", "!=", False)]), self.bolt)

    def test_due_contacts_are_proposed(self):
        self._touch(self.acme, 40)
        self._snapshot(self.acme, tier="A")
        self.recalculate()
        actions = self.env["crm.next.action"].with_user(self.sam)
        [proposal] = [
            row for row in actions.get_next_actions(self.acme.ids) if row["code"] == "contact_plan"
        ]
        self.assertEqual((proposal["title"], proposal["urgency"]), ("Contact him again", "medium"))

    def test_own_customers_only(self):
        self._snapshot(self.acme, tier="A")
        self._snapshot(self.bolt, tier="A")
        self.recalculate()
        self.assertFalse(self.plan(self.bolt, self.sam))
        self.assertTrue(self.plan(self.bolt, self.ann))

    def test_wrong_intervals(self):
        for values in ({"contact_days_a": -1}, {"contact_rhythm_factor": -0.5}):
            with (
                self.subTest(values),
                mute_logger("odoo.sql_db"),
                self.assertRaises(psycopg2.IntegrityError),
                self.cr.savepoint(),
            ):
                setting = self.env["crm.value.setting"].search([], limit=1)
                setting.write(values)
                setting.flush_recordset()

    def test_merged_customers_are_planned_anew(self):
        double = self._customer("Acme twice", self.sam)
        for partner in (self.acme, double):
            self._snapshot(partner, tier="A")
        self.recalculate()
        self.env["base.partner.merge.automatic.wizard"].create({})._merge(
            [self.acme.id, double.id], self.acme
        )
        self.assertEqual(len(self.plan(self.acme)), 1)
        self.assertFalse(self.plan(double))
        self._snapshot(self.acme, tier="A")
        self.recalculate()
        self.assertEqual(len(self.plan(self.acme)), 1)
        self.assertEqual(fields.Date.to_date(self.plan(self.acme).date), self.today)

    def test_the_next_contact_is_a_fact(self):
        self._touch(self.acme, 10)
        self._snapshot(self.acme, tier="A")
        self.recalculate()
        facts = self.env["crm.customer.fact"]
        day = self.today + datetime.timedelta(days=20)
        found = facts._values(["next_contact"], (self.acme | self.bolt).ids)
        self.assertEqual(found["next_contact"], {self.acme.id: day})
        condition = {"fact": "next_contact", "operator": "<=", "value": str(day)}
        self.assertEqual(facts.with_user(self.sam)._count(condition), 1)


@tagged("post_install", "-at_install")
class TestContractReminders(AccountsCase):
    """Ends of contracts and days to give notice are brought up in time."""

    def contract(self, ends_in, **values):
        return self.env["crm.customer.contract"].create(
            {
                "name": f"Maintenance {ends_in}",
                "partner_id": self.acme.id,
                "company_id": self.company.id,
                "user_id": self.sam.id,
                "date_start": self._days_ago(300),
                "date_end": self.today + datetime.timedelta(days=ends_in),
                "state": "running",
                "monthly_value": 100,
                **values,
            }
        )

    def proposals(self, user=None):
        actions = self.env["crm.next.action"].with_user(user or self.sam)
        found = actions.get_next_actions(self.acme.ids)
        return [row for row in found if row["code"] == "contract"]

    def test_notice_comes_before_the_end(self):
        # ends in 100 days, 90 days' notice: to be given within 10 days, 12 × 100 a year at stake
        contract = self.contract(100, notice_days=90)
        self.contract(200)
        [proposal] = self.proposals()
        self.assertEqual((proposal["urgency"], proposal["expected_value"]), ("high", 1200.0))
        self.assertIn("Contracts ending: 1", proposal["reason"])
        action = self.env["crm.next.action"].execute_next_action("contract", self.acme.id)
        self.assertIn(contract, self.env["crm.customer.contract"].search(action["domain"]))

    def test_ends_within_two_months(self):
        self.contract(50, notice_days=0)
        self.assertEqual([row["urgency"] for row in self.proposals()], ["medium"])

    def test_contracts_that_are_over_or_open_ended(self):
        self.contract(30, state="cancelled")
        self.contract(30, date_end=False)
        self.contract(30, company_id=self.other_company.id)
        self.assertEqual(self.proposals(), [])
