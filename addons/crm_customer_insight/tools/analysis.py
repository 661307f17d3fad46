"""An analysis: figures that are computed for all customers at once, at night or when asked for."""

from dataclasses import dataclass


class NotEnoughDataError(Exception):
    """The data do not allow the figure; the text says what is missing, in the user's words."""


@dataclass(frozen=True)
class Analysis:
    """One analysis of ``crm.insight.run``.

    :param code: unique; runs carry it
    :param label: its name on the screen
    :param model: model whose *method* computes it
    :param method: called as superuser with the run; returns how many rows it wrote, or ``None``.
        It may raise :class:`NotEnoughDataError`
    :param sequence: analyses that read what others wrote come after them
    """

    code: str
    label: str
    model: str
    method: str = "_recalculate"
    sequence: int = 10


def percent(done, total):
    """Whole per cent done, never 100 before the end; ``0`` while nothing is known of the total."""
    if not total or total < 0:
        return 0
    return max(0, min(99, 100 * done // total))
