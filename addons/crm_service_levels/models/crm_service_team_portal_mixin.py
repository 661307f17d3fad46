from datetime import datetime, time, timedelta

from pytz import utc

from odoo import fields, models
from odoo.exceptions import UserError

from ..tools import collection, intake

GUEST_DAYS = 30


class CrmServiceTeamPortalMixin(models.AbstractModel):
    """What a team shows and offers to its customers on their pages (SVC-T)."""

    _name = "crm.service.team.portal.mixin"
    _description = "Customer pages of a service team"

    guest_days = fields.Integer(
        "Links work for (days)",
        default=GUEST_DAYS,
        help="Mails to customers carry a link to the request that works without log-in for so "
        "long. 0: no such links.",
    )
    portal_expected = fields.Boolean(
        "Tell the expected time",
        help="Customers see until when the request is to be solved or answered by its service "
        "level. A date promised on the request is shown in any case.",
    )
    collection_capacity = fields.Integer(
        "Collections per slot",
        help="How many collections customers can book for one time. 0: nothing is collected.",
    )
    collection_minutes = fields.Integer("Length of a slot (minutes)", default=120)
    collection_lead_hours = fields.Integer("Booked ahead by (hours)", default=24)
    collection_days = fields.Integer("Booked at most ahead (days)", default=14)

    def _guest_days(self):
        return self.guest_days if self else GUEST_DAYS

    def _collection_rules(self):
        return collection.Rules(
            self.collection_minutes,
            self.collection_capacity,
            self.collection_lead_hours,
            self.collection_days,
        )

    def _collection_zone(self):
        """Time zone in which slots are told: where the team works."""
        return self.resource_calendar_id.tz or self.company_id.resource_calendar_id.tz or "UTC"

    def _collection_slots(self, now=None):
        """Slots that customers can book now, within the team's working hours, in UTC.

        :return: list of ``collection.Slot``
        """
        self.ensure_one()
        rules, now = self._collection_rules(), now or fields.Datetime.now()
        calendar = self.resource_calendar_id
        if not calendar or not rules.capacity:
            return []
        taken = self.env["crm.service.collection"]._taken(self, now)
        return collection.slots(self._collection_hours(calendar, rules, now), rules, now, taken)

    def _collection_hours(self, calendar, rules, now):
        """Working intervals of the days on which slots may lie, in UTC without a zone."""
        # A day more on both sides: an interval cut off in its middle would give other slots.
        day = timedelta(days=1)
        first = datetime.combine(now - day, time.min)
        last = datetime.combine(rules.window(now)[1] + 2 * day, time.min)
        found = calendar._sla_intervals(first, last, self.company_id.id)
        return [(_utc(begin), _utc(finish)) for begin, finish, _meta in found]

    def _portal_check_files(self, files):
        """Refuse files beyond the limits of the team, which mails keep to, too.

        :param files: ``(name, bytes)``
        :raise UserError: naming each file and its limit
        """
        most, largest = self._mail_limits()
        sieve = intake.sieve_files([(file, file[0], len(file[1])) for file in files], most, largest)
        lines = [
            self.env["crm.service.request"]._service_refused_line(*row, most, largest)
            for row in sieve.refused
        ]
        if lines:
            raise UserError("\n".join(lines))


def _utc(when):
    return when.astimezone(utc).replace(tzinfo=None)
