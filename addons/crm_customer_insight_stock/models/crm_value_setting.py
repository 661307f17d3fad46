from odoo import fields, models


class CrmValueSetting(models.Model):
    _inherit = "crm.value.setting"

    offer_in_stock_only = fields.Boolean(
        "Suggest only what is in stock",
        help="Stored products without free quantity in the company's warehouses are not suggested "
        "on quotations, in service and in the portal.",
    )
