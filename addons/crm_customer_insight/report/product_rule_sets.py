"""Longer rules, "who buys these buys that", with FP-growth of the library mlxtend (ROI-5).

Han, Pei, Yin, "Mining frequent patterns without candidate generation", SIGMOD 2000. The library is
optional: without it there are pairs only, and the page says so. Only the most frequent products
of a company take part, because the number of sets grows with every one of them.
"""

from itertools import combinations

import numpy as np
from scipy.sparse import csr_matrix

from odoo.tools import SQL

from ..tools import association
from .product_rules import table

#: Products that may be part of longer rules, the most frequent ones.
PRODUCTS = 200
#: Products of the longest rule, the one on offer included.
LONGEST = 4


def library():
    """FP-growth and pandas, or ``None`` when mlxtend is not installed."""
    try:
        import pandas as pd
        from mlxtend.frequent_patterns import fpgrowth
    except ImportError:
        return None
    return fpgrowth, pd


def add(env, options):
    """Add the longer rules of all baskets of each company to the table of rules.

    :return: how many were added, ``None`` without the library
    """
    found = library()
    if not found:
        return None
    return sum(_of_company(env, found, option) for option in options)


def _of_company(env, found, option):
    env.cr.execute(
        SQL(
            "SELECT id, baskets, least FROM %s WHERE company_id = %s AND dimension = 'none'",
            table("slice"),
            option.company_id,
        )
    )
    row = env.cr.fetchone()
    if not row:
        return 0
    slice_id, total, least = row
    sets = frequent_sets(found, *_items(env, option.company_id, slice_id), least)
    rules = rules_of(sets, total, option.min_confidence, option.min_lift)
    _write(env, slice_id, rules, total, sum(len(items) > 2 for items in sets))
    return len(rules)


def _items(env, company_id, slice_id):
    """Baskets and products, as arrays, of the most frequent products."""
    env.cr.execute(
        SQL(
            """SELECT DISTINCT i.basket, i.product_id FROM %s i
                 JOIN %s b ON b.basket = i.basket AND b.company_id = %s
                 JOIN (SELECT product_id FROM %s WHERE slice = %s
                        ORDER BY baskets DESC, product_id LIMIT %s) f USING (product_id)""",
            table("item"),
            table("basket"),
            company_id,
            table("frequent"),
            slice_id,
            PRODUCTS,
        )
    )
    rows = np.array(env.cr.fetchall(), dtype=np.int64).reshape(-1, 2)
    return rows[:, 0], rows[:, 1]


def frequent_sets(found, baskets, products, least, longest=LONGEST):
    """``{sorted product ids: baskets}`` of all sets in *least* baskets or more."""
    if not len(baskets):
        return {}
    fpgrowth, pandas = found
    _basket_ids, rows = np.unique(baskets, return_inverse=True)
    product_ids, columns = np.unique(products, return_inverse=True)
    size = (int(rows.max()) + 1, len(product_ids))
    matrix = csr_matrix((np.ones(len(rows), dtype=bool), (rows, columns)), shape=size)
    frame = pandas.DataFrame.sparse.from_spmatrix(matrix, columns=range(len(product_ids)))
    # half a basket below, so that rounding leaves no set out
    sets = fpgrowth(frame, min_support=(least - 0.5) / size[0], max_len=longest)
    return {
        tuple(sorted(int(product_ids[place]) for place in items)): round(support * size[0])
        for support, items in zip(sets["support"], sets["itemsets"], strict=True)
    }


def rules_of(sets, total, min_confidence, min_lift):
    """Rules with two products or more before the arrow that say more than their parts do.

    :return: list of (antecedent ids, offered id, baskets, baskets of the antecedents, baskets of
        the offered product)
    """
    rules = []
    for items, both in sets.items():
        if len(items) < 3:
            continue
        for offered in items:
            first = tuple(item for item in items if item != offered)
            confidence = both / sets[first]
            lift = confidence * total / sets[offered,]
            if (
                confidence >= min_confidence
                and lift >= min_lift
                and confidence > _best_part(sets, first, offered)
            ):
                rules.append((first, offered, both, sets[first], sets[offered,]))
    return rules


def _best_part(sets, first, offered):
    """The highest confidence of the rules with fewer products before the arrow."""
    return max(
        sets.get(tuple(sorted((*part, offered))), 0) / sets[part]
        for size in range(1, len(first))
        for part in combinations(first, size)
    )


def _write(env, slice_id, rules, total, tests):
    if not rules:
        return
    both, first, second = (np.array([rule[place] for rule in rules]) for place in (2, 3, 4))
    chances = association.chance(both, first, second, np.full(len(rules), total))
    adjusted = association.false_discovery(chances, tests)
    columns = [
        [rule[0][0] for rule in rules],
        [rule[1] for rule in rules],
        [",".join(map(str, rule[0])) for rule in rules],
        [len(rule[0]) + 1 for rule in rules],
        both.tolist(),
        first.tolist(),
        second.tolist(),
        chances.tolist(),
        adjusted.tolist(),
    ]
    env.cr.execute(
        SQL(
            """INSERT INTO %s SELECT %s, * FROM unnest(%s::integer[], %s::integer[], %s::text[],
                   %s::integer[], %s::bigint[], %s::bigint[], %s::bigint[], %s::float8[],
                   %s::float8[])""",
            table("rule"),
            slice_id,
            *columns,
        )
    )
