"""Which attributes mark a group of customers, and how much others look like it; numpy and scipy.

An attribute may have several values per customer (tags). Unknown attributes are no evidence, for or
against. The score adds up logarithms of likelihood ratios, as a naive Bayes classifier does, with
one customer added to each value (Laplace).
"""

from dataclasses import dataclass

import numpy as np
from scipy import stats

#: Customers that a group and the others need at least.
MIN_GROUP = 5
#: Error allowed over all values together (Bonferroni).
ERROR = 0.05
#: Expected customers in a cell below which the exact test is used instead of chi-squared.
EXACT_BELOW = 5
HELD_OUT = 0.3


@dataclass(frozen=True)
class Mark:
    """How often a value is among the group and among the others, of those whose attribute is known.

    :param lift: share among the group ÷ share among all; None when nobody has it
    :param p_value: chance of such a difference if the value had nothing to do with the group
    :param weight: logarithm of the likelihood ratio; positive speaks for the group
    """

    attribute: str
    value: object
    group: int
    group_known: int
    others: int
    others_known: int
    lift: float | None
    p_value: float
    weight: float
    significant: bool = False

    @property
    def group_share(self):
        return self.group / self.group_known if self.group_known else None

    @property
    def others_share(self):
        return self.others / self.others_known if self.others_known else None


def marks(attributes, group):
    """Marks of all values, the most certain first.

    :param attributes: ``{attribute: [values or None per customer]}``; a value may be a list
    :param group: booleans per customer
    """
    group = np.asarray(group, dtype=bool)
    found = [mark for name, values in attributes.items() for mark in _marks_of(name, values, group)]
    limit = ERROR / max(len(found), 1)
    checked = [Mark(**{**mark, "significant": mark["p_value"] <= limit}) for mark in found]
    return sorted(checked, key=lambda m: (m.p_value, -abs(m.weight), m.attribute, str(m.value)))


def _marks_of(name, values, group):
    known = np.array([value is not None and value != [] for value in values])
    places = {}
    for place, value in enumerate(values):
        for one in _each(value):
            places.setdefault(one, []).append(place)
    group_known, others_known = int(known[group].sum()), int(known[~group].sum())
    for value, having in places.items():
        inside = int(group[having].sum())
        yield {
            "attribute": name,
            "value": value,
            **_figures(inside, group_known, len(having) - inside, others_known, len(places)),
        }


def _figures(inside, group_known, outside, others_known, values):
    whole = group_known + others_known
    share = (inside + outside) / whole
    return {
        "group": inside,
        "group_known": group_known,
        "others": outside,
        "others_known": others_known,
        "lift": inside / group_known / share if group_known and share else None,
        "p_value": p_value(inside, group_known - inside, outside, others_known - outside),
        "weight": float(
            np.log((inside + 1) / (group_known + values))
            - np.log((outside + 1) / (others_known + values))
        ),
    }


def _each(value):
    if value is None:
        return ()
    return set(value) if isinstance(value, list | tuple | set) else (value,)


def p_value(a, b, c, d):
    """Of a table with two rows: chi-squared without correction, or Fisher's exact test when a
    cell is expected to hold fewer than five; 1 when a row or column is empty."""
    table = np.array([[a, b], [c, d]])
    if not table.sum(axis=0).all() or not table.sum(axis=1).all():
        return 1.0
    if stats.contingency.expected_freq(table).min() < EXACT_BELOW:
        return float(stats.fisher_exact(table).pvalue)
    return float(stats.chi2_contingency(table, correction=False).pvalue)


def weights(found):
    """``{(attribute, value): weight}`` of marks."""
    return {(mark.attribute, mark.value): mark.weight for mark in found}


def evidence(attributes, place, known):
    """``[(attribute, value, weight)]`` of one customer, the strongest first; unknown values and
    values nobody had say nothing."""
    found = [
        (name, value, known[name, value])
        for name, values in attributes.items()
        for value in _each(values[place])
        if (name, value) in known
    ]
    return sorted(found, key=lambda item: -abs(item[2]))


def score(weight):
    """Points from 0 to 100 of a sum of weights: 50 is as much for as against."""
    return float(100 / (1 + np.exp(-np.clip(weight, -30, 30))))


def auc(values, group):
    """Chance that somebody of the group scores higher than somebody of the others, ties counting
    half; None when either is empty."""
    group = np.asarray(group, dtype=bool)
    inside, outside = int(group.sum()), int((~group).sum())
    if not inside or not outside:
        return None
    ranks = stats.rankdata(values)
    return float((ranks[group].sum() - inside * (inside + 1) / 2) / (inside * outside))


def held_out(size, seed=0):
    """Booleans: which 30 % are kept from learning."""
    chosen = np.zeros(size, dtype=bool)
    places = np.random.default_rng(seed).permutation(size)
    chosen[places[: round(size * HELD_OUT)]] = True
    return chosen


def validate(attributes, group, seed=0):
    """AUC of customers that were not learned from; None when too few are left."""
    group = np.asarray(group, dtype=bool)
    tested = held_out(len(group), seed)
    learned = np.flatnonzero(~tested)
    part = {name: [values[place] for place in learned] for name, values in attributes.items()}
    known = weights(marks(part, group[learned]))
    places = np.flatnonzero(tested)
    sums = [sum(w for *_v, w in evidence(attributes, place, known)) for place in places]
    return auc(sums, group[places])
