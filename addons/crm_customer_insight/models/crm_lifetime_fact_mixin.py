from odoo import models
from odoo.tools import SQL

from ..tools.facts import Fact


def _figure(column):
    """A builder for a column of the current life-time value in the company asked for."""
    expression = SQL.identifier("l", column)

    def build(context):
        return SQL(
            "SELECT l.partner_id, %s AS value FROM crm_customer_lifetime l"
            " WHERE l.is_current AND l.company_id = %s AND %s IS NOT NULL%s",
            expression,
            context.company.id,
            expression,
            context.only(SQL("l.partner_id")),
        )

    return build


class CrmLifetimeFactMixin(models.AbstractModel):
    """Facts of the life-time value (ROI-3); a part of ``crm.customer.fact``."""

    _name = "crm.lifetime.fact.mixin"
    _description = "Facts of the life-time value"

    def _lifetime_facts(self):
        group = self.env._("Value")

        def figure(code, label, kind, column, note):
            return Fact(code, label, group, kind, _figure(column), figure=True, help=note)

        return [
            figure(
                "p_alive", self.env._("Probability of being still a customer"), "number", "p_alive",
                self.env._("From 0 to 1, by the customer's own rhythm."),
            ),
            figure(
                "expected_purchases", self.env._("Purchases expected"), "number",
                "expected_purchases", self.env._("In the horizon of the life-time value."),
            ),
            figure(
                "lifetime_value", self.env._("Life-time value"), "money", "expected_value",
                self.env._("Expected from now on in the horizon, discounted, company currency."),
            ),
        ]  # fmt: skip
