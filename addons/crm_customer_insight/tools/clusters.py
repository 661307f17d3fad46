"""Groups of similar customers by k-means, on arrays; scikit-learn is optional.

Features are made comparable (logarithm of amounts and counts, then distance from the mean in
standard deviations), missing values take the median. The number of groups is the one with the
highest silhouette. Labels stay from run to run: new centers are matched to the earlier ones so that
the sum of the distances is least (Hungarian assignment).
"""

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linear_sum_assignment

try:
    from sklearn.cluster import KMeans
    from sklearn.metrics import silhouette_score

    AVAILABLE = True
except ImportError:  # the page says which package to install
    AVAILABLE = False

PACKAGE = "scikit-learn"
MIN_CLUSTERS, MAX_CLUSTERS = 2, 8
#: Customers beyond which the number of groups is chosen on a sample of as many.
SAMPLE = 5_000
#: Customers without whom groups say nothing.
MIN_CUSTOMERS = 10
#: Standard deviations from the mean of all from which a group is called high or low.
NOTABLE = 0.4


class ClusterError(ValueError):
    """No groups can be made: ``kind`` is ``package``, ``few``, ``constant`` or ``too_many``."""

    def __init__(self, kind, **details):
        super().__init__(f"{kind}: {details}")
        self.kind, self.details = kind, details


@dataclass(frozen=True)
class Space:
    """Customers as points: the features kept, and how they were made comparable.

    :param constant: features that are the same for everybody and were left out
    """

    names: tuple
    points: np.ndarray = field(repr=False)
    means: np.ndarray
    scales: np.ndarray
    constant: tuple = ()

    def place(self, features):
        """A point of this space from ``{feature: value on the logarithmic scale}``; features that
        are unknown lie at the mean."""
        values = [features.get(name) for name in self.names]
        known = [m if v is None else v for v, m in zip(values, self.means, strict=True)]
        return (np.asarray(known, dtype=float) - self.means) / self.scales

    def features(self, point):
        """The reverse of :meth:`place`: what to keep so that a later run can compare."""
        values = point * self.scales + self.means
        return {name: float(value) for name, value in zip(self.names, values, strict=True)}


@dataclass(frozen=True)
class Clusters:
    """Label per customer, centers, silhouette, and ``{k: silhouette}`` of all tried."""

    labels: np.ndarray = field(repr=False)
    centers: np.ndarray
    silhouette: float
    tried: dict


def prepare(columns, logarithmic=()):
    """A :class:`Space` of columns ``{name: numbers, NaN where unknown}``.

    :param logarithmic: names of amounts and counts; negative ones keep their sign
    :raises ClusterError: ``few`` or ``constant``
    """
    size = len(next(iter(columns.values()), ()))
    if size < MIN_CUSTOMERS:
        raise ClusterError("few", customers=size, needed=MIN_CUSTOMERS)
    kept, constant = {}, []
    for name, values in columns.items():
        filled = _filled(np.asarray(values, dtype=float))
        if name in logarithmic:
            filled = np.sign(filled) * np.log1p(np.abs(filled))
        if np.ptp(filled) < 1e-9:
            constant.append(name)
        else:
            kept[name] = filled
    if not kept:
        raise ClusterError("constant", features=tuple(constant))
    matrix = np.column_stack(list(kept.values()))
    means, scales = matrix.mean(axis=0), matrix.std(axis=0)
    return Space(tuple(kept), (matrix - means) / scales, means, scales, tuple(constant))


def _filled(values):
    known = values[np.isfinite(values)]
    middle = float(np.median(known)) if len(known) else 0.0
    return np.where(np.isfinite(values), values, middle)


def find(points, count=0, seed=0):
    """The :class:`Clusters` of points; *count* 0: the number with the highest silhouette.

    :raises ClusterError: ``package`` without scikit-learn, ``too_many`` when there are fewer
        different customers than groups
    """
    if not AVAILABLE:
        raise ClusterError("package", package=PACKAGE)
    different = len(np.unique(points, axis=0))
    wanted = range(count, count + 1) if count else range(MIN_CLUSTERS, MAX_CLUSTERS + 1)
    possible = [k for k in wanted if 1 < k < different]
    if not possible:
        raise ClusterError("too_many", clusters=wanted[0], customers=different)
    sample = _sample(points, seed)
    tried = {k: quality(sample, _fit(sample, k, seed).labels_) for k in possible}
    best = max(tried, key=lambda k: (tried[k], -k))
    fitted = _fit(points, best, seed)
    return Clusters(fitted.labels_, fitted.cluster_centers_, tried[best], tried)


def _fit(points, count, seed):
    return KMeans(n_clusters=count, n_init=5, random_state=seed).fit(points)


def _sample(points, seed):
    if len(points) <= SAMPLE:
        return points
    return points[np.random.default_rng(seed).choice(len(points), SAMPLE, replace=False)]


def quality(points, labels):
    """Mean silhouette, from -1 to 1: how much nearer the own group is than the next one."""
    return float(silhouette_score(points, labels))


def meaning(silhouette):
    """``strong``, ``fair``, ``weak`` or ``none`` (Kaufman, Rousseeuw: Finding Groups in Data, 1990,
    table 4)."""
    bounds = ((0.7, "strong"), (0.5, "fair"), (0.25, "weak"))
    return next((word for bound, word in bounds if silhouette > bound), "none")


def match(centers, earlier):
    """Which earlier group each new one continues: a list of places in *earlier*, None for new ones.

    Both are in the same space. The sum of the distances of all pairs is the least possible.
    """
    found = [None] * len(centers)
    if not len(centers) or not len(earlier):
        return found
    gaps = np.linalg.norm(np.asarray(centers)[:, None, :] - np.asarray(earlier)[None, :, :], axis=2)
    for new, old in zip(*linear_sum_assignment(gaps), strict=True):
        found[int(new)] = int(old)
    return found


def notable(names, center):
    """``{feature: "high" | "low"}`` of what sets a group apart from all customers."""
    return {
        name: "high" if value > 0 else "low"
        for name, value in zip(names, center, strict=True)
        if abs(value) >= NOTABLE
    }
