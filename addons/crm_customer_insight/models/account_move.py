from odoo import models

from ..report.customer_month import DOCUMENT_TYPES

# Whoever changes one of these moves a posted document to another cell, or out of all.
CELL_FIELDS = {"state", "move_type", "partner_id", "company_id", "invoice_date", "date"}


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "crm.quality.move.mixin"]

    # By which the touch ledger finds what changed since the last fill.
    _insight_fill_idx = models.Index(
        "(write_date, id) WHERE move_type IN ('out_invoice', 'out_refund', 'out_receipt')"
    )

    def write(self, vals):
        if CELL_FIELDS & vals.keys():
            self._note_value_cells()
        return super().write(vals)

    def unlink(self):
        self._note_value_cells(states=("posted", "draft", "cancel"))
        return super().unlink()

    def _note_value_cells(self, states=("posted",)):
        """Have the customer months these documents count in recomputed."""
        cells = {
            (move.partner_id.id, move.company_id.id, move.invoice_date or move.date)
            for move in self
            if move.move_type in DOCUMENT_TYPES and move.state in states and move.partner_id
        }
        if cells:
            self.env["crm.customer.dirty"]._note_cells(cells)
