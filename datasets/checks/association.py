"""Pair rules of product association, counted again from the raw files (ROI-5).

Baskets are the receipts of the source. Pairs are counted by a product of sparse matrices, chance
is SciPy's hypergeometric distribution, and the share of chance finds is worked out here, rule by
rule. Rules of all customers and of the seasons are compared; those of tiers and life-cycle stages
hang on figures of other parts.
"""

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.stats import hypergeom

COUNTS = ("baskets", "baskets_product", "baskets_offered", "baskets_total")
MEASURES = ("support", "confidence", "lift", "p_value", "q_value")


def check(env, results, source):
    """Compare every rule of two products of the current month."""
    if "crm.product.rule" not in env:
        return
    company = env.company
    rules = env["crm.product.rule"]
    [option] = rules._options(company, rules._date())
    stored = _stored(env, company)
    if stored.empty or option.source != "order":
        return
    items = _items(source, option)
    truth = pd.concat([_rules(part, season, option) for season, part in _slices(items)])
    truth = truth.set_index(["season", "product", "offered"])
    for name in COUNTS:
        _compare(results, f"association: {name}", truth[name].astype(int), stored[name])
    for name in MEASURES:
        _compare(results, f"association: {name}", truth[name], stored[name])
    _compare(results, "association: significant", truth["significant"], stored["significant"])


def _compare(results, title, expected, found):
    """Differences in the ninth place of a figure are those of the two ways to compute it."""
    if expected.dtype == float:
        expected, found = expected.round(6), found.astype(float).round(6)
    results.compare(title, expected.to_dict(), found.to_dict())


def _stored(env, company):
    env.flush_all()
    env.cr.execute(
        """SELECT r.season, p.default_code::bigint AS product, o.default_code::bigint AS offered,
            r.baskets, r.baskets_product, r.baskets_offered, r.baskets_total, r.support,
            r.confidence, r.lift, r.p_value, r.q_value, r.significant
        FROM crm_product_rule r JOIN product_product p ON p.id = r.product_id
        JOIN product_product o ON o.id = r.offered_id
        WHERE r.is_current AND r.company_id = %s AND r.segment = 'none' AND r.size = 2""",
        (company.id,),
    )
    frame = pd.DataFrame(env.cr.fetchall(), columns=[one.name for one in env.cr.description])
    return frame.set_index(["season", "product", "offered"])


# From the raw files -------------------------------------------------------------------------


def _items(source, option):
    """Basket, product and quarter of what was bought in the months that count, once a basket."""
    lines = source.table().to_pandas()
    moment = pd.to_datetime(lines["moment"])
    moment = moment if moment.dt.tz else moment.dt.tz_localize("UTC")
    day = moment.dt.tz_convert(source.timezone).dt.tz_localize(None).dt.normalize()
    gross = lines["net"] + lines["retail"] + lines["match"]
    sold = (lines["quantity"] > 0) | (gross != 0)
    counts = sold & (day >= pd.Timestamp(option.since)) & (day <= pd.Timestamp(option.until))
    items = lines[["basket", "product"]].assign(quarter="q" + day.dt.quarter.astype(str))[counts]
    return items.drop_duplicates(["basket", "product"])


def _slices(items):
    yield "none", items
    yield from items.groupby("quarter")


def _rules(items, season, option):
    """Both directions of the pairs that are frequent, strong and more often than by chance."""
    total = items["basket"].nunique()
    least = max(option.min_baskets, np.ceil(option.min_support * total), 1)
    pairs, products = _pairs(items, least)
    found = pairs[pairs["both"] * total > pairs["first_n"] * pairs["second_n"]].copy()
    found["p_value"] = hypergeom.sf(found["both"] - 1, total, found["first_n"], found["second_n"])
    found["q_value"] = _adjusted(found["p_value"].to_numpy(), products * (products - 1) // 2)
    other = {"first": "second", "second": "first", "first_n": "second_n", "second_n": "first_n"}
    both = pd.concat([found, found.rename(columns=other)])
    rules = pd.DataFrame(
        {
            "season": season,
            "product": both["first"],
            "offered": both["second"],
            "baskets": both["both"],
            "baskets_product": both["first_n"],
            "baskets_offered": both["second_n"],
            "baskets_total": total,
            "support": both["both"] / total,
            "confidence": both["both"] / both["first_n"],
            "lift": both["both"] * total / (both["first_n"] * both["second_n"]),
            "p_value": both["p_value"],
            "q_value": both["q_value"],
            "significant": both["q_value"] < option.significance,
        }
    )
    strong = (rules["confidence"] >= option.min_confidence) & (rules["lift"] >= option.min_lift)
    return rules[strong]


def _pairs(items, least):
    """Pairs with enough common baskets, and how many products are frequent enough."""
    counts = items["product"].value_counts()
    frequent = np.sort(counts.index[counts >= least].to_numpy())
    kept = items[items["product"].isin(frequent)]
    rows, _baskets = pd.factorize(kept["basket"])
    columns = np.searchsorted(frequent, kept["product"])
    matrix = csr_matrix((np.ones(len(kept), dtype=np.int32), (rows, columns)))
    common = (matrix.T @ matrix).tocoo()
    wanted = (common.row < common.col) & (common.data >= least)
    first, second = frequent[common.row[wanted]], frequent[common.col[wanted]]
    pairs = pd.DataFrame({"first": first, "second": second, "both": common.data[wanted]})
    pairs = pairs.assign(first_n=pairs["first"].map(counts), second_n=pairs["second"].map(counts))
    return pairs.astype("int64"), len(frequent)


def _adjusted(chances, tests):
    """Least of ``tests × chance ÷ rank`` over this rank and all later ones, at most 1."""
    adjusted, least = np.empty(len(chances)), 1.0
    order = np.argsort(chances, kind="stable")
    for rank in range(len(chances), 0, -1):
        least = min(least, tests * chances[order[rank - 1]] / rank)
        adjusted[order[rank - 1]] = least
    return adjusted
