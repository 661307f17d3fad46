from odoo import fields, models


class CrmCampaignApprovalRefuse(models.TransientModel):
    """Refuse an application, with the reason (ROI-1)."""

    _name = "crm.campaign.approval.refuse"
    _description = "Refuse a campaign"

    approval_id = fields.Many2one("crm.campaign.approval", required=True, ondelete="cascade")
    reason = fields.Text(required=True)

    def action_refuse(self):
        """Refuse; whoever asked reads the reason."""
        self.ensure_one()
        self.approval_id.action_refuse(self.reason)
        return {"type": "ir.actions.act_window_close"}
