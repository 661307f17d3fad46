from odoo import api, fields, models

from ..report import event_touchpoints as providers


class CrmTouchpoint(models.Model):
    """Registrations and attendance in the touch ledger (C360-1, ROI-1)."""

    _inherit = "crm.touchpoint"

    kind = fields.Selection(
        selection_add=[("event", "Event"), ("other",)], ondelete={"event": "set other"}
    )

    @api.model
    def _touchpoint_providers(self):
        found = super()._touchpoint_providers()
        return [*found, providers.registrations(), providers.absences()]

    @api.model
    def _touchpoint_provider_labels(self):
        return {
            **super()._touchpoint_provider_labels(),
            "event_registration": self.env._("Registrations for events"),
            "event_absence": self.env._("Registered people who did not come"),
        }

    @api.model
    def _timeline_event_label(self, event):
        words = {
            "registered": self.env._("registered"),
            "attended": self.env._("attended"),
            "absent": self.env._("did not come"),
        }
        return super()._timeline_event_label(event) or words.get(event, "")

    @api.model
    def _timeline_customer_models(self):
        return super()._timeline_customer_models() | {"event.registration"}
