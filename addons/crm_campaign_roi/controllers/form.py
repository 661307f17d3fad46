from odoo import http
from odoo.http import request

from odoo.addons.crm_customer_insight.tools.private_page import keep_private

from ..tools import web_form

#: Largest body the page sends: a long message and some fields.
LARGEST = 100_000
BASE = "/campaign/form/<int:form_id>/<string:token>"


class CampaignForm(http.Controller):
    """The page of a campaign's web form, without log-in (ROI-1).

    Everything goes by the token in the address, compared in constant time; the end of a personal
    address names the recipient and is signed and dated. GET shows and changes nothing, because
    mail scanners open links.
    """

    @http.route(
        [BASE, f"{BASE}/<string:personal>"],
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
        readonly=True,
    )
    def form_page(self, form_id, token, personal="", **_query):
        form, delivery = self._open(form_id, token, personal)
        if not form or not form._is_open():
            return self._closed("ended" if form else "unknown", form)
        return self._page(form, delivery, personal)

    @http.route(
        [BASE, f"{BASE}/<string:personal>"],
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def form_send(self, form_id, token, personal="", **post):
        form, delivery = self._open(form_id, token, personal)
        if not form or not form._is_open() or self._too_large():
            return self._closed("ended" if form else "unknown", form)
        if web_form.is_robot(post):
            return self._closed("thanks", form)
        # sudo: visitors have no right to answers; the token of the form was checked
        answers = request.env["crm.campaign.form.answer"].sudo()
        typed = self._typed(form, post)
        if problems := answers._problems(form, typed, delivery):
            return self._page(form, delivery, personal, typed=typed, problems=problems)
        network, too_many = answers._too_many(form, request.httprequest.remote_addr)
        if delivery:
            too_many = answers._too_many_by_link(form, delivery)
        if too_many:
            return self._page(form, delivery, personal, typed=typed, too_many=True)
        answers._take(form, typed, delivery, network)
        return self._closed("thanks", form)

    # Shared

    @staticmethod
    def _open(form_id, token, personal):
        """``(form, delivery)`` of an address; a personal part that is wrong is left out."""
        form = request.env["crm.campaign.form"]._by_token(form_id, token)
        delivery = form._by_personal(personal)
        if form:
            known = {code for code, _name in request.env["res.lang"].get_installed()}
            lang = delivery.partner_id.exists().lang
            request.update_context(lang=lang if lang in known else request.env.lang)
        context = request.env.context
        return form.with_context(**context), delivery.with_context(**context)

    @staticmethod
    def _typed(form, post):
        chosen = str(post.get("choice") or "")
        choice = form.choice_ids.filtered(lambda one: str(one.id) == chosen)
        return {**web_form.clean(post), "choice": choice, "consent": bool(post.get("consent"))}

    @staticmethod
    def _too_large():
        return (request.httprequest.content_length or 0) > LARGEST

    def _page(self, form, delivery, personal, typed=None, problems=None, too_many=False):
        values = {
            "form": form,
            "base": form._path() + (f"/{personal}" if delivery else ""),
            "everybody": form._path(),
            "person": delivery.partner_id.exists() or delivery.lead_id.exists(),
            "typed": typed or {},
            "problems": problems or {},
            "too_many": too_many,
        }
        return self._render("crm_campaign_roi.form_page", values)

    def _closed(self, reason, form):
        return self._render("crm_campaign_roi.form_closed", {"reason": reason, "form": form})

    @staticmethod
    def _render(template, values):
        return keep_private(request.render(template, values))
