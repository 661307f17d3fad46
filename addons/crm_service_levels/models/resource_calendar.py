from datetime import datetime

from pytz import timezone, utc

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools.working_time import (
    ALWAYS,
    NEVER,
    NoWorkingTimeError,
    WorkCalendar,
    to_datetime,
    to_moment,
)

#: Fields of a calendar that decide when it is open.
HOURS_FIELDS = {"attendance_ids", "global_leave_ids", "leave_ids", "two_weeks_calendar", "tz"}
FLEXIBLE_FIELDS = {"flexible_hours", "hours_per_day", "full_time_required_hours"}
#: Years read at once, after the present one, and years read when that is not enough.
YEARS_AHEAD, YEARS_WIDE = 2, 12
#: Seconds of a mean year, to find the year of a moment; a year more is read before it.
MEAN_YEAR = 31556952


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        if not vals.keys() & (HOURS_FIELDS | FLEXIBLE_FIELDS):
            return super().write(vals)
        self._sla_before_change()
        res = super().write(vals)
        self.env.registry.clear_cache()
        return res

    @api.model
    @tools.ormcache("calendar_id", "tz", "company_id", "first_year", "last_year")
    def _sla_calendar(self, calendar_id, tz, company_id, first_year, last_year):
        """Working time of a calendar over whole years; read once, then kept until hours change.

        :param tz: time zone in which the calendar's local hours are read, its own when empty
        """
        # sudo: a deadline does not depend on who may see the working hours
        calendar = self.sudo().browse(calendar_id).exists()
        if not calendar:
            return NEVER
        start, end = datetime(first_year, 1, 1), datetime(last_year + 1, 1, 1)
        intervals = calendar._sla_intervals(start, end, company_id)
        return WorkCalendar(
            (_moment(begin, tz), _moment(finish, tz)) for begin, finish, _meta in intervals
        )

    def _sla_intervals(self, start, end, company_id):
        """Working intervals without the holidays of the company, in the calendar's time zone."""
        holidays = [("time_type", "=", "leave"), ("company_id", "in", [False, company_id])]
        batch = self._work_intervals_batch(utc.localize(start), utc.localize(end), domain=holidays)
        return batch[False]

    @api.model
    def _sla_clock(self, now):
        """Function that gives the working calendar a timer counts by; reads each calendar once.

        ``clock(row, wide=False)``; *row* needs ``counts_by``, ``company`` and ``timer``.
        """
        this_year, book = to_datetime(now).year, {}

        def clock(row, wide=False):
            since = 1970 + row.timer.started // MEAN_YEAR
            key = (row.counts_by, row.company, since, wide)
            if key not in book:
                ahead = YEARS_WIDE if wide else YEARS_AHEAD
                book[key] = self._sla_hours(
                    *row.counts_by, row.company, min(since, this_year) - 1, this_year + ahead
                )
            return book[key]

        return clock

    @api.model
    def _sla_hours(self, kind, calendar_id, tz, company_id, first_year, last_year):
        if kind == "always":
            return ALWAYS
        if not calendar_id:
            return NEVER
        return self._sla_calendar(calendar_id, tz or "", company_id, first_year, last_year)

    @api.constrains("attendance_ids")
    def _check_attendance_ids(self):
        """Hours that service levels count in are not emptied (SVC-S)."""
        self._sla_counted()._check_sla_hours()

    def _sla_counted(self):
        """Those of these calendars that a promise of today counts in."""
        # sudo: a promise of any company needs its hours
        teams = self.env["crm.service.team"].sudo()
        domain = [("resource_calendar_id", "in", self.ids), ("kind", "=", "service")]
        counting = teams.search(domain).filtered(lambda team: team._sla_counts_hours())
        targets = self.env["crm.service.sla.target"].sudo()  # sudo: as above
        own = [("calendar_id", "in", self.ids), ("calendar_kind", "=", "own")]
        found = counting.resource_calendar_id | targets.search(own).calendar_id
        return self & found.sudo(False)

    def _check_sla_hours(self):
        """Raise unless each calendar has working hours in the years to come (SVC-S)."""
        now = to_moment(fields.Datetime.now())
        year = to_datetime(now).year
        for calendar in self:
            company = (calendar.company_id or self.env.company).id
            hours = self._sla_calendar(calendar.id, "", company, year - 1, year + YEARS_WIDE)
            if not hours and not calendar.attendance_ids:
                raise ValidationError(
                    self.env._(
                        "The working hours “%s” are empty: enter hours before service levels "
                        "count in them.",
                        calendar.name,
                    )
                )
            try:
                hours.next_open(now)
            except NoWorkingTimeError:
                raise ValidationError(
                    self.env._(
                        "The working hours “%s” have no hours in the future: nothing would ever "
                        "be due.",
                        calendar.name,
                    )
                ) from None

    def _sla_before_change(self):
        """Count open timers by the hours of before, once per transaction and calendar.

        What has elapsed stays as it was counted; deadlines follow at the end of the transaction.
        """
        data = self.env.cr.precommit.data.setdefault("crm_sla_calendars", set())
        new = set(self.ids) - data
        if not new:
            return
        if not data:
            self.env.cr.precommit.add(self.env["resource.calendar"]._sla_after_change)
        data |= new
        self.env["crm.service.sla.timer"]._settle(sorted(new))

    @api.model
    def _sla_after_change(self):
        ids = self.env.cr.precommit.data.pop("crm_sla_calendars", ())
        self.env["crm.service.sla.timer"]._replan(sorted(ids))


def _moment(when, tz):
    """Moment of a local time; read in *tz* instead of its own zone when that is given."""
    if tz:
        when = timezone(tz).localize(when.replace(tzinfo=None))
    return to_moment(when)


class ResourceCalendarAttendance(models.Model):
    _inherit = "resource.calendar.attendance"

    @api.model_create_multi
    def create(self, vals_list):
        ids = {vals["calendar_id"] for vals in vals_list if vals.get("calendar_id")}
        self.env["resource.calendar"].browse(ids)._sla_before_change()
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        self.calendar_id._sla_before_change()
        self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.calendar_id._sla_before_change()
        self.env.registry.clear_cache()
        return super().unlink()


class ResourceCalendarLeaves(models.Model):
    _inherit = "resource.calendar.leaves"

    @api.model_create_multi
    def create(self, vals_list):
        public = [vals for vals in vals_list if not vals.get("resource_id")]
        if public:
            self._sla_holidays({vals.get("calendar_id") or False for vals in public})
        return super().create(vals_list)

    def write(self, vals):
        self._sla_before_holidays(vals)
        return super().write(vals)

    def unlink(self):
        self._sla_before_holidays({})
        return super().unlink()

    def _sla_before_holidays(self, vals):
        public = self.filtered(lambda leave: not leave.resource_id)
        if public:
            ids = {leave.calendar_id.id for leave in public}
            self._sla_holidays(ids | {vals.get("calendar_id", False) or next(iter(ids))})

    @api.model
    def _sla_holidays(self, calendar_ids):
        """Public holidays of these calendars change; of all in use when one is not named."""
        calendars = self.env["resource.calendar"]
        ids = {calendar for calendar in calendar_ids if calendar}
        if False in calendar_ids:
            ids |= self.env["crm.service.sla.timer"]._calendars_in_use()
        calendars.browse(ids)._sla_before_change()
        self.env.registry.clear_cache()
