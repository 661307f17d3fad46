from odoo import api, models

from odoo.addons.crm_callcenter.report import call_intervals as facts


class CrmFeedbackAnswer(models.Model):
    """What a customer says of a request rates the last call about it (CC-8, SVC-L5)."""

    _inherit = "crm.feedback.answer"

    @api.model_create_multi
    def create(self, vals_list):
        found = super().create(vals_list)
        found.filtered("has_score")._mark_calls()
        return found

    def write(self, vals):
        done = super().write(vals)
        if {"score", "has_score", "request_id"} & vals.keys():
            self._mark_calls()
        return done

    def _mark_calls(self):
        """The facts of the calls about these requests are computed anew."""
        # sudo: who answers may not read calls; only that they changed is noted
        calls = self.sudo().env["crm.call"].search([("request_id", "in", self.request_id.ids)])
        if calls:
            facts.mark_calls(self.env, calls.ids)
