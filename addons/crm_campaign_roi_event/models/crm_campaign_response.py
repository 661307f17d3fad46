from odoo import api, models
from odoo.tools import SQL


class CrmCampaignResponse(models.Model):
    """Registrations and attendance as responses (ROI-1)."""

    _inherit = "crm.campaign.response"

    @api.model
    def _response_kinds(self):
        return {
            **super()._response_kinds(),
            ("event", "registered", None): "registered",
            ("event", "attended", None): "attended",
            ("event", "absent", None): "absent",
        }

    @api.model
    def _response_waves(self):
        """A registration by a personal link answers the wave of that link."""
        invited = SQL(
            """SELECT d.wave_id FROM event_registration r
                JOIN crm_campaign_delivery d ON d.id = r.campaign_delivery_id
                WHERE r.id = f.res_id"""
        )
        return [*super()._response_waves(), ("event.registration", invited)]

    @api.model
    def _response_limits(self):
        """Without a mark of the campaign only registrations for its own events are responses."""
        own = SQL(
            """(t.res_model <> 'event.registration' OR t.campaign_id IS NOT NULL OR EXISTS (
                SELECT FROM event_registration r
                JOIN crm_campaign_wave w ON w.event_id = r.event_id
                WHERE r.id = t.res_id AND w.campaign_id = p.campaign_id))"""
        )
        return [*super()._response_limits(), own]
