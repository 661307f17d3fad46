"""The score of a reviewed call, and how far reviewers agree (CC-5).

Score: every criterion gives the reached share of its points times its weight; what was not
applicable counts neither for nor against the agent. A fatal criterion without a point makes the
whole call 0, whatever else went well.

Agreement: weighted kappa (J. Cohen, "Weighted kappa: nominal scale agreement with provision for
scaled disagreement or partial credit", Psychological Bulletin 70, 1968), of more than two reviewers
the mean over their pairs (R. J. Light, "Measures of response agreement for qualitative data",
Psychological Bulletin 76, 1971).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

#: The answer "not applicable".
NOT_APPLICABLE = "na"


@dataclass(frozen=True)
class Criterion:
    """One question of a scorecard. ``top``: points at most; ``weight`` is relative to the others.

    :raises ValueError: a weight or number of points that is not positive
    """

    key: int
    weight: float
    top: int
    fatal: bool = False
    correctness: bool = False
    section: str = ""

    def __post_init__(self):
        if not self.weight > 0 or self.top < 1:
            raise ValueError(f"Criterion {self.key}: weight and points are positive")


@dataclass(frozen=True)
class Score:
    """What a review came to.

    ``percent`` 0 to 100, ``None`` when nothing was applicable. ``missing``: criteria without an
    answer, which do not count yet. ``fatal``: those failed that decide alone. ``sections``: the
    same figure per section, without the effect of fatal errors.
    """

    percent: float | None
    missing: tuple[int, ...]
    fatal: tuple[int, ...]
    sections: Mapping[str, float | None]
    correctness: str | None


def points_of(criterion: Criterion, answer: str | int | None) -> int | None:
    """Points of an answer; ``None`` when it is missing or not applicable.

    :raises ValueError: not between 0 and the points of the criterion
    """
    if answer in (None, False, "", NOT_APPLICABLE):
        return None
    points = int(answer)
    if not 0 <= points <= criterion.top:
        raise ValueError(f"Criterion {criterion.key}: {points} of {criterion.top} points")
    return points


def score(criteria: Sequence[Criterion], answers: Mapping[int, str | int | None]) -> Score:
    """The score of one call.

    :param answers: by key of the criterion: points, ``"na"``, or nothing
    :raises ValueError: points that the criterion does not have, or an unknown criterion
    """
    if unknown := set(answers) - {one.key for one in criteria}:
        raise ValueError(f"Criteria that are not on the scorecard: {sorted(unknown)}")
    points = {one.key: points_of(one, answers.get(one.key)) for one in criteria}
    fatal = tuple(one.key for one in criteria if one.fatal and points[one.key] == 0)
    percent = _percent(criteria, points)
    return Score(
        percent=0.0 if fatal else percent,
        missing=tuple(one.key for one in criteria if _is_missing(answers.get(one.key))),
        fatal=fatal,
        sections=_sections(criteria, points),
        correctness=_correctness(criteria, points),
    )


def _is_missing(answer):
    return answer in (None, "") or answer is False


def _percent(criteria, points):
    counted = [one for one in criteria if points[one.key] is not None]
    if not counted:
        return None
    reached = sum(one.weight * points[one.key] / one.top for one in counted)
    return 100 * reached / sum(one.weight for one in counted)


def _sections(criteria, points):
    names = dict.fromkeys(one.section for one in criteria)
    return {
        name: _percent([one for one in criteria if one.section == name], points) for name in names
    }


def _correctness(criteria, points):
    """``correct``: all points of every criterion about it; ``wrong``: none of one of them."""
    asked = [
        (points[one.key], one.top)
        for one in criteria
        if one.correctness and points[one.key] is not None
    ]
    if not asked:
        return None
    if any(not reached for reached, _top in asked):
        return "wrong"
    return "correct" if all(reached == top for reached, top in asked) else "partly"


def weighted_kappa(one: Sequence[float], two: Sequence[float], power: int = 2) -> float | None:
    """Cohen's weighted kappa of two reviewers over the same things.

    :param one, two: ratings in the same order
    :param power: 1: a disagreement weighs by its distance; 2: by the square of it
    :return: 1 full agreement, 0 what chance gives; ``None`` when both gave one and the same rating
        to everything, so that chance cannot be told from agreement, or when there is nothing
    :raises ValueError: not as many ratings of one as of the other
    """
    if len(one) != len(two):
        raise ValueError(f"{len(one)} ratings of one reviewer, {len(two)} of the other")
    observed = sum(abs(a - b) ** power for a, b in zip(one, two, strict=True))
    expected = sum(abs(a - b) ** power for a in one for b in two)
    if not expected:
        return None
    return 1 - observed * len(one) / expected


@dataclass(frozen=True)
class Agreement:
    """How far several reviewers of one call agree.

    ``spread``: mean absolute difference of the scores of two reviewers, in points of 100.
    ``bias``: by reviewer, how far his score lies above the mean of all. ``kappa``: see
    :func:`weighted_kappa`, over the criteria that both found applicable.
    """

    spread: float | None
    bias: Mapping[int, float]
    kappa: float | None


def agreement(
    scores: Mapping[int, float | None], ratings: Mapping[int, Mapping[int, float | None]]
) -> Agreement:
    """Compare reviewers.

    :param scores: by reviewer, 0 to 100; ``None`` has no part in it
    :param ratings: by reviewer and criterion the reached share of its points, ``None`` without
    """
    known = {who: value for who, value in scores.items() if value is not None}
    mean = sum(known.values()) / len(known) if known else 0
    pairs = [abs(known[a] - known[b]) for a, b in combinations(sorted(known), 2)]
    kappas = [
        value
        for a, b in combinations(sorted(ratings), 2)
        if (value := _kappa_of(ratings[a], ratings[b])) is not None
    ]
    return Agreement(
        spread=sum(pairs) / len(pairs) if pairs else None,
        bias={who: value - mean for who, value in known.items()},
        kappa=sum(kappas) / len(kappas) if kappas else None,
    )


def _kappa_of(one, two):
    both = sorted(
        key for key in one.keys() & two.keys() if one[key] is not None and two[key] is not None
    )
    return weighted_kappa([one[key] for key in both], [two[key] for key in both])


def strength(kappa: float | None) -> str | None:
    """Word for a kappa (J. R. Landis and G. G. Koch, "The measurement of observer agreement for
    categorical data", Biometrics 33, 1977): poor, slight, fair, moderate, substantial, perfect."""
    if kappa is None:
        return None
    if kappa < 0:
        return "poor"
    limits = (
        (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"), (1, "perfect"),
    )  # fmt: skip
    return next(word for limit, word in limits if kappa <= limit or limit == 1)
