from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_service_levels.models.crm_service_portal import PAGE


class CrmServicePortal(models.AbstractModel):
    _inherit = "crm.service.portal"

    @api.model
    def _repair_domain(self):
        own = Domain("partner_id", "child_of", self._customer().id)
        return own & Domain("state", "!=", "cancel")

    @api.model
    def _repairs(self):
        # sudo: customers see their repairs by these methods alone; every use adds the domain
        return self.env["repair.order"].sudo()

    @api.model
    def _repair(self, repair_id):
        """A repair of the user's customer, or an empty record."""
        return self._repairs().search(self._repair_domain() & Domain("id", "=", repair_id))

    @api.model
    def _repair_page(self, page=1):
        domain, offset = self._repair_domain(), (max(page, 1) - 1) * PAGE
        found = self._repairs().search(domain, order="id desc", limit=PAGE, offset=offset)
        rows = [repair._service_portal_row() for repair in found]
        return {"rows": rows, "total": self._repairs().search_count(domain)}

    @api.model
    def _counts(self, names):
        counts = super()._counts(names)
        if "service_repair_count" in names:
            counts["service_repair_count"] = self._repairs().search_count(self._repair_domain())
        return counts
