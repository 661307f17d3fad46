"""Who has to approve how much, in which order (ROI-1). Plain values in, plain values out."""

from dataclasses import dataclass

WAITING, APPROVED, REFUSED = "waiting", "approved", "refused"


@dataclass(frozen=True)
class Rule:
    """From which amount a rule holds, for which kinds of campaigns (empty: all).

    :param steps: what the approval goes through, in order
    """

    key: int
    least: float
    kinds: frozenset = frozenset()
    steps: tuple = ()


def rule_for(rules, amount, kind):
    """The rule with the highest limit that the amount reaches; of equals the one for the kind.

    :return: None when no rule fits
    """
    fitting = [rule for rule in rules if amount >= rule.least and kind in (rule.kinds or {kind})]
    return max(fitting, key=lambda rule: (rule.least, bool(rule.kinds)), default=None)


def outcome(decisions):
    """State of an approval from the decisions of its steps, in order.

    One refusal refuses; it is approved when all steps are.
    """
    if REFUSED in decisions:
        return REFUSED
    return APPROVED if all(one == APPROVED for one in decisions) else WAITING


def current(decisions):
    """Position of the step that waits, or None when nothing does."""
    if outcome(decisions) != WAITING:
        return None
    return next(index for index, one in enumerate(decisions) if one != APPROVED)


def beyond(budget, spent, wanted):
    """By how much *wanted* exceeds what is left of the budget; 0 when it fits.

    :param budget: approved amount, None when there is none (nothing is approved)
    """
    return max(0.0, round(spent + wanted - (budget or 0.0), 2))


def overruns(budget, spent, kinds=()):
    """What is beyond the budget: ``(beyond the whole, {cost kind: beyond its own})``.

    :param budget: ``{cost kind: approved amount}``
    :param spent: ``{cost kind: committed and actual cost}``
    :param kinds: each of them is asked beside the whole; what has no budget has none left
    """
    whole = beyond(sum(budget.values()), sum(spent.values()), 0.0)
    single = {kind: beyond(budget.get(kind), spent.get(kind, 0.0), 0.0) for kind in kinds}
    return whole, {kind: over for kind, over in single.items() if over}


def room(budget, whole, single, kinds):
    """``{cost kind: new budget}`` that makes room for what is beyond; the rest of the whole goes to
    the first of *kinds* that is one.

    :param whole: what is beyond the whole, *single*: of single kinds (:func:`overruns`)
    """
    asked = {kind: budget.get(kind, 0.0) + over for kind, over in single.items() if kind}
    rest = round(whole - sum(over for kind, over in single.items() if kind), 2)
    first = next((kind for kind in kinds if kind), None)
    if rest > 0 and first:
        asked[first] = asked.get(first, budget.get(first, 0.0)) + rest
    return {kind: round(amount, 2) for kind, amount in asked.items()}


def revision(before, after):
    """``[(key, amount before, amount after)]`` of a budget that shall change.

    What is not in *after* any more is 0 there; *before* is None when nothing was approved yet.
    """
    before = before or {}
    keys = [*after, *(key for key in before if key not in after)]
    return [(key, before.get(key, 0.0), after.get(key, 0.0)) for key in keys]


def differences(plan, actual, tolerance):
    """``{key: (planned, actual, difference, needs a reason)}`` of a settlement.

    A reason is needed where plan and actual differ by more than *tolerance* (a share) of the plan,
    and for whatever was not planned.
    """
    found = {}
    for key in {**plan, **actual}:
        planned, spent = plan.get(key, 0.0), actual.get(key, 0.0)
        difference = round(spent - planned, 2)
        far = abs(difference) > abs(planned) * tolerance
        found[key] = (planned, spent, difference, bool(difference) and far)
    return found
