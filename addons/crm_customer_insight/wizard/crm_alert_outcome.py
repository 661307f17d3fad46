from odoo import fields, models

from ..models.crm_customer_alert import OUTCOMES


class CrmAlertOutcome(models.TransientModel):
    """What came of alerts: it ends them and tells how precise their rules are (C360-3)."""

    _name = "crm.alert.outcome"
    _description = "What came of an alert"

    alert_ids = fields.Many2many("crm.customer.alert", string="Alerts", required=True)
    outcome = fields.Selection(
        OUTCOMES,
        required=True,
        help="Kept and lost were true alarms. No answer, and what no longer applies, judge nothing",
    )
    note = fields.Text("What did you learn?")

    def action_save(self):
        """Record the outcome and end the alerts."""
        self.ensure_one()
        self.alert_ids._settle(self.outcome, self.note)
        return {"type": "ir.actions.act_window_close"}
