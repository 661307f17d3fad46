"""What a campaign aimed at beside what came of it (ROI-1). Pure figures, no words of screens."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """A target figure that was set, and what came of it.

    :param code: which figure
    :param target: what was aimed at, above nothing
    :param actual: what came so far, in the same unit; None when it cannot be told
    :param word: the word that stands for a missing *actual*
    """

    code: str
    target: float
    actual: float | None = None
    word: str = ""

    @property
    def share(self):
        """Actual ÷ target: 0.5 is half of it; None where the actual figure cannot be told."""
        return None if self.actual is None else self.actual / self.target

    @property
    def bar(self):
        """Part of the bar that is filled, from 0 to 1: what goes beyond the target fills it."""
        return min(max(self.share or 0.0, 0.0), 1.0)


def is_set(target):
    """Whether somebody aimed at anything: an empty figure, 0 or less is no target."""
    return bool(target) and target > 0
