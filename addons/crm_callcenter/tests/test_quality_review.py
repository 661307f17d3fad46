"""Scorecards, reviews, appeals, calibration and coaching (CC-5)."""

from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .quality_common import QualityCase


@tagged("post_install", "-at_install")
class TestReview(QualityCase):
    def test_score_of_a_review(self):
        """1·1/2 + 3·3/4 + 2·1 = 4.75 of 6 (CC-5)."""
        review = self._review()
        self.assertAlmostEqual(review.score, 100 * 4.75 / 6, 1)
        self.assertEqual((review.correctness, review.missing_count), ("partly", 0))
        self.assertEqual((review.agent_id, review.scorecard_id), (self.ada, self.card))
        self.assertFalse(review.passed)  # 79.2 of 80

    def test_from_a_call_to_the_own_review(self):
        """A new one, and afterwards the same; another reviewer has his own."""
        action = self.call.with_user(self.quinn).action_review()
        self.assertEqual(
            (action["res_id"], action["context"]), (False, {"default_call_id": self.call.id})
        )
        review = self._review()
        self.assertEqual(self.call.with_user(self.quinn).action_review()["res_id"], review.id)
        self.assertFalse(self.call.with_user(self.rhea).action_review()["res_id"])
        partner = self.env["res.partner"].create({"name": "Azure Interior"})
        self.call.partner_id = partner
        found = self.env["crm.call"].name_search("Azure")
        self.assertIn(self.call.id, [row[0] for row in found])

    def test_fatal_and_not_applicable(self):
        review = self._review(ratings=("2", "4", "0"))
        self.assertEqual((review.score, review.is_fatal), (0, True))
        none = self._review(self._call("c2", self.ada), ratings=("na", "na", "na"))
        self.assertFalse(none.has_score)
        self.assertFalse(none.passed)

    def test_points_that_a_criterion_does_not_have(self):
        review = self._review()
        with self.assertRaises(ValidationError):
            review.answer_ids.sorted("id")[0].rating = "3"

    def test_all_is_answered_before_the_end(self):
        review = self._review(ratings=("1", False, "1"))
        with self.assertRaisesRegex(UserError, "1 criteria"):
            review.action_score()

    def test_a_scored_review_does_not_change(self):
        review = self._review()
        review.action_score()
        with self.assertRaises(UserError):
            review.answer_ids[0].rating = "na"
        review.action_reopen()
        review.answer_ids[0].rating = "na"

    def test_scorecard_in_use_has_versions(self):
        with self.assertRaises(UserError):
            self.card.criterion_ids[0].weight = 9
        new = self.env["crm.call.scorecard"].browse(self.card.action_new_version()["res_id"])
        new.criterion_ids[0].weight = 9
        new.action_activate()
        self.assertEqual((new.version, new.state, self.card.state), (2, "active", "retired"))
        self.assertEqual(self.env["crm.call.scorecard"]._for_call(self.call), new)
        self.assertEqual(self.card.criterion_ids[0].weight, 1)

    def test_scorecard_of_the_queue_comes_first(self):
        own = self.card.copy({"name": "Own", "queue_ids": self.support.ids})
        own.action_activate()
        self.assertEqual(self.env["crm.call.scorecard"]._for_call(self.call), own)
        self.call.queue_id = self.sales_fr
        self.assertEqual(self.env["crm.call.scorecard"]._for_call(self.call), self.card)

    def test_a_review_that_was_released_stays(self):
        review = self._released()
        with self.assertRaises(UserError):
            review.unlink()
        with self.assertRaises(UserError):
            self.card.unlink()

    def _released(self):
        review = self._review()
        review.action_score()
        review.action_release()
        return review

    def test_agent_sees_his_own_after_the_release(self):
        review = self._review()
        review.action_score()
        seen = self.env["crm.call.review"].with_user(self.ada.user_id)
        self.assertFalse(seen.search([]))
        with self.assertRaises(AccessError):
            review.with_user(self.ada.user_id).check_access("read")
        self.assertFalse(review.answer_ids.with_user(self.ada.user_id)._filtered_access("read"))
        review.action_release()
        self.assertEqual(seen.search([]), review)
        self.assertTrue(review.answer_ids.with_user(self.ada.user_id)._filtered_access("read"))
        self.assertFalse(seen.with_user(self.ben.user_id).search([]))
        self.assertIn("released", review.message_ids[0].body)

    def test_appeal_accepted(self):
        review = self._released()
        own = review.with_user(self.ada.user_id)
        appeal = self.env["crm.call.review.appeal"].browse(own.action_appeal("I did greet"))
        self.assertEqual((review.state, appeal.state), ("appealed", "open"))
        self.assertEqual(appeal.deadline, fields.Date.today() + timedelta(days=7))
        with self.assertRaises(UserError):
            own.action_appeal("once more")
        by_reviewer = appeal.with_user(self.quinn)
        by_reviewer.decision = "No"
        with self.assertRaisesRegex(AccessError, "other than the reviewer"):
            by_reviewer.action_reject()
        other = appeal.with_user(self.rhea)
        other.decision = ""
        with self.assertRaises(UserError):
            other.action_accept()
        other.decision = "Heard at 0:03"
        other.action_accept()
        self.assertEqual((review.state, appeal.decided_by), ("draft", self.rhea))
        review.answer_ids.sorted("id")[0].rating = "2"
        review.action_score()
        review.action_release()
        self.assertAlmostEqual(review.score, 100 * 5.25 / 6, 1)
        self.assertAlmostEqual(appeal.score_before, 100 * 4.75 / 6, 1)

    def test_appeal_rejected_closes(self):
        review = self._released()
        number = review.with_user(self.ada.user_id).action_appeal("Unfair")
        appeal = self.env["crm.call.review.appeal"].with_user(self.rhea).browse(number)
        appeal.decision = "It is as it was"
        appeal.action_reject()
        self.assertEqual(review.state, "closed")
        with self.assertRaises(UserError):
            appeal.action_reject()

    def test_who_may_appeal_and_until_when(self):
        review = self._released()
        with self.assertRaises(AccessError):
            review.with_user(self.ben.user_id).action_appeal("For a friend")
        with self.assertRaises(AccessError):
            review.with_user(self.eve).action_appeal("As his boss")
        own = review.with_user(self.ada.user_id)
        with self.assertRaises(UserError):
            own.action_appeal("  ")
        late = fields.Datetime.now() + timedelta(days=16)
        with freeze_time(late), self.assertRaisesRegex(UserError, "over"):
            own.action_appeal("Too late")
        with freeze_time(late):
            self.env["crm.call.review"]._cron_close()
        self.assertEqual(review.state, "closed")

    def test_late_appeals_are_found(self):
        review = self._released()
        number = review.with_user(self.ada.user_id).action_appeal("Unfair")
        appeals = self.env["crm.call.review.appeal"]
        self.assertFalse(appeals.search([("is_late", "=", True)]))
        self.assertIn(number, appeals.search([("is_late", "=", False)]).ids)
        with freeze_time(fields.Datetime.now() + timedelta(days=8)):
            self.assertEqual(appeals.search([("is_late", "=", True)]).ids, [number])

    def test_calibration(self):
        """Two reviewers: scores 100·4.75/6 and 100·5.5/6 differ by 12.5 (CC-5)."""
        one = self.env["crm.call.review.calibration"].create(
            {
                "call_id": self.call.id,
                "scorecard_id": self.card.id,
                "reviewer_ids": (self.quinn | self.rhea).ids,
            }
        )
        one.with_user(self.quinn).action_start()
        mine = one.review_ids.filtered(lambda r: r.reviewer_id == self.quinn)
        other = one.review_ids - mine
        with self.assertRaises(AccessError):
            mine.with_user(self.rhea).check_access("read")
        self._answer(mine.with_user(self.quinn), ("1", "3", "1"))
        self.assertEqual(one.state, "running")
        self._answer(other.with_user(self.rhea), ("1", "4", "1"))
        self.assertEqual(one.state, "done")
        self.assertAlmostEqual(one.spread, 12.5)
        # shares .5 .75 1 and .5 1 1: observed .0625; all pairs 0+.25+.25 + .0625·3 + .25+0+0
        self.assertAlmostEqual(one.kappa, 1 - 0.0625 * 3 / 0.9375)
        self.assertEqual(one.strength, "substantial")
        mine.with_user(self.rhea).check_access("read")
        with self.assertRaises(UserError):
            mine.action_release()
        self.assertFalse(self.env["crm.call.review"].with_user(self.ada.user_id).search([]))

    def _answer(self, review, ratings):
        for answer, rating in zip(review.answer_ids.sorted("id"), ratings, strict=True):
            answer.rating = rating
        review.action_score()

    def test_calibration_needs_two(self):
        one = self.env["crm.call.review.calibration"].create(
            {
                "call_id": self.call.id,
                "scorecard_id": self.card.id,
                "reviewer_ids": self.quinn.ids,
            }
        )
        with self.assertRaises(UserError):
            one.action_start()

    def test_coaching_has_an_activity(self):
        review = self._released()
        values = review.action_coach()["context"]
        self.assertEqual(values["default_agent_id"], self.ada.id)
        plan = self.env["crm.call.review.coaching"].create(
            {
                "agent_id": self.ada.id,
                "review_id": review.id,
                "goal": "Greets",
                "due": "2026-07-01",
                "coach_id": self.eve.id,
            }
        )
        self.assertEqual(plan.activity_ids.user_id, self.eve)
        self.assertEqual(plan.with_user(self.ada.user_id).goal, "Greets")
        with self.assertRaises(AccessError):
            plan.with_user(self.ben.user_id).check_access("read")
        plan.with_user(self.eve).action_done()
        self.assertEqual((plan.state, len(plan.activity_ids)), ("done", 0))

    def test_remark_at_a_moment(self):
        review = self._review(remark_ids=[(0, 0, {"second": 83.5, "name": "Good question"})])
        self.assertEqual(review.remark_ids.moment, "1:23")
        review.action_score()
        with self.assertRaises(UserError):
            review.remark_ids.name = "Other"
