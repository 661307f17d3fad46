from odoo import api, fields, models

from ..report.touchpoint_loyalty import points


class CrmTouchpoint(models.Model):
    """Points issued and used in the touch ledger (C360-1, C360-8)."""

    _inherit = "crm.touchpoint"

    kind = fields.Selection(
        selection_add=[("loyalty", "Loyalty points")], ondelete={"loyalty": "cascade"}
    )

    @api.model
    def _touchpoint_providers(self):
        return [*super()._touchpoint_providers(), points()]

    @api.model
    def _timeline_parents(self):
        return {
            **super()._timeline_parents(),
            "loyalty.history": lambda line: ("loyalty.card", line.card_id.id),
        }

    @api.model
    def _source_parents(self):
        return {**super()._source_parents(), "loyalty.history": lambda line: line.card_id}

    @api.model
    def _touchpoint_provider_labels(self):
        return {
            **super()._touchpoint_provider_labels(),
            "loyalty_history": self.env._("Loyalty points"),
        }
