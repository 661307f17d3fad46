"""What an exchange would have said of calls that the story tells of: messages of Asterisk's AMI.

The story's calls go the way of real ones: messages, events, calls. So the demo shows nothing that
the call center would not have computed itself.
"""

from dataclasses import dataclass

TRUNK = "PJSIP/trunk"


@dataclass(frozen=True)
class Told:
    """One call of the story. Durations in seconds; ``at`` in seconds since 1970.

    ``agent`` is an extension, empty when nobody answered; ``menu`` the digits that were pressed
    before the queue, ``contained`` whether the menu was enough.
    """

    serial: int
    at: float
    number: str
    queue: str = ""
    called: str = "+494090901000"
    agent: str = ""
    name: str = ""
    wait: float = 5
    ring: float = 4
    talk: float = 120
    hold: float = 0
    menu: str = ""
    contained: bool = False
    outbound: bool = False
    status: str = "ANSWER"
    agent_hangs_up: bool = False


class _Tape:
    """Messages of one call, each with its moment."""

    def __init__(self, told):
        self.told, self.now, self.messages = told, told.at, []
        self.linked = f"demo-{int(told.at)}.{told.serial}"

    def say(self, event, leg, **headers):
        self.now += 0.001  # no two messages have the same moment
        message = {"Event": event, "Timestamp": f"{self.now:.6f}"}
        if leg:
            message |= {"Uniqueid": leg[0], "Linkedid": self.linked, "Channel": leg[1]}
        self.messages.append({"at": self.now, "message": message | headers})

    def later(self, seconds):
        self.now += max(seconds, 0)

    def leg(self, number, channel):
        name = f"{channel}-{self.told.serial:08x}"
        return (self.linked if not number else f"{self.linked}-{number}", name)


def messages(told):
    """Rows for ``crm.call.exchange.listener_events`` of one call, in the order of their moments."""
    tape = _Tape(told)
    (_outbound if told.outbound else _inbound)(tape, told)
    return tape.messages


def _inbound(tape, told):
    customer = tape.leg(0, TRUNK)
    who = {"CallerIDNum": told.number, "CallerIDName": told.name or "<unknown>"}
    tape.say(
        "Newchannel", customer, ChannelState="4", Context="from-trunk", Exten=told.called, **who
    )
    tape.say("Newstate", customer, ChannelState="6", **who)
    for digit in told.menu:
        tape.later(4)
        step = {"UserEvent": "CallCenter", "Step": "ivr", "Menu": "main", "Digit": digit}
        tape.say("UserEvent", customer, **step)
    if told.contained:
        tape.later(told.talk)
        step = {"UserEvent": "CallCenter", "Step": "ivr_contained", "Menu": "main"}
        tape.say("UserEvent", customer, **step)
        return _hang_up(tape, customer)
    tape.say("QueueCallerJoin", customer, Queue=told.queue, Position="1", Count="1", **who)
    if not told.agent:
        return _give_up(tape, told, customer)
    tape.later(told.wait - told.ring)
    _answer(tape, told, customer)
    return None


def _give_up(tape, told, customer):
    tape.later(told.wait)
    here = {"Queue": told.queue, "Position": "1", "HoldTime": str(int(told.wait))}
    tape.say("QueueCallerAbandon", customer, OriginalPosition="1", **here)
    tape.say("QueueCallerLeave", customer, Queue=told.queue, Position="1", Count="0")
    _hang_up(tape, customer)


def _answer(tape, told, customer):
    interface = f"PJSIP/{told.agent}"
    agent = tape.leg(1, interface)
    place = {"Queue": told.queue, "Interface": interface, "MemberName": interface}
    to_agent = {"DestUniqueid": agent[0], "DestChannel": agent[1], "DestLinkedid": tape.linked}
    tape.say("Newchannel", agent, ChannelState="0", CallerIDNum=told.agent, Context="agents")
    tape.say("AgentCalled", customer, **place, **to_agent)
    tape.say("DialBegin", customer, DialString=told.agent, **to_agent)
    tape.say("Newstate", agent, ChannelState="5", CallerIDNum=told.agent)
    tape.later(told.ring)
    tape.say("Newstate", agent, ChannelState="6", CallerIDNum=told.agent)
    tape.say("DialEnd", customer, DialStatus="ANSWER", **to_agent)
    tape.say("QueueCallerLeave", customer, Queue=told.queue, Position="1", Count="0")
    times = {"HoldTime": str(int(told.wait)), "RingTime": str(int(told.ring))}
    tape.say("AgentConnect", customer, **place, **times, **to_agent)
    _talk(tape, told, customer, agent)
    reason = "agent" if told.agent_hangs_up else "caller"
    times["TalkTime"] = str(int(told.talk))
    tape.say("AgentComplete", customer, Reason=reason, **place, **times, **to_agent)
    _part(tape, customer, agent)


def _talk(tape, told, customer, agent):
    for leg in (customer, agent):
        tape.say("BridgeEnter", leg, BridgeUniqueid=f"bridge-{tape.linked}")
    tape.later((told.talk - told.hold) / 2)
    if told.hold:
        tape.say("MusicOnHoldStart", customer)
        tape.later(told.hold)
        tape.say("MusicOnHoldStop", customer)
    tape.later((told.talk - told.hold) / 2)
    tape.say("HangupRequest", agent if told.agent_hangs_up else customer, Cause="16")


def _part(tape, *legs):
    for leg in legs:
        tape.say("BridgeLeave", leg, BridgeUniqueid=f"bridge-{tape.linked}")
    for leg in reversed(legs):
        _hang_up(tape, leg)


def _hang_up(tape, leg, cause="16"):
    tape.say("Hangup", leg, Cause=cause)


def _outbound(tape, told):
    agent, customer = tape.leg(0, f"PJSIP/{told.agent}"), tape.leg(1, TRUNK)
    who = {"CallerIDNum": told.agent}
    tape.say("Newchannel", agent, ChannelState="4", Context="from-agent", Exten=told.number, **who)
    dest = {"DestUniqueid": customer[0], "DestChannel": customer[1], "DestLinkedid": tape.linked}
    tape.say("Newchannel", customer, ChannelState="0", CallerIDNum=told.number)
    tape.say("DialBegin", agent, DialString=f"{told.number}@trunk", **dest)
    tape.say("Newstate", customer, ChannelState="5", CallerIDNum=told.number)
    tape.later(told.ring)
    if told.status != "ANSWER":
        tape.say("DialEnd", agent, DialStatus=told.status, **dest)
        cause = {"BUSY": "17", "NOANSWER": "19"}.get(told.status, "38")
        _hang_up(tape, customer, cause)
        return _hang_up(tape, agent, cause)
    tape.say("Newstate", customer, ChannelState="6", CallerIDNum=told.number)
    tape.say("DialEnd", agent, DialStatus="ANSWER", **dest)
    _talk(tape, told, customer, agent)
    _part(tape, agent, customer)
    return None
