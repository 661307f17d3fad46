from odoo import api, fields, models

STATES = [("open", "Open"), ("done", "Goal met"), ("missed", "Goal missed")]


class CrmCallReviewCoaching(models.Model):
    """What an agent works on, with whom and until when (CC-5)."""

    _name = "crm.call.review.coaching"
    _description = "Coaching plan"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "state, due, id"
    _rec_name = "agent_id"

    agent_id = fields.Many2one("crm.call.agent", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="agent_id.company_id", store=True)
    review_id = fields.Many2one(
        "crm.call.review", "After the review", ondelete="set null", index="btree_not_null"
    )
    coach_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user, ondelete="restrict"
    )
    goal = fields.Text(required=True)
    steps = fields.Text("What is done for it")
    due = fields.Date("Reached by", required=True)
    state = fields.Selection(STATES, required=True, default="open", tracking=True)
    score_before = fields.Float("Score in the review", related="review_id.score", aggregator=None)

    @api.model_create_multi
    def create(self, vals_list):
        found = super().create(vals_list)
        for plan in found:
            plan.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=plan.due,
                summary=self.env._("Coaching: look at the result"),
                user_id=plan.coach_id.id,
            )
            plan.message_subscribe(plan.agent_id.user_id.partner_id.ids)
        return found

    def action_done(self):
        """The goal is reached."""
        self._finish("done")

    def action_missed(self):
        self._finish("missed")

    def _finish(self, state):
        self.state = state
        self.activity_feedback(["mail.mail_activity_data_todo"])
