from odoo import api, fields, models
from odoo.tools import SQL


class CrmProductQuality(models.Model):
    """Repairs of a product are quality signals for purchasing and production (C360-5)."""

    _inherit = "crm.product.quality"

    kind = fields.Selection(selection_add=[("repair", "Repairs")], ondelete={"repair": "cascade"})

    @api.model
    def _quality_sources(self):
        """One event per repair order of a customer, on the day it was opened."""
        repairs = SQL(
            """SELECT 'repair' AS kind, o.product_id, o.company_id, o.create_date::date AS date,
                o.id AS event
            FROM repair_order o
            WHERE o.product_id IS NOT NULL AND o.partner_id IS NOT NULL
                AND o.state NOT IN ('draft', 'cancel')"""
        )
        return [*super()._quality_sources(), repairs]

    def _documents_action(self):
        """The repair orders behind the figures."""
        if self.kind != "repair":
            return super()._documents_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Repairs of %(product)s", product=self.product_id.name),
            "res_model": "repair.order",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
                ("partner_id", "!=", False),
                ("state", "not in", ("draft", "cancel")),
            ],
        }
