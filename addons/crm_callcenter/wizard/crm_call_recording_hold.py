from odoo import fields, models


class CrmCallRecordingHold(models.TransientModel):
    """Say why a recording has to be kept (CC-5)."""

    _name = "crm.call.recording.hold"
    _description = "Set a legal hold"

    recording_ids = fields.Many2many("crm.call.recording", required=True)
    reason = fields.Char(required=True)

    def action_hold(self):
        """Keep them, whatever their date."""
        self.recording_ids.action_hold(self.reason)
        return {"type": "ir.actions.act_window_close"}
