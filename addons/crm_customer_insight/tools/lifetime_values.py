"""Life-time values of a company's customers from their purchase histories (ROI-3).

Gathered histories (arrays) and rules in, fitted models and values per customer out. The models
are those of :mod:`.lifetime`. Unknown numbers are nan.
"""

from dataclasses import dataclass, field

import numpy as np

from . import lifetime as model

DAYS_PER_WEEK = 7
#: Share of the revenue whose product cost must be known for values in margin.
COSTED_SHARE = 0.5
#: Hold-outs of fewer days say nothing.
LEAST_HOLDOUT = 28
MOST_HOLDOUT = 365
#: Key of the fit of all customers together.
ALL = -1


@dataclass(frozen=True)
class Rules:
    """How values are computed.

    :param months: horizon
    :param rate: discount rate a year
    :param minimum: customers below which nothing is estimated
    :param basis: ``margin`` or ``revenue``
    :param holdout: days of the hold-out, 0: none
    """

    months: int = 36
    rate: float = 0.1
    minimum: int = 50
    basis: str = "margin"
    holdout: int = 0


@dataclass(frozen=True)
class Estimate:
    """What was estimated for a segment.

    ``params`` and ``spend_params`` are those used: of this data or, where it did not converge,
    the last good ones (``kept``). ``check`` is how well the model foretold the hold-out.
    """

    key: int
    customers: int
    repeaters: int
    fit: model.Fit
    spend_fit: model.Fit
    params: tuple = ()
    spend_params: tuple = ()
    kept: bool = False
    usual_spend: float = None
    correlation: float = None
    basis: str = "revenue"
    margin_rate: float = None
    check: dict = field(default_factory=dict)


def holdout_days(days):
    """Days of the hold-out of a history of so many days: half of it, a year at most; else 0."""
    half = min((days + 1) // 2, MOST_HOLDOUT)
    return half if half >= LEAST_HOLDOUT else 0


def evaluate(columns, rules, last_good=None):
    """Estimate the models of all segments and the values of all customers.

    :param columns: ``{name: array}`` of ``report.lifetime.histories``
    :param last_good: ``{segment key: (params, spend params)}`` of earlier fits
    :return: ``(estimates, values)``; values are ``{name: array}``, nan where the customer's
        segment and all customers together have no model. ``segment`` is the key of the model used
    """
    last_good = last_good or {}
    whole = np.ones(len(columns["x"]), dtype=bool)
    estimates, values = [], _no_values(len(whole))
    for key, chosen in [(ALL, whole), *_segments(columns["segment"], rules.minimum)]:
        part = {name: column[chosen] for name, column in columns.items()}
        estimate = estimate_segment(key, part, rules, last_good.get(key))
        estimates.append(estimate)
        if estimate.params:
            for name, column in value_customers(part, estimate, rules).items():
                values[name][chosen] = column
            values["segment"][chosen] = key
    return estimates, values


VALUES = (
    "p_alive",
    "expected_purchases",
    "expected_spend",
    "margin_rate",
    "expected_value",
    "segment",
)


def _no_values(count):
    return {name: np.full(count, np.nan) for name in VALUES}


def _segments(keys, minimum):
    """Segments with enough customers, each with its rows; the others use the fit of all."""
    found, counts = np.unique(keys, return_counts=True)
    if len(found) < 2:
        return
    for key, count in zip(found, counts, strict=True):
        if key != ALL and count >= minimum:
            yield int(key), keys == key


def estimate_segment(key, part, rules, last_good=None):
    """Fit both models to the customers of a segment and check them against a hold-out."""
    histories, _place = model.group(part["x"], part["last"], part["age"])
    fit = model.fit_purchases(histories, rules.minimum)
    spend_fit = model.fit_spend(part["x"], part["mean"], minimum=2)
    params = fit.params if fit.converged else ()
    spend_params = spend_fit.params if spend_fit.converged else ()
    kept = not params and bool(last_good and last_good[0]) and fit.problem == "not_converged"
    if kept:
        params, spend_params = last_good[0], spend_params or last_good[1]
    basis, margin_rate = _margin(part, rules)
    return Estimate(
        key=key,
        customers=len(part["x"]),
        repeaters=int((part["x"] > 0).sum()),
        fit=fit,
        spend_fit=spend_fit,
        params=params,
        spend_params=spend_params,
        kept=kept,
        usual_spend=_usual_spend(part, spend_params),
        correlation=model.correlation(part["x"], part["mean"]),
        basis=basis,
        margin_rate=margin_rate,
        check=check_holdout(part, rules) if params else {},
    )


def _usual_spend(part, spend_params):
    """Mean amount per purchase by the model, else of all purchases there were."""
    if spend_params:
        return model.usual_spend(spend_params)
    bought = (part["x"] + 1).sum()
    return float(part["gross"].sum() / bought) if bought else None


def _margin(part, rules):
    """``(basis, share of the amount of purchases that is gain)`` of all customers together.

    Credit notes lower it. Without enough known costs values are revenue.
    """
    gross, net, costed = (float(part[name].sum()) for name in ("gross", "net", "costed"))
    kept = net / gross if gross else 1.0
    if rules.basis != "margin" or net <= 0 or costed < COSTED_SHARE * net:
        return "revenue", kept
    return "margin", kept * (1 - float(part["cost"].sum()) / costed)


def _own_margin(part, estimate):
    """The same of each customer, as if he had made one more usual purchase at the usual rate.

    So a single purchase does not decide, and many do.
    """
    usual = estimate.usual_spend or 0.0
    gross, net = part["gross"] + usual, part["net"]
    gain = net
    if estimate.basis == "margin":
        known = np.divide(
            part["cost"], part["costed"], out=np.zeros_like(net), where=part["costed"] > 0
        )
        gain = np.where(part["costed"] > 0, net * (1 - known), net * estimate.margin_rate)
    rate = np.divide(
        gain + usual * estimate.margin_rate, gross, out=np.zeros_like(gross), where=gross > 0
    )
    return np.clip(rate, -1, 1)


def value_customers(part, estimate, rules):
    """Probability, purchases, amount and discounted value of each customer of a segment."""
    x, last, age = part["x"], part["last"] / DAYS_PER_WEEK, part["age"] / DAYS_PER_WEEK
    purchases, discounted = model.purchases_ahead(
        estimate.params, x, last, age, rules.months, rules.rate
    )
    if estimate.spend_params:
        spend = model.expected_spend(estimate.spend_params, x, part["mean"])
    else:
        spend = np.full(len(x), estimate.usual_spend)
    rate = _own_margin(part, estimate)
    return {
        "p_alive": model.alive_probability(estimate.params, x, last, age),
        "expected_purchases": purchases,
        "expected_spend": spend,
        "margin_rate": rate,
        "expected_value": discounted * spend * rate,
    }


def check_holdout(part, rules):
    """How well a model of the time before the cut foretells the purchases after it.

    :return: ``{}`` without enough customers before the cut; else errors of the model and of the
        naive guess (everybody goes on as before), means by earlier purchases, and parameters
    """
    known = part["age_before"] >= 0
    if not rules.holdout or not known.any():
        return {}
    before = [part[name][known] for name in ("x_before", "last_before", "age_before")]
    fit = model.fit_purchases(model.group(*before)[0], rules.minimum)
    if not fit.converged:
        return {}
    x, last, age = before[0], before[1] / DAYS_PER_WEEK, before[2] / DAYS_PER_WEEK
    weeks = rules.holdout / DAYS_PER_WEEK
    actual = part["after"][known]
    expected = model.expected_purchases(fit.params, x, last, age, weeks)
    naive = model.naive_purchases(x, age, weeks)
    return {
        "params": fit.params,
        "customers": int(known.sum()),
        "weeks": weeks,
        "model": model.errors(actual, expected),
        "naive": model.errors(actual, naive),
        "bins": model.holdout_bins(x, actual, expected, naive),
    }


#: Columns of the table that contracts have none of.
OF_PURCHASES = ("fit_id", "expected_purchases", "recency_weeks", "age_weeks", "silence_weeks")


def with_contracts(rows, partners, monthly, retention, usual_margin, rules):
    """Give customers with running contracts their value by margin × retention.

    :param rows: ``{column: array}`` of the customers who bought; the result has all
    :param partners: customers with running contracts, *monthly* what they pay a month
    :param retention: probability a year that a contract goes on; ``None``: rows stay as they are
    :param usual_margin: gain per amount of who never bought
    """
    if retention is None or not len(partners):
        return rows
    new = ~np.isin(partners, rows["partner_id"])
    rows = {name: _extended(column, int(new.sum())) for name, column in rows.items()}
    rows["partner_id"][len(rows["partner_id"]) - new.sum() :] = partners[new]
    place = {partner: row for row, partner in enumerate(rows["partner_id"].tolist())}
    at = np.array([place[partner] for partner in partners.tolist()])
    margin = rows["margin_rate"][at]
    rows["margin_rate"][at] = margin = np.where(np.isnan(margin), usual_margin, margin)
    rows["model"][at] = "contract"
    rows["p_alive"][at] = 1.0
    rows["expected_spend"][at] = monthly
    value = model.retention_value(1.0, retention, rules.rate, rules.months)
    rows["expected_value"][at] = monthly * margin * value
    for name in OF_PURCHASES:
        rows[name][at] = np.nan
    return rows


def _extended(column, count):
    """The column with so many unknown values more."""
    if column.dtype.kind == "f":
        return np.append(column, np.full(count, np.nan))
    return np.append(column, np.zeros(count, dtype=column.dtype))
