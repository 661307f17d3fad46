from odoo import fields, models
from odoo.fields import Domain

from odoo.addons.crm_customer_insight.tools.customer_360 import Section


def _name_index(registry):
    """Trigram index for the find box, where PostgreSQL has it: ``complete_name ilike '%term%'`` in
    ``crm.service.finder._find_customers`` and ``_same_names``.
    """
    if not registry.has_trigram:
        return ""
    column = registry.unaccent('"complete_name"')
    return f"USING gin (({column}) gin_trgm_ops)"


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_request_ids = fields.One2many(
        "crm.service.request",
        "partner_id",
        "Service requests",
        groups="crm_service_levels.group_service_user",
    )

    _service_name_idx = models.Index(_name_index)

    # Customer 360

    def _customer_360_sections(self):
        label = self.env._("Service requests")
        section = Section(
            "service_requests",
            label,
            "main",
            25,
            "items",
            "_customer_360_service_requests",
            "crm.service.request",
        )
        return [*super()._customer_360_sections(), section]

    def _customer_360_service_requests(self):
        domain = self._customer_360_domain() & Domain("is_closed", "=", False)

        def item(request):
            return {
                "name": request.display_name,
                "note": request.stage_id.name or "",
                "date": fields.Datetime.to_string(request.date_open),
            }

        return self._customer_360_items(
            "crm.service.request",
            domain,
            item,
            order="priority desc, id desc",
            label=self.env._("Service requests"),
        )
