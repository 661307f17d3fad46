from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    """Budgets and targets of campaigns (ROI-1)."""

    _inherit = "res.config.settings"

    campaign_budget_scope = fields.Selection(
        related="company_id.campaign_budget_scope", readonly=False, required=True
    )
    campaign_budget_action = fields.Selection(
        related="company_id.campaign_budget_action", readonly=False, required=True
    )
    campaign_choose_at_once = fields.Integer(
        related="company_id.campaign_choose_at_once", readonly=False
    )
