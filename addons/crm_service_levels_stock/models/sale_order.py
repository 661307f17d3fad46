from odoo import models


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _service_portal_dates(self):
        """The day of the last delivery, too (SVC-T)."""
        shipped = self.picking_ids.filtered(
            lambda one: one.state == "done" and one.picking_type_code == "outgoing"
        )
        dates = shipped.mapped("date_done")
        return {**super()._service_portal_dates(), "delivered": max(dates, default=None)}

    def _service_portal_deliveries(self):
        """Rows of the deliveries of the order that its customer follows."""
        domain = self.env["crm.service.portal"]._delivery_domain(
            self.partner_id.commercial_partner_id
        )
        return [
            picking._service_portal_row() for picking in self.picking_ids.filtered_domain(domain)
        ]
