from odoo import fields, models


class CrmCampaignKind(models.Model):
    """What a campaign is: exhibition, seminar, mailing, survey … (ROI-1).

    The kind carries what a campaign of it starts with, and past campaigns of the kind are the
    prior of forecasts (ROI-4).
    """

    _name = "crm.campaign.kind"
    _description = "Campaign kind"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    window_months = fields.Integer(
        "Return window (months)",
        default=3,
        required=True,
        help="How long after its publication deals count for a campaign of this kind.",
    )
    description = fields.Text(translate=True)

    _window_positive = models.Constraint(
        "CHECK(window_months > 0)", "The return window is at least one month."
    )
