from odoo import api, models
from odoo.tools import SQL


class CrmProductQuality(models.Model):
    """Complaints about a product are quality signals for purchasing and production (C360-5)."""

    _inherit = "crm.product.quality"

    @api.model
    def _quality_sources(self):
        """One event per complaint that was not found to be without ground."""
        complaints = SQL(
            """SELECT 'complaint' AS kind, r.product_id, c.company_id, c.date_start::date AS date,
                c.id AS event
            FROM crm_service_complaint c JOIN crm_service_request r ON r.id = c.request_id
            WHERE r.product_id IS NOT NULL AND c.state <> 'withdrawn'
                AND c.validity IS DISTINCT FROM 'invalid'"""
        )
        return [*super()._quality_sources(), complaints]

    def _documents_action(self):
        """The complaints behind the figures."""
        if self.kind != "complaint":
            return super()._documents_action()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Complaints about %(product)s", product=self.product_id.name),
            "res_model": "crm.service.complaint",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("product_id", "=", self.product_id.id),
                ("company_id", "=", self.company_id.id),
            ],
        }
