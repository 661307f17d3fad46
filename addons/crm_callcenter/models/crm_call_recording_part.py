from odoo import fields, models


class CrmCallRecordingPart(models.Model):
    """A piece of a recording on its way from the exchange; gone when all of it is here (CC-5)."""

    _name = "crm.call.recording.part"
    _description = "Piece of a recording"
    _order = "recording_id, start"
    _rec_name = "start"

    recording_id = fields.Many2one(
        "crm.call.recording", required=True, ondelete="cascade", index=True
    )
    start = fields.Integer("First byte", required=True)
    size = fields.Integer(required=True)
    data = fields.Binary(attachment=False)

    _start_uniq = models.UniqueIndex("(recording_id, start)")
