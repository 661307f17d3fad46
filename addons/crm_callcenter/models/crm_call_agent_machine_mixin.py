from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..report.calls import moment
from ..tools.agent_state import RESTS, Happening, State, intervals

#: Seconds of after-call work of calls that came through no queue.
WRAP_UP = 30
#: Status of a contact: whether the telephone is reached. Others (Created, Updated) do not tell.
CONTACTS = {"Reachable": "reachable", "Unreachable": "unreachable", "Removed": "unreachable"}
#: State of a device on the exchange; UNKNOWN does not tell.
DEVICES = {"UNAVAILABLE": "unreachable", "INVALID": "unreachable"} | dict.fromkeys(
    ("NOT_INUSE", "INUSE", "BUSY", "RINGING", "RINGINUSE", "ONHOLD"), "reachable"
)
#: What an event of a call means for the agent whose leg it names; see ``tools/agent_state.py``.
LEG_KINDS = {"answered": "answered", "bridged": "answered", "hung_up": "hung_up"}
DEST_KINDS = {"agent_called": "rings", "dialed": "rings", "agent_connected": "answered"}
#: Events after which the call bar looks different though the state is the same.
SHOWN = ("held", "resumed", "recording_started", "recording_stopped")


class CrmCallAgentMachineMixin(models.AbstractModel):
    """The state of an agent follows what he says and what his telephone does (CC-1).

    A part of ``crm.call.agent``. The decision is ``tools/agent_state.py``; here happenings are
    made of events, intervals are written, and the agent is told on all of his screens.
    """

    _name = "crm.call.agent.machine.mixin"
    _description = "States of an agent"

    is_reachable = fields.Boolean(
        "Telephone reached", default=True, readonly=True, copy=False, help="By the exchange (CC-1)."
    )

    # -- from happenings to intervals

    def _set_state(self, state, reason=None, call=None):
        """What an agent wants, said for him: ready, paused or offline; done ends after-call work.

        :param call: only of use with ``done``: another call than the one he writes up is left alone
        :raises ValueError: the telephone decides about the other states
        """
        kind = {"paused": "pause"}.get(state, state)
        if kind not in ("ready", "pause", "offline", "done"):
            raise ValueError(f"The telephone decides about {state!r}")
        now = _seconds(fields.Datetime.now())
        for agent in self:
            running = agent._running()
            if call and kind == "done" and running.call_id != call:
                continue
            agent._happen([Happening(kind, now, reason=reason or "")])

    def _running(self):
        """The intervals that run now."""
        return self.env["crm.call.agent.state"].search(
            [("agent_id", "in", self.ids), ("date_to", "=", False)]
        )

    def _state_now(self, running):
        """The state as :class:`State` of an agent with this interval (or none)."""
        if not running:
            return State(reachable=self.is_reachable)
        return State(
            running.state,
            running.rest or (running.state if running.state in RESTS else "ready"),
            running.reason or "",
            running.call_id.id or None,
            _seconds(running.date_from),
            _seconds(running.until) if running.until else None,
            self.is_reachable,
        )

    def _happen(self, happenings):
        """Let these happen to one agent, in the order of their moments; tell him of the change.

        :return: whether anything changed
        """
        self.ensure_one()
        self._lock_agents()
        running = self._running()
        before = self._state_now(running)
        now = _seconds(fields.Datetime.now())
        stays = intervals(before, happenings, now)
        if stays == [before]:
            return False
        self._write_states(running, stays, now)
        self._state_changed(before, stays[-1])
        return True

    def _lock_agents(self):
        """Of two transactions about one agent the later fails to serialize and is tried again.

        It has to see what the first one wrote: the interval, or what is in work with him.
        """
        if self:
            self.env.cr.execute(
                SQL(
                    "UPDATE crm_call_agent SET extension = extension WHERE id IN %s",
                    tuple(self.ids),
                )
            )

    def _write_states(self, running, stays, now):
        """Write the intervals: the first is the one that runs, the last runs from now on."""
        # The exchange's clock may be ahead; nothing begins in the future.
        begins = [moment(min(state.since, now)) for state in stays]
        for place in range(1, len(begins)):
            begins[place] = max(begins[place], begins[place - 1])
        ends = [*begins[1:], False]
        first, last = stays[0], stays[-1]
        if first.reachable != last.reachable or self.is_reachable != last.reachable:
            self.is_reachable = last.reachable
        if running:
            end = {"date_to": max(ends[0], running.date_from)} if ends[0] else {}
            running.write(self._wish(first) | end)
            running.flush_recordset()
        rows = zip(stays[1:], begins[1:], ends[1:], strict=True)
        running.create([self._interval(*row) for row in rows if row[0].name != "offline"])

    def _wish(self, state):
        return {"rest": state.rest, "reason": state.reason or False}

    def _interval(self, state, begin, end):
        return {
            **self._wish(state),
            "agent_id": self.id,
            "state": state.name,
            "call_id": state.call,
            "date_from": begin,
            "date_to": end,
            "until": moment(state.until),
        }

    def _state_changed(self, before, after):
        """The exchange learns who is to get calls; the agent sees his state on every screen."""
        self.invalidate_recordset(["state", "state_since"])
        if before.rest != after.rest or before.reason != after.reason:
            self._tell_exchange(before.rest, after.rest, after.reason)
        if after.name == "ready":
            self.env["crm.call.contact"]._wake()
        self._tell()

    def _tell_exchange(self, before, after, reason):
        """Pause or end it on the queues of the exchange. Its echo changes nothing here.

        Who logs on or off is unpaused or paused: the exchange keeps its members.
        """
        if after != "ready" and before not in ("ready", "paused"):
            return
        action = "queue_unpause" if after == "ready" else "queue_pause"
        values = {"interface": f"PJSIP/{self.extension}"}
        if after != "ready":
            values["reason"] = reason or after
        self.env["crm.call.command"]._ask(self.exchange_id, action, values)

    # -- from events to happenings

    @api.model
    def _follow(self, exchange, events):
        """Let new events of an exchange happen to its agents; calls are folded already.

        :param events: list of ``tools.call_events.Event``, none of them heard before
        """
        self._follow_phones(exchange, [event for event in events if not event.call])
        of_calls = [event for event in events if event.call]
        if not of_calls:
            return
        linked = {event.call for event in of_calls}
        self._note_dialed(exchange, linked)
        legs = self._legs_of(exchange, linked)
        ended = {event.leg for event in of_calls if event.kind == "hung_up"}
        # What comes after the end of its leg was delivered is too late to matter.
        current = {uid: leg for uid, leg in legs.items() if not leg.end or uid in ended}
        found = {}
        for event in of_calls:
            for agent, happening in self._call_happenings(event, current):
                found.setdefault(agent, []).append(happening)
        for agent, rows in found.items():
            changed = agent._happen([row for row in rows if row])
            if not changed and None in rows:
                agent._tell()

    def _legs_of(self, exchange, linked):
        """``{Uniqueid: leg}`` of agents in these calls."""
        legs = self.env["crm.call.leg"].search(
            [
                ("call_id.exchange_id", "=", exchange.id),
                ("call_id.linked", "in", list(linked)),
                ("agent_id", "!=", False),
            ]
        )
        return {leg.uid: leg for leg in legs}

    def _call_happenings(self, event, legs):
        """[(agent, happening)] of an event of a call; ``None`` as happening: only show it anew."""
        found = []
        own, dest = legs.get(event.leg), legs.get(event.data.get("dest", ""))
        if own and event.kind in LEG_KINDS:
            found.append(self._leg_happening(own, LEG_KINDS[event.kind], event))
        if own and event.kind == "dialed" and own != dest:
            found.append(self._leg_happening(own, "answered", event))
        if dest and event.kind in DEST_KINDS:
            found.append(self._leg_happening(dest, DEST_KINDS[event.kind], event))
        if event.kind == "agent_rang_out":
            found += self._missed(event, legs)
        if event.kind in SHOWN:
            here = (leg for leg in legs.values() if leg.call_id.linked == event.call)
            found += [(leg.agent_id, None) for leg in here if not leg.end]
        return found

    def _leg_happening(self, leg, kind, event):
        seconds = self._wrap_up_seconds(leg) if kind == "hung_up" else 0
        return leg.agent_id, Happening(kind, event.at, leg.call_id.id, seconds=seconds)

    def _missed(self, event, legs):
        extension = event.data.get("interface", "").rpartition("/")[2]
        for leg in legs.values():
            if leg.agent_id.extension == extension and leg.call_id.linked == event.call:
                return [(leg.agent_id, Happening("missed", event.at, leg.call_id.id))]
        return []

    def _wrap_up_seconds(self, leg):
        """Limit of after-call work: the queue's; none after calls inside the house."""
        call = leg.call_id
        if call.direction == "internal":
            return 0
        return call.queue_id.wrap_up_seconds if call.queue_id else WRAP_UP

    def _follow_phones(self, exchange, events):
        """What is told of telephones and members of queues, and not of a call."""
        found = {}
        for event in events:
            extension, happening = self._phone_happening(event)
            if happening:
                found.setdefault(extension, []).append(happening)
        if not found:
            return
        agents = self.search([("exchange_id", "=", exchange.id), ("extension", "in", list(found))])
        for agent in agents:
            agent._happen(found[agent.extension])

    def _phone_happening(self, event):
        """(extension, happening or ``None``)"""
        data, kind = event.data, None
        place = data.get("interface") or data.get("device") or data.get("aor") or ""
        if ":" in place:  # a state that a queue has of its own, e.g. Queue:support_avail
            return "", None
        if event.kind == "member_paused":
            kind = "paused" if data.get("paused") == "1" else "unpaused"
        elif event.kind == "device_state":
            kind = DEVICES.get(data.get("state"))
        elif event.kind == "contact_status":
            kind = CONTACTS.get(data.get("contact_status") or data.get("status"))
        reason = data.get("paused_reason") or data.get("reason") or ""
        happening = Happening(kind, event.at, reason=reason) if kind else None
        return place.rpartition("/")[2], happening

    # -- after-call work ends by itself

    @api.model
    def _end_wrap_ups(self, exchange=None):
        """End after-call work whose time is over; it ends when it was to, however late this runs.

        Asked by the listener every two seconds, by the bar when its clock is at zero, and by a
        scheduled action.
        """
        now = fields.Datetime.now()
        domain = [("state", "=", "wrap_up"), ("date_to", "=", False), ("until", "<=", now)]
        if exchange:
            domain.append(("agent_id.exchange_id", "=", exchange.id))
        over = self.env["crm.call.agent.state"].search(domain)
        for agent in over.agent_id:
            agent._happen([Happening("tick", _seconds(now))])

    @api.model
    def _cron_end_wrap_ups(self):
        self._end_wrap_ups()
        limit = fields.Datetime.now() - timedelta(hours=24)
        stuck = self.env["crm.call.agent.state"].search(
            [("date_to", "=", False), ("date_from", "<", limit), ("call_id.state", "=", "done")]
        )
        for row in stuck.filtered(lambda one: one.state in ("ringing", "on_call")):
            ended = _seconds(row.call_id.end or row.date_from)
            row.agent_id._happen([Happening("hung_up", ended, row.call_id.id)])


def _seconds(value):
    """Seconds since 1970 of Odoo's naive UTC."""
    return value.replace(tzinfo=UTC).timestamp()
