from odoo import fields, models

from ..tools import selling
from .sale_order import INTERNAL


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    service_kind = fields.Selection(
        selling.KINDS, "Sold in service as", readonly=True, copy=False, groups=INTERNAL
    )
    service_free_reason = fields.Char("Free because", readonly=True, copy=False, groups=INTERNAL)
