from odoo import http
from odoo.http import request

from . import pages

#: New links one address of the network, and one mail address, gets within an hour.
MOST_BY_NETWORK = 30
MOST_BY_ADDRESS = 3


class ServiceGuest(http.Controller):
    """The page of one request by a link that ends, without log-in (SVC-T).

    GET reads and changes nothing, for mail scanners open links. A wrong, a void and an unknown
    link look the same; one that has ended says so to whoever once got it.
    """

    @http.route(
        "/service/<int:request_id>/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
        readonly=True,
    )
    def guest_page(self, request_id, token, done="", **kwargs):
        found, base = self._open(request_id, token)
        return self._page(found, base, done=done) if found else base

    @http.route(
        "/service/<int:request_id>/<string:token>/<string:action>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def guest_act(self, request_id, token, action, **post):
        found, base = self._open(request_id, token)
        if not found:
            return base
        again = self._again(self._page, base)
        return pages.act(found, action, post, found.partner_id, base, again)

    @http.route(
        "/service/<int:request_id>/<string:token>/file/<int:file_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def guest_file(self, request_id, token, file_id, **kwargs):
        found, base = self._open(request_id, token)
        return pages.send_file(found._portal_file(file_id)) if found else base

    @http.route(
        "/service/<int:request_id>/<string:token>/collection",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
        readonly=True,
    )
    def guest_collection(self, request_id, token, **kwargs):
        found, base = self._open(request_id, token)
        return self._collection_page(found, base) if found else base

    @http.route(
        "/service/<int:request_id>/<string:token>/collection",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def guest_book(self, request_id, token, **post):
        found, base = self._open(request_id, token)
        if not found:
            return base
        return pages.book(found, post, base, self._again(self._collection_page, base))

    @http.route(
        "/service/<int:request_id>/<string:token>/label/<int:collection_id>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def guest_label(self, request_id, token, collection_id, **kwargs):
        found, base = self._open(request_id, token)
        return pages.label(found._portal_collection(collection_id)) if found else base

    # A new link

    @http.route(
        "/service/link",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
        readonly=True,
    )
    def guest_link(self, **kwargs):
        return self._render("guest_link", asked=False, expired=False)

    @http.route(
        "/service/link",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def guest_link_ask(self, email="", number="", **kwargs):
        """The answer tells nobody whether there is such a request."""
        hits = request.env["crm.service.portal.hit"]
        network = hits._allow("network", request.httprequest.remote_addr, MOST_BY_NETWORK)
        email = str(email).strip().lower()[:200]
        if network and hits._allow("link", email, MOST_BY_ADDRESS):
            request.env["crm.service.request"]._guest_ask(email, str(number).strip()[:50])
        return self._render("guest_link", asked=True, expired=False)

    # Shared

    def _open(self, request_id, token):
        """``(request, address of its page)``, or ``(None, page that helps on)``."""
        found, expired = request.env["crm.service.request"]._by_guest_token(request_id, token)
        if not found or expired:
            return None, self._render("guest_link", asked=False, expired=True)
        lang = found._portal_lang()
        found = found.with_context(lang=lang).with_company(found.company_id)._portal_current()
        request.update_context(lang=lang)
        return found, f"/service/{request_id}/{token}"

    def _page(self, found, base, **extra):
        return self._render("guest_request", **pages.values_of(found, base, guest=True, **extra))

    def _collection_page(self, found, base, **extra):
        values = pages.collection_values(found, base, guest=True, **extra)
        return self._render("guest_collection", **values)

    @staticmethod
    def _again(page, base):
        return lambda found, **extra: page(found, base, **extra)

    @staticmethod
    def _render(template, **values):
        response = pages.render(f"crm_service_levels.{template}", {"guest": True, **values})
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
