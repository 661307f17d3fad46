from odoo import api, fields, models
from odoo.fields import Domain


class CrmServiceRequest(models.Model):
    """The delivery a request is about, and stock by warehouse beside it (SVC-L1)."""

    _inherit = "crm.service.request"

    picking_id = fields.Many2one(
        "stock.picking",
        "Delivery",
        index="btree_not_null",
        domain="[('picking_type_code', '=', 'outgoing'),"
        " ('partner_id', 'child_of', commercial_partner_id)]",
    )

    @api.model
    def _reference_names(self):
        return (*super()._reference_names(), "picking_id")

    @api.model
    def _feedback_return_domain(self):
        """Requests about a delivery that came back, wholly or in part, are returns (SVC-L5)."""
        # sudo: a figure, not the deliveries themselves
        pickings = self.env["stock.picking"].sudo()
        back = pickings._search([("return_id", "!=", False), ("state", "=", "done")])
        returned = Domain("picking_id", "in", back.subselect("return_id"))
        return super()._feedback_return_domain() | returned

    def _service_product_stock(self, products):
        """Free and forecast quantity by warehouse of the company, as Odoo's Inventory counts them.

        Queries depend on the number of warehouses, not of products.
        """
        # sudo: service staff have no rights in Inventory; who asks was checked by the look-up
        stored = products.sudo().filtered("is_storable")
        found = {product.id: [] for product in stored}
        for warehouse in self._service_warehouses():
            here = stored.with_context(warehouse_id=warehouse.id)
            for product in here:
                row = {
                    "warehouse_id": warehouse.id,
                    "warehouse": warehouse.name,
                    "free": product.free_qty,
                    "forecast": product.virtual_available,
                }
                found[product.id].append(row)
        return found

    def _service_warehouses(self):
        # sudo: as above
        warehouses = self.env["stock.warehouse"].sudo()
        company = self.company_id or self.env.company
        return warehouses.search(Domain("company_id", "=", company.id))

    # The customer's page (SVC-T)

    def _portal_links(self, guest):
        """The delivery of the request, and those of its order."""
        links = super()._portal_links(guest)
        for picking in self._portal_deliveries():
            row = picking._service_portal_row()
            name = f"{row['name']} · {row['stage']}"
            url = "" if guest else row["url"]
            links.append({"label": self.env._("Delivery"), "name": name, "url": url})
        return links

    def _portal_deliveries(self):
        """Deliveries of this customer that the request names, itself or by its order."""
        # sudo: as every document of the page; the domain leaves the customer's own
        pickings = self.env["stock.picking"].sudo()
        customer = self.commercial_partner_id
        if not customer or not (self.picking_id or self.sale_order_id):
            return pickings
        named = Domain("id", "=", self.picking_id.id)
        if self.sale_order_id:
            named |= Domain("sale_id", "=", self.sale_order_id.id)
        own = self.env["crm.service.portal"]._delivery_domain(customer)
        return pickings.search(own & named, order="id")
