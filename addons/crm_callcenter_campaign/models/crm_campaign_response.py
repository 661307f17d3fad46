from odoo import api, models
from odoo.tools import SQL

from ..report import call_responses as calls


class CrmCampaignResponse(models.Model):
    """Results of calls as responses (ROI-1, CC-6)."""

    _inherit = "crm.campaign.response"

    @api.model
    def _response_kinds(self):
        return {
            **super()._response_kinds(),
            ("call", "answered", "crm.call"): "called",
            ("other", "talked", calls.ATTEMPT): "talked",
            ("other", "refused", calls.ATTEMPT): "refused",
            ("other", "confirmed", calls.ATTEMPT): "confirmed",
            ("other", "heard", calls.ATTEMPT): "heard",
        }

    @api.model
    def _response_waves(self):
        return [*super()._response_waves(), (calls.ATTEMPT, calls.wave())]

    @api.model
    def _response_limits(self):
        """A call to us is a response; of calls by us, what was said on them is."""
        own = SQL("(t.res_model <> 'crm.call' OR t.direction = 'in')")
        return [*super()._response_limits(), own]
