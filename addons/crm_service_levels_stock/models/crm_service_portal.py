from odoo import api, models
from odoo.fields import Domain


class CrmServicePortal(models.AbstractModel):
    _inherit = "crm.service.portal"

    @api.model
    def _delivery_domain(self, customer=None):
        """Deliveries of the customer's orders, and those without an order to his addresses."""
        customer = customer or self._customer()
        ordered = Domain("sale_id.partner_id", "child_of", customer.id)
        free = Domain("sale_id", "=", False) & Domain("partner_id", "child_of", customer.id)
        sent = Domain("picking_type_code", "=", "outgoing")
        return sent & Domain("state", "not in", ("draft", "cancel")) & (ordered | free)

    @api.model
    def _deliveries(self):
        # sudo: customers see their deliveries by these methods alone; every use adds the domain
        return self.env["stock.picking"].sudo()

    @api.model
    def _delivery(self, picking_id):
        """A delivery of the user's customer, or an empty record."""
        return self._deliveries().search(self._delivery_domain() & Domain("id", "=", picking_id))

    @api.model
    def _delivery_page(self, page=1):
        return self._track_page(self._deliveries(), self._delivery_domain(), page)

    @api.model
    def _counts(self, names):
        counts = super()._counts(names)
        if "service_delivery_count" in names:
            count = self._deliveries().search_count(self._delivery_domain())
            counts["service_delivery_count"] = count
        return counts
