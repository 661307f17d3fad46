from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def write(self, vals):
        if "standard_price" in vals:
            self.env["crm.customer.dirty"]._note_products(self.ids)
        return super().write(vals)
