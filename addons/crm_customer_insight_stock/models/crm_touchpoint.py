from odoo import api, models

from ..report.touchpoint_delivery import deliveries


class CrmTouchpoint(models.Model):
    _inherit = "crm.touchpoint"

    @api.model
    def _touchpoint_providers(self):
        return [*super()._touchpoint_providers(), deliveries()]
