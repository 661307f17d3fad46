from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

STATES = [("open", "Open"), ("accepted", "Accepted"), ("rejected", "Declined")]


class CrmCallReviewAppeal(models.Model):
    """An agent does not agree with a review; somebody other than the reviewer decides (CC-5)."""

    _name = "crm.call.review.appeal"
    _description = "Appeal against a review"
    _inherit = ["crm.call.steps.mixin"]
    _by_steps = frozenset(
        ("review_id", "reason", "score_before", "state", "deadline", "decided_by", "decided_on")
    )
    _order = "create_date desc, id desc"
    _rec_name = "review_id"

    review_id = fields.Many2one(
        "crm.call.review", required=True, ondelete="cascade", readonly=True, index=True
    )
    agent_id = fields.Many2one(related="review_id.agent_id", store=True, index=True)
    company_id = fields.Many2one(related="review_id.company_id", store=True)
    reason = fields.Text(required=True, readonly=True)
    score_before = fields.Float("Score appealed against", readonly=True, aggregator=None)
    state = fields.Selection(STATES, required=True, default="open", readonly=True)
    deadline = fields.Date("To be decided by", required=True, readonly=True)
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")
    decision = fields.Text()
    decided_by = fields.Many2one(
        "res.users", readonly=True, ondelete="restrict", string="Decided by"
    )
    decided_on = fields.Datetime(readonly=True, string="Decided on")

    _open_uniq = models.UniqueIndex(
        "(review_id) WHERE state = 'open'", "An appeal against this review is open already."
    )

    @api.depends("state", "deadline")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for appeal in self:
            appeal.is_late = appeal.state == "open" and appeal.deadline < today

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = fields.Domain("state", "=", "open") & fields.Domain("deadline", "<", today)
        found = fields.Domain.FALSE
        for wanted in value:
            found |= late if wanted else ~late
        return found

    @api.model
    def _open(self, review, reason):
        """Open an appeal; whether it is in time and by the right person is decided before."""
        days = review.scorecard_id.decision_days
        return self.create(
            {
                "review_id": review.id,
                "reason": reason,
                "score_before": review.score,
                "deadline": fields.Date.context_today(self) + timedelta(days=days),
            }
        )

    def action_accept(self):
        """The review is opened again; the one who decides changes it and releases it anew."""
        self._decide("accepted")
        for appeal in self:
            appeal.review_id._reopen()

    def action_reject(self):
        self._decide("rejected")
        self.review_id._set_state("closed")

    def _decide(self, state):
        self.check_access("write")
        for appeal in self:
            if appeal.state != "open":
                raise UserError(self.env._("This appeal is decided already."))
            if appeal.review_id.reviewer_id == self.env.user:
                raise AccessError(
                    self.env._("Somebody other than the reviewer decides about an appeal.")
                )
            if not (appeal.decision or "").strip():
                raise UserError(self.env._("Write the reasons of the decision for the agent."))
            appeal._take_step(
                {
                    "state": state,
                    "decided_by": self.env.uid,
                    "decided_on": fields.Datetime.now(),
                }
            )
            appeal.review_id._tell_agent(self.env._("Your appeal was decided: %s", appeal.decision))
