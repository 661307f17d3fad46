from odoo import api, fields, models


class MaintenanceEquipment(models.Model):
    _inherit = "maintenance.equipment"

    asset_id = fields.Many2one("crm.customer.asset", "Customer asset", index="btree_not_null")

    @api.onchange("asset_id")
    def _onchange_asset_id(self):
        if self.asset_id:
            self.name = self.name or self.asset_id.name
            self.serial_no = self.serial_no or self.asset_id.serial
            self.warranty_date = self.warranty_date or self.asset_id.warranty_until
