from odoo import models


class LoyaltyHistory(models.Model):
    _inherit = "loyalty.history"

    # The ledger reads what changed since its last fill.
    _insight_fill_idx = models.Index("(write_date, id)")
