from odoo import api, models


class CrmCustomerAssetMerge(models.TransientModel):
    _inherit = "crm.customer.asset.merge"

    @api.model
    def _tables(self):
        return [*super()._tables(), "repair.order"]
