from datetime import timedelta

from odoo import api, fields, models

from ..report import call_lists as sql
from ..tools import dialer
from ..tools.dialer import Tally

#: Attempts after which the share of answers is believed.
KNOWN_ATTEMPTS = 20
#: After that time a promise is kept by whoever is free.
GRACE = timedelta(minutes=15)
MACHINE = ("progressive", "power", "notice")
#: Rounds in which entries that may not be called now are replaced by others.
ROUNDS = 5
#: Place in the dial plan where calls of a machine begin (``pbx/conf/dialer.conf``).
CONTEXT = "crm-dialer"


class CrmCallListDialingMixin(models.AbstractModel):
    """A machine that dials: how many calls now, whom, and the command to the exchange (CC-6).

    A part of ``crm.call.list``. The listener of the exchange asks for commands every two seconds
    and whenever something happens; each time the lists of the exchange start what they may.
    """

    _name = "crm.call.list.dialing.mixin"
    _description = "Dialing of call lists"

    @api.model
    def _tick(self, exchange, now=None):
        """Start the calls that may be started now; one transaction at a time per list.

        :return: entries that are being called
        """
        domain = [("exchange_id", "=", exchange.id), ("state", "=", "running")]
        lists = self.search([*domain, ("mode", "in", MACHINE)])
        started = self.env["crm.call.list.entry"]
        if not lists:
            return started
        now = now or fields.Datetime.now()
        lists = lists.try_lock_for_update()
        started._lost(lists, now)
        busy = _Busy(lists)
        for one in lists:
            started |= one._start_calls(now, busy)
        return started

    def _start_calls(self, now, busy):
        """The entries of one list for which calls are started."""
        self.ensure_one()
        count = min(self._how_many(now, busy), self.lines - busy.lines(self))
        entries = self._claim(self, None, max(count, 0), now)
        for entry in entries:
            self._dial(entry, now)
        busy.add(self, len(entries))
        if entries:
            # who has read an older state of the list than its last start fails to serialize
            self.last_tick = now
        else:
            self._end_if_over()
        return entries

    def _how_many(self, now, busy):
        if self.mode == "notice":
            ready, soon, ringing = self.lines, 0, busy.ringing(self)
        else:
            ready, soon, ringing = busy.agents(self)
        rate, handling = self._experience()
        return dialer.how_many(
            ready, soon, ringing, rate, handling, self._tally(now), self.abandon_limit,
            self.mode, self.ring_seconds,
        )  # fmt: skip

    def _experience(self):
        """(share answered by a person, seconds per call), ``None`` where too little is known."""
        count, persons, talk, _hours = self.env.execute_query(sql.recent(self))[0]
        known = count >= KNOWN_ATTEMPTS
        wrap_up = self.queue_id.wrap_up_seconds or 0
        return (persons / count if known else None), (talk + wrap_up if talk else None)

    def _tally(self, now):
        """Calls answered and abandoned in the window of the list."""
        self.env["crm.call.list.attempt"].flush_model()
        since = {self.id: self._window_start(now)}
        [(_list, _count, persons, abandoned)] = self.env.execute_query(sql.tallies(self, since))
        return Tally(persons, abandoned)

    @api.model
    def _claim(self, lists, agent, count, now):
        """Entries to be called now, locked; who may not be called any more is noted."""
        entries = self.env["crm.call.list.entry"]
        found = entries
        for _round in range(ROUNDS):
            if len(found) >= count or not lists:
                break
            entries.flush_model()
            lists.flush_recordset()
            wanted = sql.claim(lists.ids, agent.id if agent else 0, now, now - GRACE, count)
            some = entries.browse([row[0] for row in self.env.execute_query(wanted)]) - found
            if not some:
                break
            found |= some._postpone(now)._permitted(now)[: count - len(found)]
        return found

    def _refused_now(self, entries):
        """``{id of an entry: reason}`` of those who may not be called any more."""
        self.ensure_one()
        self.env.flush_all()
        marketing = self.purpose == "marketing"
        return dict(self.env.execute_query(sql.refused_now(self, entries, marketing)))

    def _decisions(self, entries, now):
        """``{contact: Decision}`` on permission, quiet hours and contact pressure."""
        partners = entries.partner_id.with_company(self.company_id)
        if not partners:
            return {}
        return partners._contact_decisions(
            self._channel(), now, marketing=self.purpose == "marketing"
        )

    # -- commands

    def _dial(self, entry, now):
        """Ask the exchange for a call to the customer first."""
        notice = self.mode == "notice"
        values = {
            "channel": self.exchange_id._line_to(entry.e164),
            "context": CONTEXT,
            "exten": "notice" if notice else "connect",
            "timeout": self.ring_seconds,
            "variables": self._variables(),
            **({"caller_id": self.caller_id} if self.caller_id else {}),
        }
        command = self.env["crm.call.command"]._ask(self.exchange_id, "originate", values)
        entry.write({"state": "dialing", "command_uid": command.uid, "dialed_at": now})
        entry._command_ended(command)  # a dialing rule may have refused it at once

    def _variables(self):
        """What the dial plan has to know; see ``pbx/conf/dialer.conf``."""
        return {
            "DIALER_QUEUE": self.queue_id.code or "",
            "DIALER_AMD": "1" if self.detects_machines else "0",
            "DIALER_SECONDS": dialer.PERSON_SECONDS,
            "DIALER_ABANDONED": self.abandon_sound or "",
            "DIALER_NOTICE": self.notice_sound or "",
            "DIALER_DIGIT": self.notice_digit or "",
        }

    def _end_if_over(self):
        """A list is done when nobody is left who could be called at some time."""
        left = [("list_id", "=", self.id), ("state", "in", sql.OPEN)]
        if not self.env["crm.call.list.entry"].search_count(left, limit=1):
            self.state = "done"
            self._told()


class _Busy:
    """Lines and agents of the lists of one exchange at this moment, read once for all."""

    def __init__(self, lists):
        env = lists.env
        self.members = {one: one._agents() for one in lists if one.mode != "notice"}
        entry = env["crm.call.list.entry"]
        running = [("list_id", "in", lists.ids), ("state", "in", ["dialing", "talking"])]
        counts = entry._read_group(running, ["list_id", "state"], ["__count"])
        self.counts = {(one.id, state): count for one, state, count in counts}
        everybody = env["crm.call.agent"].union(*self.members.values())
        states = env["crm.call.agent.state"].search(
            [("agent_id", "in", everybody.ids), ("date_to", "=", False)]
        )
        self.states = {row.agent_id: row.state for row in states}
        [(self.callers,)] = env.execute_query(sql.waiting_callers(lists.company_id[:1]))

    def agents(self, one):
        """(ready, soon ready, ringing) for a list; who waits on the line goes first."""
        found = [self.states.get(agent) for agent in self.members[one]]
        soon = sum(state in ("on_call", "wrap_up") for state in found)
        ready = max(found.count("ready") - self.callers, 0)
        shared = [other for other in self.members if self.members[other] & self.members[one]]
        return ready, soon, sum(self.ringing(other) for other in shared)

    def ringing(self, one):
        return self.counts.get((one.id, "dialing"), 0)

    def lines(self, one):
        return self.ringing(one) + self.counts.get((one.id, "talking"), 0)

    def add(self, one, count):
        self.counts[one.id, "dialing"] = self.ringing(one) + count
