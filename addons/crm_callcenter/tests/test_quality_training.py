"""Training, certificates, release by skill, budget and fair reward (CC-10)."""

from datetime import date, timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .quality_common import MONTH, QualityCase


@tagged("post_install", "-at_install")
class TestTraining(QualityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.training = cls.env["crm.call.training"].create(
            {
                "name": "New agents",
                "skill_ids": cls.pumps.ids,
                "class_hours": 8,
                "practice_hours": 4,
                "accompanied_calls": 1,
                "pass_mark": 70,
                "valid_months": 12,
                "cost": 900,
            }
        )

    def _plan(self, agent=None, ready=True):
        plan = (
            self.env["crm.call.training.plan"]
            .with_user(self.quinn)
            .create({"training_id": self.training.id, "agent_id": (agent or self.ben).id})
        )
        if ready:
            self._enter(plan, "class", 8)
            self._enter(plan, "practice", 4)
            self._enter(plan, "call", 0, mentor_id=self.ada.user_id.id)
        return plan

    def _enter(self, plan, kind, hours, **values):
        return self.env["crm.call.training.entry"].create(
            {"plan_id": plan.id, "kind": kind, "hours": hours, **values}
        )

    def test_phases_follow_what_was_done(self):
        plan = self._plan(ready=False)
        states = [plan.state]
        for kind, hours in (("class", 5), ("class", 3), ("practice", 4)):
            self._enter(plan, kind, hours)
            states.append(plan.state)
        self._enter(plan, "call", 0, mentor_id=self.ada.user_id.id)
        states.append(plan.state)
        self.assertEqual(states, ["class", "class", "practice", "accompanied", "examination"])

    def test_no_examination_before(self):
        plan = self._plan(ready=False)
        plan.mark = 99
        with self.assertRaises(UserError):
            plan.action_examined()

    def test_calls_only_after_passing(self):
        self.pumps.needs_certificate = True
        self.assertFalse(self.support._agents())
        plan = self._plan()
        plan.mark = 69.9
        plan.action_examined()
        self.assertEqual(plan.state, "failed")
        self.assertFalse(self.support._agents())
        plan.action_again()
        plan.mark = 70
        plan.action_examined()
        self.assertEqual((plan.state, plan.examiner_id), ("passed", self.quinn))
        self.assertEqual(self.support._agents(), self.ben)
        with freeze_time(fields.Datetime.now() + timedelta(days=364)):
            self.env.invalidate_all()
            self.assertEqual(self.support._agents(), self.ben)
        with freeze_time(fields.Datetime.now() + timedelta(days=367)):
            self.env.invalidate_all()
            self.assertFalse(self.support._agents())
        self.env.invalidate_all()
        plan.certificate_ids.action_revoke()
        self.assertFalse(self.support._agents())

    def test_skills_without_certificate_as_before(self):
        rows = (self.ada | self.ben)._released_skills()
        self.assertEqual(rows.skill_id, self.pumps | self.french)
        self.ada.skill_ids.released = False
        self.assertEqual((self.ada | self.ben)._released_skills().agent_id, self.ben)

    def test_queries_do_not_grow(self):
        self.pumps.needs_certificate = True
        agents = self.ada | self.ben | self.cyd

        def spent(some):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            some._released_skills()
            return self.env.cr.sql_log_count - before

        self.assertEqual(spent(self.ada), spent(agents))

    def test_an_agent_routes_by_his_own_rights(self):
        self.pumps.needs_certificate = True
        plan = self._plan()
        plan.mark = 80
        plan.action_examined()
        self.assertEqual(self.support.with_user(self.cyd.user_id)._agents(), self.ben)

    def test_nobody_examines_or_accompanies_himself(self):
        plan = self._plan()
        plan.mark = 90
        self.ben.user_id.group_ids += self.env.ref("crm_callcenter.group_call_quality")
        with self.assertRaises(UserError):
            plan.with_user(self.ben.user_id).action_examined()
        with self.assertRaises(UserError):
            self._enter(plan, "call", 0, mentor_id=self.ben.user_id.id)
        with self.assertRaises(UserError):
            self._enter(plan, "call", 0)
        with self.assertRaises(UserError):
            self._enter(plan, "class", 0)

    def test_reminded_once(self):
        plan = self._plan()
        plan.mark = 90
        plan.action_examined()
        certificate = plan.certificate_ids
        self.env["crm.call.certificate"]._cron_remind()
        self.assertFalse(certificate.activity_ids)
        with freeze_time(certificate.expires - timedelta(days=30)):
            for _time in (1, 2):
                self.env["crm.call.certificate"]._cron_remind()
        self.assertEqual(len(certificate.activity_ids), 1)
        self.assertEqual(certificate.activity_ids.user_id, self.quinn)

    def test_states_of_certificates_are_found(self):
        certificates = self.env["crm.call.certificate"]
        valid, expired, revoked = certificates.create(
            [
                {"agent_id": self.ada.id, "skill_id": self.pumps.id, "issued": "2020-01-01", **more}
                for more in ({}, {"expires": "2021-01-01"}, {"revoked": True})
            ]
        )
        own = [("agent_id", "=", self.ada.id)]
        for record, state in ((valid, "valid"), (expired, "expired"), (revoked, "revoked")):
            self.assertEqual(record.state, state)
            self.assertEqual(certificates.search([*own, ("state", "=", state)]), record)
        self.assertEqual(certificates.search([*own, ("state", "!=", "valid")]), expired | revoked)

    def test_budget_against_spent(self):
        plan = self._plan()
        self._plan(self.cyd, ready=False).action_cancel()
        year = fields.Date.today().year
        budget = self.env["crm.call.training.budget"].create({"year": year, "amount": 2000})
        self.assertEqual((budget.spent, budget.remaining), (900, 1100))
        found = self.env["crm.call.training.plan"].search(budget.action_plans()["domain"])
        self.assertEqual(found, plan)

    def test_rights(self):
        plan = self._plan()
        own = self.env["crm.call.training.plan"].with_user(self.ben.user_id)
        self.assertEqual(own.search([]), plan)
        self.assertFalse(own.with_user(self.cyd.user_id).search([]))
        with self.assertRaises(AccessError):
            plan.with_user(self.ben.user_id).mark = 100
        with self.assertRaises(AccessError):
            plan.with_user(self.eve).mark = 100


@tagged("post_install", "-at_install")
class TestReward(QualityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.call.reward.part"].search([]).unlink()
        cls.env["crm.call.reward.part"].create(
            [
                {"measure": "quality", "weight": 40, "floor": 60, "goal": 90},
                {"measure": "correctness", "weight": 30, "floor": 0, "goal": 100},
                {"measure": "resolution", "weight": 20, "floor": 0, "goal": 100},
                {"measure": "handling", "weight": 10, "floor": 600, "goal": 100},
            ]
        )

    def _compute(self):
        found = self.env["crm.call.reward"]._compute_month(self.company, date(2026, 5, 1))
        return {one.agent_id: one for one in found}

    def test_points_and_their_explanation(self):
        """Quality 79.17 → 63.9, partly correct → 0, one of two solved → 50, 200 s → 80:
        0.4·63.9 + 0 + 0.2·50 + 0.1·80 = 43.6 (CC-10)."""
        review = self._review()
        review.action_score()
        solved, other = self.env["crm.call.disposition"].create(
            [{"name": "S", "solved": True}, {"name": "O"}]
        )
        self.call.disposition_id = solved
        self._call("c2", self.ada, talk=280, disposition_id=other.id)
        before = self._compute()[self.ada]
        self.assertAlmostEqual(before.points, (20 * 50 + 10 * 80) / 30, 1)  # not released yet
        before.unlink()
        review.action_release()
        one = self._compute()[self.ada]
        self.assertAlmostEqual(one.points, 43.6, 1)
        self.assertIn("weighs 40 %", one.explanation)
        self.assertIn("200.0 gives 80", one.explanation)
        calls = self.env["crm.call"].search(one.action_calls()["domain"])
        self.assertEqual(len(calls), 2)
        reviews = self.env["crm.call.review"].search(one.action_reviews()["domain"])
        self.assertEqual(reviews, review)

    def test_nothing_measured_is_no_figure(self):
        one = self._compute()[self.ben]
        self.assertFalse(one.has_points)
        self.assertIn("not measured", one.explanation)

    def test_a_month_that_was_computed_does_not_move(self):
        first = self._compute()[self.ada]
        points = first.points
        self._call("c9", self.ada, talk=590)
        self.assertFalse(self._compute())
        self.assertEqual(first.points, points)

    def test_in_the_middle_of_the_month(self):
        rewards = self.env["crm.call.reward"]
        own = [("company_id", "=", self.company.id)]
        with freeze_time("2026-06-14"):
            rewards._cron_month()
        self.assertFalse(rewards.search(own))
        with freeze_time("2026-06-15"):
            rewards._cron_month()
        self.assertEqual({str(day)[:7] for day in rewards.search(own).mapped("month")}, {MONTH})

    def test_rights(self):
        self._compute()
        rewards = self.env["crm.call.reward"]
        self.assertEqual(rewards.with_user(self.ada.user_id).search([]).agent_id, self.ada)
        self.assertIn(self.ben, rewards.with_user(self.eve).search([]).agent_id)
        part = self.env["crm.call.reward.part"].search([], limit=1)
        for user in (self.ada.user_id, self.eve, self.quinn):
            with self.assertRaises(AccessError):
                part.with_user(user).weight = 99
