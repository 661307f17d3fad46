from odoo import fields, models

from .crm_campaign_approval import STATES


class CrmCampaignApprovalStep(models.Model):
    """One decision of an approval."""

    _name = "crm.campaign.approval.step"
    _description = "Decision about a campaign"
    _order = "approval_id, sequence, id"
    _rec_name = "user_id"

    approval_id = fields.Many2one(
        "crm.campaign.approval", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="approval_id.company_id")
    sequence = fields.Integer()
    user_id = fields.Many2one("res.users", "Approver", required=True)
    substitute_id = fields.Many2one("res.users")
    days = fields.Integer("Within (days)", aggregator=None)
    deadline = fields.Date("Until", help="Counted from the day it waits for this decision.")
    state = fields.Selection(STATES, default="waiting", required=True)
    decided_by = fields.Many2one("res.users", "Decided by")
    decided_on = fields.Datetime("Decided on")
    reason = fields.Text()
    escalated = fields.Boolean("Overdue, reminded")
