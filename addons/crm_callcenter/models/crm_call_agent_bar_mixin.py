from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.crm_customer_insight.tools import phone

from ..report import calls as sql
from ..tools.agent_state import MISSED

#: Place in the dial plan from which agents dial and transfer.
CONTEXT = "from-agent"
#: Rooms for conferences in the dial plan are 8500 to 8599; an agent has his own.
ROOM = 8500
#: Seconds in which a telephone that is called by a click has to be picked up.
RING_SECONDS = 30
#: Q.850: call rejected.
REJECTED = 21
#: Commands shown on the bar, and for how many seconds.
SHOWN = (
    "answer", "hangup", "hold", "resume", "mute", "unmute", "dtmf", "transfer", "atxfer",
    "atxfer_cancel", "conference", "originate", "listen", "whisper", "barge",
)  # fmt: skip
SHOWN_SECONDS = 60
#: Results and reasons offered.
MOST = 100
#: States of colleagues who will hardly pick up, the least likely last.
AWAY = ("paused", "offline", "unreachable")
#: Digits of a number inside.
INSIDE = 6


class CrmCallAgentBarMixin(models.AbstractModel):
    """The call bar: what an agent sees of himself, and what he asks the exchange to do (CC-1).

    A part of ``crm.call.agent``. Agents write nothing by themselves: each method finds the agent
    who is logged in, checks, and acts for him. What the exchange did is told by it, not here.
    """

    _name = "crm.call.agent.bar.mixin"
    _description = "Call bar"

    @api.model
    def _me(self):
        """The agent who is logged in, as superuser.

        :raises AccessError: he is none
        """
        agent = self._mine()
        if not agent:
            raise AccessError(
                self.env._("You have no telephone yet. An administrator makes you an agent.")
            )
        # sudo: agents do not write their states and commands; what they may is decided here
        return agent.sudo()

    # -- what he sees

    @api.model
    def get_bar(self):
        """All that the call bar shows when it is loaded, or False for who is no agent.

        :return: dict as :meth:`_bar`, with reasons (of pauses), dispositions and callbacks
            (whether call-backs can be asked for)
        """
        agent = self._mine()
        if not agent:
            return False
        # sudo: as in :meth:`_me`
        self.sudo()._end_wrap_ups(agent.exchange_id)
        dispositions = self.env["crm.call.disposition"].search([], limit=MOST)
        return {
            **agent.sudo()._bar(),
            "reasons": self.env["crm.call.pause.reason"].search([], limit=MOST).mapped("name"),
            "dispositions": dispositions.read(["name", "next_step", "needs_note"]),
            "callbacks": "crm.call.callback" in self.env,
        }

    def _bar(self):
        """The whole state of an agent, small enough for a bus message.

        :return: dict: id, name, extension, state, rest, reason, since, until, now, reachable,
            call (see :meth:`_bar_call`, or False), commands, inbox
        """
        self.ensure_one()
        running = self._running()
        state = self._state_now(running)
        return {
            "id": self.id,
            "name": self.name,
            "extension": self.extension,
            "state": state.name,
            "rest": state.rest,
            "reason": self._reason_label(state.reason),
            "since": _text(running.date_from),
            "until": _text(running.until),
            "now": _text(fields.Datetime.now()),
            "reachable": self.is_reachable,
            "call": self._bar_call(running.call_id) if state.call else False,
            "commands": self._bar_commands(),
            "inbox": self._inbox_rows(),
        }

    def _reason_label(self, reason):
        return self.env._("Call not answered") if reason == MISSED else reason

    def _bar_call(self, call):
        """The agent's call. The caller's name is there at once, the rest of the card is asked for.

        :return: dict: id, number, name (of the customer, as far as the agent may read him),
            direction, queue, start, answer, running, result, held, muted, consulting, room (of a
            conference, or ""), listeners (names of supervisors)
        """
        done = self._done_commands(call)
        return {
            "id": call.id,
            "number": call.number or "",
            "name": call.with_user(self.user_id).partner_id._filtered_access("read").name or "",
            "direction": call.direction,
            "queue": call.queue_id.name or "",
            "start": _text(call.start),
            "answer": _text(call.answer),
            "running": call.state == "running",
            "result": call.result or "",
            "held": sql.is_held(self.env, call),
            "muted": done.get("mute", 0) > done.get("unmute", 0),
            "consulting": done.get("atxfer", 0) > done.get("atxfer_cancel", 0)
            and not call.transfer_count,
            "room": self._room() if done.get("conference") else "",
            "listeners": self.env["crm.call.listening"]._told_of(call),
        }

    def _done_commands(self, call):
        """``{action: id of the last one that the exchange confirmed}`` of the agent in a call."""
        rows = self.env["crm.call.command"]._read_group(
            [("agent_id", "=", self.id), ("call_id", "=", call.id), ("state", "=", "done")],
            ["action"],
            ["id:max"],
        )
        return dict(rows)

    def _bar_commands(self):
        """The last commands with what the exchange said; every screen shows the same."""
        since = fields.Datetime.now() - timedelta(seconds=SHOWN_SECONDS)
        found = self.env["crm.call.command"].search(
            [
                ("agent_id", "=", self.id),
                ("action", "in", SHOWN),
                ("create_date", ">=", since),
            ],
            limit=5,
        )
        return [
            {
                "id": command.uid,
                "action": command.action,
                "state": command.state,
                "text": command.text or "",
                "at": _text(command.create_date),
                "call_id": command.call_id.id,
            }
            for command in found
        ]

    def _tell(self):
        """Send the whole state to all screens of each agent (``crm_call/agent``)."""
        for agent in self:
            agent.user_id._bus_send("crm_call/agent", agent._bar())

    # -- what he says of himself

    @api.model
    def set_bar_state(self, state, reason=None):
        """Ready, paused (with a reason), offline, or done with after-call work.

        :return: dict as :meth:`_bar`
        :raises UserError: no such wish
        """
        agent = self._me()
        if state not in ("ready", "paused", "offline", "done"):
            raise UserError(self.env._("Nobody can ask for the state “%s”.", state))
        agent._set_state(state, reason=str(reason or "")[:100])
        agent.env["crm.call.wallboard"]._tick(agent.company_id)
        return agent._bar()

    # -- what he does with his call

    @api.model
    def bar_command(self, action, values=None):
        """Ask the exchange to do something with the agent's call.

        :param action: answer, reject, hangup, hold, resume, mute, unmute, dtmf (digits), transfer,
            atxfer, add_to_conference (agent_id or number), atxfer_cancel, conference
        :return: dict of the command: id, action, state, text. It is a wish: what came of it is told
            by ``crm_call/agent``
        :raises UserError: no such call or target
        """
        agent = self._me()
        make = getattr(agent, f"_command_{action}", None) if action in COMMANDS else None
        if not make:
            raise UserError(self.env._("The telephone does not know “%s”.", action))
        call = agent._running().call_id
        if not call or call.state != "running":
            raise UserError(self.env._("You have no call."))
        name, sent = make(call, values or {})
        return agent._asked(name, sent, call)

    def _asked(self, action, values, call=None, seconds=15):
        commands = self.env["crm.call.command"]
        command = commands._ask(self.exchange_id, action, values, self, call, seconds)
        self._tell()
        return {"id": command.uid, "action": action, "state": command.state,
                "text": command.text or "", "call_id": command.call_id.id}  # fmt: skip

    def _leg(self, call):
        """The channel of his telephone in a call.

        :raises UserError: it has left the call
        """
        legs = call.leg_ids.filtered(lambda leg: leg.agent_id == self and not leg.end)
        if not legs:
            raise UserError(self.env._("Your telephone is not in this call any more."))
        return legs[-1].channel

    def _other_leg(self, call):
        """The channel of the customer."""
        legs = call.leg_ids.filtered(lambda leg: leg.kind == "customer" and not leg.end)
        if not legs:
            raise UserError(self.env._("The customer has left the call."))
        return legs[0].channel

    def _command_answer(self, call, values):
        return "answer", {"channel": self._leg(call)}

    def _command_reject(self, call, values):
        return "hangup", {"channel": self._leg(call), "cause": REJECTED}

    def _command_hangup(self, call, values):
        return "hangup", {"channel": self._leg(call), "cause": 16}

    def _command_hold(self, call, values):
        return "hold", {"channel": self._leg(call)}

    def _command_resume(self, call, values):
        return "resume", {"channel": self._leg(call)}

    def _command_mute(self, call, values):
        return "mute", {"channel": self._leg(call), "direction": "in"}

    def _command_unmute(self, call, values):
        return "unmute", {"channel": self._leg(call), "direction": "in"}

    def _command_dtmf(self, call, values):
        digits = str(values.get("digits") or "")
        if not digits or set(digits) - set("0123456789*#ABCD") or len(digits) > 64:
            raise UserError(self.env._("Tones are digits, * and #."))
        return "dtmf", {"channel": self._other_leg(call), "digits": digits}

    def _command_transfer(self, call, values):
        return "transfer", {**self._place(values), "channel": self._leg(call)}

    def _command_atxfer(self, call, values):
        return "atxfer", {**self._place(values), "channel": self._leg(call)}

    def _command_atxfer_cancel(self, call, values):
        return "atxfer_cancel", {"channel": self._leg(call)}

    def _command_conference(self, call, values):
        """His own and the customer's channel move into his room; others are called into it."""
        return "conference", {
            "channel": self._leg(call),
            "other": self._other_leg(call),
            "context": CONTEXT,
            "exten": self._room(),
        }

    def _command_add_to_conference(self, call, values):
        exten = self._place(values)["exten"]
        inside = len(exten) <= INSIDE
        channel = f"PJSIP/{exten}" if inside else self.exchange_id._line_to(exten)
        return "originate", {
            "channel": channel,
            "context": CONTEXT,
            "exten": self._room(),
            "timeout": RING_SECONDS,
            "caller_id": f"<{call.number}>" if call.number else f"<{self.extension}>",
        }

    def _room(self):
        return str(ROOM + self.id % 100)

    def _place(self, values):
        """Where a call goes: a colleague's telephone, or a number.

        :raises UserError: neither
        """
        if values.get("agent_id"):
            other = self.browse(int(values["agent_id"])).exists()
            if not other.active or other.exchange_id != self.exchange_id or other == self:
                raise UserError(self.env._("This colleague cannot be reached from your telephone."))
            return {"context": CONTEXT, "exten": other.extension}
        return {"context": CONTEXT, "exten": self._dialable(values.get("number"))}

    def _dialable(self, number):
        """The number as it is dialed: E.164, or digits of a telephone inside.

        :raises UserError: no number
        """
        text = str(number or "").strip()
        if text.isdecimal() and len(text) <= INSIDE:
            return text
        country = self.exchange_id.country_id or self.exchange_id.company_id.country_id
        e164 = phone.parse(text, country.code).e164
        if not e164:
            raise UserError(self.env._("“%s” is not a number that can be dialed.", text))
        return e164

    # -- dialing

    @api.model
    def dial(self, number, partner_id=None):
        """Call a number: the agent's own telephone rings first, then that of the customer (CC-6).

        :param partner_id: who is meant, where several have the number
        :return: dict of the command, as :meth:`bar_command`
        :raises AccessError: who asks is no agent
        :raises UserError: no number, or his telephone is not free
        """
        agent = self._me()
        exten = agent._dialable(number)
        agent._check_free()
        partner = self.env["res.partner"].browse(partner_id or ()).exists()
        partner.check_access("read")
        values = {
            "channel": f"PJSIP/{agent.extension}",
            "context": CONTEXT,
            "exten": exten,
            "timeout": RING_SECONDS,
            "caller_id": f"<{exten}>",
            "partner_id": partner.id,
        }
        return agent._asked("originate", values)

    def _check_free(self):
        state = self._state_now(self._running())
        if state.name in ("ringing", "on_call"):
            raise UserError(self.env._("You are on a call. End it first."))
        if not self.is_reachable:
            raise UserError(
                self.env._("The exchange does not reach your telephone %s.", self.extension)
            )
        if self.exchange_id.state == "lost":
            raise UserError(self.env._("The exchange is not connected now; try again soon."))

    @api.model
    def _note_dialed(self, exchange, linked):
        """Who was meant by a click is the customer of the call, where the number does not tell."""
        asked = self.env["crm.call.command"].search(
            [("uid", "in", list(linked)), ("action", "=", "originate"), ("agent_id", "!=", False)]
        )
        meant = {one.uid: one.values.get("partner_id") for one in asked}
        if not any(meant.values()):
            return
        calls = self.env["crm.call"].search(
            [("exchange_id", "=", exchange.id), ("linked", "in", list(meant))]
        )
        for call in calls.filtered(lambda one: not one.partner_id and meant[one.linked]):
            call.partner_id = self.env["res.partner"].browse(meant[call.linked]).exists()

    # -- colleagues

    @api.model
    @api.readonly
    def get_colleagues(self, search="", call_id=None):
        """Colleagues a call can be given to, those who are ready and able first (CC-1).

        :param search: part of the name, extension or a skill
        :param call_id: the call; who has the skills of its queue comes first
        :return: list of dicts: id, name, extension, state, since, skills, fits; who is busy comes
            after who is ready, who is away last
        """
        agent = self._mine()
        domain = [("exchange_id", "=", agent.exchange_id.id), ("id", "!=", agent.id)]
        if search:
            domain += ["|", "|", ("name", "ilike", search), ("extension", "ilike", search),
                       ("skill_ids.skill_id.name", "ilike", search)]  # fmt: skip
        queue = self.env["crm.call"].browse(call_id or ()).exists().queue_id
        others = self.search(domain, limit=MOST)
        able = others._able(queue.skill_ids) if queue else self.browse()
        rows = [
            {
                "id": other.id,
                "name": other.name,
                "extension": other.extension,
                "state": other._presence(),
                "since": _text(other.state_since),
                "skills": other.skill_ids.skill_id.mapped("name"),
                "fits": other in able,
            }
            for other in others
        ]
        return sorted(rows, key=_nearness)

    def _presence(self):
        """His state as colleagues see it: of whom is silent, whether his telephone is reached."""
        at_rest = self.state in ("ready", "paused", "offline")
        return "unreachable" if at_rest and not self.is_reachable else self.state


#: What :meth:`bar_command` takes.
COMMANDS = {
    name.removeprefix("_command_")
    for name in vars(CrmCallAgentBarMixin)
    if name.startswith("_command_")
}


def _text(value):
    return fields.Datetime.to_string(value) if value else False


def _nearness(row):
    """Ready and able first; then who is busy; who is away last."""
    away = AWAY.index(row["state"]) + 1 if row["state"] in AWAY else 0
    return (away, row["state"] != "ready", not row["fits"], row["name"])
