"""Figures of the dashboard with the words that define them and the calls behind them (CC-8)."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from odoo.tools import LazyTranslate

from ..tools import call_measures as tools

#: figures of a row of the table
COLUMNS = ("offered", "level_offered", "asa", "abandoned", "handling", "first_contact")


def midnight(day, zone):
    """UTC, naive, of the first moment of a day in a time zone."""
    return datetime.combine(day, time(), ZoneInfo(str(zone))).astimezone(UTC).replace(tzinfo=None)


def local(moment, unit):
    """Key of a group of ``_read_group``: a date by day, else a naive local moment."""
    if unit == "day":
        return moment.date() if isinstance(moment, datetime) else moment
    return moment.replace(tzinfo=None)


def values(facts, times):
    """``{code: value}`` by the formulas of ``tools/call_measures``; ``None``: no calls.

    :param facts: sums of crm.call.interval, times: sums of crm.call.agent.interval
    """
    calls = _calls(facts)
    found = tools.measures(calls, _time(times), facts["ivr_entered"])
    parts = (facts["talk_seconds"], facts["hold_seconds"], facts["wrap_seconds"])
    handling = tools.handling_time(
        tools.AgentTime(**dict(zip(("talk", "hold", "wrap_up"), parts, strict=True))),
        facts["answered"],
    )
    lost = found.not_connected
    return {
        "offered": facts["offered"],
        "answered": facts["answered"],
        "level_offered": found.service_level.of_offered,
        "level_answered": found.service_level.of_answered,
        "asa": found.average_speed_of_answer,
        "wait": found.average_wait,
        "not_connected": lost.total,
        "abandoned": lost.abandoned,
        "short_abandoned": lost.short_abandoned,
        "busy": lost.busy,
        "unanswered": lost.unanswered,
        "failed": lost.failed,
        "diverted": lost.diverted,
        "ivr": tools.share(facts["ivr_contained"], facts["ivr_entered"]),
        "self_service": tools.share(facts["ivr_contained"], facts["calls"]),
        "handling": handling.total,
        "talk": handling.talk,
        "hold": handling.hold,
        "wrap_up": handling.wrap_up,
        "transfers": found.transfer_rate,
        "first_contact": tools.share(facts["first_resolved"], facts["first_judged"]),
        "satisfaction": tools.share(facts["rating_sum"], facts["rated"]),
        "occupancy": found.occupancy,
        "adherence": tools.share(times["kept"], times["scheduled"]),
    }


def _calls(facts):
    names = tools.Calls.__dataclass_fields__
    own = {name: facts[name] for name in names if name in facts}
    return tools.Calls(**own, answered_in_time=facts["in_time"])


def _time(times):
    return tools.AgentTime(
        talk=times["on_call"],
        wrap_up=times["wrap_up"],
        ringing=times["ringing"],
        ready=times["ready"],
        paused=times["paused"],
    )


_lt = LazyTranslate(__name__)
_WAITED = [("result", "in", ["answered", "abandoned", "short_abandoned"])]
_SERVED = [("result", "in", ["answered", "abandoned"])]
_OFFERED = [("result", "!=", "ivr_contained")]
_ANSWERED = [("result", "=", "answered")]
_LOST = ["abandoned", "short_abandoned", "busy", "no_answer", "rejected", "failed"]
#: code, label, kind, better (up, down or neither), definition, domain of its calls
_FIGURES = (
    (
        "offered",
        _lt("Offered"),
        "count",
        "",
        _lt("Calls that wanted an agent: all but those solved in the menu."),
        _OFFERED,
    ),
    (
        "answered",
        _lt("Answered"),
        "count",
        "up",
        _lt("An agent spoke with the caller."),
        _ANSWERED,
    ),
    (
        "level_offered",
        _lt("Service level"),
        "share",
        "up",
        _lt(
            "Answered in time ÷ (answered + abandoned). In time is what the queue promised "
            "when the call was made; those who hung up at once are left out."
        ),
        _SERVED,
    ),
    (
        "level_answered",
        _lt("Service level of answered"),
        "share",
        "up",
        _lt("Answered in time ÷ answered. Flatters a queue whose callers give up."),
        _ANSWERED,
    ),
    (
        "asa",
        _lt("Speed of answer"),
        "seconds",
        "down",
        _lt("Wait of the answered calls ÷ answered calls (ASA)."),
        _ANSWERED,
    ),
    (
        "wait",
        _lt("Average wait"),
        "seconds",
        "down",
        _lt("Wait of all who waited ÷ their number, those who hung up too."),
        _WAITED,
    ),
    (
        "not_connected",
        _lt("Not connected"),
        "share",
        "down",
        _lt("Abandoned, busy, unanswered and failed calls ÷ offered calls."),
        [
            (
                "result",
                "in",
                _LOST,
            )
        ],
    ),
    (
        "abandoned",
        _lt("Abandoned"),
        "share",
        "down",
        _lt("Hung up waiting ÷ offered; those who did at once are apart."),
        [("result", "=", "abandoned")],
    ),
    (
        "short_abandoned",
        _lt("Abandoned at once"),
        "share",
        "",
        _lt("Hung up before the limit of the queue ÷ offered: nobody could have answered."),
        [("result", "=", "short_abandoned")],
    ),
    (
        "busy",
        _lt("Busy"),
        "share",
        "down",
        _lt("Met a busy line ÷ offered."),
        [("result", "=", "busy")],
    ),
    (
        "unanswered",
        _lt("Unanswered"),
        "share",
        "down",
        _lt("Rang out or was rejected ÷ offered."),
        [("result", "in", ["no_answer", "rejected"])],
    ),
    (
        "failed",
        _lt("Failed"),
        "share",
        "down",
        _lt("Technical failures ÷ offered."),
        [("result", "=", "failed")],
    ),
    (
        "diverted",
        _lt("Call-backs and messages"),
        "share",
        "",
        _lt("Asked for a call-back or left a message ÷ offered; not lost."),
        [("result", "in", ["callback_requested", "voicemail"])],
    ),
    (
        "ivr",
        _lt("Solved in the menu"),
        "share",
        "up",
        _lt("Ended in the menu with what the caller wanted ÷ calls that entered one."),
        [("result", "=", "ivr_contained")],
    ),
    (
        "self_service",
        _lt("Self-service"),
        "share",
        "up",
        _lt("Solved without a person ÷ all calls."),
        [("result", "=", "ivr_contained")],
    ),
    (
        "handling",
        _lt("Handling time"),
        "seconds",
        "",
        _lt("(Talk + hold + after-call work) ÷ answered calls (AHT)."),
        _ANSWERED,
    ),
    (
        "talk",
        _lt("Talk"),
        "seconds",
        "",
        _lt("Talk without hold ÷ answered calls."),
        _ANSWERED,
    ),
    (
        "hold",
        _lt("Hold"),
        "seconds",
        "down",
        _lt("Hold ÷ answered calls."),
        _ANSWERED,
    ),
    (
        "wrap_up",
        _lt("After-call work"),
        "seconds",
        "",
        _lt("After-call work ÷ answered calls."),
        _ANSWERED,
    ),
    (
        "transfers",
        _lt("Transfers"),
        "share",
        "down",
        _lt("Answered calls that were passed on ÷ answered calls."),
        [("result", "=", "answered"), ("transfer_count", ">", 0)],
    ),
    (
        "first_contact",
        _lt("Solved at the first contact"),
        "share",
        "up",
        _lt(
            "First calls of a customer on a topic after which nobody called again within "
            "the days of the queue (7, as COPC and ICMI count) ÷ first calls whose days are "
            "over."
        ),
        [("is_first_contact", "=", True)],
    ),
    (
        "satisfaction",
        _lt("Satisfaction"),
        "share",
        "up",
        _lt("Mean rating of the customers who were asked and answered: 0 % worst, 100 % best."),
        [("is_rated", "=", True)],
    ),
    (
        "occupancy",
        _lt("Occupancy"),
        "share",
        "",
        _lt(
            "Calls and after-call work ÷ (those + ringing + ready), of all queues. Pauses "
            "do not count."
        ),
        None,
    ),
    (
        "adherence",
        _lt("Schedule kept"),
        "share",
        "up",
        _lt("Planned time at work ÷ planned time, of all queues. A pause is no work."),
        None,
    ),
)


def definitions(env):
    """What each figure means: list of dicts code, label, kind, better, definition, domain.

    ``domain`` tells its calls among those of the period; ``None``: it is not made of calls.
    """
    names = ("code", "label", "kind", "better", "definition", "domain")
    rows = (dict(zip(names, row, strict=True)) for row in _FIGURES)
    language = env.lang or "en_US"
    texts = ("label", "definition")
    return [{**row, **{text: row[text]._translate(language) for text in texts}} for row in rows]
