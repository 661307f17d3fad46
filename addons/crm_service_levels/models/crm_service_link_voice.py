from odoo import api, models


class CrmServiceLinkMixin(models.AbstractModel):
    _inherit = "crm.service.link.mixin"

    @api.model
    def _service_merge_models(self):
        """What was asked and answered follows a merge."""
        return [
            *super()._service_merge_models(),
            ("crm.feedback.invitation", "request_id"),
            ("crm.feedback.answer", "request_id"),
            ("crm.feedback.loop", "request_id"),
        ]
