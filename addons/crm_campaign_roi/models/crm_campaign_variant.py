from odoo import fields, models


class CrmCampaignVariant(models.Model):
    """One of several forms of a campaign that are compared: A, B … (ROI-1)."""

    _name = "crm.campaign.variant"
    _description = "Campaign variant"
    _order = "campaign_id, name"

    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="campaign_id.company_id")
    name = fields.Char(required=True, default="A")
    share = fields.Float(default=1.0, required=True, help="In proportion to the other variants.")
    note = fields.Char("What is different")

    _share_positive = models.Constraint("CHECK(share > 0)", "The share of a variant is positive.")
    _name_uniq = models.UniqueIndex("(campaign_id, name)", "Variants have different names.")
