from odoo import http
from odoo.http import request

from odoo.addons.crm_service_levels.controllers.portal import ServicePortal
from odoo.addons.crm_service_levels.models.crm_service_portal import PAGE
from odoo.addons.portal.controllers.portal import pager


class RepairPortal(ServicePortal):
    """Repairs like a parcel track, of the user's own company (SVC-T)."""

    @http.route(
        ["/my/repairs", "/my/repairs/page/<int:page>"],
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def service_repairs(self, page=1, **kwargs):
        found = request.env["crm.service.portal"]._repair_page(page)
        values = {"rows": found["rows"], "pager": pager("/my/repairs", found["total"], page, PAGE)}
        template = "crm_service_levels_repair.portal_repairs"
        return self._service_render(template, "service_repairs", **values)

    @http.route(
        "/my/repairs/<int:repair_id>",
        type="http",
        auth="user",
        methods=["GET"],
        website=True,
        readonly=True,
    )
    def service_repair(self, repair_id, **kwargs):
        found = request.env["crm.service.portal"]._repair(repair_id)
        if not found:
            raise request.not_found()
        values = {"repair": found._service_portal_values()}
        template = "crm_service_levels_repair.portal_repair"
        return self._service_render(template, "service_repair", **values)
