"""Facts about customers and conditions on them: what may be asked, and in which words.

A condition is plain JSON, either one comparison::

    {"fact": "order_count", "operator": ">=", "value": 3, "params": {"days": 365}}

or a group of conditions, nested as deep as needed::

    {"operator": "and" | "or", "negate": false, "conditions": [...]}

:func:`parse` checks it against the facts offered and returns :class:`Leaf` and :class:`Group`
objects that the SQL compiler can trust; anything else raises :class:`ConditionError`.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field

COMPARE = ("=", "!=", ">", ">=", "<", "<=", "between", "set", "not_set")
OPERATORS = {
    "number": COMPARE,
    "money": COMPARE,
    "date": ("=", ">", ">=", "<", "<=", "between", "last_days", "not_last_days", "set", "not_set"),
    "selection": ("in", "not_in", "set", "not_set"),
    "many2one": ("in", "not_in", "set", "not_set"),
    "boolean": ("=",),
    "text": ("=", "!=", "contains", "set", "not_set"),
}
# Asked as the complement of another operator, so that customers without any data are included:
# "did not buy A" is true for somebody who never bought anything.
COMPLEMENTS = {"!=": "=", "not_in": "in", "not_set": "set", "not_last_days": "last_days"}
MAX_DEPTH = 10


class ConditionError(ValueError):
    """A condition that cannot be asked. ``kind`` says why, ``details`` name what is wrong."""

    def __init__(self, kind, **details):
        super().__init__(f"{kind}: {details}")
        self.kind, self.details = kind, details


@dataclass(frozen=True)
class Param:
    """A parameter of a fact: ``days`` (whole number above 0) or ``selection`` (one of options)."""

    name: str
    label: str
    type: str = "days"
    options: tuple = ()
    default: object = None


@dataclass(frozen=True)
class Fact:
    """Something that can be asked about customers.

    :param code: technical name, unique in the registry
    :param type: one of :data:`OPERATORS`
    :param build: ``build(context)`` returns the SELECT of ``(partner_id, value)`` rows
    :param level: whom the rows are about: ``customer`` (commercial entity), ``contact`` (a person
        counts for his company), ``partner`` (exactly this contact or company)
    :param figure: only shown for the viewer's own customers unless he is an analyst
    :param zero: customers without a row have the value 0 (counts), not "no data"
    :param many: a customer may have several rows
    :param options: ``(value, label)`` of a selection; ``comodel`` of a many2one
    :param hierarchy: values of a many2one include everything below them
    """

    code: str
    label: str
    group: str
    type: str
    build: Callable = field(compare=False, repr=False)
    level: str = "customer"
    figure: bool = False
    zero: bool = False
    many: bool = False
    options: tuple = ()
    comodel: str | None = None
    hierarchy: bool = False
    params: tuple = ()
    help: str = ""

    @property
    def operators(self):
        """Operators that fit; a count without rows is 0 and therefore always set."""
        allowed = OPERATORS[self.type]
        return tuple(op for op in allowed if not (self.zero and op in ("set", "not_set")))

    def describe(self):
        """What a screen needs to offer the fact, as JSON."""
        return {
            "code": self.code,
            "label": self.label,
            "group": self.group,
            "type": self.type,
            "operators": list(self.operators),
            "options": [list(option) for option in self.options],
            "comodel": self.comodel,
            "help": self.help,
            "params": [
                {
                    "name": param.name,
                    "label": param.label,
                    "type": param.type,
                    "default": param.default,
                    "options": [list(option) for option in param.options],
                }
                for param in self.params
            ],
        }


@dataclass(frozen=True)
class Leaf:
    """One checked comparison."""

    fact: Fact
    operator: str
    value: object = None
    params: dict = field(default_factory=dict)


@dataclass(frozen=True)
class Group:
    """Checked conditions joined by ``and`` or ``or``; ``negate`` turns the whole around."""

    operator: str
    children: tuple
    negate: bool = False


def parse(condition, facts, depth=0):
    """The checked form of a JSON condition; ``None`` and ``{}`` are true for everybody.

    :param facts: ``{code: Fact}``
    :raises ConditionError: ``malformed``, ``too_deep``, ``unknown_fact``, ``unknown_operator``,
        ``wrong_value``, ``unknown_param`` or ``wrong_param``
    """
    if depth > MAX_DEPTH:
        raise ConditionError("too_deep", limit=MAX_DEPTH)
    if not condition:
        return Group("and", ())
    if not isinstance(condition, dict):
        raise ConditionError("malformed", part=str(condition)[:80])
    if "fact" in condition:
        return _parse_leaf(condition, facts)
    return _parse_group(condition, facts, depth)


def _parse_group(condition, facts, depth):
    operator = condition.get("operator", "and")
    children = condition.get("conditions")
    if operator not in ("and", "or") or not isinstance(children, list):
        raise ConditionError("malformed", part=str(condition)[:80])
    parsed = tuple(parse(child, facts, depth + 1) for child in children)
    return Group(operator, parsed, bool(condition.get("negate")))


def _parse_leaf(condition, facts):
    code = condition["fact"]
    fact = facts.get(code) if isinstance(code, str) else None
    if not fact:
        raise ConditionError("unknown_fact", fact=str(code))
    operator = condition.get("operator")
    if operator not in fact.operators:
        raise ConditionError("unknown_operator", fact=fact.label, operator=str(operator))
    try:
        value = check_value(fact, operator, condition.get("value"))
    except (TypeError, ValueError) as error:
        raise ConditionError(
            "wrong_value", fact=fact.label, value=str(condition.get("value")), type=fact.type
        ) from error
    return Leaf(fact, operator, value, _check_params(fact, condition.get("params") or {}))


def check_value(fact, operator, value):
    """The value in the type that SQL compares with; ``ValueError`` if it does not fit."""
    if operator in ("set", "not_set"):
        return None
    if operator in ("last_days", "not_last_days"):
        return _days(value)
    if operator == "between":
        low, high = (CHECKS[fact.type](fact, part) for part in value)
        return low, high
    return CHECKS[fact.type](fact, value)


def _check_params(fact, params):
    known = {param.name: param for param in fact.params}
    if not isinstance(params, dict):
        raise ConditionError("wrong_param", fact=fact.label, param=str(params)[:80])
    for name in params:
        if name not in known:
            raise ConditionError("unknown_param", fact=fact.label, param=str(name))
    return {name: _check_param(fact, param, params.get(name)) for name, param in known.items()}


def _check_param(fact, param, value):
    if value in (None, "", False):
        return param.default
    try:
        if param.type == "days":
            return _days(value)
        if value not in [option for option, _label in param.options]:
            raise ValueError(value)
    except ValueError as error:
        raise ConditionError("wrong_param", fact=fact.label, param=param.label) from error
    return value


def _days(value):
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= 36500:
        raise ValueError(value)
    return value


def _number(_fact, value):
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise ValueError(value)
    return value


def _date(_fact, value):
    if isinstance(value, datetime.date):
        return value
    return datetime.date.fromisoformat(value)


def _boolean(_fact, value):
    if not isinstance(value, bool):
        raise ValueError(value)
    return value


def _text(_fact, value):
    if not isinstance(value, str) or not value.strip():
        raise ValueError(value)
    return value.strip()


def _selection(fact, value):
    values = [value] if isinstance(value, str) else list(value)
    allowed = {option for option, _label in fact.options}
    if not values or not all(isinstance(part, str) and part in allowed for part in values):
        raise ValueError(value)
    return tuple(values)


def _many2one(_fact, value):
    values = [value] if isinstance(value, int) else list(value)
    if not values or any(isinstance(part, bool) or not isinstance(part, int) for part in values):
        raise ValueError(value)
    return tuple(values)


CHECKS = {
    "number": _number,
    "money": _number,
    "date": _date,
    "boolean": _boolean,
    "text": _text,
    "selection": _selection,
    "many2one": _many2one,
}


def holds(operator, number, value):
    """Whether ``number operator value`` is true, for counts that are 0 without rows."""
    match operator:
        case "=":
            return number == value
        case "!=":
            return number != value
        case ">":
            return number > value
        case ">=":
            return number >= value
        case "<":
            return number < value
        case "<=":
            return number <= value
    low, high = value
    return low <= number <= high


def leaves(node):
    """All comparisons of a checked condition."""
    if isinstance(node, Leaf):
        yield node
    else:
        for child in node.children:
            yield from leaves(child)
