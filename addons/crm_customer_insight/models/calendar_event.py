from odoo import models


class CalendarEvent(models.Model):
    _inherit = "calendar.event"

    # By which the touch ledger finds what changed since the last fill: a meeting becomes a fact
    # when it ends, or when it is changed afterwards.
    _insight_fill_idx = models.Index("(GREATEST(write_date, stop), id)")
