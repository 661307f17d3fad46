import secrets

from odoo import http
from odoo.http import request

#: Key of the visitor's random token in his session.
TOKEN = "crm_service_help_visitor"


class HelpPage(http.Controller):
    """The public help page (SVC-L1); what it shows comes from ``crm.service.help`` only."""

    @http.route("/help", type="http", auth="public", methods=["GET"], website=True, sitemap=True)
    def help_page(self, search="", product="", page="1", **kwargs):
        type_id, product_id = _number(kwargs.get("type", "")), _number(product)
        number = max(1, _number(page))
        found = self._help()._search_page(search, type_id, product_id, min(number, 1000))
        values = {
            "page": found,
            "choices": self._help()._choices(),
            "type_id": type_id,
            "product_id": product_id,
            "number": number,
        }
        return request.render("crm_service_levels.help_page", values)

    @http.route(
        "/help/<string:slug>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
    )
    def help_article(self, slug, voted="", **kwargs):
        article_id = request.env["ir.http"]._unslug(slug)[1]
        article = self._help()._read_page(article_id or 0)
        if not article:
            raise request.not_found()
        if article["url"] != f"/help/{slug}":
            return request.redirect(article["url"], code=301)
        values = {"article": article, "voted": bool(voted)}
        return request.render("crm_service_levels.help_article", values)

    @http.route(
        "/help/vote/<int:article_id>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def help_vote(self, article_id, helpful="", **kwargs):
        if helpful not in ("yes", "no"):
            raise request.not_found()
        token = request.session.get(TOKEN) or secrets.token_hex(16)
        request.session[TOKEN] = token
        if not self._help()._vote(article_id, helpful == "yes", token):
            raise request.not_found()
        return request.redirect(f"{self._help()._read_page(article_id)['url']}?voted=1")

    @http.route(
        "/help/file/<int:article_id>/<int:attachment_id>",
        type="http",
        auth="public",
        methods=["GET"],
        sitemap=False,
    )
    def help_file(self, article_id, attachment_id, **kwargs):
        file = self._help()._file(article_id, attachment_id)
        if not file:
            raise request.not_found()
        stream = request.env["ir.binary"]._get_stream_from(file)
        return stream.get_response(as_attachment=True)

    def _help(self):
        return request.env["crm.service.help"]


def _number(text):
    return int(text) if text.isdecimal() and len(text) < 10 else 0
