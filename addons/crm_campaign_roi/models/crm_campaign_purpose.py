from odoo import fields, models


class CrmCampaignPurpose(models.Model):
    """What a campaign is for: brand, new customers, winning back … (ROI-1)."""

    _name = "crm.campaign.purpose"
    _description = "Campaign purpose"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True)
