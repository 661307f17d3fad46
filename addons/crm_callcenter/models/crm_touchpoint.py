from odoo import api, models

from ..report import call_touchpoints as providers


class CrmTouchpoint(models.Model):
    """Calls in the touch ledger and on the customer's time line (C360-1, CC-9)."""

    _inherit = "crm.touchpoint"

    @api.model
    def _touchpoint_providers(self):
        return [*super()._touchpoint_providers(), providers.calls()]

    @api.model
    def _touchpoint_provider_labels(self):
        return {**super()._touchpoint_provider_labels(), "crm_call": self.env._("Calls")}

    @api.model
    def _timeline_event_label(self, event):
        words = {"answered": self.env._("answered"), "missed": self.env._("missed")}
        return words.get(event) or super()._timeline_event_label(event)

    @api.model
    def _timeline_customer_models(self):
        """Salespeople see that their customer has called, though not the calls themselves."""
        return super()._timeline_customer_models() | {"crm.call"}
