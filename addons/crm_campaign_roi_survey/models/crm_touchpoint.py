from odoo import api, fields, models

from ..report import survey_touchpoints as providers


class CrmTouchpoint(models.Model):
    """Answers to surveys in the touch ledger (C360-1, ROI-1)."""

    _inherit = "crm.touchpoint"

    kind = fields.Selection(
        selection_add=[("survey", "Survey"), ("other",)], ondelete={"survey": "set other"}
    )

    @api.model
    def _touchpoint_providers(self):
        return [*super()._touchpoint_providers(), providers.answers()]

    @api.model
    def _touchpoint_provider_labels(self):
        return {
            **super()._touchpoint_provider_labels(),
            "survey_answer": self.env._("Answers to surveys"),
        }

    @api.model
    def _timeline_event_label(self, event):
        words = {
            "answered": self.env._("answered"),
            "rated_high": self.env._("satisfied"),
            "rated_low": self.env._("not satisfied"),
        }
        return super()._timeline_event_label(event) or words.get(event, "")

    @api.model
    def _timeline_customer_models(self):
        return super()._timeline_customer_models() | {"survey.user_input"}
