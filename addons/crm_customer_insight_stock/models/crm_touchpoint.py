from odoo import api, models

from ..report.touchpoint_delivery import deliveries


class CrmTouchpoint(models.Model):
    _inherit = "crm.touchpoint"

    @api.model
    def _touchpoint_providers(self):
        return [*super()._touchpoint_providers(), deliveries()]

    @api.model
    def _touchpoint_provider_labels(self):
        return {
            **super()._touchpoint_provider_labels(),
            "stock_picking": self.env._("Deliveries and returns"),
        }
