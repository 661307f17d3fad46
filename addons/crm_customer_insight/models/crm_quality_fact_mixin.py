from odoo import models
from odoo.tools import SQL

from ..tools.facts import Fact


def behavior(column):
    """``build`` of a figure of the current payment behavior."""

    def build(context):
        return SQL(
            "SELECT b.partner_id, b.%s AS value FROM crm_payment_behavior b"
            " WHERE b.is_current AND b.company_id = %s%s",
            SQL.identifier(column),
            context.company.id,
            context.only(SQL("b.partner_id")),
        )

    return build


def open_issues(context):
    """``build`` of the number of open data issues."""
    return SQL(
        "SELECT i.customer_id AS partner_id, COUNT(*) AS value FROM crm_data_issue i"
        " WHERE i.state = 'open'%s GROUP BY i.customer_id",
        context.only(SQL("i.customer_id")),
    )


class CrmQualityFactMixin(models.AbstractModel):
    """Facts about payment and about the data themselves (C360-5, C360-6)."""

    _name = "crm.quality.fact.mixin"
    _description = "Facts: payment and data quality"

    def _quality_facts(self):
        payment, data = self.env._("Payment"), self.env._("Data quality")
        risks = self.env["crm.payment.behavior"]._fields["risk"]._description_selection(self.env)
        return [
            Fact(
                "days_late", self.env._("Mean days late"), payment, "number",
                behavior("days_late"), figure=True,
                help=self.env._("Payments of twelve months, weighted by amount."),
            ),
            Fact(
                "overdue_amount", self.env._("Overdue amount"), payment, "money",
                behavior("overdue_amount"), figure=True, zero=True,
            ),
            Fact(
                "payment_risk", self.env._("Payment"), payment, "selection", behavior("risk"),
                figure=True, options=tuple(risks),
            ),
            Fact(
                "data_issue_count", self.env._("Open data issues"), data, "number", open_issues,
                figure=True, zero=True,
            ),
        ]  # fmt: skip
