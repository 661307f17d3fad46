from odoo import api, models
from odoo.tools import SQL


class CrmCampaignResponse(models.Model):
    """Complaints and ratings of service as responses (ROI-1, SVC-C, SVC-F)."""

    _inherit = "crm.campaign.response"

    @api.model
    def _response_kinds(self):
        return {
            **super()._response_kinds(),
            ("request", "created", "crm.service.request"): "complained",
            ("feedback", "rated_high", None): "answered_high",
            ("feedback", "rated_low", None): "answered_low",
        }

    @api.model
    def _response_limits(self):
        """Of all requests only complaints; not those that were none after all."""
        complaints = SQL(
            """(t.res_model <> 'crm.service.request' OR EXISTS (
                SELECT FROM crm_service_request r
                LEFT JOIN crm_service_complaint c ON c.request_id = r.id
                WHERE r.id = t.res_id AND r.nature = 'complaint'
                    AND c.state IS DISTINCT FROM 'withdrawn'))"""
        )
        return [*super()._response_limits(), complaints]
