from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..tools import scorecard

STATES = [("draft", "Draft"), ("running", "Being reviewed"), ("done", "Compared")]
STRENGTHS = [
    ("poor", "Poor"),
    ("slight", "Slight"),
    ("fair", "Fair"),
    ("moderate", "Moderate"),
    ("substantial", "Substantial"),
    ("perfect", "Almost perfect"),
]


class CrmCallReviewCalibration(models.Model):
    """Several reviewers score one call without seeing each other's answers (CC-5)."""

    _name = "crm.call.review.calibration"
    _description = "Calibration of reviewers"
    _inherit = ["crm.call.steps.mixin"]
    _by_steps = frozenset(("state", "spread", "kappa", "strength", "biases", "review_ids"))
    _order = "id desc"
    _rec_name = "call_id"

    call_id = fields.Many2one("crm.call", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="call_id.company_id", store=True)
    scorecard_id = fields.Many2one(
        "crm.call.scorecard", required=True, ondelete="restrict", domain=[("state", "=", "active")]
    )
    reviewer_ids = fields.Many2many("res.users", string="Reviewers", required=True)
    review_ids = fields.One2many("crm.call.review", "calibration_id", "Reviews")
    state = fields.Selection(STATES, required=True, default="draft", readonly=True)
    spread = fields.Float(
        "Mean difference",
        readonly=True,
        digits=(16, 1),
        aggregator="avg",
        help="Mean absolute difference of the scores of two reviewers, in points of 100.",
    )
    kappa = fields.Float(
        "Weighted kappa",
        readonly=True,
        digits=(16, 2),
        aggregator=None,
        help="Cohen 1968, squared distances, over the criteria; mean of all pairs (Light 1971).",
    )
    strength = fields.Selection(
        STRENGTHS, "Agreement", readonly=True, help="Landis and Koch 1977; empty: no kappa."
    )
    biases = fields.Text("Above or below the mean", readonly=True)
    minutes = fields.Text(help="What the reviewers agreed on.")

    def action_start(self):
        """A review for each reviewer."""
        for one in self:
            if one.state != "draft" or len(one.reviewer_ids) < 2:
                raise UserError(self.env._("A comparison needs two reviewers at least."))
            if not one.call_id.agent_id:
                raise UserError(self.env._("No agent talked in this call."))
            one._take_step({"state": "running"})
            # sudo: whoever starts it may not see the reviews of the others
            one.sudo().review_ids = [
                Command.create(
                    {
                        "call_id": one.call_id.id,
                        "agent_id": one.call_id.agent_id.id,
                        "scorecard_id": one.scorecard_id.id,
                        "reviewer_id": user.id,
                    }
                )
                for user in one.reviewer_ids
            ]

    def _compare(self):
        """Once all have scored: how far they agree."""
        for one in self:
            # sudo: whoever is last does not see the reviews of the others yet
            reviews = one.sudo().review_ids
            if one.state == "running" and all(review.state == "scored" for review in reviews):
                one._write_agreement(reviews)

    def _write_agreement(self, reviews):
        names = {review.reviewer_id.id: review.reviewer_id.name for review in reviews}
        found = scorecard.agreement(
            {r.reviewer_id.id: r.score if r.has_score else None for r in reviews},
            {r.reviewer_id.id: self._shares(r) for r in reviews},
        )
        self._take_step(
            {
                "state": "done",
                "spread": found.spread or 0.0,
                "kappa": found.kappa or 0.0,
                "strength": scorecard.strength(found.kappa),
                "biases": "\n".join(f"{names[who]}: {v:+.1f}" for who, v in found.bias.items()),
            }
        )

    @api.model
    def _shares(self, review):
        """Reached share of the points by criterion; ``None`` when it was not applicable."""
        points = {
            answer.criterion_id.id: (answer.rating, int(answer.top)) for answer in review.answer_ids
        }
        return {
            key: None if rating == scorecard.NOT_APPLICABLE else int(rating) / top
            for key, (rating, top) in points.items()
        }
