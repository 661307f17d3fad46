"""What a campaign brings: return, cost per result, payback, break-even (ROI-2).

The literature on customer relationship management defines the *campaign return* as the profit of
the campaign's deals divided by the money put in: profit 100,000 and cost 50,000 are 200 %. The
*net* return subtracts the money put in first: (100,000 - 50,000) / 50,000 = 100 %. Both are shown,
each under its name. Where a ratio would mislead there is a word instead of a number.
"""

from dataclasses import dataclass

#: Why there is no number.
NO_COST = "no_cost"  # nothing was spent: everything earned is a gain, a ratio does not exist
NO_SALES = "no_sales"  # nothing was sold within the window
LOSS = "loss"  # the deals earned less than their goods cost
UNKNOWN_COST = "unknown_cost"  # what the goods cost is not known
NONE_YET = "none_yet"  # nothing to divide by, e.g. no lead yet
NEVER = "never"  # not reached


@dataclass(frozen=True)
class Measure:
    """A figure, or the word that says why there is none."""

    value: float | None = None
    word: str = ""


@dataclass(frozen=True)
class Money:
    """What came in and what was spent, in one currency.

    :param revenue: of the campaign's deals in the window, net of credit notes
    :param product_cost: of the goods sold, as far as it is known; None when it is of none
    :param cost: put into the campaign, direct and allocated
    :param deals: number of deals (orders or invoices) in the window
    :param known: the part of the revenue whose product cost is known; None: all of it
    """

    revenue: float
    product_cost: float | None
    cost: float
    deals: int
    known: float | None = None

    @property
    def with_cost(self):
        """Revenue whose product cost is known."""
        return self.revenue if self.known is None else self.known

    @property
    def gross_profit(self):
        """Revenue with known product cost less this cost; None when it is known of none."""
        return None if self.product_cost is None else self.with_cost - self.product_cost


def _why_not(money):
    """The word that stands for a return, or nothing when it can be computed."""
    if not money.deals:
        return NO_SALES
    if money.gross_profit is None:
        return UNKNOWN_COST
    if money.gross_profit < 0:
        return LOSS
    return "" if money.cost > 0 else NO_COST


def campaign_return(money):
    """Profit divided by cost: 1.0 means that every unit spent brought one unit of profit."""
    word = _why_not(money)
    return Measure(word=word) if word else Measure(money.gross_profit / money.cost)


def net_return(money):
    """(Profit - cost) divided by cost, what others call the return on investment."""
    word = _why_not(money)
    return Measure(word=word) if word else Measure((money.gross_profit - money.cost) / money.cost)


def revenue_per_cost(money):
    """Revenue divided by cost (ROAS)."""
    if not money.deals:
        return Measure(word=NO_SALES)
    return Measure(money.revenue / money.cost) if money.cost > 0 else Measure(word=NO_COST)


def cost_per(cost, count):
    """What one lead, opportunity or customer cost."""
    return Measure(cost / count) if count else Measure(word=NONE_YET)


def break_even(money):
    """Revenue at which the profit at today's margin equals the cost."""
    word = _why_not(money)
    if word == NO_COST:
        return Measure(0.0)
    if word:
        return Measure(word=word)
    if not money.gross_profit:
        return Measure(word=NEVER)
    return Measure(money.cost * money.with_cost / money.gross_profit)


def payback(cost, profits, since=None):
    """The first day on which the profits so far cover all of the cost.

    :param cost: everything put into the campaign
    :param profits: ``[(day, profit of that day)]`` in any order
    :param since: from when the days are counted; None: the day of the first deal
    :return: ``(day, Measure)``; the measure is the number of days until then
    """
    if cost <= 0:
        return None, Measure(word=NO_COST)
    if not profits:
        return None, Measure(word=NO_SALES)
    total, first = 0.0, since or min(day for day, _profit in profits)
    for day, profit in sorted(profits):
        total += profit
        if total >= cost:
            return day, Measure(float((day - first).days))
    return None, Measure(word=NEVER)
