"""The order of a salesperson's day: what is late, what is due, what is worth most (C360-4)."""

import datetime

#: Headings of the list, in their order.
GROUPS = ("overdue", "today", "week")
URGENCIES = ("high", "medium", "low")
TIERS = ("A", "B", "C", "D")
WEEK = 7
#: Chance that the money of a proposal comes when somebody sees to it, where nothing better is
#: known. Deals bring the probability of their own; what is not listed counts as it is.
PROBABILITY = {
    "overdue": 0.9,
    "quotation": 0.3,
    "decline": 0.2,
    "churn": 0.2,
    "reorder": 0.5,
    "contract": 0.7,
    "life_event": 0.2,
    "alert": 0.2,
}


def group(due, today):
    """``overdue``, ``today``, ``week`` (the next seven days), or ``None``: later."""
    if due < today:
        return "overdue"
    if due == today:
        return "today"
    return "week" if (due - today).days <= WEEK else None


def due_of(item, today):
    """The day of a proposal without one: what is urgent or matters is for today."""
    if item.get("due"):
        return item["due"]
    return today + datetime.timedelta(days=WEEK) if item["urgency"] == "low" else today


def urgency_of(due, today):
    """Urgency of what has a day: high when it is late, medium today, low later."""
    return "high" if due < today else "medium" if due == today else "low"


def expected(amount, probability):
    """Money × probability (0 to 1), or ``None`` when the money is not known."""
    return None if amount is None or amount is False else amount * probability


def probability(code, own=None):
    """The item's own probability (0 to 1), else that of its kind."""
    return PROBABILITY.get(code, 1.0) if own is None else min(max(own, 0.0), 1.0)


def sort_key(item):
    """Late before today before this week; then urgency, expected value, tier, day, and the key.

    What has no value comes after what has one: not known is not nothing, but it cannot be ranked.
    """
    value = item["expected_value"]
    return (
        GROUPS.index(item["group"]),
        URGENCIES.index(item["urgency"]),
        value is None,
        -(value or 0.0),
        TIERS.index(item["tier"]) if item["tier"] in TIERS else len(TIERS),
        item["due"],
        item["key"],
    )


def arrange(items, today):
    """The day's list: each item gets its day, its group and its value; later ones are left out.

    :param items: dicts with key, kind, urgency, tier, amount, and perhaps due and probability
    """
    kept = []
    for item in items:
        due = due_of(item, today)
        heading = group(due, today)
        if heading:
            chance = probability(item["kind"], item.get("probability"))
            value = expected(item["amount"], chance)
            kept.append({**item, "due": due, "group": heading, "expected_value": value})
    return sorted(kept, key=sort_key)


def counts(items):
    """``({group: number}, {kind: number})`` of arranged items."""
    groups, kinds = dict.fromkeys(GROUPS, 0), {}
    for item in items:
        groups[item["group"]] += 1
        kinds[item["kind"]] = kinds.get(item["kind"], 0) + 1
    return groups, kinds
