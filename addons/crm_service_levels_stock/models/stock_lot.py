from odoo import fields, models


class StockLot(models.Model):
    _inherit = "stock.lot"

    asset_ids = fields.One2many(
        "crm.customer.asset",
        "lot_id",
        "Customer assets",
        groups="crm_service_levels.group_service_user",
    )

    def action_open_assets(self):
        """Assets of these serials."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Assets"),
            "res_model": "crm.customer.asset",
            "view_mode": "list,form",
            "domain": [("lot_id", "in", self.ids)],
        }
