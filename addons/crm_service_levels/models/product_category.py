from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    asset_properties = fields.PropertiesDefinition("Own fields of assets")
