from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import plaintext2html

#: Rows of one page of a list.
PAGE = 20
#: Most products that the form of a new request offers.
MOST_PRODUCTS = 100
#: New requests one customer opens within an hour.
MOST_REQUESTS = 20
#: The same subject within so many seconds is a second click, not a second request.
DOUBLE_CLICK = 60
LONGEST_NAME = 200


class CrmServicePortal(models.AbstractModel):
    """The pages of customers who log in (SVC-T): everything of their own company, nothing else.

    Portal users have no right to any model of this addon. These methods cannot be called from
    outside, begin with the domain of the user's customer, and give out plain values.
    """

    _name = "crm.service.portal"
    _description = "Customer pages"

    # Whose

    @api.model
    def _customer(self):
        return self.env.user.partner_id.commercial_partner_id

    @api.model
    def _request_domain(self):
        """Requests of the user and of his company; anonymous complaints have no customer."""
        own = Domain("commercial_partner_id", "=", self._customer().id)
        return own & Domain("active", "=", True)

    @api.model
    def _asset_domain(self):
        own = Domain("commercial_partner_id", "=", self._customer().id)
        return own & Domain("active", "=", True) & Domain("merged_into_id", "=", False)

    @api.model
    def _requests(self):
        # sudo: customers have no right to the model; every use adds the domain of their own
        return self.env["crm.service.request"].sudo()

    @api.model
    def _assets(self):
        return self.env["crm.customer.asset"].sudo()  # sudo: as _requests

    @api.model
    def _request(self, request_id):
        """A request of the user's customer, or an empty record: which is not told."""
        return self._requests().search(self._request_domain() & Domain("id", "=", request_id))

    @api.model
    def _asset(self, asset_id):
        return self._assets().search(self._asset_domain() & Domain("id", "=", asset_id))

    @api.model
    def _track_page(self, records, domain, page):
        """A page of *records* that are followed like parcels: the newest first, and how many."""
        offset = (max(page, 1) - 1) * PAGE
        found = records.search(domain, order="id desc", limit=PAGE, offset=offset)
        rows = [record._service_portal_row() for record in found]
        return {"rows": rows, "total": records.search_count(domain)}

    # Counters of the home page

    @api.model
    def _counts(self, names):
        """``{name: number}`` of the counters asked for, one query each."""
        found = {
            "service_request_count": lambda: self._requests().search_count(self._request_domain()),
            "service_asset_count": lambda: self._assets().search_count(self._asset_domain()),
        }
        return {name: count() for name, count in found.items() if name in names}

    # Lists

    @api.model
    def _filters(self):
        """``{name: (label, domain)}`` of the list of requests."""
        mine = Domain("partner_id", "=", self.env.user.partner_id.id)
        return {
            "open": (self.env._("Open"), Domain("is_closed", "=", False)),
            "answer": (self.env._("Your answer is needed"), Domain("state", "=", "customer")),
            "closed": (self.env._("Closed"), Domain("is_closed", "=", True)),
            "mine": (self.env._("Opened by me"), mine),
            "all": (self.env._("All"), Domain.TRUE),
        }

    @api.model
    def _sortings(self):
        return {
            "date": (self.env._("Newest"), "date_open desc, id desc"),
            "number": (self.env._("Number"), "number, id"),
            "stage": (self.env._("Status"), "stage_id, id desc"),
        }

    @api.model
    def _request_page(self, search="", filterby="all", sortby="date", page=1):
        """``{"rows", "total"}`` of the list of requests."""
        domain = self._request_domain()
        domain &= self._filters().get(filterby, self._filters()["all"])[1]
        term = (search or "").strip()[:100]
        if term:
            asked = [[(name, "ilike", term)] for name in ("number", "name", "asset_id.serial")]
            domain &= Domain.OR(asked)
        order = self._sortings().get(sortby, self._sortings()["date"])[1]
        found = self._requests().search(
            domain, order=order, limit=PAGE, offset=(max(page, 1) - 1) * PAGE
        )
        rows = [request._portal_row() for request in found]
        return {"rows": rows, "total": self._requests().search_count(domain)}

    @api.model
    def _asset_page(self, search="", page=1):
        domain, term = self._asset_domain(), (search or "").strip()[:100]
        if term:
            asked = [[(name, "ilike", term)] for name in ("name", "serial", "number")]
            domain &= Domain.OR(asked)
        offset = (max(page, 1) - 1) * PAGE
        found = self._assets().search(domain, order="name, id", limit=PAGE, offset=offset)
        rows = [asset._portal_row() for asset in found]
        return {"rows": rows, "total": self._assets().search_count(domain)}

    @api.model
    def _asset_requests(self, asset):
        """Own requests on an asset: a former owner's are not shown."""
        domain = self._request_domain() & Domain("asset_id", "=", asset.id)
        found = self._requests().search(domain, order="id desc", limit=PAGE)
        return [request._portal_row() for request in found]

    # New requests

    @api.model
    def _type_domain(self):
        companies = [False, self.env.company.id]
        return Domain("portal_published", "=", True) & Domain("company_id", "in", companies)

    @api.model
    def _choices(self):
        """What the form of a new request offers: ``{"types", "assets", "products"}``."""
        # sudo: as _requests; customers see the names of what they may choose
        types = self.env["crm.service.type"].sudo().search(self._type_domain())
        assets = self._assets().search(self._asset_domain(), order="name, id", limit=MOST_PRODUCTS)
        return {
            "types": [(kind.id, kind.display_name) for kind in types],
            "assets": [(asset.id, asset.display_name) for asset in assets],
            "products": [(product.id, product.display_name) for product in self._products()],
        }

    @api.model
    def _products(self):
        """Products the customer bought, the last ones first in the query, by name in the list."""
        domain = Domain("order_id.partner_id", "child_of", self._customer().id)
        domain &= Domain("order_id.state", "=", "sale") & Domain("product_id.active", "=", True)
        # sudo: as _choices
        lines = self.env["sale.order.line"].sudo()
        rows = lines._read_group(
            domain & Domain("display_type", "=", False),
            ["product_id"],
            order="id:max desc",
            limit=MOST_PRODUCTS,
        )
        # sudo: as _choices
        found = self.env["product.product"].sudo().union(*(product for (product,) in rows))
        return found.sorted("display_name")

    @api.model
    def _open_request(self, values, files=()):
        """Open a request as the customer filled in the form.

        :param values: ``name``, ``description`` (plain text), ``type_id``, ``asset_id``,
            ``product_id``
        :param files: ``(name, bytes)``
        :return: the request (with ``sudo``)
        :raise UserError: what is missing or beyond a limit, in words for the customer
        """
        checked = self._create_values(values)
        again = self._clicked_twice(checked)
        if again:
            return again
        requests = self._requests()
        requests._portal_check_text(values.get("description") or "")
        draft = requests.new({k: v for k, v in checked.items() if k != "description"})
        draft.team_id._portal_check_files(files)
        if not self.env["crm.service.portal.hit"]._allow("new", self.env.uid, MOST_REQUESTS):
            raise UserError(self.env._("That was a lot at once. Please try again in an hour."))
        request = requests.create(checked)
        if files:
            request._portal_post("", files, self.env.user.partner_id)
        return request

    @api.model
    def _create_values(self, values):
        name = " ".join(str(values.get("name") or "").split())[:LONGEST_NAME]
        text = str(values.get("description") or "").strip()
        if not name or not text:
            raise UserError(
                self.env._("Please tell us in a few words what it is, and describe it.")
            )
        kind = self.env["crm.service.type"].sudo()  # sudo: as _choices
        kind = kind.search(self._type_domain() & Domain("id", "=", values.get("type_id") or 0))
        asset = self._asset(values.get("asset_id") or 0)
        product = asset.product_id or self._products().filtered(
            lambda one: one.id == values.get("product_id")
        )
        channels = self.env["crm.contact.channel"].sudo()  # sudo: as above
        return {
            "name": name,
            "description": plaintext2html(text),
            "type_id": kind.id,
            "asset_id": asset.id,
            "product_id": product.id,
            "partner_id": self.env.user.partner_id.id,
            "company_id": self.env.company.id,
            "channel_id": channels._of_code("web").id,
        }

    @api.model
    def _clicked_twice(self, values):
        since = fields.Datetime.now() - timedelta(seconds=DOUBLE_CLICK)
        domain = [("partner_id", "=", values["partner_id"]), ("name", "=", values["name"])]
        domain.append(("create_date", ">=", since))
        found = self._requests().search(domain, order="id desc", limit=1)
        return found if found.description == values["description"] else found.browse()

    # Files and collections

    @api.model
    def _collection(self, collection_id):
        """A collection for a request of the user's customer, or an empty record."""
        # sudo: as _requests
        found = self.env["crm.service.collection"].sudo().browse(collection_id).exists()
        return found if found and self._request(found.request_id.id) else found.browse()
