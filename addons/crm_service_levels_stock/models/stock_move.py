from odoo import models

from .crm_customer_asset import Passage


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_done(self, cancel_backorder=False):
        done = super()._action_done(cancel_backorder=cancel_backorder)
        done._follow_assets()
        return done

    def _follow_assets(self):
        """Serials that went to customers become assets, those that came back are ours again."""
        moves = self.filtered(
            lambda move: move.state == "done" and move.product_id.tracking == "serial"
        )
        out, back = moves.filtered(_goes_out), moves.filtered(_comes_back)
        # sudo: whoever moves goods need not be allowed to work with assets
        assets = self.env["crm.customer.asset"].sudo()
        if out:
            assets._from_deliveries(out._passages())
        if back:
            assets._from_returns(back._passages())

    def _passages(self):
        """One per serial number, in the order in which they were moved."""
        return [
            line.move_id._passage(line)
            for line in self.move_line_ids.sorted("id")
            if line.lot_id and line.quantity > 0
        ]

    def _passage(self, line):
        sale_line = self.sale_line_id
        receiver = self.picking_id.partner_id or self.partner_id
        customer = sale_line.order_id.partner_id or receiver
        date = (self.picking_id.date_done or self.date).date()
        return Passage(
            line.lot_id, self.product_id, customer, receiver, sale_line, date, self.company_id
        )


def _goes_out(move):
    return move.location_dest_id.usage == "customer" and move.location_id.usage != "customer"


def _comes_back(move):
    return move.location_id.usage == "customer" and move.location_dest_id.usage != "customer"
