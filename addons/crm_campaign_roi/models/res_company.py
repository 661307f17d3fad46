from odoo import fields, models


class ResCompany(models.Model):
    """How strictly budgets of campaigns are kept (ROI-1)."""

    _inherit = "res.company"

    campaign_budget_scope = fields.Selection(
        [("total", "The whole budget"), ("kind", "Each cost kind, too")],
        "Campaign budgets are kept by",
        required=True,
        default="total",
        help="What is asked when cost is committed: whether it fits into the whole budget of the "
        "campaign, or into the budget of its cost kind as well.",
    )
    campaign_budget_action = fields.Selection(
        [
            ("block", "Refuse"),
            ("ask", "Refuse and prepare a change request"),
            ("warn", "Accept and tell who is responsible"),
        ],
        "Beyond the campaign budget",
        required=True,
        default="block",
    )
