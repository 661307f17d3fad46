from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    # The ledger reads what changed since its last fill.
    _insight_fill_idx = models.Index("(write_date, id)")
