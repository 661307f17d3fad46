from odoo import models


class StockWarehouseOrderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    def _campaign_products(self, demands):
        """With the parts of kits."""
        products = super()._campaign_products(demands)
        parts = {key for kit in demands._kits(products) for key in demands._parts_of(kit)}
        return products | products.browse(parts)
