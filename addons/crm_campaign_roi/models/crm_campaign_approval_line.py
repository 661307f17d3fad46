from odoo import fields, models


class CrmCampaignApprovalLine(models.Model):
    """Budget of one cost kind as it was asked for: each approval is a revision (ROI-1)."""

    _name = "crm.campaign.approval.line"
    _description = "Budget that is asked for"
    _order = "approval_id, kind_id"

    approval_id = fields.Many2one(
        "crm.campaign.approval", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="approval_id.company_id")
    currency_id = fields.Many2one(related="approval_id.currency_id")
    kind_id = fields.Many2one("crm.campaign.cost.kind", "Cost kind", required=True)
    before = fields.Monetary("Was")
    amount = fields.Monetary("Asked for")
