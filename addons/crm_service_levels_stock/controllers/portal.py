from odoo import http
from odoo.http import request

from odoo.addons.crm_service_levels.controllers.portal import ServicePortal
from odoo.addons.crm_service_levels.models.crm_service_portal import PAGE
from odoo.addons.portal.controllers.portal import pager


class DeliveryPortal(ServicePortal):
    """Deliveries like a parcel track, of the user's own company (SVC-T)."""

    @http.route(
        ["/my/deliveries", "/my/deliveries/page/<int:page>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def service_deliveries(self, page=1, **kwargs):
        found = request.env["crm.service.portal"]._delivery_page(page)
        values = {
            "rows": found["rows"],
            "pager": pager("/my/deliveries", found["total"], page, PAGE),
        }
        template = "crm_service_levels_stock.portal_deliveries"
        return self._service_render(template, "service_deliveries", **values)

    @http.route(
        "/my/deliveries/<int:picking_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def service_delivery(self, picking_id, **kwargs):
        found = request.env["crm.service.portal"]._delivery(picking_id)
        if not found:
            raise request.not_found()
        template = "crm_service_levels_stock.portal_delivery"
        values = {"delivery": found._service_portal_values()}
        return self._service_render(template, "service_delivery", **values)
