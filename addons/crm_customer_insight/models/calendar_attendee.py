from odoo import models


class CalendarAttendee(models.Model):
    _inherit = "calendar.attendee"

    # By which the touch ledger finds what changed since the last fill.
    _insight_fill_idx = models.Index("(write_date, id)")
