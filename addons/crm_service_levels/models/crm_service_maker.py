from odoo import fields, models


class CrmServiceMaker(models.Model):
    """Who made a product: serial numbers are unique per product and maker (SVC-L3)."""

    _name = "crm.service.maker"
    _description = "Maker"
    _order = "name"

    name = fields.Char(required=True)
    website = fields.Char()
    active = fields.Boolean(default=True)
    asset_ids = fields.One2many("crm.customer.asset", "maker_id", "Assets")

    _name_uniq = models.UniqueIndex("(lower(name)) WHERE active", "This maker exists already.")
