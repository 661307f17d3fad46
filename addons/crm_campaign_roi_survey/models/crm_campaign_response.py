from odoo import api, models
from odoo.tools import SQL


class CrmCampaignResponse(models.Model):
    """Answers to surveys as responses (ROI-1)."""

    _inherit = "crm.campaign.response"

    @api.model
    def _response_kinds(self):
        return {
            **super()._response_kinds(),
            ("survey", "answered", None): "answered",
            ("survey", "rated_high", None): "answered_high",
            ("survey", "rated_low", None): "answered_low",
        }

    @api.model
    def _response_waves(self):
        """An answer belongs to the wave that asked for it."""
        asked = SQL(
            """SELECT d.wave_id FROM survey_user_input i
                JOIN crm_campaign_delivery d ON d.id = i.campaign_delivery_id
                WHERE i.id = f.res_id"""
        )
        return [*super()._response_waves(), ("survey.user_input", asked)]

    @api.model
    def _response_limits(self):
        """Without an invitation only answers to the surveys of the campaign are responses."""
        own = SQL(
            """(t.res_model <> 'survey.user_input' OR t.campaign_id IS NOT NULL OR EXISTS (
                SELECT FROM survey_user_input i
                JOIN crm_campaign_wave w ON w.survey_id = i.survey_id
                WHERE i.id = t.res_id AND w.campaign_id = p.campaign_id))"""
        )
        return [*super()._response_limits(), own]
