from odoo import api, models

from ..report.touchpoint_mailing import mailings, without_mailings


class CrmTouchpoint(models.Model):
    _inherit = "crm.touchpoint"

    @api.model
    def _touchpoint_providers(self):
        found = [without_mailings(provider) for provider in super()._touchpoint_providers()]
        return [*found, mailings()]

    @api.model
    def _timeline_customer_models(self):
        return super()._timeline_customer_models() | {"mailing.trace"}

    @api.model
    def _timeline_parents(self):
        return {
            **super()._timeline_parents(),
            "mailing.trace": lambda trace: ("mailing.mailing", trace.mass_mailing_id.id),
        }

    @api.model
    def _source_parents(self):
        return {
            **super()._source_parents(),
            "mailing.trace": lambda trace: trace.mass_mailing_id,
        }

    @api.model
    def _touchpoint_provider_labels(self):
        return {**super()._touchpoint_provider_labels(), "mailing_trace": self.env._("Mailings")}
