from odoo import models
from odoo.tools import SQL

from ..tools.next_action import Provider
from .day_format import format_day

DUE = ("due", "overdue")


class CrmAssociationActionMixin(models.AbstractModel):
    """The next best action "a reorder is due" (C360-4)."""

    _name = "crm.association.action.mixin"
    _description = "Next actions of expected reorders"

    def _association_providers(self):
        return [
            Provider(
                "reorder",
                "fa-repeat",
                self.env._("Make quotation"),
                self._gather_reorders,
                self._describe_reorder,
                self._execute_reorder,
                "crm.reorder.forecast",
            )
        ]

    def _reorder_domain(self, customer_ids):
        return [
            ("partner_id", "in", customer_ids),
            ("company_id", "=", self.env.company.id),
            ("is_current", "=", True),
            ("state", "in", DUE),
        ]

    def _gather_reorders(self, customer_ids):
        """Number, value and earliest date of the reorders that are due."""
        forecasts = self.env["crm.reorder.forecast"]
        forecasts.flush_model()
        query = forecasts._search(self._reorder_domain(customer_ids))
        query.groupby = SQL("crm_reorder_forecast.partner_id")
        return self.env.execute_query_dict(
            query.select(
                SQL("crm_reorder_forecast.partner_id"),
                SQL("COUNT(*) AS count"),
                SQL("SUM(crm_reorder_forecast.expected_value)::float AS amount"),
                SQL("MIN(crm_reorder_forecast.expected_date) AS first"),
                SQL("BOOL_OR(crm_reorder_forecast.state = 'overdue') AS late"),
            )
        )

    def _describe_reorder(self, row):
        return {
            "title": self.env._("Offer the reorder that is due"),
            "reason": self.env._(
                "Expected reorders: %(count)s for %(amount)s, the first on %(day)s.",
                count=row["count"],
                amount=self._money(row["amount"] or 0),
                day=format_day(self.env, row["first"]),
            ),
            "urgency": "high" if row["late"] else "medium",
            "expected_value": row["amount"],
        }

    def _execute_reorder(self, partner):
        forecasts = self.env["crm.reorder.forecast"].search(self._reorder_domain([partner.id]))
        return forecasts.action_make_quotation()
