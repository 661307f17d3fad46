from odoo import fields, models


class CrmCampaignWaveContent(models.Model):
    """Messages of variants (ROI-1)."""

    _inherit = "crm.campaign.wave.content"

    wave_method = fields.Selection(related="wave_id.method", string="Method of the wave")
