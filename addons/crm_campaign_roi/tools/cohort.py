"""Results of a campaign by week since its publication (ROI-2)."""


def by_week(start, rows, cost=0.0):
    """Weeks from the first to the last with results, empty ones included.

    :param start: the day of publication; week 1 begins with it
    :param rows: ``[(day, revenue, profit, deals)]`` in any order; days before *start* do not count
    :param cost: what was put in; the share paid back is known only for more than zero
    :return: ``[{week, revenue, profit, deals, total, paid_back}]``; *total* is the profit so far,
        *paid_back* its share of the cost or None
    """
    weeks = {}
    for day, revenue, profit, deals in rows:
        if day >= start:
            week = weeks.setdefault((day - start).days // 7 + 1, [0.0, 0.0, 0])
            week[0] += revenue
            week[1] += profit
            week[2] += deals
    found, total = [], 0.0
    for number in range(1, max(weeks, default=0) + 1):
        revenue, profit, deals = weeks.get(number, (0.0, 0.0, 0))
        total += profit
        found.append(
            {
                "week": number,
                "revenue": revenue,
                "profit": profit,
                "deals": deals,
                "total": total,
                "paid_back": total / cost if cost > 0 else None,
            }
        )
    return found
