"""Value, RFM scores, tiers and pyramid of ``crm_customer_insight``, recomputed with pandas (ROI-3).

Receipts come from the raw files, never from Odoo; of the loader nothing is used but the table of
assumed margins. Amounts are whole cents and costs whole millionths, so that nothing is lost on the
way to the borders of tiers and scores. Limits are those of the value rules.
"""

import pandas as pd

from ..margins import margin

SCORES = 5
LEVELS = ((100, "top"), (20, "large"), (5, "medium"))


def check(env, results, source):
    """Compare the current row of every customer."""
    if "crm.customer.snapshot" not in env:
        return
    company = env.company
    stored = _stored(env, company)
    if stored.empty:
        return
    rule = env["crm.value.setting"]._for_companies(company)[company.id]
    truth = _truth(source, rule, pd.Timestamp(stored["date"].iloc[0]))
    rated = truth.assign(**_scores(truth, rule), tier=_tiers(truth, rule), level=_levels(truth))
    for name, title in TITLES.items():
        if name in rated:
            found = stored.set_index("ref")[name]
            results.compare(title, _values(rated[name]), _values(found))


TITLES = {
    "revenue": "value: revenue in the window (cents)",
    "profit": "value: profit in the window (cents)",
    "frequency": "value: purchases in the window",
    "last": "value: last purchase",
    "r": "RFM: recency score",
    "f": "RFM: frequency score",
    "m": "RFM: monetary score",
    "tier": "value: tier",
    "level": "value: level of the pyramid",
}


def _values(column):
    return {str(key): value for key, value in column.items() if not pd.isna(value)}


def _stored(env, company):
    env.flush_all()
    env.cr.execute(
        """SELECT p.ref, s.date, round(s.revenue * 100)::bigint AS revenue,
            round(s.profit * 100)::bigint AS profit, s.frequency, s.last_purchase::text AS last,
            s.r_score AS r, s.f_score AS f, s.m_score AS m, s.tier, s.pyramid_level AS level
        FROM crm_customer_snapshot s JOIN res_partner p ON p.id = s.partner_id
        WHERE s.is_current AND s.company_id = %s AND s.first_purchase IS NOT NULL""",
        (company.id,),
    )
    return pd.DataFrame(env.cr.fetchall(), columns=[one.name for one in env.cr.description])


# From the raw files -------------------------------------------------------------------------


def _truth(source, rule, date):
    """Per customer: revenue, profit, purchases in the window, last purchase."""
    lines = _lines(source)
    lines = lines[lines["day"] <= date]
    month = date.to_period("M")
    inside = lines["month"] > month - rule.window_months
    receipts = lines.groupby("basket").agg(
        customer=("customer", "first"), net=("net", "sum"), day=("day", "first"),
        month=("month", "first"),
    )  # fmt: skip
    bought = receipts[receipts["net"] > 0]
    everybody = bought.groupby("customer")["day"].max()
    revenue = lines[inside].groupby("customer")["net"].sum()
    cost = _costs(lines[inside])
    recent = bought[bought["month"] > month - rule.window_months]
    found = pd.DataFrame({"last": everybody.dt.strftime("%Y-%m-%d")})
    found["revenue"] = revenue.reindex(found.index).fillna(0).astype(int)
    found["profit"] = found["revenue"] - cost.reindex(found.index).fillna(0).astype(int)
    counted = recent.groupby("customer").size()
    found["frequency"] = counted.reindex(found.index).fillna(0).astype(int)
    return found


def _lines(source):
    """Lines with day and month of the shop, quantity as it is sold, and cost in millionths."""
    lines = source.table().to_pandas()
    moment = pd.to_datetime(lines["moment"])
    moment = moment if moment.dt.tz else moment.dt.tz_localize("UTC")
    day = moment.dt.tz_convert(source.timezone).dt.tz_localize(None).dt.normalize()
    gross = lines["net"] + lines["retail"] + lines["match"]
    free = (lines["quantity"] == 0) & (gross != 0)
    lines = lines.assign(day=day, month=day.dt.to_period("M"))
    lines["sold"] = lines["quantity"].mask(free, 1).astype(int)
    lines["cost"] = lines["product"].map(_unit_costs(source, lines)) * lines["sold"]
    return lines


def _unit_costs(source, lines):
    """Millionths per unit that leave the margin of the department over all receipts."""
    departments = {product.code: product.department for product in source.products()}
    sums = lines.groupby("product")[["net", "sold"]].sum()
    return {
        code: round(
            round(row.net * (1 - margin(departments.get(code))) / 100 / row.sold, 6) * 10**6
        )
        if row.sold
        else 0
        for code, row in zip(sums.index, sums.itertuples(), strict=True)
    }


def _costs(lines):
    """Cents by customer: rounded, half up, by customer and month as the facts of a month are."""
    monthly = lines.groupby(["customer", "month"])["cost"].sum()
    cents = (monthly.abs() + 5000) // 10**4 * monthly.map(lambda cost: 1 if cost >= 0 else -1)
    return cents.groupby("customer").sum()


# Rating -------------------------------------------------------------------------------------


def _scores(truth, rule):
    """1 + whole fifths of the active customers who are strictly worse."""
    if rule.rfm_mode != "quintile":
        return {}
    active = truth[truth["frequency"] > 0]
    names = {"r": "last", "f": "frequency", "m": "revenue"}
    return {letter: _fifths(active[name]) for letter, name in names.items()}


def _fifths(column):
    worse = column.rank(method="min") - 1
    return (1 + SCORES * worse // len(column)).astype(int)


def _tiers(truth, rule):
    """By the share of the positive total that those strictly better bring."""
    basis = truth[rule.tier_basis]
    positive = basis[basis > 0].sort_values(ascending=False)
    total = int(positive.sum())
    at_least = positive.groupby(positive).sum().sort_index(ascending=False).cumsum()
    better = at_least.shift(1, fill_value=0)
    limits = [(rule.tier_a_share, "A"), (rule.tier_b_share, "B"), (rule.tier_c_share, "C")]

    def tier(value):
        if value <= 0:
            return "D"
        return next((name for share, name in limits if better[value] < share * total), "D")

    return basis.map(tier)


def _levels(truth):
    """The top 1 %, the next 4 %, the next 15 % of the active by revenue; equals share a level."""
    active = truth.loc[truth["frequency"] > 0, "revenue"]
    above = len(active) - active.rank(method="max")
    levels = pd.Series("inactive", index=truth.index)
    for customer, count in above.items():
        name = next((name for part, name in LEVELS if count * part < len(active)), "small")
        levels[customer] = name
    return levels
