"""Random samples that anybody can draw again: calls per agent, customers to be called (CC-5).

Each candidate gets a number from SHA-256 of seed, group and his own key; of every group those with
the least numbers are taken. That is a simple random sample without replacement per group, drawn
with permanent random numbers (E. Ohlsson, "Coordination of samples using permanent random
numbers", in Business Survey Methods, Wiley 1995): it depends on no order of rows and on no
version of a library, and one candidate more or less changes at most one of the drawn.
"""

import hashlib
from collections.abc import Hashable, Iterable

SIZE = 5


def rank(seed: str, group: Hashable, key: Hashable) -> int:
    """The random number of a candidate: 256 bits, the same for ever."""
    text = "\x1f".join(str(part) for part in (seed, group, key))
    return int.from_bytes(hashlib.sha256(text.encode()).digest())


def draw(
    candidates: Iterable[tuple[Hashable, Hashable]], seed: str, size: int = SIZE
) -> dict[Hashable, list]:
    """Draw from every group.

    :param candidates: pairs (group, key); one that comes twice counts once
    :param seed: what names the draw, for example month and purpose
    :param size: of each group at most; a smaller group is taken whole
    :return: ``{group: [key, …]}`` in the order of drawing
    :raises ValueError: no seed, or a negative size
    """
    if not seed or size < 0:
        raise ValueError("A draw needs a seed and a size that is not negative")
    groups: dict[Hashable, set] = {}
    for group, key in candidates:
        groups.setdefault(group, set()).add(key)
    return {
        group: sorted(keys, key=lambda key: rank(seed, group, key))[:size]
        for group, keys in groups.items()
    }
