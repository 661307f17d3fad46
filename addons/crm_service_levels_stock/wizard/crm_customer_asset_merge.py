from odoo import models


class CrmCustomerAssetMerge(models.TransientModel):
    _inherit = "crm.customer.asset.merge"

    def _filled(self):
        return (*super()._filled(), "lot_id")
