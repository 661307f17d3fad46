from odoo import api, models
from odoo.tools import SQL

from ..tools.facts import Fact


def open_alerts(context):
    """SELECT of the number of open alerts of each customer (C360-3)."""
    return SQL(
        "SELECT a.partner_id, COUNT(*) AS value FROM crm_customer_alert a"
        " WHERE a.state <> 'done' AND a.company_id = %s%s GROUP BY a.partner_id",
        context.company.id,
        context.only(SQL("a.partner_id")),
    )


class CrmAlertFactMixin(models.AbstractModel):
    """Open alerts as a fact, for selections and audiences. A part of ``crm.customer.fact``."""

    _name = "crm.alert.fact.mixin"
    _description = "Facts of alerts"

    @api.model
    def _alert_facts(self):
        return [
            Fact(
                "open_alerts", self.env._("Open alerts"), self.env._("Value"), "number",
                open_alerts, figure=True, zero=True,
            )
        ]  # fmt: skip
