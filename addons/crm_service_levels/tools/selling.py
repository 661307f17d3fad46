"""Selling in service (SVC-L4): what is free, what must be approved, where an order stands.

Nothing here reads a database. Amounts are in one currency, discounts in percent, times in minutes.
"""

from math import ceil
from typing import NamedTuple

#: What a line sells; the last one is bought back from the customer.
KINDS = [
    ("part", "Part"),
    ("consumable", "Consumable"),
    ("labor", "Labor"),
    ("travel", "Travel"),
    ("add_on", "Add-on"),
    ("upgrade", "Upgrade"),
    ("trade_in", "Trade-in"),
]
#: Cover of a warranty that may pay for a kind; the others are never free.
COVER = {"part": "parts", "consumable": "parts", "labor": "labor", "travel": "travel"}
#: What is usually covered: wear parts are the customer's, unless the parts list says otherwise.
COVERED_KINDS = ("part", "labor", "travel")

#: Steps of an order, shown like those of a parcel.
STEPS = ("quotation", "sent", "confirmed", "delivered", "invoiced", "paid")


class Line(NamedTuple):
    """One line that somebody wants to sell.

    :param price: of one unit, by the customer's price list; of a trade-in what the customer gets
    :param discount: percent that the representative gives on top of the price list
    :param free_quantity: of the quantity, what warranty or contract pays for; None: not free
    :param listed: of a trade-in, value of one unit on the parts list
    """

    kind: str
    quantity: float
    price: float
    discount: float = 0.0
    free_quantity: float | None = None
    listed: float = 0.0


def stacked(first, second):
    """Percent of two discounts, one after the other.

    >>> stacked(10, 20)
    28.0
    """
    return 100 - (100 - first) * (100 - second) / 100


def hours(minutes, step=15):
    """Hours to charge: every quarter of an hour that was begun counts.

    >>> hours(46)
    1.0
    """
    return ceil(minutes / step) * step / 60 if minutes > 0 else 0.0


def value(line):
    """What the customer pays for a line, before taxes; negative if he gets it.

    >>> value(Line("part", 2, 50.0, 10))
    90.0
    """
    if line.kind == "trade_in":
        return -line.quantity * line.price
    if line.free_quantity is not None:
        return 0.0
    return line.quantity * line.price * (100 - line.discount) / 100


def given_away(line):
    """Value of what is free although no rule pays for it: all of a line at 100 percent, or what a
    warranty line has beyond the quantity that the rule pays for.

    >>> given_away(Line("part", 3, 50.0, free_quantity=1))
    100.0
    """
    if line.kind == "trade_in":
        return 0.0
    if line.free_quantity is not None:
        return max(line.quantity - line.free_quantity, 0.0) * line.price
    return line.quantity * line.price if line.discount >= 100 else 0.0


def decisions(lines):
    """What has to be within somebody's authority: ``{kind of authority: amount}``, without zeros.

    - ``discount``: largest percent of a line that is not given away altogether
    - ``free_part``: value of what is given away beyond the rules
    - ``refund``: what is paid for trade-ins above the value of the parts list
    - ``order``: what the customer pays, trade-ins not counted
    """
    sold = [line for line in lines if line.kind != "trade_in"]
    back = [line for line in lines if line.kind == "trade_in"]
    partly = [x.discount for x in sold if x.free_quantity is None and x.discount < 100]
    found = {
        "discount": max(partly, default=0.0),
        "free_part": sum(map(given_away, sold)),
        "refund": sum(max(x.price - x.listed, 0.0) * x.quantity for x in back),
        "order": sum(map(value, sold)),
    }
    return {kind: round(amount, 6) for kind, amount in found.items() if round(amount, 6) > 0}


class Progress(NamedTuple):
    """Facts of an order.

    :param state: of Odoo: ``draft``, ``sent``, ``sale``, ``cancel``
    :param ordered, delivered: units of goods; without goods there is no step of delivery
    :param invoiced: ``no``, ``to invoice``, ``invoiced`` …, as Odoo says
    :param held: whether it waits for an approval
    :param by_phone: confirmed in a conversation: whether it was sent before is no step then
    """

    state: str
    ordered: float = 0.0
    delivered: float = 0.0
    invoiced: str = "no"
    paid: bool = False
    held: bool = False
    by_phone: bool = False


def track(progress):
    """``[(step, state)]`` with state ``done``, ``now`` or ``open``; empty for a cancelled order.

    The first step that is not done is the one that is on now, except while the order waits for an
    approval: then the quotation itself is on.
    """
    if progress.state == "cancel":
        return []
    confirmed = progress.state == "sale"
    done = {
        "quotation": not progress.held,
        "sent": progress.state in ("sent", "sale"),
        "confirmed": confirmed,
        "delivered": confirmed and progress.delivered >= progress.ordered,
        "invoiced": confirmed and progress.invoiced == "invoiced",
        "paid": confirmed and progress.paid,
    }
    left_out = {"delivered" if progress.ordered <= 0 else None}
    left_out.add("sent" if confirmed and progress.by_phone else None)
    steps = [step for step in STEPS if step not in left_out]
    current = next((step for step in steps if not done[step]), None)
    return [(s, "now" if s == current else "done" if done[s] else "open") for s in steps]
