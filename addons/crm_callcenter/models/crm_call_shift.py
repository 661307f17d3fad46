from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class CrmCallShift(models.Model):
    """When an agent is planned to be ready for calls (CC-8)."""

    _name = "crm.call.shift"
    _description = "Shift of an agent"
    _order = "date_from, agent_id, id"
    _rec_name = "agent_id"

    agent_id = fields.Many2one("crm.call.agent", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="agent_id.company_id", store=True, index=True)
    queue_ids = fields.Many2many(
        "crm.call.queue", string="Queues", help="Works for these alone. Empty: all of the agent's."
    )
    date_from = fields.Datetime("From", required=True)
    date_to = fields.Datetime("To", required=True)
    day = fields.Date(compute="_compute_day", store=True, index=True)
    hours = fields.Float(compute="_compute_day", store=True)
    note = fields.Char()

    _agent_idx = models.Index("(agent_id, date_from)")
    _length = models.Constraint(
        "CHECK(date_to > date_from AND date_to <= date_from + INTERVAL '24 hours')",
        "A shift ends after it began, within 24 hours.",
    )

    @api.depends("date_from", "date_to")
    def _compute_day(self):
        for shift in self:
            # the day on which it begins where the planner is
            local = shift.date_from and fields.Datetime.context_timestamp(self, shift.date_from)
            shift.day = local.date() if local else False
            span = shift.date_to - shift.date_from if shift.date_from and shift.date_to else None
            shift.hours = span.total_seconds() / 3600 if span else 0.0

    @api.constrains("agent_id", "date_from", "date_to")
    def _check_overlap(self):
        """One statement, however many shifts a week has."""
        self.flush_model(["agent_id", "date_from", "date_to"])
        found = self.env.execute_query(
            SQL(
                """SELECT g.name FROM crm_call_shift s
                     JOIN crm_call_shift o ON o.agent_id = s.agent_id AND o.id <> s.id
                      AND o.date_from < s.date_to AND o.date_to > s.date_from
                     JOIN crm_call_agent g ON g.id = s.agent_id
                    WHERE s.id = ANY(%s) LIMIT 1""",
                self.ids,
            )
        )
        if found:
            raise ValidationError(
                self.env._("%s has another shift at that time already.", found[0][0])
            )

    @api.model
    def copy_week(self, day, weeks=1):
        """Copy the shifts of the week of a day to the week(s) after it, by local time (CC-8).

        Agents who have a shift at that time keep it: what was planned by hand goes first.

        :param day: ISO date within the week
        :param weeks: how many weeks ahead are filled
        :return: number of shifts made
        """
        self.check_access("create")
        if not isinstance(weeks, int) or not 1 <= weeks <= 52:
            raise ValidationError(self.env._("Copy a week to 1 to 52 weeks after it."))
        first = fields.Date.to_date(day)
        first -= timedelta(days=first.weekday())
        week = self.search([("day", ">=", first), ("day", "<", first + timedelta(days=7))])
        last = first + timedelta(days=7 * weeks + 8)
        later = self.search([("day", ">", first), ("day", "<", last)]) - week
        taken = [(one.agent_id, one.date_from, one.date_to) for one in later]
        rows = [row for n in range(1, weeks + 1) for shift in week for row in shift._in_weeks(n)]
        return len(self.create([row for row in rows if not _meets(row, taken)]))

    def _in_weeks(self, weeks):
        """Values of the same shift so many weeks later; local times stay when clocks change."""
        self.ensure_one()
        move = timedelta(weeks=weeks)
        start, end = (self._later(moment, move) for moment in (self.date_from, self.date_to))
        return [
            {
                "agent_id": self.agent_id.id,
                "queue_ids": [(6, 0, self.queue_ids.ids)],
                "date_from": start,
                "date_to": end,
                "note": self.note,
            }
        ]

    def _later(self, moment, move):
        before = fields.Datetime.context_timestamp(self, moment)
        after = fields.Datetime.context_timestamp(self, moment + move)
        return moment + move + (before.utcoffset() - after.utcoffset())


def _meets(row, taken):
    return any(
        agent.id == row["agent_id"] and start < row["date_to"] and end > row["date_from"]
        for agent, start, end in taken
    )
