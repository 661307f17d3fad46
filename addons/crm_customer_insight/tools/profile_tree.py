"""What characterizes the customers of a group: a decision tree, checked on held-out customers.

Columns are numbers (NaN where unknown) or choices (a set of values per customer). A choice becomes
one question per frequent value. scikit-learn is optional.
"""

from dataclasses import dataclass, field

import numpy as np

from .lookalike import held_out

try:
    from sklearn.tree import DecisionTreeClassifier

    AVAILABLE = True
except ImportError:  # the page says which package to install
    AVAILABLE = False

PACKAGE = "scikit-learn"
MAX_DEPTH = 4
#: Values of a choice that are asked for.
MAX_VALUES = 15
#: Customers in a leaf at least, and of the group and the others together with the held-out ones.
MIN_LEAF = 5
MIN_GROUP = 10


@dataclass(frozen=True)
class Question:
    """``column`` is at most *limit*, or (*limit* None) has the value *value*."""

    column: str
    value: object = None
    limit: float | None = None
    unknown_is_yes: bool = False


@dataclass
class Node:
    """A part of the customers: how many there are, and how many of them belong to the group.

    ``yes`` and ``no`` are the parts by the answer to the question; without one it is a leaf.
    """

    size: int
    group: int
    question: Question | None = None
    yes: "Node | None" = None
    no: "Node | None" = None
    path: list = field(default_factory=list)

    def leaves(self):
        if not self.question:
            return [self]
        return [*self.yes.leaves(), *self.no.leaves()]


@dataclass(frozen=True)
class Profile:
    """A tree with the share it tells right of held-out customers, and that of who always guesses
    what most of the learned ones are."""

    root: Node
    accuracy: float
    majority: float
    learned: int
    tested: int


class TreeError(ValueError):
    """No tree can be grown: ``package``, ``few`` or ``constant``."""

    def __init__(self, kind, **details):
        super().__init__(f"{kind}: {details}")
        self.kind, self.details = kind, details


def grow(numbers, choices, group, depth=3, seed=0):
    """The :class:`Profile` of a group.

    :param numbers: ``{column: floats, NaN where unknown}``
    :param choices: ``{column: [collection of values per customer]}``
    :param group: booleans per customer
    :raises TreeError: without scikit-learn, with too few customers, or when nothing differs
    """
    if not AVAILABLE:
        raise TreeError("package", package=PACKAGE)
    group = np.asarray(group, dtype=bool)
    smaller = int(min(group.sum(), (~group).sum()))
    if smaller < MIN_GROUP:
        raise TreeError("few", customers=smaller, needed=MIN_GROUP)
    asked, matrix = _questions(numbers, choices, len(group))
    if not asked:
        raise TreeError("constant")
    tested = held_out(len(group), seed)
    model = DecisionTreeClassifier(
        max_depth=max(1, min(depth, MAX_DEPTH)), min_samples_leaf=MIN_LEAF, random_state=seed
    ).fit(matrix[~tested], group[~tested])
    guess = group[~tested].mean() > 0.5
    return Profile(
        root=_node(model.tree_, 0, asked, matrix, group, np.arange(len(group)), []),
        accuracy=float((model.predict(matrix[tested]) == group[tested]).mean()),
        majority=float((group[tested] == guess).mean()),
        learned=int((~tested).sum()),
        tested=int(tested.sum()),
    )


def _questions(numbers, choices, size):
    """Columns of the matrix with their questions; those that are the same for all are left out."""
    asked, columns = [], []
    for name, values in numbers.items():
        column = np.asarray(values, dtype=float)
        if len(np.unique(column[np.isfinite(column)])) > 1 or 0 < np.isnan(column).sum() < size:
            asked.append(Question(name, limit=0.0))
            columns.append(column)
    for name, values in choices.items():
        for value, column in _indicators(values, size):
            asked.append(Question(name, value=value))
            columns.append(column)
    return asked, np.column_stack(columns) if columns else None


def _indicators(values, size):
    places = {}
    for place, several in enumerate(values):
        for value in several:
            places.setdefault(value, []).append(place)
    frequent = sorted(places, key=lambda value: (-len(places[value]), str(value)))[:MAX_VALUES]
    for value in frequent:
        if len(places[value]) < size:
            column = np.zeros(size)
            column[places[value]] = 1
            yield value, column


def _node(tree, place, asked, matrix, group, rows, path):
    """All customers, learned and held out, are counted in the parts that the tree makes."""
    node = Node(len(rows), int(group[rows].sum()), path=path)
    if tree.children_left[place] == -1:
        return node
    question, column = asked[tree.feature[place]], matrix[rows, tree.feature[place]]
    limit, left_if_unknown = tree.threshold[place], bool(tree.missing_go_to_left[place])
    goes_left = np.where(np.isnan(column), left_if_unknown, column <= limit)
    if question.limit is None:  # left of a half means: does not have the value
        node.question = question
        sides = ((~goes_left, tree.children_right[place]), (goes_left, tree.children_left[place]))
    else:
        node.question = Question(
            question.column, limit=float(limit), unknown_is_yes=left_if_unknown
        )
        sides = ((goes_left, tree.children_left[place]), (~goes_left, tree.children_right[place]))
    node.yes, node.no = (
        _node(tree, child, asked, matrix, group, rows[side], [*path, (node.question, answer)])
        for (side, child), answer in zip(sides, (True, False), strict=True)
    )
    return node


def conditions(path, kinds):
    """Conditions of the facts registry for the customers at the end of a path.

    :param kinds: ``{column: "number" | "count" | "choice" | "boolean"}``; counts are never unknown
    """
    parts = [_condition(question, answer, kinds[question.column]) for question, answer in path]
    return {"operator": "and", "conditions": parts}


def _condition(question, answer, kind):
    fact = {"fact": question.column}
    if question.limit is None:
        if kind == "boolean":
            wanted = {**fact, "operator": "=", "value": True}
        else:
            wanted = {**fact, "operator": "in", "value": [question.value]}
        return wanted if answer else {"operator": "and", "negate": True, "conditions": [wanted]}
    compared = {**fact, "operator": "<=" if answer else ">", "value": question.limit}
    if kind == "count" or question.unknown_is_yes != answer:
        return compared
    return {"operator": "or", "conditions": [compared, {**fact, "operator": "not_set"}]}
