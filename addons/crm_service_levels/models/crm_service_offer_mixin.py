from odoo import models


class CrmServiceOfferMixin(models.AbstractModel):
    """ "Customers who bought this" where service sells, with its measured uptake (SVC-L4, ROI-5).

    A part of the request. The suggestions, and what the customer cannot buy, are those of
    ``crm.product.suggestion``; all methods run with the rights of :meth:`_sell_sudo`.
    """

    _name = "crm.service.offer.mixin"
    _description = "Suggestions when service sells"

    def _bought_together(self, products, present):
        """``{product: suggestion}``: what buyers of the machine and its parts buy, too.

        :param products: variants of the machine
        :param present: products that are suggested already
        """
        if not self.partner_id:
            return {}
        bought = products.union(*present)
        found = self.env["crm.product.suggestion"]._suggest(
            self.partner_id, self.company_id, bought.ids, exclude=bought.ids
        )
        return {products.browse(item["product_id"]): item for item in found}

    def _note_offers(self, found):
        """Remember the suggestions that the representative has before him."""
        shown = [row["offer"] for row in found.values() if "offer" in row]
        offers = self.env["crm.product.offer"]
        offers._note_shown(shown, "service", self.partner_id, self.company_id)

    def _accept_offers(self, order):
        """Suggestions that became lines of the order were accepted."""
        offers = self.env["crm.product.offer"].search(
            [
                ("partner_id", "=", self.partner_id.commercial_partner_id.id),
                ("company_id", "=", self.company_id.id),
                ("place", "=", "service"),
                ("state", "=", "shown"),
                ("product_id", "in", order.order_line.product_id.ids),
            ]
        )
        lines = order.order_line.grouped("product_id")
        for offer in offers:
            offer._decide("accepted", lines[offer.product_id][:1])
