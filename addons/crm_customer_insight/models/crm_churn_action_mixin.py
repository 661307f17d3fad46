from odoo import models
from odoo.fields import Domain

from ..tools.next_action import Provider

#: Risk from which on somebody should call; and silence after a loss within which it is worth it.
CALL_RISK = 0.5
WIN_BACK_DAYS = 365


class CrmChurnActionMixin(models.AbstractModel):
    """Keep who is at risk, win back who is lost; a part of ``crm.next.action`` (ROI-5, C360-3)."""

    _name = "crm.churn.action.mixin"
    _description = "Next actions against churn"

    def _churn_providers(self):
        return [
            Provider(
                "churn", "fa-life-ring", self.env._("Plan a call"), self._gather_churn,
                self._describe_churn, self._execute_churn, "crm.customer.churn",
            )
        ]  # fmt: skip

    def _gather_churn(self, customer_ids):
        """Customers at risk or lost within a year, of the current company."""
        domain = Domain(
            [
                ("partner_id", "in", customer_ids),
                ("is_current", "=", True),
                ("company_id", "=", self.env.company.id),
            ]
        ) & (
            Domain("state", "=", "lost")
            | Domain("state", "=", "at_risk")
            | Domain("risk", ">=", CALL_RISK)
        )
        rows = self.env["crm.customer.churn"].search(domain)
        return [
            {"partner_id": row.partner_id.id, "row": row, "why": why}
            for row, why in rows._why().items()
        ]

    def _describe_churn(self, row):
        churn, reasons = row["row"], row["why"]
        if churn.state == "lost":
            if (churn.date - churn.lost_date).days > WIN_BACK_DAYS:
                return None
            title, urgency = self.env._("Win the customer back"), "medium"
        else:
            title = self.env._("Keep the customer")
            urgency = "high" if churn.tier in ("A", "B") else "medium"
        return {
            "title": title,
            "reason": " ".join(reasons),
            "urgency": urgency,
            "expected_value": churn.stake if churn.stake > 0 else False,
        }

    def _execute_churn(self, partner):
        """Plan a call; the proposal comes again when the call should have shown."""
        action = self._execute_call(partner)
        self.snooze_next_action("churn", partner.id)
        return action
