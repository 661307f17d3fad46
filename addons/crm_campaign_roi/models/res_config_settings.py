from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Budgets of campaigns (ROI-1)."""

    _inherit = "res.config.settings"

    campaign_budget_scope = fields.Selection(
        related="company_id.campaign_budget_scope", readonly=False, required=True
    )
    campaign_budget_action = fields.Selection(
        related="company_id.campaign_budget_action", readonly=False, required=True
    )
