from odoo import fields, models


class CrmCampaignWaveContent(models.Model):
    """What a wave says to one variant, instead of its own text (ROI-1)."""

    _name = "crm.campaign.wave.content"
    _inherit = ["crm.campaign.text.mixin"]
    _description = "Text of a wave for a variant"
    _order = "wave_id, variant"
    _rec_name = "variant"

    wave_id = fields.Many2one("crm.campaign.wave", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="wave_id.company_id")
    variant = fields.Char(required=True, default="B")

    _variant_uniq = models.UniqueIndex("(wave_id, variant)", "There is a text of this variant.")
