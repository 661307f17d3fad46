from odoo import fields, models


class CrmCustomerAsset(models.Model):
    _inherit = "crm.customer.asset"

    equipment_ids = fields.One2many("maintenance.equipment", "asset_id")

    def action_open_equipment(self):
        """Equipment of Odoo's maintenance that stands for these assets; a new one is filled."""
        first = self[:1]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Equipment"),
            "res_model": "maintenance.equipment",
            "view_mode": "list,form",
            "domain": [("asset_id", "in", self.ids)],
            "context": {
                "default_asset_id": first.id,
                "default_name": first.name,
                "default_serial_no": first.serial,
                "default_model": first.product_id.display_name or first.model,
            },
        }
