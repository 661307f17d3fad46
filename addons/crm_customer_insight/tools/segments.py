"""Overlaps of segments on plain numbers."""


def jaccard(both, one, other):
    """Customers in both ÷ customers in either (0 … 1); None when nobody is in either."""
    either = one + other - both
    return both / either if either else None


def overlap_rows(pairs):
    """Pairs of different segments with what they share.

    :param pairs: ``(segment, segment, customers in both)``; a segment with itself is its size
    :return: dicts ``a``, ``b``, ``both``, ``jaccard``, ``share_a`` (of *a* that is in *b*),
        ``share_b``
    """
    sizes = {a: customers for a, b, customers in pairs if a == b}
    return [
        {
            "a": a,
            "b": b,
            "both": both,
            "jaccard": jaccard(both, sizes[a], sizes[b]),
            "share_a": both / sizes[a],
            "share_b": both / sizes[b],
        }
        for a, b, both in pairs
        if a != b
    ]
