from odoo import models
from odoo.tools import SQL

from ..tools.facts import Fact


class CrmChurnFactMixin(models.AbstractModel):
    """What selections and audiences may ask about churn; a part of ``crm.customer.fact``."""

    _name = "crm.churn.fact.mixin"
    _description = "Facts about churn"

    def _churn_facts(self):
        group = self.env._("Churn")
        rows = self.env["crm.customer.churn"]
        states, reasons = (
            tuple(rows._fields[name]._description_selection(self.env))
            for name in ("state", "reason_code")
        )
        return [
            Fact(
                "churn_state", self.env._("Churn state"), group, "selection",
                self._churn_column("state"), figure=True, options=states,
            ),
            Fact(
                "churn_risk", self.env._("Risk of leaving (0 to 1)"), group, "number",
                self._churn_column("risk"), figure=True,
            ),
            Fact(
                "churn_reason", self.env._("Reason of risk or loss"), group, "selection",
                self._churn_column("reason_code"), figure=True, options=reasons,
            ),
        ]  # fmt: skip

    def _churn_column(self, name):
        """A builder for a column of the current states in the company asked for."""
        column = SQL.identifier("c", name)

        def build(context):
            return SQL(
                "SELECT c.partner_id, %s AS value FROM crm_customer_churn c"
                " WHERE c.is_current AND c.company_id = %s AND %s IS NOT NULL%s",
                column,
                context.company.id,
                column,
                context.only(SQL("c.partner_id")),
            )

        return build
