from odoo import api, fields, models

from ..report import service_touchpoints as providers


class CrmTouchpoint(models.Model):
    """Requests and what was said about them in the touch ledger (C360-1, SVC-L1)."""

    _inherit = "crm.touchpoint"

    kind = fields.Selection(
        selection_add=[("request", "Service request"), ("other",)],
        ondelete={"request": "set other"},
    )

    @api.model
    def _touchpoint_providers(self):
        since = self._messages_since()
        return [
            *super()._touchpoint_providers(),
            providers.requests(),
            providers.messages(since=since),
        ]

    @api.model
    def _touchpoint_provider_labels(self):
        return {
            **super()._touchpoint_provider_labels(),
            "crm_service_request": self.env._("Service requests"),
            "crm_service_message": self.env._("Messages on service requests"),
        }

    @api.model
    def _timeline_event_label(self, event):
        words = {
            "created": self.env._("opened"),
            "solved": self.env._("solved"),
            "reopened": self.env._("reopened"),
        }
        return super()._timeline_event_label(event) or words.get(event, "")
