"""Key accounts: designated or by value, team, goals, reviews, rights of the team (C360-2)."""

import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_accounts import AccountsCase


@tagged("post_install", "-at_install")
class TestKeyAccounts(AccountsCase):
    def _account(self, partner=None, **values):
        return self.env["crm.key.account"].create(
            {"partner_id": (partner or self.acme).id, "user_id": self.mia.id, **values}
        )

    def _goal(self, account, **values):
        return self.env["crm.key.account.goal"].create(
            {
                "account_id": account.id,
                "name": "Grow",
                "target": 100.0,
                "start": self.today.replace(month=1, day=1),
                "deadline": self.today.replace(month=12, day=31),
                **values,
            }
        )

    def _month(self, partner, month, **values):
        return self.env["crm.customer.month"].create(
            {
                "partner_id": partner.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "month": self.today.replace(month=month, day=1),
                **values,
            }
        )

    def test_a_contact_stands_for_his_company_once(self):
        account = self._account(self.bob)
        self.assertEqual(account.partner_id, self.acme)
        self.assertTrue(self.bob.is_key_account)
        self.assertEqual(self.bob.key_account_member_ids, self.mia)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            self._account(self.acme)

    def test_search_by_key_account_and_team(self):
        account = self._account(member_ids=[(0, 0, {"user_id": self.tom.id})])
        partners = self.env["res.partner"]
        world = [("id", "in", (self.acme | self.bob | self.bolt).ids)]
        self.assertEqual(
            partners.search([*world, ("is_key_account", "=", True)]), self.acme | self.bob
        )
        self.assertEqual(partners.search([*world, ("is_key_account", "=", False)]), self.bolt)
        team = [("key_account_member_ids", "in", [self.tom.id])]
        self.assertEqual(partners.search([*world, *team]), self.acme)
        account.action_end()
        self.assertFalse(partners.search([*world, ("is_key_account", "=", True)]))
        self.assertFalse(partners.search([*world, *team]))
        self.assertEqual(account.ended_on, self.today)

    def test_the_team_sees_figures_and_history_of_its_account(self):
        snapshot = self._snapshot(self.acme, tier="A")
        month = self._month(self.acme, 1, revenue=5)
        touch = self._touch(self.bob, 3)
        records = [snapshot, month, touch]
        self.assertFalse(any(self._visible(record, self.tom) for record in records))
        account = self._account(member_ids=[(0, 0, {"user_id": self.tom.id})])
        self.assertTrue(all(self._visible(record, self.tom) for record in records))
        account.action_end()
        self.assertFalse(any(self._visible(record, self.tom) for record in records))

    def _visible(self, record, user):
        return record.with_user(user).search_count([("id", "=", record.id)]) == 1

    def test_proposals_by_value_become_accounts(self):
        self._account(self.bolt).action_end()
        snapshots = self._snapshot(self.acme, tier="A") | self._snapshot(self.bolt, tier="A")
        snapshots.with_user(self.mia).action_designate_key_account()
        account = self.acme.key_account_id
        self.assertEqual((account.basis, account.user_id), ("value", self.sam))
        self.assertIn("Tier A", account.reason)
        self.assertTrue(self.bolt.is_key_account, "an ended account starts again")
        with self.assertRaises(AccessError):
            self._snapshot(self.corn).with_user(self.ann).action_designate_key_account()

    def test_goals_measure_the_months_of_their_time(self):
        account = self._account()
        self._month(self.acme, 1, revenue=60, product_cost=20, direct_cost=5, order_count=2)
        self._month(self.acme, 2, revenue=50, product_cost=10, allocated_cost=5, order_count=1)
        self._month(self.bolt, 1, revenue=999)
        # revenue 60 + 50; profit (60 − 20 − 5) + (50 − 10 − 5) = 35 + 35; orders 2 + 1
        expected = {"revenue": 110.0, "profit": 70.0, "orders": 3.0}
        goals = {figure: self._goal(account, figure=figure) for figure in expected}
        self.assertEqual({figure: goal.actual for figure, goal in goals.items()}, expected)
        self.assertAlmostEqual(goals["revenue"].progress, 110.0)
        self.assertEqual(goals["revenue"].state, "reached")
        february = self._goal(account, start=self.today.replace(month=2, day=1))
        self.assertEqual(february.actual, 50.0)

    def test_a_goal_without_data_says_so(self):
        account = self._account()
        self.assertEqual(self._goal(account).state, "no_data")
        by_hand = self._goal(account, figure="manual")
        self.assertEqual(by_hand.state, "no_data")
        by_hand.write({"reported": 40, "reported_on": self.today})
        self.assertEqual((by_hand.actual, by_hand.progress), (40.0, 40.0))
        with self.assertRaises(ValidationError):
            self._goal(account, start="2026-05-01", deadline="2026-04-01")

    def test_a_review_is_an_activity_of_the_owner(self):
        account = self._account(next_review_date=self.today)
        self.assertEqual(account.activity_ids.user_id, self.mia)
        account.write({"user_id": self.sam.id, "next_review_date": self._days_ago(1)})
        self.assertEqual(
            [(act.user_id, act.date_deadline) for act in account.activity_ids],
            [(self.sam, self._days_ago(1))],
        )
        self.assertEqual(account.review_state, "late")
        account.action_review_done()
        self.assertEqual(account.last_review_date, self.today)
        self.assertEqual(len(account.activity_ids), 1)
        self.assertEqual(account.activity_ids.date_deadline, account.next_review_date)
        account.action_end()
        self.assertFalse(account.activity_ids)

    def test_a_review_is_planned_in_the_language_of_the_owner(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        review = self.env.ref("crm_customer_insight.mail_activity_type_key_account_review")
        review.with_context(lang="fr_FR").summary = "Revue du compte"
        self.sam.lang = "fr_FR"
        account = self._account(next_review_date=self.today, user_id=self.sam.id)
        self.assertEqual(account.activity_ids.summary, "Revue du compte")
        account.user_id = self.mia
        self.assertEqual(account.activity_ids.summary, "Review the key account: goals, team, plan")

    def test_html_of_the_plan_is_cleaned(self):
        account = self._account(strengths="<p onclick='x()'>Good<script>alert(1)</script></p>")
        self.assertNotIn("script", account.strengths)
        self.assertNotIn("onclick", account.strengths)

    def test_another_companys_account_is_not_seen(self):
        account = self._account(member_ids=[(0, 0, {"user_id": self.tom.id})])
        self.acme.company_id = self.other_company
        self.assertFalse(self._visible(account, self.mia))
        self.assertFalse(self._visible(account.member_ids, self.tom))

    def test_lists_of_accounts_cost_the_same_for_few_and_many(self):
        partners = self.env["res.partner"].create([{"name": f"Customer {i}"} for i in range(50)])
        accounts = self.env["crm.key.account"].create(
            [{"partner_id": partner.id} for partner in partners]
        )
        for account in accounts:
            self._goal(account)
        self.env.flush_all()

        def queries(some):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some.mapped("tier")
            some.goal_ids.mapped("state")
            some.partner_id.mapped("is_key_account")
            return self.cr.sql_log_count - before

        queries(accounts)
        self.assertEqual(queries(accounts[:5]), queries(accounts))

    def test_reviews_already_planned_cost_the_same_for_few_and_many(self):
        partners = self.env["res.partner"].create([{"name": f"C{i}"} for i in range(30)])
        later = self.today + datetime.timedelta(days=30)
        accounts = self.env["crm.key.account"].create(
            [{"partner_id": partner.id, "next_review_date": later} for partner in partners]
        )
        self.env.flush_all()

        def queries(some):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            some._sync_review_activity()
            return self.cr.sql_log_count - before

        queries(accounts)
        self.assertEqual(queries(accounts[:3]), queries(accounts))
        self.assertEqual(len(accounts.activity_ids), 30)
