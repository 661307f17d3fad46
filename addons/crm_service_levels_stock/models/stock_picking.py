from odoo import models

from odoo.addons.crm_service_levels.tools import portal

#: Station of a delivery by the state of its transfer.
STATIONS = {"waiting": "prepared", "confirmed": "prepared", "assigned": "ready", "done": "shipped"}


class StockPicking(models.Model):
    """What a delivery gives out to its customer (SVC-T)."""

    _inherit = "stock.picking"

    def _service_portal_row(self):
        """What lists and requests show of a delivery."""
        self.ensure_one()
        return {
            "name": self.name,
            "url": f"/my/deliveries/{self.id}",
            "done": self.state == "done",
            "date": self.date_done or self.scheduled_date,
            "order": self.sale_id.name or "",
            "stage": self._service_portal_names()[self._service_portal_station()],
        }

    def _service_portal_values(self):
        """Everything the page of a delivery shows."""
        names = self._service_portal_names()
        dates = {"ordered": self.sale_id.date_order or self.create_date, "shipped": self.date_done}
        rows = portal.along(tuple(names), self._service_portal_station(), dates)
        return {
            **self._service_portal_row(),
            "stations": [{**row, "name": names[row["code"]]} for row in rows],
            "expected": None if self.state == "done" else self.scheduled_date,
            "address": self.partner_id._display_address(without_company=True),
            "order_url": self.sale_id.access_url if self.sale_id else "",
            "lines": [self._service_portal_line(move) for move in self.move_ids],
            **self._service_portal_tracking(),
        }

    def _service_portal_names(self):
        return {
            "ordered": self.env._("Ordered"),
            "prepared": self.env._("Being prepared"),
            "ready": self.env._("Ready to ship"),
            "shipped": self.env._("Shipped"),
        }

    def _service_portal_station(self):
        return STATIONS.get(self.state, "ordered")

    def _service_portal_line(self, move):
        done = self.state == "done"
        return {
            "name": move.product_id.display_name,
            "quantity": move.quantity if done else move.product_uom_qty,
            "unit": move.product_uom.name,
            "serials": ", ".join(filter(None, move.move_line_ids.lot_id.mapped("name")))
            if done
            else "",
        }

    def _service_portal_tracking(self):
        """Reference and page of the carrier, where deliveries are made through one."""
        # Fields of Odoo's addon for carriers, which need not be installed
        return {
            "tracking": getattr(self, "carrier_tracking_ref", "") or "",
            "tracking_url": getattr(self, "carrier_tracking_url", "") or "",
        }
