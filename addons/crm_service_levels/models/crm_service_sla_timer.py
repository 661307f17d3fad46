from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL, format_datetime

from ..report import sla_store
from ..tools import sla, sla_desk
from ..tools.working_time import to_datetime, to_moment
from .crm_service_sla_target import CALENDARS, KINDS, STATES

#: What people may write; all else is written by the events of the request.
EDITABLE = {"cause_id", "cause_note"}
#: Timers one run of the scheduler takes at a time.
BATCH = 500


class CrmServiceSlaTimer(models.Model):
    """The clock of one target of one request (SVC-S).

    Written in sets by ``report/sla_store.py`` as events come; people only add why a promise was not
    kept. The scheduler finds what is due by ``next_check`` and reads nothing else.
    """

    _name = "crm.service.sla.timer"
    _description = "Service level timer"
    _order = "due_at, id"
    _log_access = False

    request_id = fields.Many2one(
        "crm.service.request",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one("res.company", readonly=True)
    policy_id = fields.Many2one(
        "crm.service.sla.policy", required=True, readonly=True, ondelete="restrict"
    )
    target_id = fields.Many2one(
        "crm.service.sla.target",
        required=True,
        readonly=True,
        ondelete="restrict",
    )
    kind = fields.Selection(KINDS, "What", required=True, readonly=True)
    stage_id = fields.Many2one("crm.service.stage", readonly=True, ondelete="restrict")

    # What it counts by
    calendar_kind = fields.Selection(CALENDARS, "Counted in", required=True, readonly=True)
    calendar_id = fields.Many2one(
        "resource.calendar", "Working hours", readonly=True, ondelete="set null"
    )
    tz = fields.Char("Time zone", readonly=True)
    pauses = fields.Boolean(readonly=True)
    customer_tier = fields.Char("Tier", readonly=True, help="Of the customer when it was set.")

    # How far it is; times in UTC
    state = fields.Selection(STATES, required=True, readonly=True)
    target_seconds = fields.Integer(readonly=True)
    started_at = fields.Datetime("Started", required=True, readonly=True)
    counted_at = fields.Datetime("Counted until", required=True, readonly=True)
    elapsed_seconds = fields.Integer(readonly=True, help="Working time used until last counted.")
    paused_seconds = fields.Integer(readonly=True, help="Calendar time the clock stood.")
    clock_runs = fields.Boolean(readonly=True)
    due_at = fields.Datetime("Due", readonly=True)
    breached_at = fields.Datetime("Missed on", readonly=True)
    met_at = fields.Datetime("Reached on", readonly=True, help="In time or late.")
    warned_share = fields.Integer("Warned at (%)", readonly=True)
    handled_seconds = fields.Integer(readonly=True)
    next_check = fields.Datetime(readonly=True)
    target_hours = fields.Float("Within (hours)", compute="_compute_hours")
    elapsed_hours = fields.Float("Used (hours)", compute="_compute_hours")

    # Why it was missed
    cause_id = fields.Many2one("crm.service.sla.cause", ondelete="restrict")
    cause_note = fields.Char("Remark")

    _due_idx = models.Index("(next_check) WHERE next_check IS NOT NULL")
    _open_uniq = models.UniqueIndex(
        "(request_id, kind, COALESCE(stage_id, 0)) WHERE met_at IS NULL AND state <> 'cancelled'",
        "A target of a request is counted once at a time.",
    )
    _calendar_idx = models.Index(
        "(calendar_id) WHERE met_at IS NULL AND state <> 'cancelled' AND calendar_id IS NOT NULL"
    )

    @api.depends("kind", "stage_id.name")
    def _compute_display_name(self):
        for timer in self:
            timer.display_name = timer._label()

    @api.depends("target_seconds", "elapsed_seconds", "counted_at", "clock_runs", "state")
    def _compute_hours(self):
        """Hours allowed, and hours used until now; one query for all."""
        now = to_moment(fields.Datetime.now())
        clock = self.env["resource.calendar"]._sla_clock(now)
        rows = sla_store.rows(self.env, SQL("t.id = ANY(%s)", self.ids))
        used = {row.id: sla.used(row.timer, now, clock(row)) for row in rows}
        for timer in self:
            timer.target_hours = timer.target_seconds / 3600
            timer.elapsed_hours = used.get(timer._origin.id, 0) / 3600

    def write(self, vals):
        if not self.env.su and vals.keys() - EDITABLE:
            raise AccessError(
                self.env._("Only the cause of a missed service level can be entered.")
            )
        return super().write(vals)

    def _label(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        stage = self.stage_id.name
        return f"{kinds[self.kind]}: {stage}" if stage else kinds.get(self.kind, "")

    # Sets of rows

    @api.model
    def _open_rows(self, condition):
        """Rows of open timers of open requests that fulfil *condition*."""
        self.env["crm.service.request"].flush_model(["stage_id", "is_closed"])
        return sla_store.rows(
            self.env,
            SQL("t.met_at IS NULL AND t.state <> 'cancelled' AND %s", condition),
        )

    @api.model
    def _settle(self, calendar_ids):
        """Count the running timers of these calendars up to now, before hours change."""
        rows = self._open_rows(SQL("t.calendar_id = ANY(%s) AND t.clock_runs", calendar_ids))
        now = to_moment(fields.Datetime.now())
        clock = self.env["resource.calendar"]._sla_clock(now)
        for row in rows:
            sla.count(row.timer, now, clock(row))
        self._save(rows, clock)

    @api.model
    def _replan(self, calendar_ids):
        """Set deadlines anew after hours of these calendars changed; elapsed time stays."""
        rows = self._open_rows(SQL("t.calendar_id = ANY(%s)", calendar_ids))
        clock = self.env["resource.calendar"]._sla_clock(to_moment(fields.Datetime.now()))
        for row in rows:
            sla.plan(row.timer, clock(row))
        self._save(rows, clock)

    @api.model
    def _save(self, rows, clock, policies=None):
        """Plan and store *rows* and what their requests show of them."""
        _policies, marks = self.env["crm.service.sla.policy"]._catalog()
        for row in rows:
            sla_desk.plan(row, marks.get(row.target, ()), clock)
        self._store(rows, policies)

    @api.model
    def _store(self, rows, policies=None):
        if rows or policies:
            sla_store.save(self.env, rows)
            ids = {row.request for row in rows} | set(policies or ())
            sla_store.summarize(self.env, list(ids), policies)

    @api.model
    def _calendars_in_use(self):
        """Calendars by which an open timer counts."""
        query = SQL(
            """SELECT DISTINCT calendar_id FROM crm_service_sla_timer WHERE met_at IS NULL
            AND state <> 'cancelled' AND calendar_id IS NOT NULL"""
        )
        return {calendar for (calendar,) in self.env.execute_query(query)}

    # Scheduler

    @api.model
    def _cron_check(self):
        """Note breaches, warn and escalate; reads only what is due, restarts where it stopped."""
        left = True
        while left:
            now = fields.Datetime.now()
            due = self.search([("next_check", "<=", now)], order="next_check, id", limit=BATCH)
            mine = due.try_lock_for_update()
            if not mine:
                break
            mine._check(now)
            waiting = self.search_count([("next_check", "<=", fields.Datetime.now())])
            left = self.env["ir.cron"]._commit_progress(len(mine), remaining=waiting) and waiting

    def _check(self, now):
        """Deal with due timers: breaches first, then who has to know."""
        rows = sla_store.rows(self.env, SQL("t.id = ANY(%s)", self.ids))
        facts = sla_store.facts(self.env, {row.request for row in rows})
        moment = to_moment(now)
        clock = self.env["resource.calendar"]._sla_clock(moment)
        _policies, marks = self.env["crm.service.sla.policy"]._catalog()
        ticks = []
        for row in rows:
            staff = self._staff_hours(facts[row.request], moment)
            ticks.append(sla_desk.tick(row, marks.get(row.target, {}), clock, staff, moment))
        self._store(rows)
        self._tell(ticks)
        self._escalate(ticks)

    @api.model
    def _staff_hours(self, fact, moment):
        """Working hours of the people who are told about a request."""
        year = to_datetime(moment).year
        return self.env["resource.calendar"]._sla_hours(
            "team", fact.calendar, "", fact.company, year - 1, year + 2
        )

    # Warnings: one message per person and run, however many requests it is about

    def _tell(self, ticks):
        inbox, timers = {}, {timer.id: timer for timer in self}
        for tick in ticks:
            timer = timers[tick.row.id]
            for entry in tick.done:
                for user, text in self._news(timer, entry):
                    inbox.setdefault(user, {}).setdefault(timer, text)
        for user, news in inbox.items():
            self._send(user, news)

    @api.model
    def _news(self, timer, entry):
        """Pairs (user, step or None) that *entry* of *timer* is news for."""
        request = timer.request_id
        leader = request.team_id.user_id
        if isinstance(entry, int):
            people = request.user_id | leader if entry >= 100 else request.user_id or leader
            return [(user, None) for user in people.filtered("active")]
        step = self.env["crm.service.escalation.step"].browse(entry.id)
        return [(user, step) for user in step._recipients(request)] if step.notify else []

    @api.model
    def _send(self, user, news):
        reader = self.with_context(lang=user.lang)
        lines = [timer.with_env(reader.env)._line(user, step) for timer, step in news.items()]
        body = Markup("<ul>%s</ul>") % Markup().join(lines)
        requests = reader.browse(timer.id for timer in news).request_id
        thread = requests if len(requests) == 1 else self.env["mail.thread"]
        thread.message_notify(
            partner_ids=user.partner_id.ids,
            subject=reader.env._("Service levels: %s to look at", len(requests)),
            body=body,
            model=False if len(requests) > 1 else requests._name,
            res_id=False if len(requests) > 1 else requests.id,
        )

    def _line(self, user, step):
        request = self.request_id
        due = format_datetime(self.env, self.due_at, tz=user.tz or "UTC", dt_format="short")
        if self.state == "breached":
            what = self.env._("%(target)s missed, was due %(due)s", target=self._label(), due=due)
        else:
            what = self.env._("%(target)s due %(due)s", target=self._label(), due=due)
        step_name = step.with_env(self.env).name if step else False
        link = Markup('<a href="#" data-oe-model="%s" data-oe-id="%s">%s</a>') % (
            request._name,
            request.id,
            request.display_name,
        )
        said = Markup(" – %s") % step_name if step_name else ""
        return Markup("<li>%s: %s%s</li>") % (link, what, said)

    # Escalation

    @api.model
    def _escalate(self, ticks):
        by_step = {}
        for tick in ticks:
            for entry in tick.done:
                if not isinstance(entry, int):
                    by_step.setdefault(entry.id, []).append(tick.row.request)
        for step_id, ids in by_step.items():
            step = self.env["crm.service.escalation.step"].browse(step_id).exists()
            requests = self.env["crm.service.request"].browse(set(ids))
            requests._sla_escalate(step)
