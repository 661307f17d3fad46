from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal, pager

from ..models.crm_service_portal import PAGE
from . import pages


class ServicePortal(CustomerPortal):
    """Pages of customers who log in: requests and assets of their own company (SVC-T).

    What is shown comes from ``crm.service.portal``, whose every method begins with the user's own
    customer. GET reads and changes nothing; somebody else's number is as unknown as one that does
    not exist.
    """

    def _prepare_home_portal_values(self, counters):
        values = super()._prepare_home_portal_values(counters)
        return {**values, **_portal()._counts(counters)}

    # Requests

    @http.route(
        ["/my/requests", "/my/requests/page/<int:page>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def service_requests(self, page=1, search="", filterby="all", sortby="date", **kwargs):
        found = _portal()._request_page(search, filterby, sortby, page)
        given = {"search": search, "filterby": filterby, "sortby": sortby}
        filters, sortings = _portal()._filters(), _portal()._sortings()
        values = {
            "rows": found["rows"],
            "pager": pager("/my/requests", found["total"], page, PAGE, url_args=given),
            "filters": {name: label for name, (label, _domain) in filters.items()},
            "sortings": {name: label for name, (label, _order) in sortings.items()},
            **given,
        }
        return self._service_render("portal_requests", "service_requests", **values)

    @http.route(
        "/my/requests/<int:request_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def service_request(self, request_id, done="", **kwargs):
        found = self._service_own(request_id)
        current = found._portal_current()
        if current != found:
            return request.redirect(f"/my/requests/{current.id}")
        return self._service_page(found, done=done)

    def _service_page(self, found, **extra):
        values = pages.values_of(found, f"/my/requests/{found.id}", **extra)
        return self._service_render("portal_request", "service_request", **values)

    @http.route(
        "/my/requests/<int:request_id>/<string:action>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def service_request_act(self, request_id, action, **post):
        found = self._service_own(request_id)
        partner = request.env.user.partner_id
        base = f"/my/requests/{found.id}"
        return pages.act(found, action, post, partner, base, self._service_page)

    @http.route(
        "/my/requests/<int:request_id>/file/<int:file_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def service_request_file(self, request_id, file_id, **kwargs):
        return pages.send_file(self._service_own(request_id)._portal_file(file_id))

    @http.route(
        "/my/requests/<int:request_id>/collection",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def service_collection(self, request_id, **kwargs):
        return self._service_collection_page(self._service_own(request_id))

    def _service_collection_page(self, found, **extra):
        values = pages.collection_values(found, f"/my/requests/{found.id}", **extra)
        return self._service_render("portal_collection", "service_request", **values)

    @http.route(
        "/my/requests/<int:request_id>/collection",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def service_collection_book(self, request_id, **post):
        found = self._service_own(request_id)
        base = f"/my/requests/{found.id}"
        return pages.book(found, post, base, self._service_collection_page)

    @http.route(
        "/my/requests/<int:request_id>/label/<int:collection_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def service_label(self, request_id, collection_id, **kwargs):
        return pages.label(self._service_own(request_id)._portal_collection(collection_id))

    # New request

    @http.route(
        "/my/requests/new",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def service_request_new(self, asset="", **kwargs):
        return self._service_form({"asset_id": asset})

    @http.route("/my/requests/new", type="http", auth="user", methods=["POST"], website=True)
    def service_request_create(self, **post):
        numbers = {
            name: pages.number(post.get(name)) for name in ("type_id", "asset_id", "product_id")
        }
        try:
            made = _portal()._open_request({**post, **numbers}, pages.files())
        except UserError as error:
            return self._service_form(post, str(error))
        return request.redirect(f"/my/requests/{made.id}?done=new")

    def _service_form(self, given, error=""):
        choices = _portal()._choices()
        return self._service_render(
            "portal_request_new", "service_request_new", choices=choices, given=given, error=error
        )

    @http.route("/my/requests/suggest", type="jsonrpc", auth="user", website=True, readonly=True)
    def service_suggest(self, subject="", type_id=""):
        """Public articles that may answer the question before it is sent."""
        found = request.env["crm.service.help"]._suggest(str(subject)[:200], pages.number(type_id))
        return [
            {"title": "".join(text for text, _hit in hit["title"]), "url": hit["url"]}
            for hit in found
        ]

    # Assets

    @http.route(
        ["/my/assets", "/my/assets/page/<int:page>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def service_assets(self, page=1, search="", **kwargs):
        found = _portal()._asset_page(search, page)
        values = {
            "rows": found["rows"],
            "search": search,
            "pager": pager("/my/assets", found["total"], page, PAGE, url_args={"search": search}),
        }
        return self._service_render("portal_assets", "service_assets", **values)

    @http.route(
        "/my/assets/<int:asset_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def service_asset(self, asset_id, **kwargs):
        asset = _portal()._asset(asset_id)
        if not asset:
            raise request.not_found()
        values = {"asset": asset._portal_values(), "rows": _portal()._asset_requests(asset)}
        return self._service_render("portal_asset", "service_asset", **values)

    @http.route(
        "/my/assets/<int:asset_id>/file/<int:file_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
    )
    def service_asset_file(self, asset_id, file_id, **kwargs):
        return pages.send_file(_portal()._asset(asset_id)._portal_file(file_id))

    # Shared

    def _service_own(self, request_id):
        found = _portal()._request(request_id)
        if not found:
            raise request.not_found()
        return found

    def _service_render(self, template, page_name, **values):
        shared = self._prepare_portal_layout_values()
        values = {**shared, "page_name": page_name, "guest": False, **values}
        known = template if "." in template else f"crm_service_levels.{template}"
        return pages.render(known, values)


def _portal():
    return request.env["crm.service.portal"]
