from odoo import api, fields, models

ACTIONS = [
    ("link", "Asked for the sound"),
    ("listen", "Listened"),
    ("hold", "Legal hold set"),
    ("unhold", "Legal hold lifted"),
    ("delete", "Sound deleted"),
]


class CrmCallRecordingAccess(models.Model):
    """Who had to do with a recording, and when; nobody changes it (CC-5)."""

    _name = "crm.call.recording.access"
    _description = "Access to a recording"
    _order = "id desc"
    _rec_name = "action"
    _log_access = False

    recording_id = fields.Many2one(
        "crm.call.recording", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = fields.Many2one(related="recording_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users", "By", readonly=True, ondelete="restrict", help="Empty: by schedule."
    )
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    action = fields.Selection(ACTIONS, required=True, readonly=True)
    text = fields.Char("Details", readonly=True)
    link = fields.Char(readonly=True, groups="base.group_system")

    _link_uniq = models.UniqueIndex("(link) WHERE link IS NOT NULL")

    @api.model
    def _note(self, recordings, action, text=False, link=False):
        """Note it for each of them; of one link the first use alone."""
        # sudo: whoever listens may not write his own log
        log = self.sudo()
        if link and log.search_count([("link", "=", link)], limit=1):
            return log
        return log.create(
            [
                {
                    "recording_id": one.id,
                    "user_id": False if self.env.su and self.env.uid == 1 else self.env.uid,
                    "action": action,
                    "text": text,
                    "link": link,
                }
                for one in recordings
            ]
        )
