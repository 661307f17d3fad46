from odoo import fields, models


class CrmCustomerAsset(models.Model):
    _inherit = "crm.customer.asset"

    repair_ids = fields.One2many(
        "repair.order", "asset_id", "Repair orders", groups="stock.group_stock_user"
    )

    def action_new_repair(self):
        """Open a repair order of this asset."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New repair"),
            "res_model": "repair.order",
            "view_mode": "form",
            "context": {
                "default_asset_id": self.id,
                "default_product_id": self.product_id.id,
                "default_lot_id": self.lot_id.id,
                "default_partner_id": (self.contact_id or self.partner_id).id,
                "default_company_id": self.company_id.id,
            },
        }
