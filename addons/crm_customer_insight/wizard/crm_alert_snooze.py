from odoo import fields, models
from odoo.exceptions import UserError


class CrmAlertSnooze(models.TransientModel):
    """Until when to leave alerts (C360-3)."""

    _name = "crm.alert.snooze"
    _description = "Snooze alerts"

    alert_ids = fields.Many2many("crm.customer.alert", string="Alerts", required=True)
    until = fields.Date(
        required=True,
        default=lambda self: fields.Date.add(fields.Date.context_today(self), days=7),
    )

    def action_snooze(self):
        """Leave the alerts until the day chosen."""
        self.ensure_one()
        today = fields.Date.context_today(self)
        if not today < self.until <= fields.Date.add(today, days=366):
            raise UserError(self.env._("Choose a day within the next year."))
        self.alert_ids._snooze(self.until)
        return {"type": "ir.actions.act_window_close"}
