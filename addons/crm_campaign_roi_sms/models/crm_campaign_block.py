from odoo import fields, models


class CrmCampaignBlock(models.Model):
    """Personal blocks of text messages (ROI-5)."""

    _inherit = "crm.campaign.block"

    wave_method = fields.Selection(related="wave_id.method", string="Method of the wave")

    def _text_field(self):
        return "body_sms" if self.wave_id.method == "sms" else super()._text_field()
