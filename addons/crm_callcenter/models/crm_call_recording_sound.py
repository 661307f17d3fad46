from odoo import fields, models


class CrmCallRecordingSound(models.Model):
    """The bytes of a recording. No group may read this model, so that nobody, administrators
    included, hears a call without a link that is noted (CC-5).
    """

    _name = "crm.call.recording.sound"
    _description = "Sound of a recording"
    _rec_name = "recording_id"

    recording_id = fields.Many2one("crm.call.recording", required=True, ondelete="cascade")
    data = fields.Binary(attachment=True)

    _recording_uniq = models.UniqueIndex("(recording_id)")
