"""What customers see of a request, told in their terms, and links for those without log-in (SVC-T).

Plain values only; which of them a customer may get is decided by the models that call this.
"""

from dataclasses import dataclass
from datetime import datetime

#: Stations of a request like those of a parcel, in their order.
RECEIVED, WORK, SOLVED, CLOSED, CANCELLED = "received", "work", "solved", "closed", "cancelled"
#: How a station is shown.
DONE, CURRENT, AHEAD = "done", "current", "ahead"
#: Stations of a complaint in the customer's words, and the step of the procedure from which on
#: each of them is the one of now; the steps between them are ours.
COMPLAINT_STATIONS = (
    ("received", "record"),
    ("examined", "judge"),
    ("decided", "solution"),
    ("answered", "reply"),
    ("finished", "compensate"),
)


@dataclass(frozen=True)
class Progress:
    """What the stations of a request follow from.

    :param state: meaning of its stage
    :param received, begun, solved, closed: moments (UTC), None as long as it did not happen
    """

    state: str
    received: datetime
    begun: datetime | None = None
    solved: datetime | None = None
    closed: datetime | None = None


def stations(progress):
    """Stations as ``{"code", "date", "status"}``; exactly one of an unfinished request is current.

    A cancelled request ends with its cancellation: what did not happen is left out.
    """
    if progress.state == CANCELLED:
        return _cancelled(progress)
    now = {"new": RECEIVED, "solved": SOLVED, "closed": CLOSED}.get(progress.state, WORK)
    dates = {
        RECEIVED: progress.received,
        WORK: progress.begun,
        SOLVED: progress.solved,
        CLOSED: progress.closed,
    }
    return along(tuple(dates), now, dates)


def _cancelled(progress):
    line = [(RECEIVED, progress.received), (WORK, progress.begun)]
    row = [_station(code, date, DONE) for code, date in line if date]
    return [*row, _station(CANCELLED, progress.closed, DONE)]


def along(codes, now, dates):
    """Stations *codes* of which *now* is the current one; those before it are done.

    The last one is done as soon as it is reached: nothing comes after it.
    """
    place = codes.index(now)
    row = []
    for index, code in enumerate(codes):
        reached = index < place or (index == place == len(codes) - 1)
        status = DONE if reached else CURRENT if index == place else AHEAD
        row.append(_station(code, None if status == AHEAD else dates.get(code), status))
    return row


def _station(code, date, status):
    return {"code": code, "date": date, "status": status}


def complaint_station(step, finished, order):
    """Station at which a complaint is for its customer.

    :param step: code of its current step, empty when there is none
    :param finished: whether the complaint is closed
    :param order: codes of all steps of the procedure
    """
    if finished:
        return COMPLAINT_STATIONS[-1][0]
    if step not in order:
        return COMPLAINT_STATIONS[0][0]
    place = order.index(step)
    begun = [code for code, first in COMPLAINT_STATIONS if order.index(first) <= place]
    return begun[-1]


def course(spans):
    """History in the customer's terms: neighbors with the same name are one.

    :param spans: ``(name, start)`` in their order
    """
    rows = []
    for name, start in spans:
        if not rows or rows[-1]["name"] != name:
            rows.append({"name": name, "date": start})
    return rows
