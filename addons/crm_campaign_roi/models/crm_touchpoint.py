from odoo import api, models

from ..report.wave_touchpoints import letters


class CrmTouchpoint(models.Model):
    """Letters of waves in the touch ledger (C360-1, ROI-1)."""

    _inherit = "crm.touchpoint"

    @api.model
    def _touchpoint_providers(self):
        return [*super()._touchpoint_providers(), letters()]

    @api.model
    def _touchpoint_provider_labels(self):
        return {**super()._touchpoint_provider_labels(), "campaign_letter": self.env._("Letters")}

    @api.model
    def _timeline_customer_models(self):
        return super()._timeline_customer_models() | {"crm.campaign.delivery"}

    @api.model
    def _source_parents(self):
        return {
            **super()._source_parents(),
            "crm.campaign.delivery": lambda delivery: delivery.wave_id,
        }
