"""Goals of key accounts: how far we are (C360-2)."""


def progress(actual, target):
    """Share of the target reached in percent, or ``None`` without a target or without data."""
    if actual is None or not target:
        return None
    return 100.0 * actual / target


def goal_state(actual, target, start, deadline, today):
    """``no_data``, ``reached``, ``on_track``, ``behind`` or ``missed``.

    On track means that the share reached is at least the share of the time gone by, as if the
    target grew evenly from ``start`` to ``deadline``.
    """
    share = progress(actual, target)
    if share is None:
        return "no_data"
    if share >= 100:
        return "reached"
    if today > deadline:
        return "missed"
    total = (deadline - start).days or 1
    return "on_track" if share >= 100.0 * max((today - start).days, 0) / total else "behind"
