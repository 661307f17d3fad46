from odoo import api, models


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
    def _response_documents(self):
        return [*super()._response_documents(), ("event.registration", "event_id")]
