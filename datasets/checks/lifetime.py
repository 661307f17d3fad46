"""Life-time values, recomputed outside Odoo from the source and compared with the database.

The histories come from the source's receipts by pandas. From them and the parameters that the
database has stored, probabilities, purchases and values are computed by the formulas of the
papers, with SciPy's own quadrature in place of the hypergeometric function. For CDNOW the
parameters published for its one-tenth sample are found again.
"""

import numpy as np
import pandas as pd
from scipy.special import gammaln, roots_jacobi

from ..sources.base import data_file

#: Customers whose values are computed by quadrature; probabilities are computed of all.
SAMPLE = 300
NODES = 80
WEEKS_PER_MONTH = 365.25 / 12 / 7
#: Fader, Hardie and Lee (2005), table 2, and Fader and Hardie (2013): as they are printed.
PUBLISHED = {"r": "0.243", "alpha": "4.414", "a": "0.793", "b": "2.426", "LL": "-9582.4"}
PUBLISHED_SPEND = {"p": "6.25", "q": "3.74", "gamma": "15.44"}
PURCHASE_PARAMETERS = ("r", "alpha", "a", "b")
SPEND_PARAMETERS = ("p", "q", "gamma")


def check(env, results, source):
    """Compare histories, values and, for CDNOW, the published parameters."""
    if "crm.customer.lifetime" not in env:
        return
    receipts = _days(source)
    days = receipts[receipts["amount"] > 0]
    fit = env["crm.lifetime.fit"].search(
        [("is_current", "=", True), ("company_id", "=", env.company.id), ("segment_ref", "=", -1)]
    )
    if fit.r:
        _check_values(env, results, days, fit)
    if source.name == "cdnow" and not any(source.part):
        _check_published(results, receipts)


def _days(source):
    """One row per customer and day with a receipt, also of nothing: customer, day, amount."""
    table = source.table().select(["basket", "customer", "net", "moment"]).to_pandas()
    receipts = table.groupby("basket").agg(
        customer=("customer", "first"), net=("net", "sum"), moment=("moment", "first")
    )
    moment = pd.to_datetime(receipts["moment"])
    moment = moment if moment.dt.tz else moment.dt.tz_localize("UTC")
    receipts["day"] = moment.dt.tz_convert(source.timezone).dt.normalize().dt.tz_localize(None)
    days = receipts.groupby(["customer", "day"], as_index=False)["net"].sum()
    return days.assign(amount=days["net"] / 100)


def _histories(days, date):
    """Per customer: x, weeks to the last purchase, weeks seen, mean of repeat purchases."""
    date = pd.Timestamp(date)
    days = days[days["day"] <= date]
    first = days.groupby("customer")["day"].transform("min")
    again = days[days["day"] > first].groupby("customer")["amount"].mean()
    found = days.groupby("customer").agg(
        x=("day", "count"), first=("day", "min"), last=("day", "max")
    )
    return pd.DataFrame(
        {
            "x": found["x"] - 1,
            "t_x": (found["last"] - found["first"]).dt.days / 7,
            "age": (date - found["first"]).dt.days / 7,
            "mean": again.reindex(found.index),
        }
    )


# Values -------------------------------------------------------------------------------------


def _check_values(env, results, days, fit):
    stored = env["crm.customer.lifetime"].search_fetch(
        [("is_current", "=", True), ("company_id", "=", env.company.id), ("fit_id", "=", fit.id)]
    )
    rows = {int(row.partner_id.ref): row for row in stored}
    histories = _histories(days, fit.date)
    for name, column in (("frequency", "x"), ("recency_weeks", "t_x"), ("age_weeks", "age")):
        found = {code: row[name] for code, row in rows.items()}
        results.compare(f"life-time value: {name}", histories[column].to_dict(), found)
    params = tuple(fit[name] for name in PURCHASE_PARAMETERS)
    alive = _alive(params, histories)
    found = {code: row.p_alive for code, row in rows.items()}
    results.compare("life-time value: still a customer", alive.to_dict(), found)
    if not fit.edge:  # at the edge of the search nearly nobody leaves, or all: no quadrature fits
        _check_sample(results, fit, params, histories.assign(alive=alive), rows)


def _check_sample(results, fit, params, histories, rows):
    """Purchases and values of a sample, half of it those who bought most."""
    most = histories.sort_values("x", ascending=False).head(SAMPLE // 2)
    sample = pd.concat([most, histories.sample(min(SAMPLE // 2, len(histories)), random_state=1)])
    sample = sample[~sample.index.duplicated()]
    ahead = [_ahead(params, fit, row) for row in sample.itertuples()]
    expected = {code: found[0] for code, found in zip(sample.index, ahead, strict=True)}
    found = {code: rows[code].expected_purchases for code in sample.index}
    results.compare("life-time value: purchases expected", expected, found)
    spend = _spend(fit, sample)
    results.compare(
        "life-time value: amount per purchase (cents)",
        {code: _cents(value) for code, value in spend.items()},
        {code: _cents(rows[code].expected_spend) for code in sample.index},
    )
    values = {
        code: _cents(discounted * spend[code] * rows[code].margin_rate)
        for code, (_plain, discounted) in zip(sample.index, ahead, strict=True)
    }
    found = {code: _cents(rows[code].expected_value) for code in sample.index}
    results.compare("life-time value: value (cents)", values, found)


def _cents(amount):
    return round(100 * amount)


def _alive(params, histories):
    """Probability of being a customer (Fader, Hardie and Lee; 1 without a repeat purchase)."""
    r, alpha, a, b = params
    x, t_x, age = histories["x"], histories["t_x"], histories["age"]
    ratio = ((alpha + age) / (alpha + t_x)) ** (r + x)
    return (1 / (1 + a / (b + x - 1) * ratio)).where(x > 0, 1.0)


def _ahead(params, fit, row):
    """Purchases in the horizon and the same discounted: by month, in the middle of each."""
    total = discounted = 0.0
    for month in range(1, fit.horizon_months + 1):
        reached = row.alive * _purchases(params, row.x, row.age, month * WEEKS_PER_MONTH)
        discounted += (reached - total) / (1 + fit.discount_rate) ** ((month - 0.5) / 12)
        total = reached
    return total, discounted


def _purchases(params, x, age, weeks):
    """Purchases of somebody who stays: the mean of (1 − (1 + p t/(α+T))^−(r+x)) / p over his
    probability to leave p ~ Beta(a, b + x), by Gauss-Jacobi quadrature."""
    r, alpha, a, b = params
    nodes, weight = roots_jacobi(NODES, b + x - 1, a - 1)
    leave = (nodes + 1) / 2
    bought = -np.expm1(-(r + x) * np.log1p(leave * weeks / (alpha + age))) / leave
    return float(weight @ bought / weight.sum())


def _spend(fit, sample):
    """Expected amount: the gamma-gamma model's mean between the customer's own and that of all."""
    p, q, gamma = (fit[name] for name in SPEND_PARAMETERS)
    mean = sample["mean"].fillna(0)
    return p * (gamma + sample["x"] * mean) / (p * sample["x"] + q - 1)


# Published parameters -------------------------------------------------------------------------


def _check_published(results, days):
    """Our fit of CDNOW's one-tenth sample, against the papers to the printed digits.

    The papers count purchases for nothing too.
    """
    from odoo.addons.crm_customer_insight.tools import lifetime

    histories = _histories(days[days["customer"].isin(_sample_codes())], "1997-09-30")
    grouped = lifetime.group(
        histories["x"], (7 * histories["t_x"]).round(), (7 * histories["age"]).round()
    )[0]
    fit = lifetime.fit_purchases(grouped)
    found = {
        name: f"{value:.3f}" for name, value in zip(PURCHASE_PARAMETERS, fit.params, strict=True)
    }
    found["LL"] = f"{_likelihood(fit.params, histories):.1f}"
    results.compare("CDNOW as published: purchases (BG/NBD)", PUBLISHED, found)
    spend = lifetime.fit_spend(histories["x"], histories["mean"])
    found = {
        name: f"{value:.2f}" for name, value in zip(SPEND_PARAMETERS, spend.params, strict=True)
    }
    results.compare("CDNOW as published: amounts (gamma-gamma)", PUBLISHED_SPEND, found)


def _sample_codes():
    """The customers of the published sample, by their numbers in the master file."""
    lines = data_file("lifetimes", "datasets", "CDNOW_sample.txt").read_text().splitlines()
    return {int(line.split()[0]) for line in lines if line.strip()}


def _likelihood(params, histories):
    """Log-likelihood of the BG/NBD model, term by term as the paper has it."""
    r, alpha, a, b = params
    x, t_x, age = (histories[name] for name in ("x", "t_x", "age"))
    first = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    second = gammaln(a + b) + gammaln(b + x) - gammaln(b) - gammaln(a + b + x)
    stays = -(r + x) * np.log(alpha + age)
    left = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + t_x)
    both = np.where(x > 0, np.logaddexp(stays, left), stays)
    return float((first + second + both).sum())
