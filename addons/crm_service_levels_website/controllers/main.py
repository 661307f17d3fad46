from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.crm_service_levels.controllers import pages

FIELDS = ("name", "description", "email", "contact", "phone", "type_id")
#: A field that people do not see; who fills it is a robot.
TRAP = "website_url"
FORM = "crm_service_levels_website.request_form"
THANKS = "crm_service_levels_website.request_thanks"


class ServiceRequestForm(http.Controller):
    """The public form (SVC-L1); what is taken is decided by the model."""

    @http.route("/service/request", type="http", auth="public", website=True, methods=["GET"])
    def service_request(self, **_query):
        return self._form({})

    @http.route(
        "/service/request",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        sitemap=False,
    )
    def service_request_send(self, **post):
        form = {name: post.get(name, "") for name in FIELDS}
        if post.get(TRAP):
            return request.render(THANKS, {"number": ""})
        company = request.website.company_id
        try:
            number = request.env["crm.service.request"]._website_create(
                form, company, pages.files()
            )
        except UserError as error:
            return self._form(form, str(error))
        request.session["service_request_number"] = number
        return request.redirect("/service/request/thanks")

    @http.route("/service/request/thanks", type="http", auth="public", website=True, sitemap=False)
    def service_request_thanks(self):
        number = request.session.get("service_request_number") or ""
        return request.render(THANKS, {"number": number})

    def _form(self, form, error=""):
        user = request.env.user
        known = {} if user._is_public() else {"email": user.email, "contact": user.name}
        types = request.env["crm.service.request"]._website_types(request.website.company_id)
        return request.render(FORM, {"form": {**known, **form}, "types": types, "error": error})
