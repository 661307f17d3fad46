from odoo import api, models


class CrmServiceRequest(models.Model):
    """What is maintained for a request goes with it where it is merged."""

    _inherit = "crm.service.request"

    @api.model
    def _service_merge_models(self):
        return [*super()._service_merge_models(), ("maintenance.request", "service_request_id")]
