from odoo import api, fields, models
from odoo.tools import SQL

from ..report.churn_signals import LOW_SCORE

WINDOWS = {"complaint": "_complaints_action", "dissatisfaction": "_low_answers_action"}


class CrmProductQuality(models.Model):
    """Complaints and low satisfaction with a product are quality signals for purchasing and
    production (C360-5)."""

    _inherit = "crm.product.quality"

    kind = fields.Selection(
        selection_add=[("dissatisfaction", "Low satisfaction")],
        ondelete={"dissatisfaction": "cascade"},
        help="Returns: credit notes that name the product. Complaints: requests about it. Low "
        "satisfaction: answers below 50 % about it.",
    )

    @api.model
    def _quality_sources(self):
        return [*super()._quality_sources(), self._complaints_sql(), self._low_answers_sql()]

    @api.model
    def _complaints_sql(self):
        """One event per complaint that was not found to be without ground."""
        return SQL(
            """SELECT 'complaint' AS kind, r.product_id, c.company_id, c.date_start::date AS date,
                c.id AS event
            FROM crm_service_complaint c JOIN crm_service_request r ON r.id = c.request_id
            WHERE r.product_id IS NOT NULL AND c.state <> 'withdrawn'
                AND c.validity IS DISTINCT FROM 'invalid'"""
        )

    @api.model
    def _low_answers_sql(self):
        """One event per customer's answer with a low score that names the product or its asset."""
        return SQL(
            """SELECT 'dissatisfaction' AS kind, COALESCE(a.product_id, s.product_id) AS product_id,
                a.company_id, a.date::date AS date, a.id AS event
            FROM crm_feedback_answer a LEFT JOIN crm_customer_asset s ON s.id = a.asset_id
            WHERE a.has_score AND a.score < %s AND a.source <> 'employee'
                AND COALESCE(a.product_id, s.product_id) IS NOT NULL""",
            LOW_SCORE,
        )

    def _documents_action(self):
        """The complaints or answers behind the figures."""
        if self.kind not in WINDOWS:
            return super()._documents_action()
        window = getattr(self, WINDOWS[self.kind])()
        return {
            "type": "ir.actions.act_window",
            "views": [(False, "list"), (False, "form")],
            **window,
            "domain": [*window["domain"], ("company_id", "=", self.company_id.id)],
        }

    def _complaints_action(self):
        return {
            "name": self.env._("Complaints about %(product)s", product=self.product_id.name),
            "res_model": "crm.service.complaint",
            "domain": [("product_id", "=", self.product_id.id)],
        }

    def _low_answers_action(self):
        product = self.product_id
        return {
            "name": self.env._("Low satisfaction with %(product)s", product=product.name),
            "res_model": "crm.feedback.answer",
            "domain": [
                ("has_score", "=", True),
                ("score", "<", LOW_SCORE),
                ("source", "!=", "employee"),
                "|",
                ("product_id", "=", product.id),
                "&",
                ("product_id", "=", False),
                ("asset_id.product_id", "=", product.id),
            ],
        }
