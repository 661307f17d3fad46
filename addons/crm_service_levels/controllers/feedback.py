from odoo import http
from odoo.http import request

from odoo.addons.crm_customer_insight.tools.private_page import keep_private

#: Largest body a page sends: four questions, a long comment, a signature.
LARGEST = 1_000_000
#: Largest signature, in characters of base64.
LARGEST_SIGNATURE = 500_000


class FeedbackController(http.Controller):
    """Pages where people say what they think, without log-in (SVC-L5, SVC-F).

    Everything goes by the token in the address, compared in constant time. GET shows and changes
    nothing, because mail scanners open links; answers are taken by POST only. Where there is a
    website the pages are in its layout, at one address for all languages: invitations have theirs.
    """

    # Invited people

    @http.route(
        "/feedback/<int:record_id>/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def feedback_page(self, record_id, token, **tapped):
        invitation = self._page("crm.feedback.invitation", record_id, token)
        if not invitation:
            return self._closed("unknown")
        if not invitation._is_open():
            reason = "thanks" if invitation.state == "answered" else "expired"
            return self._closed(reason, invitation.scheme_id, stop=self._stop(invitation))
        given = {line.aspect_id.id: line.points for line in invitation.answer_ids.line_ids}
        given.update(self._tapped(invitation.scheme_id, tapped))
        texts = {line.aspect_id.id: line.text for line in invitation.answer_ids.line_ids}
        return self._render(
            "crm_service_levels.feedback_page",
            scheme=invitation.scheme_id,
            page=invitation,
            given=given,
            texts=texts,
            tapped=next(iter(self._tapped(invitation.scheme_id, tapped)), False),
            signing=invitation.source == "signature",
            base=f"/feedback/{record_id}/{token}",
            stop=self._stop(invitation),
        )

    @http.route(
        "/feedback/<int:record_id>/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def feedback_submit(self, record_id, token, **post):
        """The whole form, also without scripts."""
        invitation = self._page("crm.feedback.invitation", record_id, token)
        if not invitation or self._too_large():
            return self._closed("unknown")
        if not invitation._is_open():
            return self._closed("expired", invitation.scheme_id)
        invitation._save(self._given(post), done=True)
        return self._closed("thanks", invitation.scheme_id, stop=self._stop(invitation))

    @http.route("/feedback/<int:record_id>/<string:token>/save", type="jsonrpc", auth="public")
    def feedback_save(self, record_id, token, given=None):
        """One answer, at once; what follows may never come."""
        invitation = self._page("crm.feedback.invitation", record_id, token)
        if not invitation or self._too_large() or not invitation._is_open():
            return {"saved": False}
        return {"saved": bool(invitation._save(self._given(given or {})))}

    @http.route("/feedback/<int:record_id>/<string:token>/sign", type="jsonrpc", auth="public")
    def feedback_sign(self, record_id, token, name="", signature=""):
        """Signature on the work order; the page is done with it."""
        invitation = self._page("crm.feedback.invitation", record_id, token)
        if not invitation or not invitation._is_open():
            return {"error": request.env._("This page is closed.")}
        name = str(name or "").strip()[:200]
        if not name or not signature or len(signature) > LARGEST_SIGNATURE:
            return {"error": request.env._("Name and signature are needed.")}
        answer = invitation._save({}, done=True)
        answer._sign(name, signature)
        invitation._close_signed()
        return {"force_refresh": True}

    @http.route(
        "/feedback/<int:record_id>/<string:token>/stop",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def feedback_stop(self, record_id, token, **_post):
        """Who was invited does not want to be asked again; open as long as the address is."""
        invitation = self._page("crm.feedback.invitation", record_id, token)
        if not invitation or not invitation._may_stop():
            return self._closed("unknown")
        invitation._stop_asking()
        return self._closed("stopped", invitation.scheme_id)

    # The desk of a branch

    @http.route(
        "/feedback/desk/<int:record_id>/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def feedback_desk(self, record_id, token):
        desk = self._page("crm.feedback.desk", record_id, token)
        if not desk or not desk.active:
            return self._closed("unknown")
        return self._render(
            "crm_service_levels.feedback_page",
            scheme=desk.scheme_id,
            page=desk,
            given={},
            texts={},
            tapped=False,
            signing=False,
            stop=False,
            desk=True,
            base=f"/feedback/desk/{record_id}/{token}",
        )

    @http.route(
        "/feedback/desk/<int:record_id>/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        multilang=False,
        sitemap=False,
    )
    def feedback_desk_submit(self, record_id, token, **post):
        desk = self._page("crm.feedback.desk", record_id, token)
        if not desk or not desk.active or self._too_large():
            return self._closed("unknown")
        desk._save(self._given(post))
        back = f"/feedback/desk/{record_id}/{token}"
        return self._closed("thanks", desk.scheme_id, back=back)

    # Shared

    @staticmethod
    def _page(model, record_id, token):
        """Record of the page in the visitor's language; empty if the token is not its own."""
        # sudo: visitors have no right to any model; the token is the right, checked here
        found = request.env[model].sudo()._by_token(record_id, token)
        lang = found.lang if "lang" in found._fields and found.lang else request.env.lang
        return found.with_context(lang=lang).with_company(found.company_id)

    @staticmethod
    def _stop(invitation):
        """Where the button "Do not ask me again" goes; False where nobody was invited."""
        return invitation._may_stop() and f"/feedback/{invitation.id}/{invitation._token()}/stop"

    @staticmethod
    def _too_large():
        return (request.httprequest.content_length or 0) > LARGEST

    @staticmethod
    def _given(values):
        """``{question id: value}`` of what a page sent as ``q<id>``."""
        return {
            int(key[1:]): value
            for key, value in values.items()
            if key[:1] == "q" and key[1:].isdecimal() and len(key) < 12
        }

    def _tapped(self, scheme, values):
        """The answer tapped in the mail; shown as chosen, saved only when a person is there."""
        given = self._given(values)
        return {
            aspect.id: line["points"]
            for aspect in scheme.aspect_ids
            if (line := aspect._line_values(given.get(aspect.id))) and "points" in line
        }

    @staticmethod
    def _render(template, **values):
        return keep_private(request.render(template, values))

    def _closed(self, reason, scheme=None, back=None, stop=False):
        return self._render(
            "crm_service_levels.feedback_closed",
            reason=reason,
            scheme=scheme,
            back=back,
            stop=stop,
        )
