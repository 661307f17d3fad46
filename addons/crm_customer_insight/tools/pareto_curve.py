"""What a cumulative profit curve says in figures (ROI-3). Plain values in, plain values out.

The usual finding is that 20 % of the customers bring 80 % of the profit, and that the curve
rises above its end because unprofitable customers consume part of what the others brought.
"""


def describe(points, marks):
    """The curve for drawing, and its marks, or None without customers.

    *points*: rows (rank, customers, cumulative profit). *marks*: (customers, total, peak, rank at
    which 80 % of the total is reached, customers with a loss). Shares are between 0 and 1; they
    are None where the total is not positive, because a share of a loss has no meaning.
    """
    if not marks or not marks[0]:
        return None
    customers, total, peak, rank_80, losers = marks
    positive = total > 0
    return {
        "points": [{"rank": rank, "value": float(value)} for rank, _customers, value in points],
        "customers": customers,
        "total": float(total),
        "peak": float(max(peak, 0)),
        "rank_80": rank_80 if positive else None,
        "share_80": rank_80 / customers if positive else None,
        "losers": losers,
        "consumed": float(max(peak, 0) - total),
        "consumed_share": float((peak - total) / peak) if peak > 0 else None,
    }


def with_shares(levels):
    """Levels (code, label, count, revenue, profit) as dictionaries with their share of each total.

    A share of profit is None when the total profit is not positive.
    """
    count, revenue, profit = (sum(row[index] for row in levels) for index in (2, 3, 4))
    return [
        {
            "level": code,
            "label": label,
            "count": size,
            "revenue": turnover,
            "profit": gain,
            "count_share": size / count if count else None,
            "revenue_share": turnover / revenue if revenue > 0 else None,
            "profit_share": gain / profit if profit > 0 else None,
        }
        for code, label, size, turnover, gain in levels
    ]
