from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools import distance
from . import crm_service_hooks_mixin  # noqa: F401 (a parent is defined before its child)

#: Rows that a look-up shows; who wants more types more.
MOST_PRODUCTS, MOST_DEALERS = 8, 8
#: Longest term, and largest quantity a price is asked for.
LONGEST, MOST_UNITS = 80, 1_000_000


class Price(NamedTuple):
    """Price of a product for a customer, in ``currency``, before and with taxes.

    ``unit`` is what Odoo enters on an order line after the discounts of the price list.
    """

    unit: float
    excluded: float
    included: float
    currency: object


class CrmServiceLookupMixin(models.AbstractModel):
    """Products with the customer's price and the stock, and the nearest dealers (SVC-L1).

    Representatives have no rights in Sales or Stock: the public methods check who asks and give out
    what is needed to answer the customer, in a fixed number of queries.
    """

    _name = "crm.service.lookup.mixin"
    _inherit = ["crm.service.hooks.mixin"]
    _description = "Look-ups beside a service request"

    dealer_id = fields.Many2one(
        "res.partner",
        index="btree_not_null",
        copy=False,
        domain=[("service_dealer", "=", True)],
        help="Dealer who serves the customer in this matter.",
    )

    def _lookup_sudo(self):
        """This request with all rights, in its company, for service staff who may read it.

        :raise AccessError: for everybody else
        """
        self.ensure_one()
        self.check_access("read")
        if not self.env.user.has_group("crm_service_levels.group_service_user"):
            raise AccessError(self.env._("Only service staff look up prices and dealers."))
        # sudo: who asks was checked just now; only prices, stock and addresses are given out
        return self.sudo().with_company(self.company_id)

    @api.model
    def _lookup_term(self, term):
        return " ".join(term.split())[:LONGEST] if isinstance(term, str) else ""

    # Products

    def lookup_products(self, term, quantity=1.0):
        """Products by code, barcode or name, with price for this customer and stock.

        :param quantity: units the price is for: price lists may ask for it
        :return: ``{"products": [{"id", "name", "uom", "price", "stock"}], "pricelist", "stock"}``;
            ``stock`` is None where Odoo knows of no stock
        """
        request = self._lookup_sudo()
        term = self._lookup_term(term)
        number = isinstance(quantity, (int, float)) and 0 < quantity <= MOST_UNITS
        if not number:
            raise UserError(self.env._("Enter a quantity above zero."))
        products = request._service_products(term) if term else request.env["product.product"]
        return request._product_rows(products, quantity)

    def _service_products(self, term):
        """Products for sale in the company of the request, exact codes first."""
        products = self.env["product.product"]
        found = products.name_search(term, self._sellable_domain(), limit=MOST_PRODUCTS)
        return products.browse(key for key, _name in found)

    def _sellable_domain(self):
        kinds = Domain("sale_ok", "=", True) & Domain("type", "!=", "combo")
        return kinds & Domain("company_id", "in", [self.company_id.id, False])

    def _product_rows(self, products, quantity):
        prices = self._service_prices([(product, quantity) for product in products])
        stock = self._service_product_stock(products)
        pricelist = self._service_pricelist()
        rows = [
            {
                "id": product.id,
                "name": product.display_name,
                "uom": product.uom_id.name,
                "price": self._price_row(prices[product, quantity]),
                "stock": stock.get(product.id) if stock is not None else None,
                "stored": product.type == "consu" and product.id in (stock or {}),
            }
            for product in products
        ]
        return {"products": rows, "pricelist": pricelist.name or "", "stock": stock is not None}

    @api.model
    def _price_row(self, price):
        return {
            "unit": price.unit,
            "excluded": price.excluded,
            "included": price.included,
            "currency_id": price.currency.id,
        }

    def _service_pricelist(self):
        return self.partner_id.with_company(self.company_id).property_product_pricelist

    def _service_currency(self):
        return self._service_pricelist().currency_id or self.company_id.currency_id

    def _service_prices(self, wanted):
        """Prices that Odoo would enter on an order of this customer today.

        :param wanted: ``[(product, quantity)]``
        :return: ``{(product, quantity): Price}``; totals of the quantity
        """
        pricelist, currency = self._service_pricelist(), self._service_currency()
        position = self._service_fiscal_position()
        groups = {}
        for product, quantity in wanted:
            groups.setdefault(quantity, set()).add(product._origin.id)
        units = {
            quantity: pricelist._get_products_price(
                self.env["product.product"].browse(sorted(ids)),
                quantity,
                currency=currency,
                date=fields.Datetime.now(),
            )
            for quantity, ids in groups.items()
        }
        return {
            (product, quantity): self._service_price(
                product, units[quantity][product._origin.id], quantity, currency, position
            )
            for product, quantity in wanted
        }

    def _service_fiscal_position(self):
        partner = self.partner_id
        if not partner:
            return self.env["account.fiscal.position"]
        shipping = partner.browse(partner.address_get(["delivery"])["delivery"])
        positions = self.env["account.fiscal.position"].with_company(self.company_id)
        return positions._get_fiscal_position(partner, shipping)

    def _service_price(self, product, unit, quantity, currency, position):
        product = product._origin.with_env(self.env)
        taxes = product.taxes_id._filter_taxes_by_company(self.company_id)
        unit = product._get_tax_included_unit_price_from_price(
            unit, product_taxes=taxes, fiscal_position=position
        )
        total = position.map_tax(taxes).compute_all(
            unit, currency, quantity, product=product, partner=self.partner_id
        )
        return Price(unit, total["total_excluded"], total["total_included"], currency)

    def _service_product_stock(self, products):
        """What is in stock: extended where Odoo's Inventory is installed.

        :return: None without stock; else ``{product id: [{"warehouse", "free", "forecast"}]}`` of
            the products that are counted
        """

    # Dealers

    def lookup_dealers(self, place=None):
        """The nearest dealers, from the asset's site or the customer, or a place that is typed.

        :param place: postal code, city, state or country; empty: where the customer is
        :return: ``{"dealers": [{"id", "name", "phone", "address", "km"}], "from", "known"}``;
            ``km`` is None where a place has no coordinates
        """
        request = self._lookup_sudo()
        place = self._lookup_term(place)
        here = request._place_named(place) if place else request._place_of_customer()
        if here is None:
            return {"dealers": [], "from": place, "known": False}
        rows = request._dealer_places()
        rows.sort(key=lambda row: distance.nearness(here["key"], (*row[1:4], row[4])))
        nearest = rows[:MOST_DEALERS]
        partners = self.env["res.partner"].sudo().browse(row[0] for row in nearest)  # sudo: above
        dealers = [
            self._dealer_row(partner, distance.kilometers(here["key"][2], row[3]))
            for partner, row in zip(partners, nearest, strict=True)
        ]
        return {"dealers": dealers, "from": here["name"], "known": any(here["key"][2])}

    def _place_of_customer(self):
        """Where the asset stands, else where the contact or his company is."""
        # sudo: as _lookup_sudo, whose record this is
        site = self.asset_id.site_id
        candidates = (site, self.partner_id, self.commercial_partner_id)
        known = [one for one in candidates if one and (one.partner_latitude or one.country_id)]
        partner = next((one for one in known if one.partner_latitude), known[0] if known else site)
        return {
            "key": (
                partner.country_id.id,
                partner.state_id.id,
                (partner.partner_latitude, partner.partner_longitude),
            ),
            "name": ", ".join(filter(None, (partner.city, partner.country_id.name))),
        }

    def _place_named(self, place):
        """The middle of the contacts we know at a place, else a state or country of that name.

        No service in the network is asked: what our own contacts say is near enough for a dealer.
        """
        found = self.env.execute_query(
            SQL(
                """SELECT country_id, mode() WITHIN GROUP (ORDER BY state_id),
                    COALESCE(avg(NULLIF(partner_latitude, 0)), 0)::float,
                    COALESCE(avg(NULLIF(partner_longitude, 0)), 0)::float, count(*)
                FROM res_partner
                WHERE active AND (lower(city) = lower(%(place)s) OR zip = %(place)s)
                    AND (partner_latitude <> 0 OR service_dealer)
                    AND (company_id IS NULL OR company_id = %(company)s)
                GROUP BY country_id
                ORDER BY country_id IS NOT DISTINCT FROM %(country)s DESC, count(*) DESC LIMIT 1""",
                place=place,
                company=self.company_id.id,
                country=self.partner_id.country_id.id or None,
            )
        )
        if found:
            country, state, latitude, longitude, _count = found[0]
            return {"key": (country, state, (latitude, longitude)), "name": place}
        state = self.env["res.country.state"].search([("name", "=ilike", place)], limit=1)
        country = state.country_id or self.env["res.country"].search(
            ["|", ("name", "=ilike", place), ("code", "=ilike", place)], limit=1
        )
        if not country:
            return None
        name = state.display_name if state else country.name
        return {"key": (country.id, state.id, (0.0, 0.0)), "name": name}

    def _dealer_places(self):
        """``[(id, country, state, (latitude, longitude), name)]`` of all dealers, in one query."""
        domain = Domain("service_dealer", "=", True) & Domain(
            "company_id", "in", [self.company_id.id, False]
        )
        query = self.env["res.partner"]._search(domain)
        rows = self.env.execute_query(
            query.select(
                SQL.identifier(query.table, "id"),
                SQL.identifier(query.table, "country_id"),
                SQL.identifier(query.table, "state_id"),
                SQL("%s::float", SQL.identifier(query.table, "partner_latitude")),
                SQL("%s::float", SQL.identifier(query.table, "partner_longitude")),
                SQL.identifier(query.table, "complete_name"),
            )
        )
        return [(r[0], r[1], r[2], (r[3] or 0.0, r[4] or 0.0), r[5] or "") for r in rows]

    @api.model
    def _dealer_row(self, partner, km):
        lines = partner._display_address(without_company=True).splitlines()
        return {
            "id": partner.id,
            "name": partner.display_name,
            "phone": partner.phone or "",
            "email": partner.email or "",
            "address": ", ".join(line.strip() for line in lines if line.strip()),
            "km": round(km, 1) if km is not None else None,
        }

    def use_dealer(self, partner_id):
        """Note the dealer on the request, and on its asset if that has none."""
        self.ensure_one()
        self.check_access("write")
        dealer = self.env["res.partner"].browse(partner_id).exists()
        if not dealer.service_dealer:
            raise UserError(self.env._("This contact is not marked as a service dealer."))
        self.dealer_id = dealer
        asset = self.asset_id
        if asset and not asset.dealer_id and asset.has_access("write"):
            asset.dealer_id = dealer
        return True
