from odoo import models


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "crm.association.order.mixin"]

    # By which the touch ledger finds what changed since the last fill.
    _insight_fill_idx = models.Index("(write_date, id)")

    def write(self, vals):
        if {"partner_id", "company_id", "date_order"} & vals.keys():
            self._note_value_cells()
        return super().write(vals)

    def unlink(self):
        self._note_value_cells(states=("sale", "cancel"))
        return super().unlink()

    def _note_value_cells(self, states=("sale",)):
        """Have the customer months these orders count in recomputed."""
        cells = {
            (order.partner_id.id, order.company_id.id, order.date_order.date())
            for order in self
            if order.state in states and order.partner_id and order.date_order
        }
        if cells:
            self.env["crm.customer.dirty"]._note_cells(cells)


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "crm.association.line.mixin"]

    def write(self, vals):
        if "purchase_price" in vals:
            self.env["crm.customer.dirty"]._note_order_lines(self.ids)
        return super().write(vals)
