"""Who may do what with recordings, reviews and training; steps that writing cannot skip (CC-5,
CC-10)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .quality_common import QualityCase

OPERATIONS = ("read", "write", "create", "unlink")
#: What agents, supervisors, quality managers, planners and administrators may: read, write, create,
#: delete. Agents and planners: of their own, by record rules.
RIGHTS = {
    "crm.call.recording.rule": ("r", "r", "r", "r", "rwcd"),
    "crm.call.recording": ("r", "r", "r", "r", "r"),
    "crm.call.recording.access": ("", "", "r", "", "r"),
    "crm.call.recording.part": ("", "", "", "", ""),
    "crm.call.recording.sound": ("", "", "", "", ""),
    "crm.call.listening": ("", "r", "r", "", "r"),
    "crm.call.scorecard": ("r", "r", "rwcd", "r", "rwcd"),
    "crm.call.review": ("r", "r", "rwcd", "r", "rwcd"),
    "crm.call.review.answer": ("r", "r", "rwcd", "r", "rwcd"),
    "crm.call.review.appeal": ("r", "r", "rw", "r", "rw"),
    "crm.call.review.calibration": ("", "", "rwcd", "", "rwcd"),
    "crm.call.review.coaching": ("r", "rwc", "rwcd", "r", "rwcd"),
    "crm.call.review.sample": ("", "r", "rwc", "", "rwc"),
    "crm.call.review.sample.line": ("", "r", "rw", "", "rw"),
    "crm.call.training": ("r", "r", "rwcd", "r", "rwcd"),
    "crm.call.training.plan": ("r", "r", "rwcd", "r", "rwcd"),
    "crm.call.certificate": ("r", "r", "rwc", "r", "rwc"),
    "crm.call.training.budget": ("", "", "r", "", "rwcd"),
}
ROLES = ("agent", "supervisor", "quality", "planner", "admin")


@tagged("post_install", "-at_install")
class TestQualityRights(QualityCase):
    def test_role_by_model_by_operation(self):
        for place, role in enumerate(ROLES):
            user = new_test_user(self.env, f"cc_m_{role}", f"crm_callcenter.group_call_{role}")
            for model, rights in RIGHTS.items():
                own = self.env[model].with_user(user)
                found = "".join(
                    letter
                    for letter, operation in zip("rwcd", OPERATIONS, strict=True)
                    if own.has_access(operation)
                )
                with self.subTest(role=role, model=model):
                    self.assertEqual(found, rights[place])

    def test_results_are_not_written(self):
        """Not even by who may write the review: the reviewer scores, others decide appeals."""
        review = self._review()
        own = review.with_user(self.quinn)
        for name, value in (
            ("state", "released"), ("score", 100), ("passed", True), ("appeal_until", "2030-01-01"),
            ("is_fatal", False), ("calibration_id", False),
        ):  # fmt: skip
            with self.subTest(name), self.assertRaises(AccessError):
                own.write({name: value})
        with self.assertRaises(AccessError):
            self.env["crm.call.review"].with_user(self.quinn).create(
                {"call_id": self.call.id, "state": "released"}
            )
        own.feedback = "Well done"

    def test_the_reviewer_does_not_decide_about_the_appeal(self):
        """Neither by the step, nor by writing it, nor by giving the review to somebody else."""
        review = self._review()
        review.action_score()
        review.action_release()
        appeal_id = review.with_user(self.ada.user_id).action_appeal("I was polite")
        appeal = self.env["crm.call.review.appeal"].with_user(self.quinn).browse(appeal_id)
        appeal.decision = "No"
        with self.assertRaises(AccessError):
            appeal.action_reject()
        for values in ({"state": "rejected"}, {"decided_by": self.rhea.id}, {"reason": "x"}):
            with self.assertRaises(AccessError):
                appeal.write(values)
        with self.assertRaises(UserError):
            review.with_user(self.quinn).reviewer_id = self.rhea
        appeal.with_user(self.rhea).action_reject()
        self.assertEqual((appeal.state, appeal.decided_by), ("rejected", self.rhea))
        self.assertEqual(review.state, "closed")

    def test_nobody_writes_that_he_has_passed(self):
        training = self.env["crm.call.training"].create({"name": "Pumps"})
        plan = self.env["crm.call.training.plan"].create(
            {"training_id": training.id, "agent_id": self.ada.id}
        )
        for values in ({"outcome": "passed"}, {"state": "passed"}, {"calls_done": 99}):
            with self.assertRaises(AccessError):
                plan.with_user(self.quinn).write(values)
        quinn = self.env["crm.call.agent"].create(
            {"user_id": self.quinn.id, "exchange_id": self.exchange.id, "extension": "1099"}
        )
        certificates = self.env["crm.call.certificate"].with_user(self.quinn)
        skill = self.env["crm.call.skill"].create({"name": "Valves"})
        with self.assertRaises(AccessError):
            certificates.create({"agent_id": quinn.id, "skill_id": skill.id})
        certificates.create({"agent_id": self.ada.id, "skill_id": skill.id})

    def test_a_drawn_sample_is_not_exchanged(self):
        """Whoever reviews does not choose which calls."""
        sample = self.env["crm.call.review.sample"].create({"month": "2026-05-01", "kind": "agent"})
        line = self.env["crm.call.review.sample.line"].create(
            {"sample_id": sample.id, "call_id": self.call.id, "agent_id": self.ada.id}
        )
        for values in ({"call_id": False}, {"state": "done"}, {"agent_id": self.ben.id}):
            with self.assertRaises(AccessError):
                line.with_user(self.quinn).write(values)

    def test_other_companies_see_nothing(self):
        review = self._review()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env, "cc_far", "crm_callcenter.group_call_quality",
            company_id=other.id, company_ids=[(6, 0, other.ids)],
        )  # fmt: skip
        for model in ("crm.call.review", "crm.call.scorecard", "crm.call.review.answer"):
            with self.subTest(model):
                own = self.env[model].with_user(stranger)
                self.assertFalse(own.search([("company_id", "=", self.company.id)]
                                 if "company_id" in own._fields else
                                 [("review_id", "=", review.id)]))  # fmt: skip
