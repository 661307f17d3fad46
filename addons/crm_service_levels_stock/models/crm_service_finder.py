from odoo import api, models

from odoo.addons.crm_service_levels.tools.finding import FindSource


class CrmServiceFinder(models.AbstractModel):
    """The find box knows deliveries by their number (SVC-L1)."""

    _inherit = "crm.service.finder"

    @api.model
    def _service_find_providers(self):
        deliveries = FindSource(
            "deliveries",
            self.env._("Deliveries"),
            "fa-truck",
            45,
            frozenset({"code"}),
            "_find_deliveries",
            "stock.picking",
        )
        return [*super()._service_find_providers(), deliveries]

    @api.model
    def _service_documents(self):
        outgoing = [("picking_type_code", "=", "outgoing"), ("partner_id", "!=", False)]
        deliveries = (outgoing, "scheduled_date", "default_picking_id")
        return {**super()._service_documents(), "stock.picking": deliveries}

    @api.model
    def _find_deliveries(self, term, limit):
        return self._find_documents("stock.picking", term, limit)
