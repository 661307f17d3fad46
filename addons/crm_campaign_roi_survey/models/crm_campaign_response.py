from odoo import api, models


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
    def _response_documents(self):
        return [*super()._response_documents(), ("survey.user_input", "survey_id")]
