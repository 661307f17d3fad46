"""How reliably a customer pays, in words with fixed borders (C360-5)."""

#: Payments of invoices from which a mean is told; below there is not enough data.
MIN_PAYMENTS = 3
HIGH_OVERDUE_DAYS, HIGH_DAYS_LATE = 60, 30
MEDIUM_OVERDUE_DAYS, MEDIUM_DAYS_LATE, MEDIUM_LATE_SHARE = 14, 10, 0.5


def summary(payments):
    """``(mean days late, share paid late)`` of ``(days late, amount)``, weighted by amount.

    Payments before the due day count with negative days. ``(None, None)`` below
    :data:`MIN_PAYMENTS` or without an amount.
    """
    total = sum(amount for _days, amount in payments)
    if len(payments) < MIN_PAYMENTS or not total:
        return None, None
    late = sum(amount for days, amount in payments if days > 0)
    return sum(days * amount for days, amount in payments) / total, late / total


def risk(days_late, late_share, overdue_days):
    """``high``, ``medium``, ``low``, or ``unknown`` without enough payments and anything overdue.

    :param overdue_days: days the oldest open amount is overdue; 0: nothing is
    """
    if overdue_days > HIGH_OVERDUE_DAYS or (days_late or 0) > HIGH_DAYS_LATE:
        return "high"
    if (
        overdue_days > MEDIUM_OVERDUE_DAYS
        or (days_late or 0) > MEDIUM_DAYS_LATE
        or (late_share or 0) > MEDIUM_LATE_SHARE
    ):
        return "medium"
    return "unknown" if days_late is None else "low"
