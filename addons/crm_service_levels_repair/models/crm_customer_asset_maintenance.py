from odoo import fields, models


class CrmCustomerAssetMaintenance(models.Model):
    _inherit = "crm.customer.asset.maintenance"

    repair_id = fields.Many2one("repair.order", "Repair order", index="btree_not_null")
