from odoo import api, fields, models

from ..report.wave_touchpoints import form_answers, letters


class CrmTouchpoint(models.Model):
    """Letters of waves and answers on web forms in the touch ledger (C360-1, ROI-1)."""

    _inherit = "crm.touchpoint"

    kind = fields.Selection(
        selection_add=[("form", "Web form"), ("other",)], ondelete={"form": "set other"}
    )

    @api.model
    def _touchpoint_providers(self):
        return [*super()._touchpoint_providers(), letters(), form_answers()]

    @api.model
    def _touchpoint_provider_labels(self):
        return {
            **super()._touchpoint_provider_labels(),
            "campaign_letter": self.env._("Letters"),
            "campaign_form": self.env._("Answers on web forms"),
        }

    @api.model
    def _timeline_event_label(self, event):
        words = {
            "registered": self.env._("registered"),
            "answered_high": self.env._("answered: satisfied"),
            "answered_low": self.env._("answered: not satisfied"),
        }
        return super()._timeline_event_label(event) or words.get(event, "")

    @api.model
    def _timeline_customer_models(self):
        return super()._timeline_customer_models() | {
            "crm.campaign.delivery",
            "crm.campaign.form.answer",
        }

    @api.model
    def _source_parents(self):
        return {
            **super()._source_parents(),
            "crm.campaign.delivery": lambda delivery: delivery.wave_id,
            "crm.campaign.form.answer": lambda answer: answer.lead_id or answer,
        }
