from odoo import models


class StockWarehouseOrderpoint(models.Model):
    _inherit = "stock.warehouse.orderpoint"

    def _campaign_products(self, demands):
        """With the parts of kits."""
        products = super()._campaign_products(demands)
        pairs = {(row.product_id.id, row.company_id) for row in demands}
        parts = demands._parts_by_company(pairs).values()
        return products | products.browse({key for made_of in parts for key in made_of})
