from odoo import api, models
from odoo.fields import Domain


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
        return self._track_page(self._repairs(), self._repair_domain(), page)

    @api.model
    def _counts(self, names):
        counts = super()._counts(names)
        if "service_repair_count" in names:
            counts["service_repair_count"] = self._repairs().search_count(self._repair_domain())
        return counts
