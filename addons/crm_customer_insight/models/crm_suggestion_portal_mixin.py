from datetime import timedelta

from odoo import fields, models
from odoo.fields import Command, Domain
from odoo.tools import SQL
from odoo.tools.image import image_data_uri

from .day_format import format_day

#: Products bought last that suggestions are made from, and days that a look is remembered for.
BOUGHT = 200
SEEN_DAYS = 180
SHOWN = 12
#: Decisions of one customer in an hour.
LIMIT = 30


class CrmSuggestionPortalMixin(models.AbstractModel):
    """Suggestions for the customer who has logged in to the portal (ROI-5).

    Every method begins with the user's own contact. What he reads names no other customer, and no
    figure of one: the words of :meth:`_reason` are for salespeople.
    """

    _name = "crm.suggestion.portal.mixin"
    _description = "Suggestions in the portal"

    # -- the page ------------------------------------------------------------------------------

    def _portal_page(self):
        """What the page shows: suggestions, and whether what he looks at may be remembered."""
        own = self._as_customer()
        partner = own._portal_partner()
        found = own._portal_suggestions(partner)
        own.env["crm.product.offer"]._note_shown(found, "portal", partner, own.env.company)
        return {
            "suggestions": [own._on_the_page(item) for item in found],
            "allowed": partner.suggestions_from_browsing,
        }

    def _as_customer(self):
        """The engine with the rights to answer for the user's own contact, in his company."""
        company = self.env.user.company_id
        # sudo: rules, orders and suggestions are closed to customers; each query names his own
        return self.with_company(company).sudo()

    def _portal_partner(self):
        return self.env.user.partner_id

    def _portal_suggestions(self, partner):
        customer, company = partner.commercial_partner_id, self.env.company
        bought = self._bought_by(customer, company)
        seen = self._seen_by(partner, company)
        asked = self._asked_for()
        found = self._suggest(partner, company, [*bought, *seen], exclude=asked, limit=SHOWN)
        left_out = {*bought, *asked, *self._dismissed(customer, company)}
        left_out.update(item["product_id"] for item in found)
        products = self.env["product.product"].browse([p for p in seen if p not in left_out])
        looked_at = [
            {"kind": "seen", "product_id": product.id, "because_id": False}
            for product in self._offerable(products, partner, company)
        ]
        return [*found, *self._described(looked_at, partner)][:SHOWN]

    def _asked_for(self):
        """Ids of the products he asked for in a quotation that was not sent yet."""
        domain = self._portal_offer_domain() & Domain("state", "=", "accepted")
        domain &= Domain("order_id.state", "=", "draft")
        return self.env["crm.product.offer"].search(domain).product_id.ids

    def _bought_by(self, customer, company):
        """Ids of the products the customer bought last."""
        self.env["sale.order"].flush_model()
        self.env["sale.order.line"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT l.product_id FROM sale_order o
                     JOIN res_partner p ON p.id = o.partner_id
                     JOIN sale_order_line l ON l.order_id = o.id
                    WHERE p.commercial_partner_id = %s AND o.company_id = %s AND o.state = 'sale'
                      AND l.product_id IS NOT NULL AND l.product_uom_qty > 0
                    GROUP BY l.product_id ORDER BY max(o.date_order) DESC LIMIT %s""",
                customer.id,
                company.id,
                BOUGHT,
            )
        )
        return [product for (product,) in rows]

    def _seen_by(self, partner, company):
        """Ids of the products he looked at, if he allowed us to remember it."""
        if not partner.suggestions_from_browsing:
            return []
        since = fields.Date.context_today(self) - timedelta(days=SEEN_DAYS)
        views = self.env["crm.product.view"].search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", company.id),
                ("date", ">=", since),
            ],
            limit=SHOWN,
        )
        return views.product_id.ids

    def _on_the_page(self, item):
        product = self.env["product.product"].browse(item["product_id"])
        image = product.image_128
        return {
            **item,
            "reason": self._reason_for_customer(item),
            "image": image_data_uri(image) if image else "",
        }

    def _reason_for_customer(self, item):
        if item["kind"] == "reorder":
            return self.env._(
                "You usually order it every %(gap)s days, last on %(day)s.",
                gap=round(item["gap"]),
                day=format_day(self.env, item["last"]),
            )
        if item["kind"] == "seen":
            return self.env._("You looked at it here.")
        because = self.env["product.product"].browse(item["because_id"])
        return self.env._("Often bought together with %(product)s.", product=because.display_name)

    # -- what he does there --------------------------------------------------------------------

    def _portal_limit_reached(self):
        """Whether he has decided so often in the last hour that a person would not."""
        own = self._as_customer()
        since = fields.Datetime.now() - timedelta(hours=1)
        domain = own._portal_offer_domain() & Domain("decided", ">=", since)
        return own.env["crm.product.offer"].search_count(domain, limit=LIMIT) >= LIMIT

    def _portal_offer_domain(self):
        customer = self._portal_partner().commercial_partner_id
        return (
            Domain("partner_id", "=", customer.id)
            & Domain("place", "=", "portal")
            & Domain("company_id", "=", self.env.company.id)
        )

    def _portal_decide(self, product_id, action):
        """He asks for a quotation, or is not interested; False for what was not shown to him."""
        own = self._as_customer()
        domain = own._portal_offer_domain()
        domain &= Domain("product_id", "=", product_id) & Domain("state", "=", "shown")
        offer = own.env["crm.product.offer"].search(domain, limit=1)
        if not offer:
            return False
        if action == "dismiss":
            offer._decide("dismissed")
            return True
        if not own._offerable(offer.product_id, own._portal_partner(), own.env.company):
            return False
        offer._decide("accepted", own._portal_line(offer.product_id))
        return True

    def _portal_line(self, product):
        """Add the product to the quotation that collects what he asks for."""
        order = self._portal_quotation()
        return self.env["sale.order.line"].create(
            {"order_id": order.id, "product_id": product.id, "product_uom_qty": 1}
        )

    def _portal_quotation(self):
        partner, origin = self._portal_partner(), self.env._("Suggestions in the portal")
        orders = self.env["sale.order"]
        order = orders.search(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", self.env.company.id),
                ("state", "=", "draft"),
                ("origin", "=", origin),
            ],
            limit=1,
        )
        if order:
            return order
        seller = partner.user_id or partner.commercial_partner_id.user_id
        order = orders.create(
            {
                "partner_id": partner.id,
                "company_id": self.env.company.id,
                "origin": origin,
                "user_id": seller.id,
                "order_line": [Command.clear()],
            }
        )
        if seller:
            order.activity_schedule(
                "mail.mail_activity_data_todo",
                user_id=seller.id,
                summary=self.env._("The customer asks for a quotation in the portal"),
            )
        return order

    def _portal_allow(self, allow):
        own = self._as_customer()
        partner = own._portal_partner()
        partner.suggestions_from_browsing = allow
        if not allow:
            own.env["crm.product.view"]._forget(partner)

    def _note_order_viewed(self, order_id):
        """Remember the products of an order that the user opened, if it is his own."""
        if self.env.user._is_public():
            return
        own = self._as_customer()
        partner = own._portal_partner()
        if not partner.suggestions_from_browsing:
            return
        order = own.env["sale.order"].browse(order_id).exists()
        if order.partner_id.commercial_partner_id == partner.commercial_partner_id:
            products = order.order_line.product_id
            own.env["crm.product.view"]._note(partner, products, order.company_id)
