"""The nine steps of a complaint as a state machine on plain values (SVC-C).

Record → judge validity → responsible department → cause → solution → approval → carry out and
reply → compensate or penalize → evaluate and learn: the textbook's usual procedure. A step is
waiting, current, done or skipped; one is current at most. Moments are seconds since 1970 (UTC).
"""

from dataclasses import dataclass
from decimal import Decimal

from .working_time import NoWorkingTimeError

#: Codes of the nine steps in their order.
STEPS = (
    "record",
    "judge",
    "department",
    "cause",
    "solution",
    "approve",
    "reply",
    "compensate",
    "learn",
)
#: All changes of state that a step may make; whatever is not here is refused.
TRANSITIONS = frozenset(
    {
        ("waiting", "current"),  # its turn
        ("waiting", "skipped"),  # not needed: the complaint is invalid
        ("current", "done"),
        ("current", "skipped"),  # with a reason
        ("current", "waiting"),  # stepped back to an earlier one
        ("done", "current"),  # stepped back to it
        ("skipped", "current"),
        ("done", "waiting"),  # lies after the one stepped back to
        ("skipped", "waiting"),
    }
)
#: What is left to do for a complaint that is not valid: tell him why, and learn.
INVALID_ROUTE = frozenset({"record", "judge", "reply", "learn"})
#: Kinds of compensation that cost an amount.
MONEY_KINDS = frozenset({"credit_note", "voucher", "discount", "goods"})
#: The field that says that a compensation was given.
PAPERS = {"credit_note": "credit_note_id", "voucher": "voucher_code"}
#: What may be entered while a step is current; everything else is locked then.
FIELDS = {
    "record": frozenset({"anonymous", "oral", "oral_by_id", "oral_read_back"}),
    "judge": frozenset({"validity", "validity_reason"}),
    "department": frozenset({"department_id"}),
    "cause": frozenset({"cause_id", "cause_note"}),
    "solution": frozenset(
        {"solution", "compensation_kind", "compensation_amount", "currency_id", "compensation_note"}
    ),
    "approve": frozenset(),
    "reply": frozenset({"execution_note"}),
    "compensate": frozenset({"penalty_amount", "penalty_note"}),
    "learn": frozenset({"customer_content", "learning", "measure"}),
}


class TransitionError(ValueError):
    """A change of state that the procedure does not know."""


@dataclass(frozen=True)
class Step:
    """One step of a complaint.

    :param required: names of fields that must be filled before it is done
    """

    code: str
    state: str = "waiting"
    may_skip: bool = False
    required: tuple[str, ...] = ()


def check(before, after):
    """Raise unless a step may go from one state to the other."""
    if (before, after) not in TRANSITIONS:
        raise TransitionError(f"{before} → {after}")


def current(steps):
    """The step whose turn it is; None when the procedure has ended."""
    return next((step for step in steps if step.state == "current"), None)


def ended(steps, outcome, valid=None):
    """New states when the current step ends.

    :param outcome: ``done`` or ``skipped``
    :param valid: ``invalid`` leaves out the steps that only a justified complaint needs
    :returns: ``{code: state}`` of the steps that change
    """
    now = current(steps)
    if now is None:
        raise TransitionError("no current step")
    check(now.state, outcome)
    changes = {now.code: outcome}
    for step in steps[steps.index(now) + 1 :]:
        target = "current"
        if valid == "invalid" and step.code not in INVALID_ROUTE:
            target = "skipped"
        check(step.state, target)
        changes[step.code] = target
        if target == "current":
            break
    return changes


def back(steps, code):
    """New states when the procedure goes back to the step *code*, from a later one or the end.

    :raise TransitionError: when that step is not before the current one
    """
    codes = [step.code for step in steps]
    if code not in codes:
        raise TransitionError(code)
    index, changes = codes.index(code), {}
    if steps[index].state not in ("done", "skipped"):
        raise TransitionError(f"{code} is {steps[index].state}")
    check(steps[index].state, "current")
    for step in steps[index + 1 :]:
        if step.state != "waiting":
            check(step.state, "waiting")
            changes[step.code] = "waiting"
    return {code: "current", **changes}


def missing(step, values):
    """Names of the fields without which *step* cannot be done, in the order people meet them.

    :param values: what is entered, by name; what is empty counts as missing
    """
    wanted = [*step.required]
    if step.code == "judge" and values.get("validity") in ("partly", "invalid"):
        wanted.append("validity_reason")
    if step.code == "record" and values.get("oral"):
        wanted += ["oral_by_id", "oral_read_back"]
    if step.code == "solution" and values.get("compensation_kind") in MONEY_KINDS:
        wanted.append("compensation_amount")
    if step.code == "compensate" and values.get("compensation_kind") in PAPERS:
        wanted.append(PAPERS[values["compensation_kind"]])
    if step.code == "reply" and values.get("anonymous"):
        wanted = [name for name in wanted if name != "replied_on"]
    return list(dict.fromkeys(name for name in wanted if not values.get(name)))


def deadline(amount, unit, start, calendar, day_hours):
    """Moment a step is due; None without a deadline or without working time in the future.

    :param unit: ``hours`` or ``days`` of working time; a day has *day_hours* hours
    :param start: moment from which it counts
    :param calendar: :class:`~.working_time.WorkCalendar`
    """
    if not amount:
        return None
    hours = amount * day_hours if unit == "days" else amount
    try:
        return calendar.deadline(start, round(hours * 3600))
    except NoWorkingTimeError:
        return None


def compensation_problem(kind, amount, invoice=None, same_currency=True):
    """Why a compensation cannot be given, in one word; None when it can.

    :param invoice: what is left of the invoice to credit, None when there is no invoice
    """
    if amount < 0:
        return "negative"
    if kind not in MONEY_KINDS:
        return None if not amount else "not_money"
    if kind == "credit_note" and not same_currency:
        return "currency"
    if kind == "credit_note" and invoice is not None and amount > invoice:
        return "above_invoice"
    return None


def shares(amount, weights, digits=2):
    """*amount* divided by *weights*, rounded so that the parts add up to it exactly.

    The rounding difference goes to the greatest weight. Negative weights (rebates) are allowed.
    """
    total = sum(weights)
    if not total:
        return []
    unit = Decimal(1).scaleb(-digits)
    exact = Decimal(str(amount))
    parts = [
        (exact * Decimal(str(weight)) / Decimal(str(total))).quantize(unit) for weight in weights
    ]
    parts[weights.index(max(weights))] += exact.quantize(unit) - sum(parts)
    return [float(part) for part in parts]


def pareto(counts):
    """Rows ``(key, count, cumulated share)`` of *counts*, the greatest first; ties by key."""
    total, running, rows = sum(counts.values()), 0, []
    for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0]))):
        running += count
        rows.append((key, count, running / total if total else None))
    return rows
