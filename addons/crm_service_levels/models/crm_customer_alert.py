from odoo import api, models

from odoo.addons.crm_customer_insight.tools.alert import Signal

from ..report import alert_signals as sql


class CrmCustomerAlert(models.Model):
    """What the service tells of customers who may leave (C360-3)."""

    _inherit = "crm.customer.alert"

    @api.model
    def _signals(self):
        return [
            *super()._signals(),
            Signal(
                "satisfaction_drop", self.env._("Satisfaction drops"), sql.satisfaction_drop,
                self._describe_satisfaction_drop,
                self.env._("Points (of 100) below the mean of the customer's earlier answers"),
                self.env._("Answers in the window from which on it matters"),
                fields=("window", "history", "observations"),
            ),
            Signal(
                "complaints", self.env._("Several complaints"), sql.complaints,
                self._describe_complaints,
                self.env._("Number of complaints in the window"),
                fields=("window", "history"),
            ),
        ]  # fmt: skip

    def _describe_satisfaction_drop(self, alert):
        return self.env._(
            "Satisfaction %(figure)s instead of %(usual)s %%, from %(count)s answers.",
            figure=round(alert.figure), usual=round(alert.usual), count=alert.subject,
        )  # fmt: skip

    def _describe_complaints(self, alert):
        return self.env._(
            "%(figure)s complaints in %(days)s days instead of %(usual)s.",
            figure=round(alert.figure), days=alert.subject, usual=self._number(alert.usual),
        )  # fmt: skip
