from datetime import UTC, datetime, timedelta

import pytz

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import dialer
from ..tools.dialer import CallHours, RetryRules

MODES = [
    ("preview", "Preview: the agent looks, then dials"),
    ("progressive", "Progressive: one call per ready agent"),
    ("power", "Power: several calls per ready agent"),
    ("notice", "Voice notice: a message is played"),
]
STATES = [("draft", "Draft"), ("running", "Running"), ("paused", "Paused"), ("done", "Done")]
#: Modes in which the machine dials.
MACHINE = ("progressive", "power", "notice")


class CrmCallList(models.Model):
    """People to be called: who calls, when, how often, and within what limits (CC-6)."""

    _name = "crm.call.list"
    _inherit = [
        "crm.call.list.source.mixin",
        "crm.call.list.dialing.mixin",
        "crm.call.list.preview.mixin",
        "crm.call.list.progress.mixin",
        "mail.thread",
    ]
    _description = "Call list"
    _order = "sequence, id desc"

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10, help="Of two lists the first is called first.")
    active = fields.Boolean(default=True)
    color = fields.Integer()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one("res.users", "Responsible", default=lambda self: self.env.user)
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, tracking=True)
    mode = fields.Selection(MODES, required=True, default="preview", tracking=True)
    purpose = fields.Selection(
        [("marketing", "Offers and surveys"), ("service", "Service the customer expects")],
        required=True,
        default="marketing",
        help="Offers need permission and count against contact pressure. Service is stopped by "
        "do-not-call registers for offers no more than an answer is.",
    )
    queue_id = fields.Many2one(
        "crm.call.queue", help="Its agents call; calls of a machine arrive there."
    )
    agent_ids = fields.Many2many("crm.call.agent", string="Agents", help="Empty: all of the queue.")
    exchange_id = fields.Many2one("crm.call.exchange", default=lambda self: self._one_exchange())
    caller_id = fields.Char("Number shown", help="In international form; empty: the exchange's.")
    script = fields.Html(help="What the agent says; shown beside the customer.")
    date_start = fields.Datetime("Started", readonly=True, copy=False)
    last_tick = fields.Datetime("Last calls started", readonly=True, copy=False)
    entry_ids = fields.One2many("crm.call.list.entry", "list_id", "People")

    # when somebody may be called, by his own clock
    hour_from = fields.Float("Weekdays from", default=9.0)
    hour_to = fields.Float("Weekdays to", default=20.0)
    saturday_from = fields.Float("Saturdays from")
    saturday_to = fields.Float("Saturdays to", help="The same hours twice: not on Saturdays.")
    sunday_from = fields.Float("Sundays from")
    sunday_to = fields.Float("Sundays to", help="The same hours twice: not on Sundays.")
    on_holidays = fields.Boolean("Call on public holidays")

    # how often, and when again
    most_attempts = fields.Integer("Attempts at most", default=5)
    busy_minutes = fields.Integer("After busy (minutes)", default=10)
    no_answer_minutes = fields.Integer("After no answer (minutes)", default=180)
    machine_minutes = fields.Integer("After an answering machine (minutes)", default=240)
    failed_minutes = fields.Integer("After a failed call (minutes)", default=60)
    abandoned_hours = fields.Integer("After an abandoned call (hours)", default=72)

    # a machine that dials
    abandon_limit = fields.Float(
        "Abandoned at most",
        default=dialer.LIMIT,
        help="Share of calls answered by a person for which nobody spoke within two seconds "
        "(16 CFR 310.4(b)(4): 3 %).",
    )
    window_days = fields.Integer(
        "Measured over (days)", default=1, help="Days one after the other; 30 at most."
    )
    ring_seconds = fields.Integer("Ring for (seconds)", default=25, help="15 at least.")
    lines = fields.Integer("Lines at most", default=10)
    detects_machines = fields.Boolean("Recognize answering machines")
    abandon_sound = fields.Char(
        "Message when nobody is free",
        default="dialer-abandoned",
        help="Sound on the exchange that says who called and under which number.",
    )
    notice_sound = fields.Char("Message of the notice", help="Sound on the exchange.")
    notice_digit = fields.Char(
        "Digit that confirms", size=1, help="Empty: who heard all of it is done."
    )

    _limits = models.Constraint(
        "CHECK(abandon_limit >= 0 AND abandon_limit <= 0.03 AND window_days BETWEEN 1 AND 30"
        " AND ring_seconds BETWEEN 15 AND 120 AND lines BETWEEN 1 AND 500)",
        "At most 3 % of the calls may be abandoned, measured over 1 to 30 days; a call rings for "
        "15 to 120 seconds, and there are 1 to 500 lines.",
    )
    _retries = models.Constraint(
        "CHECK(most_attempts BETWEEN 1 AND 20 AND busy_minutes > 0 AND no_answer_minutes > 0"
        " AND machine_minutes > 0 AND failed_minutes > 0 AND abandoned_hours > 0)",
        "There are 1 to 20 attempts, and some time between them.",
    )
    _hours = models.Constraint(
        "CHECK(hour_from BETWEEN 0 AND 24 AND hour_to BETWEEN 0 AND 24"
        " AND saturday_from BETWEEN 0 AND 24 AND saturday_to BETWEEN 0 AND 24"
        " AND sunday_from BETWEEN 0 AND 24 AND sunday_to BETWEEN 0 AND 24)",
        "Hours lie between 0:00 and 24:00.",
    )
    _digit = models.Constraint(
        "CHECK(notice_digit IS NULL OR notice_digit ~ '^[0-9*#]$')",
        "A digit from 0 to 9, * or # confirms.",
    )
    _sounds = models.Constraint(
        "CHECK(COALESCE(abandon_sound, '') ~ '^[A-Za-z0-9_/-]{0,100}$'"
        " AND COALESCE(notice_sound, '') ~ '^[A-Za-z0-9_/-]{0,100}$')",
        "The name of a sound is made of letters, digits, /, - and _.",
    )

    @api.model
    def _one_exchange(self):
        found = self.env["crm.call.exchange"].search(
            [("company_id", "=", self.env.company.id)], limit=2
        )
        return found if len(found) == 1 else found.browse()

    # -- settings as the pure tools want them

    def _rules(self):
        return RetryRules(
            most=self.most_attempts,
            busy=self.busy_minutes,
            no_answer=self.no_answer_minutes,
            machine=self.machine_minutes,
            failed=self.failed_minutes,
            abandoned=self.abandoned_hours * 60,
        )

    def _call_hours(self, zones, holidays):
        """Hours of one person; ``holidays`` are days of his country."""
        weekday = _minutes(self.hour_from), _minutes(self.hour_to)
        saturday = _minutes(self.saturday_from), _minutes(self.saturday_to)
        sunday = _minutes(self.sunday_from), _minutes(self.sunday_to)
        days = frozenset() if self.on_holidays else frozenset(holidays)
        names = tuple((zones or "UTC").split(","))
        return CallHours(names, (*(weekday,) * 5, saturday, sunday), days)

    def _agents(self):
        """Who may call for the list."""
        self.ensure_one()
        if self.agent_ids:
            return self.agent_ids
        if self.queue_id:
            return self.queue_id._agents()
        return self.env["crm.call.agent"].search([("company_id", "=", self.company_id.id)])

    def _window_start(self, now):
        """When the window began in which abandoned calls are counted (naive UTC).

        Windows follow each other from the midnight before the first start, by the company's clock:
        a window that slides could rise above the limit by forgetting answered calls.
        """
        zone = pytz.timezone(self.company_id.partner_id.tz or "UTC")
        first = pytz.utc.localize(self.date_start or now).astimezone(zone).date()
        today = pytz.utc.localize(now).astimezone(zone).date()
        days = max((today - first).days, 0) // self.window_days * self.window_days
        midnight = datetime.combine(first + timedelta(days=days), datetime.min.time())
        return zone.localize(midnight).astimezone(UTC).replace(tzinfo=None)

    # -- states

    def action_start(self):
        """Begin or go on calling.

        :raises UserError: what is missing
        """
        for one in self:
            one._check_ready()
            one.write({"state": "running", "date_start": one.date_start or fields.Datetime.now()})
        self._told()

    def _check_ready(self):
        self.ensure_one()
        if self.mode in MACHINE and not self.exchange_id:
            raise UserError(self.env._("Choose the exchange that dials."))
        if self.mode in ("progressive", "power") and not self.queue_id:
            raise UserError(self.env._("Choose the queue whose agents take the calls."))
        if self.mode in ("progressive", "power") and not self.abandon_sound:
            raise UserError(
                self.env._("Choose the message for customers who are called while nobody is free.")
            )
        if self.mode == "notice" and not self.notice_sound:
            raise UserError(self.env._("Choose the message that is played."))

    def action_pause(self):
        """Start no more calls; those that run go on."""
        self.filtered(lambda one: one.state == "running").state = "paused"
        self._told()

    def action_done(self):
        """End the list; whoever was not called is not called any more."""
        self.state = "done"
        self._told()

    def action_draft(self):
        self.filtered(lambda one: one.state in ("paused", "done")).state = "draft"
        self._told()

    def action_add(self):
        """Choose whom to add."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Add people"),
            "res_model": "crm.call.list.add",
            "view_mode": "form",
            "target": "new",
            "context": {"default_list_id": self.id},
        }

    def action_open_entries(self):
        self.ensure_one()
        return self._open_entries([], self.env._("People"))

    def _open_entries(self, domain, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "crm.call.list.entry",
            "view_mode": "list,kanban,form",
            "views": [[False, "list"], [False, "kanban"], [False, "form"]],
            "domain": [("list_id", "=", self.id), *domain],
            "context": {"default_list_id": self.id},
        }

    @api.ondelete(at_uninstall=False)
    def _unlink_except_dialed(self):
        if self.env["crm.call.list.attempt"].search_count([("list_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("Calls were made from this list. Archive it, so that they stay.")
            )


def _minutes(hour):
    return round((hour or 0) * 60)
