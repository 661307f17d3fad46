from odoo import fields, models


class ResCompany(models.Model):
    """How strictly budgets of campaigns are kept, and when targets are chosen by a job (ROI-1)."""

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
    campaign_choose_at_once = fields.Integer(
        "Choose targets at once up to",
        default=20_000,
        help="So many persons are made targets while somebody waits; more of them by a job, which "
        "tells when it is done.",
    )

    _campaign_choose_at_once_positive = models.Constraint(
        "CHECK(campaign_choose_at_once >= 0)", "A number of persons is not negative."
    )
