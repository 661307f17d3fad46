"""Which service level policy applies to a request, and why (SVC-S); pure.

The policy with most conditions wins (the most specific); among equals the one that comes first in
the list. Policies of one company go before those of all companies by the same rule.
"""

from dataclasses import dataclass
from datetime import date

MINUTE = 60
HOUR = 3600


@dataclass(frozen=True)
class Step:
    """What is done at a share of the time, or so many working seconds after the breach."""

    id: int
    share: int
    after: int
    kinds: frozenset
    any_time: bool

    def mark(self, target):
        """Used seconds at which the step is due."""
        return target + self.after if self.after else max(1, target * self.share // 100)


@dataclass(frozen=True)
class Target:
    """Something promised within a working time.

    :param stage: stage the kinds ``stage`` and ``in_stage`` are about
    :param shares: percent of the time at which a warning goes out
    """

    id: int
    kind: str
    seconds: int
    stage: int = 0
    calendar_kind: str = "team"
    calendar: int = 0
    pauses: bool = True
    shares: tuple = ()

    @property
    def key(self):
        return (self.kind, self.stage)

    def marks(self, steps):
        """``{used seconds: [share or step]}`` of everything to be done for this target.

        A share of 100 stands for the breach itself.
        """
        found = {}
        for share in (*self.shares, 100):
            found.setdefault(max(1, self.seconds * share // 100), []).append(share)
        for step in steps:
            if not step.kinds or self.kind in step.kinds:
                found.setdefault(step.mark(self.seconds), []).append(step)
        return found


@dataclass(frozen=True)
class Policy:
    """Conditions and promises; an empty condition fits every request."""

    id: int
    sequence: int = 10
    valid_from: date | None = None
    valid_to: date | None = None
    company: int = 0
    teams: frozenset = frozenset()
    types: frozenset = frozenset()
    severity: str = ""
    priority: str = ""
    tiers: frozenset = frozenset()
    contract: str = ""
    targets: tuple = ()
    steps: tuple = ()


@dataclass(frozen=True)
class Matter:
    """What of a request the choice goes by.

    :param types: its type and all types above
    :param day: day on which it was received
    """

    company: int
    day: date
    team: int = 0
    types: frozenset = frozenset()
    severity: str = ""
    priority: str = ""
    tier: str = ""
    contract: str = ""


CONDITIONS = {
    "company": lambda policy, matter: policy.company == matter.company,
    "teams": lambda policy, matter: matter.team in policy.teams,
    "types": lambda policy, matter: bool(policy.types & matter.types),
    "severity": lambda policy, matter: policy.severity == matter.severity,
    "priority": lambda policy, matter: policy.priority == matter.priority,
    "tiers": lambda policy, matter: matter.tier in policy.tiers,
    "contract": lambda policy, matter: policy.contract == matter.contract,
}


def conditions(policy):
    """Names of the conditions *policy* sets."""
    return [name for name in CONDITIONS if getattr(policy, name)]


def mismatch(policy, matter):
    """Name of the first condition that does not fit (``validity`` for the dates), or None."""
    if policy.valid_from and matter.day < policy.valid_from:
        return "validity"
    if policy.valid_to and matter.day > policy.valid_to:
        return "validity"
    unfit = (name for name in conditions(policy) if not CONDITIONS[name](policy, matter))
    return next(unfit, None)


def ranked(policies):
    """Policies in the order in which they are tried."""
    return sorted(policies, key=lambda p: (-len(conditions(p)), p.sequence, p.id))


def choose(policies, matter):
    """The policy for *matter* out of *ranked* policies, or None."""
    return next((policy for policy in policies if mismatch(policy, matter) is None), None)


def parse_shares(text):
    """Percentages of a text like ``50, 75, 90``: sorted, each between 1 and 99.

    :raise ValueError: for anything else
    """
    shares = {int(part) for part in (text or "").replace("%", " ").replace(",", " ").split()}
    if any(not 0 < share < 100 for share in shares):
        raise ValueError(text)
    return tuple(sorted(shares))
