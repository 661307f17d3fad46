"""States, rates and survival of ``crm_customer_insight`` equal what pandas computes.

Purchases come from the raw files, never from Odoo; the limits are those of the churn rules, and
the tiers, which are another part's figures, are taken as they stand. The survival curve is the
plain product over all losses, customer by customer.
"""

import itertools

import pandas as pd

STATES = (
    "state",
    "lost_date",
    "won_back_date",
    "first_lost_date",
    "survival_months",
    "survival_lost",
)


def check(env, results, source):
    """Compare every customer in every month, and what the page shows."""
    if "crm.customer.churn" not in env or not env["crm.customer.churn"].search_count([], limit=1):
        return
    limits = _limits(env)
    if limits is None:  # rules by tier: states then hang on figures that are not checked here
        return
    stored = _stored(env)
    history = _history(_purchases(source), limits)
    dates = pd.to_datetime(sorted(stored["date"].unique()))
    before = dates[0].replace(day=1) - pd.Timedelta(days=1)
    frames = [_states(history, limits, date) for date in [before, *dates]]
    truth = pd.concat([frame for frame in frames if len(frame)])
    _check_states(results, truth[truth["date"] != str(before.date())], stored)
    _check_rates(env, results, truth, stored)
    _check_survival(env, results, truth)


def _limits(env):
    """The rule of the company, or None if tiers have rules of their own."""
    rules = env["crm.churn.rule"]._for_companies(env.company)
    own = {rule.id for (company, _tier), rule in rules.items() if company == env.company.id}
    return rules[env.company.id, ""] if len(own) == 1 else None


def _stored(env):
    env.flush_all()
    env.cr.execute(
        """SELECT p.ref, c.month, c.date, c.state, c.previous_state, c.previous_tier, c.lost_date,
            c.won_back_date, c.first_lost_date, c.survival_months, c.survival_lost, c.risk
        FROM crm_customer_churn c JOIN res_partner p ON p.id = c.partner_id
        WHERE c.company_id = %s""",
        (env.company.id,),
    )
    names = [column.name for column in env.cr.description]
    frame = pd.DataFrame(env.cr.fetchall(), columns=names)
    return frame.astype({"date": str, "month": str})


def _purchases(source):
    """Customer and day of each receipt of more than nothing, in the shops' time zone."""
    table = source.table().select(["basket", "customer", "net", "moment"]).to_pandas()
    receipts = table.groupby("basket").agg({"customer": "first", "net": "sum", "moment": "first"})
    bought = receipts[receipts["net"] > 0]
    local = bought["moment"].dt.tz_localize("UTC").dt.tz_convert(source.timezone)
    days = local.dt.tz_localize(None).dt.normalize()
    pairs = pd.DataFrame({"ref": bought["customer"].astype(str), "day": days})
    return pairs.drop_duplicates().sort_values(["ref", "day"], ignore_index=True)


def _history(purchases, rule):
    """Each day of purchase with the limits that began on it."""
    groups = purchases.groupby("ref")["day"]
    frame = purchases.assign(
        first=groups.transform("min"), n=groups.cumcount() + 1, following=groups.shift(-1)
    )
    gap = (frame["day"] - frame["first"]).dt.days / (frame["n"] - 1).where(frame["n"] > 1)
    usual = gap.where(frame["n"] >= max(rule.rhythm_purchases, 2))
    frame["risk_limit"] = _limit(
        rule.count_by, usual, rule.risk_factor, rule.risk_floor_days, rule.at_risk_days
    )
    frame["lost_limit"] = _limit(
        rule.count_by, usual, rule.lost_factor, rule.lost_floor_days, rule.lost_days
    )
    frame["lost_on"] = frame["day"] + pd.to_timedelta(frame["lost_limit"] + 1, unit="D")
    return frame


def _limit(count_by, usual, factor, floor, days):
    own = (factor * usual // 1).clip(lower=floor)
    chosen = {
        "rhythm": own,
        "days": own * 0 + days,
        "first": own.clip(upper=days),
        "last": own.clip(lower=days),
    }[count_by]
    return chosen.where(usual.notna(), days).astype(int)


def _states(history, rule, date):
    """Everybody's state on a day, from what was known then."""
    known = history[history["day"] <= date]
    following = known["following"].where(known["following"] <= date)
    ended = following.fillna(date)
    losses = known[known["lost_on"] <= ended]
    returns = losses[following.reindex(losses.index).notna()]
    last = known.groupby("ref").tail(1).set_index("ref")
    frame = pd.DataFrame(
        {
            "date": str(date.date()),
            "first": last["first"],
            "silence": (date - last["day"]).dt.days,
            "risk_limit": last["risk_limit"],
            "lost_limit": last["lost_limit"],
            "lost_on": last["lost_on"],
        }
    )
    frame["first_lost_date"] = losses.groupby("ref")["lost_on"].min()
    frame["won_back_date"] = returns.groupby("ref")["following"].max()
    frame["state"] = [_state(row, rule, date) for row in frame.itertuples()]
    frame["lost_date"] = frame["lost_on"].where(frame["state"] == "lost")
    watched = [_watched(row, date) for row in frame.itertuples()]
    frame["survival_months"] = pd.array([months for months, _lost in watched], dtype="Int64")
    frame["survival_lost"] = [lost for _months, lost in watched]
    frame["risk"] = (frame["silence"] / (frame["lost_limit"] + 1)).clip(upper=1.0)
    return frame.reset_index()


def _state(row, rule, date):
    if row.silence > row.lost_limit:
        return "lost"
    if row.silence > row.risk_limit:
        return "at_risk"
    back = row.won_back_date
    if not pd.isna(back) and (date - back).days <= rule.won_back_days:
        return "won_back"
    return "active"


def _watched(row, date):
    """``(months, lost in them)``: a loss counts once the month begun with it is over."""
    full = _calendar(row.first, date) - (date.day < row.first.day)
    if pd.isna(row.first_lost_date):
        return full, False
    lost = row.first_lost_date
    begun = _calendar(row.first, lost) + (lost.day > row.first.day)
    return (begun, True) if begun <= full else (full, False)


def _calendar(start, end):
    return 12 * (end.year - start.year) + end.month - start.month


def _check_states(results, truth, stored):
    results.compare(
        "churn: state, losses, returns and months of each customer and month",
        _each(truth, lambda row: tuple(_text(getattr(row, name)) for name in STATES)),
        _each(stored, lambda row: tuple(_text(getattr(row, name)) for name in STATES)),
    )
    results.compare(
        "churn: risk of each customer and month",
        _each(truth, lambda row: float(row.risk)),
        _each(stored, lambda row: row.risk),
    )


def _each(frame, value):
    return {(row.ref, row.date): value(row) for row in frame.itertuples()}


def _text(value):
    """A date as text; nothing is an empty text."""
    if value is None or pd.isna(value):
        return ""
    return str(value.date()) if hasattr(value, "date") else str(value)


def _check_rates(env, results, truth, stored):
    """Rates of the page by month and tier, from the states of the month before."""
    months = env["crm.churn.page"].get_churn_page()["months"]
    shown = {
        (month["month"], tier): (cell["base"], cell["lost"], cell["gone_base"], cell["back"])
        for month in months
        for tier, cell in [("all", month), *month["tiers"].items()]
    }
    results.compare("churn: rates of the page by month and tier", _rates(truth, stored), shown)


def _rates(truth, stored):
    by_day = {date: rows.set_index("ref")["state"] for date, rows in truth.groupby("date")}
    days = sorted(by_day)
    tiers = stored.set_index(["ref", "date"])["previous_tier"].fillna("none")
    rates = {}
    for before, now in itertools.pairwise(days):
        pairs = pd.DataFrame({"before": by_day[before], "now": by_day[now]}).dropna()
        tier = [tiers[ref, now] for ref in pairs.index]
        month = f"{now[:7]}-01"
        rates[month, "all"] = _four(pairs)
        for name, rows in pairs.groupby(tier):
            rates[month, name] = _four(rows)
    return rates


def _four(pairs):
    there = pairs["before"] != "lost"
    return (
        int(there.sum()),
        int((there & (pairs["now"] == "lost")).sum()),
        int((~there).sum()),
        int((~there & (pairs["now"] != "lost")).sum()),
    )


def _check_survival(env, results, truth):
    """The curve of all customers, as the product over the months with losses."""
    curves = env["crm.churn.page"].get_churn_page()["survival"]
    shown = {
        point["months"]: (point["at_risk"], point["lost"], round(point["share"], 9))
        for curve in curves[:1]
        for point in curve["points"]
    }
    now = truth[truth["date"] == truth["date"].max()]
    lost, share, expected = now["survival_lost"], 1.0, {}
    for months in sorted(now["survival_months"].unique()):
        at_risk = int((now["survival_months"] >= months).sum())
        gone = int((lost & (now["survival_months"] == months)).sum())
        share *= 1 - gone / at_risk
        expected[int(months)] = (at_risk, gone, round(share, 9))
    results.compare("churn: survival curve of the page", expected if shown else {}, shown)
