from datetime import timezone
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from odoo import fields, models
from odoo.tools import format_date, format_time

from odoo.addons.crm_campaign_roi.models.crm_campaign_waved_mixin import READERS


class EventEvent(models.Model):
    """Events to which campaigns invite (ROI-1)."""

    _name = "event.event"
    _inherit = ["event.event", "crm.campaign.waved.mixin"]
    _campaign_wave_field = "event_id"

    campaign_wave_ids = fields.One2many("crm.campaign.wave", "event_id", groups=READERS)
    attendance_known_on = fields.Datetime(
        readonly=True,
        copy=False,
        help="Since when somebody is noted as present: who is not did not come.",
    )

    # The ledger reads what changed or ended since its last fill.
    _insight_fill_idx = models.Index("((GREATEST(write_date, date_end)), id)")

    def _campaign_when(self, lang):
        """Day and hours where the event is: "March 12, 2026, 1:00 PM - 5:00 PM"."""
        zone = ZoneInfo(self.date_tz or "UTC")
        begin, end = (
            moment.replace(tzinfo=timezone.utc).astimezone(zone).replace(tzinfo=None)
            for moment in (self.date_begin, self.date_end)
        )

        def words(moment, day=True):
            hour = format_time(self.env, moment.time(), time_format="short", lang_code=lang)
            if not day:
                return hour
            return f"{format_date(self.env, moment.date(), lang, 'long')}, {hour}"

        return f"{words(begin)} - {words(end, begin.date() != end.date())}"

    def _campaign_page(self, row):
        """Where somebody who is invited registers, if our own page is not enough.

        That is the page of the event where there is one and tickets, places in time or questions
        have to be chosen.
        """
        if "website_url" not in self._fields or not self.website_published:
            return ""
        if not (self.is_multi_slots or self._campaign_has_choices()):
            return ""
        marks = {
            "utm_campaign": row.campaign_id.name,
            "utm_source": row._event_mailing().source_id.name,
            "utm_medium": row._event_mailing().medium_id.name,
        }
        return f"{self.website_url}?{urlencode({key: text for key, text in marks.items() if text})}"

    def _campaign_has_choices(self):
        tickets = self.event_ticket_ids
        paid = "price" in tickets._fields and any(ticket.price for ticket in tickets)
        asked = self.question_ids.filtered(
            lambda question: (
                question.is_mandatory_answer
                and question.question_type not in ("name", "email", "phone")
            )
        )
        return paid or len(tickets) > 1 or bool(asked)
