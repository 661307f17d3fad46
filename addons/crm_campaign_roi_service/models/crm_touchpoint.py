from odoo import api, fields, models

from ..report import feedback_touchpoints as providers


class CrmTouchpoint(models.Model):
    """What customers think of the service in the touch ledger (C360-1, SVC-F)."""

    _inherit = "crm.touchpoint"

    kind = fields.Selection(
        selection_add=[("feedback", "Feedback"), ("other",)], ondelete={"feedback": "set other"}
    )

    @api.model
    def _touchpoint_providers(self):
        return [*super()._touchpoint_providers(), providers.feedback()]

    @api.model
    def _touchpoint_provider_labels(self):
        return {
            **super()._touchpoint_provider_labels(),
            "service_feedback": self.env._("Feedback on service"),
        }

    @api.model
    def _timeline_event_label(self, event):
        words = {
            "rated": self.env._("rated"),
            "rated_high": self.env._("satisfied"),
            "rated_low": self.env._("not satisfied"),
        }
        return super()._timeline_event_label(event) or words.get(event, "")

    @api.model
    def _timeline_customer_models(self):
        return super()._timeline_customer_models() | {"crm.feedback.answer"}
