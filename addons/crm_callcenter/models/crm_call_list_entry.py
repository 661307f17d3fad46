from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..tools import dialer

STATES = [
    ("waiting", "To be called"),
    ("offered", "With an agent"),
    ("dialing", "Being called"),
    ("talking", "In conversation"),
    ("done", "Reached"),
    ("refused", "Refused"),
    ("exhausted", "Not reached"),
    ("left_out", "Left out"),
    ("skipped", "Skipped"),
]
RESULTS = [
    ("answered", "Answered"),
    ("confirmed", "Confirmed by digit"),
    ("heard", "Message heard"),
    ("callback_requested", "Call-back promised"),
    ("busy", "Busy"),
    ("no_answer", "No answer"),
    ("machine", "Answering machine"),
    ("hung_up", "Hung up at once"),
    ("rejected", "Rejected"),
    ("failed", "Failed"),
    ("abandoned", "Abandoned: nobody was free"),
    ("refused", "Does not want to be called"),
    ("wrong_number", "Wrong number"),
]
#: Why somebody is on the list and is not called.
LEFT_OUT = [
    ("no_address", "No valid telephone number"),
    ("twice", "Another contact has this number"),
    ("archived", "Contact archived"),
    ("blacklisted", "Number on the blacklist"),
    ("denied", "Contact denied calls"),
    ("no_permission", "No permission recorded"),
    ("register", "In a do-not-call register"),
    ("elsewhere", "On another call list"),
    ("pressure", "Contacted often enough"),
]
#: Results for which a person answered (base of the share of abandoned calls).
PERSON = ("answered", "confirmed", "heard", "callback_requested", "hung_up", "abandoned",
          "refused", "wrong_number")  # fmt: skip
#: After so long without a word of the exchange a call counts as failed: longer than any rings.
LOST_MINUTES = 3


class CrmCallListEntry(models.Model):
    """Somebody to be called: his number, what was tried, and when again (CC-6)."""

    _name = "crm.call.list.entry"
    _description = "Person on a call list"
    _order = "list_id, priority desc, next_at, id"
    _rec_names_search = ["partner_id.name", "number"]
    _person_data = PersonData(
        person=("partner_id",), erase="blank", blank=("number", "e164", "note"), number="e164"
    )

    list_id = fields.Many2one(
        "crm.call.list", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    partner_id = fields.Many2one(
        "res.partner", "Contact", ondelete="set null", readonly=True, index="btree_not_null"
    )
    lead_id = fields.Many2one(
        "crm.lead", ondelete="set null", readonly=True, index="btree_not_null"
    )
    number = fields.Char(readonly=True)
    e164 = fields.Char("Number (E.164)", readonly=True, index="btree_not_null")
    country_id = fields.Many2one("res.country", readonly=True)
    zones = fields.Char("Time zones", readonly=True, help="He is called when it is day in all.")
    state = fields.Selection(STATES, required=True, default="waiting", readonly=True)
    left_out = fields.Selection(LEFT_OUT, "Left out", readonly=True, help="Why nobody calls him.")
    priority = fields.Integer(default=0)
    value = fields.Float(help="What the call may bring; the highest is called first.")
    next_at = fields.Datetime("Next call", readonly=True)
    attempt_count = fields.Integer("Attempts", readonly=True)
    attempt_ids = fields.One2many(
        "crm.call.list.attempt", "entry_id", "Attempts made", readonly=True
    )
    promised_at = fields.Datetime("Promised for", readonly=True)
    promised_agent_id = fields.Many2one(
        "crm.call.agent", "Promised by", ondelete="set null", readonly=True, index="btree_not_null"
    )
    agent_id = fields.Many2one(
        "crm.call.agent", ondelete="set null", readonly=True, index="btree_not_null"
    )
    result = fields.Selection(RESULTS, "Last result", readonly=True)
    call_id = fields.Many2one(
        "crm.call", "Last call", ondelete="set null", readonly=True, index="btree_not_null"
    )
    command_uid = fields.Char("Call on the exchange", readonly=True, index="btree_not_null")
    dialed_at = fields.Datetime("Last dialed", readonly=True)
    skip_reason = fields.Char("Why skipped", readonly=True)
    note = fields.Text()

    _number_uniq = models.UniqueIndex("(list_id, e164) WHERE left_out IS NULL")
    _queue_idx = models.Index(
        "(list_id, priority DESC, value DESC NULLS LAST, next_at, id) WHERE state = 'waiting'"
    )
    _running_idx = models.Index("(list_id) WHERE state IN ('offered', 'dialing', 'talking')")
    _list_state_idx = models.Index("(list_id, state)")

    @api.depends("partner_id", "lead_id", "number")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = (
                entry.partner_id.display_name or entry.lead_id.display_name or entry.number or ""
            )

    # -- when

    def _hours(self):
        """``{entry: CallHours}`` in one query for the holidays of all."""
        holidays = self.env["crm.call.list.holiday"]._days(self.company_id, self.country_id)
        return {
            entry: entry.list_id._call_hours(
                entry.zones, holidays.get(entry.country_id.id, set()) | holidays.get(False, set())
            )
            for entry in self
        }

    def _postpone(self, now):
        """Who may not be called at this hour waits; the others are returned."""
        aware = now.replace(tzinfo=UTC)
        open_now = self.browse()
        for entry, hours in self._hours().items():
            opens = dialer.next_open(hours, aware)
            if opens == aware:
                open_now |= entry
            else:
                entry.write(_at(opens))
        return open_now

    def _permitted(self, now):
        """Ask again whether they may be called; who may not is left out or waits (C360-2)."""
        allowed = self.filtered("e164")
        for one in self.list_id:
            entries = self.filtered(lambda entry, one=one: entry.list_id == one)
            allowed -= entries._leave_out(one._refused_now(entries))
            allowed -= entries._wait(one._decisions(entries, now))
        return allowed

    def _leave_out(self, reasons):
        """:param reasons: ``{id of an entry: reason}``; the entries that are left out now."""
        found = self.filtered(lambda entry: entry.id in reasons)
        for entry in found:
            entry.write({"state": "left_out", "left_out": reasons[entry.id]})
        return found

    def _wait(self, decisions):
        """:param decisions: ``{contact: Decision}``; the entries that may not be called now."""
        found = self.browse()
        for entry in self:
            decision = decisions.get(entry.partner_id.id)
            if decision and not decision.allowed and entry.state != "left_out":
                found |= entry
                reason = decision.reasons[0].code
                entry.write(
                    {"next_at": decision.earliest}
                    if decision.earliest
                    else {"state": "left_out", "left_out": reason}
                )
        return found

    # -- what came of it

    @api.model
    def _follow(self, exchange, linked):
        """Take the results of calls that were made for call lists."""
        entries = self.search([("command_uid", "in", list(linked))])
        if not entries:
            return
        calls = self.env["crm.call"].search(
            [("exchange_id", "=", exchange.id), ("linked", "in", entries.mapped("command_uid"))]
        )
        by_uid = {call.linked: call for call in calls}
        for entry in entries.filtered(lambda entry: entry.command_uid in by_uid):
            entry._take(by_uid[entry.command_uid])

    def _take(self, call):
        """One call, running or over."""
        self.ensure_one()
        if not call.partner_id and self.partner_id:
            call.partner_id = self.partner_id
        if self.state not in ("dialing", "talking"):
            self._link(call)
        elif call.state == "running":
            if call.talk_seconds or call.answer:
                self.write({"state": "talking", "call_id": call.id, **_agent(call)})
        else:
            self._take_ended(call)

    def _take_ended(self, call):
        steps = [step.get("step") for step in call.path or () if step.get("step")]
        if not steps and not call.leg_ids.filtered(lambda leg: leg.kind == "customer"):
            self._agent_missed(call)
            return
        talked = call.result == "answered" and bool(call.talk_seconds) and bool(call.agent_id)
        self._settle(dialer.outcome(call.result, steps, talked), call=call)

    def _link(self, call):
        """The result came before the call: now it is known which one it was."""
        last = self.attempt_ids.sorted("id")[-1:]
        if last and not last.call_id and self.state != "offered":
            last.call_id = self.call_id = call

    def _agent_missed(self, call):
        """The agent's own telephone was not picked up: nobody was called."""
        if self.list_id.mode == "preview":
            self.write({"state": "offered", "command_uid": False})
        else:
            self._settle("failed", call=call)

    @api.model
    def _command_ended(self, commands):
        """The exchange has not made a call (a command that expired or was refused).

        "Failed" alone may be a call of which the exchange still tells more: it is waited for.
        """
        texts = {
            command.uid: command.text or ""
            for command in commands
            if command.action == "originate"
            and command.state in ("failed", "expired")
            and command.text != "failed"
        }
        found = texts and self.search(
            [("command_uid", "in", list(texts)), ("state", "=", "dialing")]
        )
        for entry in found or ():
            if entry.list_id.mode == "preview":
                entry.write({"state": "offered", "command_uid": False})
            else:
                entry._settle(dialer.outcome(None, (), False, texts[entry.command_uid]))

    def _settle(self, result, call=None, when=None):
        """Note an attempt and what follows: done, refused, again, or given up."""
        self.ensure_one()
        now = when or fields.Datetime.now()
        self.env["crm.call.list.attempt"].create(self._attempt_values(result, call, now))
        attempts = [
            dialer.Attempt(row.date.replace(tzinfo=UTC), row.result) for row in self.attempt_ids
        ]
        hours = self._hours()[self]
        step = dialer.next_attempt(
            result, attempts, self.list_id._rules(), now.replace(tzinfo=UTC), hours
        )
        state = {"again": "waiting"}.get(step.state, step.state)
        values = {"result": result, "state": state, "attempt_count": len(attempts)}
        if call:
            values |= {"call_id": call.id, **_agent(call)}
        if state != "waiting":
            values |= {"promised_at": False, "promised_agent_id": False}
        self.write({**values, **(_at(step.at) if step.at else {})})

    def _attempt_values(self, result, call, now):
        return {
            "entry_id": self.id,
            "date": self.dialed_at or now,
            "result": result,
            "person": result in PERSON,
            "agent_id": (call and call.agent_id.id) or self.agent_id.id,
            "call_id": call.id if call else False,
            "talk_seconds": call.talk_seconds if call else 0,
        }

    def _correct(self, result):
        """What the agent says counts more than what the exchange saw (refused, wrong number)."""
        last = self.attempt_ids.sorted("id")[-1:]
        if last:
            last.write({"result": result, "person": True})
        state = dialer.next_attempt(result, [], self.list_id._rules(), None).state
        self.write({"result": result, "state": state, "promised_at": False})

    def _promise(self, at, agent):
        """Call again at the time that was promised; first to who promised it.

        :raises UserError: a time that is over
        """
        self.ensure_one()
        if at <= fields.Datetime.now():
            raise UserError(self.env._("Promise a time that is still to come."))
        self.write(
            {
                "state": "waiting",
                "result": "callback_requested" if self.attempt_count else self.result,
                "next_at": at,
                "promised_at": at,
                "promised_agent_id": agent.id,
            }
        )

    @api.model
    def _lost(self, lists, now):
        """Calls of which nothing was heard any more count as failed."""
        found = self.search(
            [
                ("list_id", "in", lists.ids),
                ("state", "in", ["dialing", "talking"]),
                ("dialed_at", "<", now - timedelta(minutes=LOST_MINUTES)),
                "|",
                ("call_id", "=", False),
                ("call_id.state", "=", "done"),
            ]
        )
        for entry in found:
            entry._settle("failed")

    # -- buttons

    def action_open_customer(self):
        self.ensure_one()
        return (self.partner_id or self.lead_id).get_formview_action()

    def action_again(self):
        """Call somebody after all who was skipped or not reached."""
        again = self.filtered(lambda entry: entry.state in ("skipped", "exhausted"))
        again.write({"state": "waiting", "next_at": fields.Datetime.now(), "skip_reason": False})

    def action_skip(self):
        """Call them no more."""
        self.filtered(lambda entry: entry.state in ("waiting", "offered")).write(
            {"state": "skipped", "skip_reason": self.env._("Taken off by hand")}
        )


def _at(moment):
    """``next_at`` of an aware moment; never, if there is none."""
    if moment is None:
        return {"state": "exhausted"}
    return {"next_at": moment.astimezone(UTC).replace(tzinfo=None)}


def _agent(call):
    return {"agent_id": call.agent_id.id} if call.agent_id else {}
