from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..report import sla_store
from ..tools import sla_desk
from ..tools.sla_policy import choose, conditions, mismatch
from ..tools.working_time import to_moment
from . import crm_service_board_mixin
from .crm_service_sla_target import KINDS

SLA_STATES = [
    ("running", "In time"),
    ("warned", "Due soon"),
    ("late", "Late"),
    ("paused", "Paused"),
    ("met", "Met"),
    ("breached", "Missed"),
]
#: Open requests that are re-evaluated at once when a rebuild goes through all of them.
CHUNK = 10_000


class CrmServiceSlaMixin(models.AbstractModel):
    """The part of a request that knows what was promised and until when (SVC-S)."""

    _name = "crm.service.sla.mixin"
    _inherit = ["crm.service.board.mixin"]
    _description = "Service levels of a request"

    sla_policy_id = fields.Many2one(
        "crm.service.sla.policy",
        "Service level policy",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    sla_due_at = fields.Datetime(
        "Due", readonly=True, copy=False, help="First deadline that is still to be kept."
    )
    sla_kind = fields.Selection(KINDS, "Due is", readonly=True, copy=False)
    sla_state = fields.Selection(
        SLA_STATES,
        "Service level",
        readonly=True,
        copy=False,
        help="Late, due soon, in time or paused while open; met or missed afterwards.",
    )
    sla_timer_ids = fields.One2many(
        "crm.service.sla.timer", "request_id", "Service levels", copy=False
    )
    sla_clock = fields.Json("Countdown", compute="_compute_sla_clock")
    sla_explanation = fields.Text("Why this policy", compute="_compute_sla_explanation")

    _sla_due_idx = models.Index("(sla_due_at) WHERE sla_due_at IS NOT NULL AND NOT is_closed")

    # Shown

    @api.depends("sla_timer_ids.state", "sla_timer_ids.due_at", "sla_timer_ids.elapsed_seconds")
    def _compute_sla_clock(self):
        """Open targets with deadline, state and what is left; for the countdown."""
        timers = self.env["crm.service.sla.timer"].search(
            [
                ("request_id", "in", self.ids),
                ("met_at", "=", False),
                ("state", "!=", "cancelled"),
            ]
        )
        by_request = timers.grouped("request_id")
        for request in self:
            request.sla_clock = [
                self._sla_clock_entry(timer) for timer in by_request.get(request._origin, ())
            ]

    @api.model
    def _sla_clock_entry(self, timer):
        return {
            "label": timer.display_name,
            "state": timer.state,
            "runs": timer.clock_runs,
            "due": fields.Datetime.to_string(timer.due_at) if timer.due_at else False,
            "left": max(0, timer.target_seconds - timer.elapsed_seconds),
            "warned": timer.warned_share,
        }

    @api.depends("sla_policy_id", "team_id", "type_id", "severity", "priority")
    def _compute_sla_explanation(self):
        stored = self.filtered("id")
        facts = stored._sla_facts()
        ranked, _marks = self.env["crm.service.sla.policy"]._catalog()
        for request in self:
            fact = facts.get(request._origin.id)
            request.sla_explanation = fact and self._sla_explain(ranked, fact)

    @api.model
    def _sla_explain(self, ranked, fact):
        """Policies in the order they were tried, until the one that fits."""
        lines, names = [], self._sla_condition_names()
        plain = self.env["crm.service.sla.policy"].browse(policy.id for policy in ranked)
        for policy, record in zip(ranked, plain.sudo(), strict=True):  # sudo: names, to explain
            wrong = mismatch(policy, fact.matter)
            if wrong is None:
                fits = ", ".join(names[name] for name in conditions(policy))
                lines.append(
                    self.env._("✓ %(policy)s: %(why)s", policy=record.display_name, why=fits)
                    if fits
                    else self.env._("✓ %s: for every request", record.display_name)
                )
                return "\n".join(lines)
            lines.append(
                self.env._(
                    "✗ %(policy)s: %(why)s differs", policy=record.display_name, why=names[wrong]
                )
            )
        return "\n".join([*lines, self.env._("No policy fits: nothing is promised.")])

    @api.model
    def _sla_condition_names(self):
        return {
            "company": self.env._("company"),
            "teams": self.env._("team"),
            "types": self.env._("type"),
            "severity": self.env._("severity"),
            "priority": self.env._("priority"),
            "tiers": self.env._("tier of the customer"),
            "contract": self.env._("contract"),
            "validity": self.env._("period of validity"),
        }

    @api.model
    def _service_board_counts(self):
        """Late and due today come first on the strip above the board."""
        late = crm_service_board_mixin.BoardCount(
            "sla_late",
            self.env._("Late"),
            "fa-exclamation-triangle",
            ["|", ("sla_state", "=", "late"), ("sla_due_at", "<", "now")],
            tone="danger",
            help=self.env._("Open requests with a service level that was missed."),
        )
        today = crm_service_board_mixin.BoardCount(
            "sla_today",
            self.env._("Due today"),
            "fa-clock-o",
            [("sla_due_at", ">=", "now"), ("sla_due_at", "<", "today +1d")],
            tone="warning",
            help=self.env._("Open requests with a service level to be kept until midnight."),
        )
        return [late, today, *super()._service_board_counts()]

    # Facts

    def _sla_facts(self):
        """``{request id: Fact}``, one query for all."""
        facts = sla_store.facts(self.env, self.ids)
        for request, level in self._sla_contract_levels().items():
            if request in facts:
                facts[request].contract = level
        return facts

    def _sla_contract_levels(self):
        """``{request id: level of the running service contract of its asset}``.

        Contracts are told by ``_service_contracts`` of assets alone.
        """
        today, contracts = fields.Date.context_today(self), {}
        if assets := self.sudo().asset_id:  # sudo: a promise is the same whoever counts it
            contracts = assets._service_contracts()
        found = {}
        for request in self.sudo() if any(contracts.values()) else ():  # sudo: as above
            contract = contracts.get(request.asset_id.id)
            if contract and contract.runs(today):
                found[request.id] = contract.level
        return found

    @api.model
    def _sla_chooser(self):
        """Function that gives the plain policy of a fact; equal matters are decided once."""
        ranked, _marks = self.env["crm.service.sla.policy"]._catalog()
        known = {}

        def chosen(fact):
            matter = fact.matter
            if matter not in known:
                known[matter] = choose(ranked, matter)
            return known[matter]

        return chosen

    @api.model
    def _sla_policies(self):
        ranked, _marks = self.env["crm.service.sla.policy"]._catalog()
        return {policy.id: policy for policy in ranked}

    def _sla_rows(self, finished=False):
        """``{request id: rows}`` of open timers; with *finished* also of what counts once."""
        wanted = SQL("t.met_at IS NULL AND t.state <> 'cancelled'")
        if finished:
            once = ["first_reply", "resolution", "stage"]
            wanted = SQL("(%s OR t.kind = ANY(%s))", wanted, once)
        found = {}
        condition = SQL("t.request_id = ANY(%s) AND %s", self.ids, wanted)
        for row in sla_store.rows(self.env, condition):
            found.setdefault(row.request, []).append(row)
        return found

    # Events

    @api.model
    def _service_watched(self):
        return super()._service_watched() | {"severity", "company_id"}

    def _service_created(self):
        res = super()._service_created()
        self._sla_begin()
        return res

    def _sla_begin(self):
        chosen, rows, policies = self._sla_chooser(), [], {}
        now = to_moment(fields.Datetime.now())
        clock = self.env["resource.calendar"]._sla_clock(now)
        for fact in self._sla_facts().values():
            policy = chosen(fact)
            if policy:
                policies[fact.id] = policy.id
                rows += sla_desk.begin(fact, policy, clock, now)
        self.env["crm.service.sla.timer"]._save(rows, clock, policies)

    def _service_changed(self, before):
        res = super()._service_changed(before)
        matters = {"stage_id", "company_id", "team_id", "type_id", "severity", "priority"}
        matters.add("partner_id")
        touched = self.browse(i for i, was in before.items() if was.keys() & matters)
        was_closed = {i: w["stage_id"].is_closed for i, w in before.items() if "stage_id" in w}
        touched._sla_reassign(was_closed=was_closed)
        return res

    def _service_answered(self, when):
        res = super()._service_answered(when)
        self._sla_happened(sla_desk.answered, when)
        return res

    def _service_customer_wrote(self, when):
        """He is not waited for any more: the clock goes on, and he waits for a reply."""
        res = super()._service_customer_wrote(when)
        # sudo: a customer who writes moves his request without rights to it
        waiting = self.sudo().filtered(lambda request: request.state == "customer")
        waiting._to_state("open")
        found = self._sla_rows()
        heard = self.filtered(lambda r: not sla_desk.awaits_reply(found.get(r.id, ())))
        heard._sla_happened(sla_desk.customer_wrote, when)
        return res

    def _sla_happened(self, event, when):
        """Apply a message of *when* to the timers of all requests."""
        if not self:
            return
        moment, rows = to_moment(when), []
        clock = self.env["resource.calendar"]._sla_clock(moment)
        facts, found, policies = self._sla_facts(), self._sla_rows(), self._sla_policies()
        for fact in facts.values():
            mine = found.get(fact.id, [])
            stamps = [row.stamp for row in mine]
            rows += event(fact, mine, policies.get(fact.policy), clock, moment)
            rows += [r for r, old in zip(mine, stamps, strict=True) if r.stamp != old]
        self.env["crm.service.sla.timer"]._save(rows, clock)

    # Re-evaluation

    def _sla_reassign(self, was_closed=None, recount=False):
        """Bring timers in line with what the requests are now; elapsed time is kept.

        :param was_closed: ``{request id: it was closed before}`` for those whose stage changed
        :param recount: count open timers anew from the history of stages, by today's hours
        """
        now = to_moment(fields.Datetime.now())
        clock = self.env["resource.calendar"]._sla_clock(now)
        facts, found = self._sla_facts(), self._sla_rows(finished=True)
        was = {fact.id: fact.closed for fact in facts.values()} | (was_closed or {})
        moving = [fact for fact in facts.values() if not (fact.closed and was[fact.id])]
        chosen, rows, policies, anew = self._sla_chooser(), [], {}, []
        stamps = {row.id: row.stamp for fact in moving for row in found.get(fact.id, ())}
        for fact in moving:
            mine = found.get(fact.id, [])
            policy = None if fact.closed else chosen(fact)
            added = sla_desk.follow(fact, mine, policy, clock, now, was[fact.id])
            if not fact.closed:
                policies[fact.id] = policy.id if policy else 0
            anew += [*mine, *added] if recount else added
            rows += [*mine, *added]
        self._sla_recount(anew, facts, clock, now)
        changed = [row for row in rows if row.id is None or row.stamp != stamps[row.id]]
        self.env["crm.service.sla.timer"]._save(changed, clock, policies)

    @api.model
    def _sla_recount(self, rows, facts, clock, now):
        """Count rows that began in the past from the history of their requests."""
        past = [row for row in rows if row.timer.started < now]
        if past:
            pauses = sla_store.pauses(self.env, {row.request for row in past}, now)
            for row in past:
                gaps = pauses.get(row.request, ())
                sla_desk.recount(facts[row.request], row, gaps, clock, now)

    @api.model
    def _sla_rebuild(self, recount=False):
        """Re-evaluate all open requests, a few queries for each ten thousand.

        :return: number of requests
        """
        # sudo: promises are the same whoever counts them
        requests = self.sudo().with_context(active_test=False)
        ids = requests.search([("is_closed", "=", False)], order="id").ids
        for start in range(0, len(ids), CHUNK):
            requests.browse(ids[start : start + CHUNK])._sla_reassign(recount=recount)
        return len(ids)

    # Escalation

    def _sla_escalate(self, step):
        """Do what *step* says for these requests; those that were closed meanwhile are left."""
        live = self.filtered(lambda request: not request.is_closed)
        people = {request: step._recipients(request)[:1] for request in live}
        if step.reassign:
            for user in {user for user in people.values() if user}:
                live.filtered(lambda r, u=user: people[r] == u).user_id = user
        if step.activity_type_id:
            self.env["mail.activity"].create(
                [r._sla_activity(step, user) for r, user in people.items()]
            )
        if step.raise_priority:
            live._sla_raise_priority()

    def _sla_activity(self, step, user):
        return {
            "res_model_id": self.env["ir.model"]._get_id(self._name),
            "res_id": self.id,
            "activity_type_id": step.activity_type_id.id,
            "summary": step.name,
            "date_deadline": fields.Date.context_today(self) + timedelta(days=step.activity_days),
            "user_id": (user or self.user_id).id or self.env.uid,
        }

    def _sla_raise_priority(self):
        for priority, requests in self.grouped("priority").items():
            if priority < "3":
                requests.priority = str(int(priority or "0") + 1)
