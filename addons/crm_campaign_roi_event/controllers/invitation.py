from odoo import http
from odoo.exceptions import UserError, ValidationError
from odoo.http import request

from odoo.addons.crm_campaign_roi.tools import web_form
from odoo.addons.crm_customer_insight.tools.private_page import keep_private

#: Where a visit remembers whose invitation it began with.
SESSION = "campaign_invitation"


class CampaignInvitation(http.Controller):
    """The page behind a personal link to register for an event (ROI-1).

    GET reads and registers nobody, for mail scanners open links.
    """

    @http.route(
        "/campaign/event/<int:row_id>/<string:token>",
        type="http",
        auth="public",
        methods=["GET"],
        website=True,
        sitemap=False,
        readonly=True,
    )
    def invitation(self, row_id, token, **kwargs):
        row, expired = self._row(row_id, token)
        if not row or expired:
            return self._gone(expired)
        request.session[SESSION] = [row_id, token]
        return self._page(row)

    @http.route(
        "/campaign/event/<int:row_id>/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def register(self, row_id, token, **post):
        row, expired = self._row(row_id, token)
        if not row or expired:
            return self._gone(expired)
        try:
            with request.env.cr.savepoint():
                row._event_register(post)
        except (UserError, ValidationError) as error:
            return self._page(row, problem=str(error), typed=web_form.clean(post))
        return request.redirect(f"/campaign/event/{row_id}/{token}")

    def _row(self, row_id, token):
        return request.env["crm.campaign.delivery"]._by_event_token(row_id, token)

    def _page(self, row, problem="", typed=None):
        values = {**row._event_page_values(), "problem": problem}
        values["person"] = {**values["person"], **(typed or {})}
        return self._render("crm_campaign_roi_event.invitation", values)

    def _gone(self, expired):
        page = self._render("crm_campaign_roi_event.invitation_gone", {"expired": expired})
        page.status_code = 410 if expired else 404
        return page

    @staticmethod
    def _render(template, values):
        return keep_private(request.render(template, values))
