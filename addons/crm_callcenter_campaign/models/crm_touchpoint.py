from odoo import api, models
from odoo.fields import Domain

from ..report import call_responses as sql


class CrmTouchpoint(models.Model):
    """Calls of a campaign in the touch ledger: who was reached, and what it cost (ROI-2)."""

    _inherit = "crm.touchpoint"

    @api.model
    def _touchpoint_providers(self):
        found = [
            sql.with_campaign(provider) if provider.code == "crm_call" else provider
            for provider in super()._touchpoint_providers()
        ]
        return [*found, sql.attempts()]

    @api.model
    def _touchpoint_provider_labels(self):
        labels = super()._touchpoint_provider_labels()
        return {**labels, "crm_call_list_attempt": self.env._("Results of campaign calls")}

    @api.model
    def _timeline_domain(self, model):
        """The call is on the time line; what was said on it would be there twice."""
        return Domain.FALSE if model == sql.ATTEMPT else super()._timeline_domain(model)
