"""What a domain says of one field: which values its records must have."""

JOINS = {"&": 2, "|": 2, "!": 1}


def required(tokens, name, kind=int):
    """Values of field *name* of which every record of a domain has one; None when any will do.

    :param tokens: a domain as a list, operators first
    :param kind: of what type the values are: ids, or the keys of a selection
    :return: set of values, or None

    >>> required(["&", ("basis", "=", "paid"), ("campaign_id", "in", [3, 4])], "campaign_id")
    {3, 4}
    >>> required([("basis", "=", "paid")], "basis", str)
    {'paid'}
    >>> required(["|", ("basis", "=", "paid"), ("campaign_id", "=", 3)], "campaign_id") is None
    True
    """
    rest, found = list(tokens), None
    while rest:  # several conditions without an operator all hold
        found = _both(found, _read(rest, name, kind))
    return found


def _read(rest, name, kind):
    """Take one condition from the front of *rest* and return what it requires."""
    token = rest.pop(0)
    if not isinstance(token, str):
        return _of_condition(token, name, kind)
    parts = [_read(rest, name, kind) for _part in range(JOINS[token])]
    if token == "&":
        return _both(*parts)
    if token == "|" and None not in parts:
        return parts[0] | parts[1]
    return None


def _both(one, other):
    if one is None or other is None:
        return other if one is None else one
    return one & other


def _of_condition(token, name, kind):
    if not isinstance(token, tuple | list) or token[0] != name:
        return None
    _name, operator, value = token
    values = [value] if operator == "=" else value
    if operator not in ("=", "in") or isinstance(values, str):
        return None
    try:
        ids = set(values)
    except TypeError:  # a query
        return None
    return ids if all(type(key) is kind for key in ids) else None
