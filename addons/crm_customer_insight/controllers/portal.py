from werkzeug.exceptions import NotFound, TooManyRequests

from odoo import http
from odoo.http import request

from odoo.addons.sale.controllers.portal import CustomerPortal

PAGE = "/my/suggestions"


class SuggestionPortal(CustomerPortal):
    """The customer's own page of suggestions (ROI-5), and what he looks at in the portal.

    What is shown and done comes from ``crm.product.suggestion``, which begins with the user's own
    contact: no number in an address leads to somebody else's data.
    """

    @http.route(PAGE, type="http", auth="user", methods=["GET"], website=True)
    def insight_suggestions(self, done="", **kwargs):
        values = _engine()._portal_page()
        return request.render(
            "crm_customer_insight.portal_suggestions",
            {**values, "page_name": "suggestions", "done": done},
        )

    @http.route(
        f"{PAGE}/<int:product_id>/<any(interested, dismiss):action>",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
    )
    def insight_suggestion_act(self, product_id, action, **post):
        engine = _engine()
        if engine._portal_limit_reached():
            raise TooManyRequests()
        if not engine._portal_decide(product_id, action):
            raise NotFound()
        return request.redirect(f"{PAGE}?done={action}")

    @http.route(f"{PAGE}/allow", type="http", auth="user", methods=["POST"], website=True)
    def insight_suggestion_allow(self, allow="", **post):
        """Allow us to remember what he looks at, or withdraw it, which forgets what was noted."""
        _engine()._portal_allow(bool(allow))
        return request.redirect(f"{PAGE}?done={'allowed' if allow else 'withdrawn'}")

    @http.route()
    def portal_order_page(self, order_id, report_type=None, access_token=None, **kwargs):
        response = super().portal_order_page(order_id, report_type, access_token, **kwargs)
        if not report_type and response.status_code == 200:
            _engine()._note_order_viewed(order_id)
        return response


def _engine():
    return request.env["crm.product.suggestion"]
