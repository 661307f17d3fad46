from odoo import fields, models


class CrmCallReviewAppealWrite(models.TransientModel):
    """An agent writes why he does not agree with a review (CC-5)."""

    _name = "crm.call.review.appeal.write"
    _description = "Write an appeal"

    review_id = fields.Many2one("crm.call.review", required=True, ondelete="cascade")
    reason = fields.Text(required=True)

    def action_send(self):
        """Send it to the quality managers."""
        self.ensure_one()
        self.review_id.action_appeal(self.reason)
        return {"type": "ir.actions.act_window_close"}
