from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    suggest_ok = fields.Boolean(
        "Suggest to customers",
        default=True,
        help="Off: neither offered to who bought other products nor expected as a reorder, "
        "e.g. freight and packaging.",
    )
