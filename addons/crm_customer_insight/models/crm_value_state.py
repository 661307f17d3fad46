from odoo import api, fields, models


class CrmValueState(models.Model):
    """How far the value figures are: one record, written by each refresh in its transaction."""

    _name = "crm.value.state"
    _description = "State of the value figures"
    _rec_name = "date"

    code = fields.Char(required=True, default="value", readonly=True)
    date = fields.Date("Data date", readonly=True, help="The day the current figures stand for.")
    watermark = fields.Datetime(
        readonly=True, help="Documents changed since then are read by the next refresh."
    )
    last_run = fields.Datetime("Last run", readonly=True)
    last_full = fields.Datetime("Last full refresh", readonly=True)
    duration = fields.Float("Seconds", readonly=True)
    row_count = fields.Integer("Rows written", readonly=True)
    reallocate = fields.Boolean(readonly=True, help="The overhead changed since the last refresh.")

    _code_uniq = models.UniqueIndex("(code)")

    @api.model
    def _get(self):
        """Return the one record."""
        # sudo: technical record without figures; people may at most read it
        state = self.sudo().search([("code", "=", "value")], limit=1)
        return state or self.sudo().create({})

    def _done(self, date, changes, written):
        now = fields.Datetime.now()
        self.write(
            {
                "date": date,
                "watermark": changes.watermark,
                "last_run": now,
                "last_full": self.last_full if changes.cells else now,
                "duration": changes.seconds(),
                "row_count": written,
                "reallocate": False,
            }
        )
