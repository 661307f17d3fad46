from odoo import api, models

from ..tools.next_action import Provider


class CrmAlertActionMixin(models.AbstractModel):
    """Open alerts as next best actions (C360-3). A part of ``crm.next.action``."""

    _name = "crm.alert.action.mixin"
    _description = "Alerts as next actions"

    @api.model
    def _alert_providers(self):
        return [
            Provider(
                "alert", "fa-bell", self.env._("Open"), self._gather_alerts, self._describe_alert,
                self._execute_alert, "crm.customer.alert",
            )
        ]  # fmt: skip

    def _gather_alerts(self, customer_ids):
        """The newest alert of each customer that is neither snoozed nor done."""
        alerts = self.env["crm.customer.alert"].search(self._open_alerts(customer_ids))
        first = {}
        for alert in alerts:
            first.setdefault(alert.partner_id.id, alert)
        return [{"partner_id": partner_id, "alert": alert} for partner_id, alert in first.items()]

    def _open_alerts(self, customer_ids):
        return [
            ("partner_id", "in", customer_ids),
            ("state", "in", ("new", "in_progress")),
            ("company_id", "=", self.env.company.id),
        ]

    def _describe_alert(self, row):
        alert = row["alert"]
        return {
            "title": alert.rule_id.name,
            "reason": alert.reason,
            "urgency": "high" if alert.tier in ("A", "B") else "medium",
            "expected_value": alert.amount or False,
        }

    def _execute_alert(self, partner):
        alerts = self.env["crm.customer.alert"].search(self._open_alerts(partner.ids))
        one = {"res_id": alerts.id, "view_mode": "form", "views": [(False, "form")]}
        return self._window(
            "crm.customer.alert",
            [("id", "in", alerts.ids)],
            self.env._("Alerts"),
            **(one if len(alerts) == 1 else {}),
        )
