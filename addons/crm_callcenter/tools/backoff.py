"""When to try again (CC-1): exponential, with jitter, with an upper limit.

Many clients that lost one server at the same moment must not come back at the same moment; the
random part spreads them. Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture
Blog, 2015 (here the lower part of the wait is kept, its "equal jitter", with the share as a
parameter).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Policy:
    """Waits in seconds: ``first``, then each ``factor`` times the one before, at most ``cap``.

    ``jitter`` is the share of a wait that is random (0 none, 1 all of it). A success that has
    lasted ``stable`` seconds makes the next failure a first one again: a server that accepts and
    drops at once is not a working one.
    """

    first: float = 0.5
    factor: float = 2.0
    cap: float = 30.0
    jitter: float = 0.5
    stable: float = 10.0

    def __post_init__(self):
        if not (0 < self.first <= self.cap and self.factor >= 1 and 0 <= self.jitter <= 1):
            raise ValueError(f"Not a policy to wait by: {self}")


def delay(policy: Policy, failures: int, share: float) -> float:
    """Seconds to wait after ``failures`` failures in a row (1 for the first).

    ``full × (1 − jitter + jitter × share)`` with ``full = min(cap, first × factor^(failures−1))``;
    ``share`` is a random number from 0 to 1.
    """
    if failures < 1:
        raise ValueError(f"{failures} failures: there is nothing to wait for.")
    # The cap is reached long before; without it 2.0 ** 1100 is an OverflowError after a night.
    full = min(policy.cap, policy.first * policy.factor ** min(failures - 1, 64))
    return full * (1 - policy.jitter + policy.jitter * share)


class Backoff:
    """Counts failures in a row.

    :param share: gives the random numbers, from 0 to 1
    """

    def __init__(self, policy: Policy | None = None, share: Callable[[], float] = random.random):
        self.policy = policy or Policy()
        self.failures = 0
        self._share = share
        self._working_since: float | None = None

    def worked(self, now: float) -> None:
        """It works at ``now`` (seconds of any steady clock); say so as often as you like."""
        if self._working_since is None:
            self._working_since = now
        if now - self._working_since >= self.policy.stable:
            self.failures = 0

    def failed(self, now: float) -> float:
        """It failed at ``now``: the seconds to wait before the next attempt."""
        since, self._working_since = self._working_since, None
        if since is not None and now - since >= self.policy.stable:
            self.failures = 0
        self.failures += 1
        return delay(self.policy, self.failures, self._share())
