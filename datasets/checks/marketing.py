"""Campaigns as ``crm_campaign_roi`` shows them equal what pandas computes from the raw files."""

from .marketing_truth import Campaigns

FIGURES = ("revenue", "profit")
#: Place of the estimates in what the page *Uplift* shows.
BEFORE_AFTER, OTHERS = 0, 2


def check(env, results, source):
    """Compare counts, response, return and uplift by campaign and by type."""
    if not source.has_campaigns or "crm.campaign.target" not in env:
        return
    truth = Campaigns(source.part, source.timezone)
    records = _records(env)
    _check_plan(results, truth, records)
    _check_figures(results, truth, records)
    _check_kinds(env, results, truth)
    _check_uplift(results, truth, records)
    _check_uplift_of_kinds(results, truth, records)


def _records(env):
    """{number in the source: campaign}"""
    env.cr.execute("SELECT campaign_code, campaign_id FROM dataset_campaign ORDER BY 1")
    return {code: env["utm.campaign"].browse(key) for code, key in env.cr.fetchall()}


def _check_plan(results, truth, records):
    table = truth.campaigns
    expected = {
        code: (row.kind, row.start.date(), row.end.date(), row.window_end.date(), "finished")
        for code, row in zip(table.index, table.itertuples(), strict=True)
    }
    actual = {
        code: (one.kind_id.name, one.window_start, one.date_end, one.window_end, one.phase)
        for code, one in records.items()
    }
    results.compare("campaigns in Odoo: type, dates, window, phase", expected, actual)


def _check_figures(results, truth, records):
    expected = truth.figures()
    cents = {code: {**row, "profit": round(row["profit"], 2)} for code, row in expected.items()}
    actual = {code: _figures(one) for code, one in records.items()}
    for name in next(iter(expected.values())):
        results.compare(
            f"campaigns in Odoo: {name}",
            {code: row[name] for code, row in cents.items()},
            {code: row[name] for code, row in actual.items()},
        )
    results.compare(
        "campaigns in Odoo: response rate", _each(_rate, expected), _each(_rate, actual)
    )
    returns = {
        code: None if one.return_word else one.campaign_return for code, one in records.items()
    }
    results.compare("campaigns in Odoo: return (%)", _each(_return, expected), returns)
    funnel = {code: _funnel(one) for code, one in records.items()}
    shown = {code: (row["targets"], row["responded"]) for code, row in expected.items()}
    results.compare("return page: sent, responded", shown, funnel)


def _figures(campaign):
    """What the form of a campaign says, amounts in whole cents."""
    redeemed = campaign.response_ids.filtered(lambda one: one.kind_id.code == "redeemed")
    return {
        "targets": campaign.target_count,
        "redemptions": len(redeemed),
        "responded": campaign.response_count,
        "cost": campaign.cost_actual,
        "revenue": campaign.revenue,
        "profit": campaign.gross_profit,
        "deals": campaign.deal_count,
    }


def _funnel(campaign):
    steps = {step["code"]: step["count"] for step in campaign._person_steps()}
    return steps.get("sent", 0), steps.get("responded", 0)


def _check_kinds(env, results, truth):
    """The screen *Comparison*, by type."""
    expected = truth.by_kind()
    names = ["cost", "revenue", "profit", "deals", "targets", "responded"]
    measures = [f"{name}:sum" for name in names]
    measures += ["campaign_return:avg", "response_rate:avg"]
    rows = {
        kind.name: dict(zip([*names, "return", "rate"], values, strict=True))
        for kind, *values in env["crm.campaign.return.report"]._read_group(
            [("campaign_id", "in", _ids(env))], ["kind_id"], measures
        )
    }
    for name in names:
        results.compare(
            f"comparison by type: {name}",
            {kind: row[name] or 0 for kind, row in expected.items()},
            {kind: row[name] or 0 for kind, row in rows.items()},
        )
    for title, rule, name in (("return (%)", _return, "return"), ("response rate", _rate, "rate")):
        # an empty ratio comes as False
        shown = {kind: None if row[name] is False else row[name] for kind, row in rows.items()}
        scale = 100 if name == "rate" else 1
        wanted = {kind: value and scale * value for kind, value in _each(rule, expected).items()}
        results.compare(f"comparison by type: {title}", wanted, shown)


def _ids(env):
    return [one.id for one in _records(env).values()]


def _check_uplift(results, truth, records):
    """The page *Uplift* of each campaign; its warning that nobody was drawn by lot."""
    expected, actual, warned = {}, {}, {}
    for code, campaign in records.items():
        page = campaign.get_campaign_uplift()
        warned[code] = page.get("control") is not True
        for figure in FIGURES:
            for place, name in ((BEFORE_AFTER, "before and after"), (OTHERS, "others")):
                key = f"{code}, {figure}, {name}"
                found = page["estimates"][place]["figures"] if page["window"] else {}
                _add(actual, key, found.get(figure))
            _put(expected, f"{code}, {figure}, others", truth.against_others([code], figure))
            before = truth.before_after(code, figure)
            _put(expected, f"{code}, {figure}, before and after", before)
    results.compare("uplift by campaign: per household, interval", expected, actual)
    results.compare("uplift by campaign: no random control group", dict.fromkeys(records, True),
                    warned)  # fmt: skip


def _check_uplift_of_kinds(results, truth, records):
    expected, actual = {}, {}
    for kind in sorted(set(truth.campaigns.kind)):
        codes = truth.of_kind(kind)
        page = records[codes[0]].get_kind_uplift() if codes else {"estimates": [{}, {}]}
        for figure in FIGURES:
            found = page["estimates"][1].get("figures", {}).get(figure)
            _add(actual, f"{kind}, {figure}", found)
            _put(expected, f"{kind}, {figure}", truth.against_others(codes, figure))
    results.compare("uplift by type: per household, interval", expected, actual)


def _add(values, key, found):
    """What Odoo found, as :func:`_put` puts it."""
    names = ("per_person", "low", "high")
    _put(values, key, found and [found[name] for name in names])


def _put(values, key, found):
    """A value of its own for each end of the interval, so that noise of fractions is allowed."""
    for name, value in zip(("mean", "low", "high"), found or [None] * 3, strict=True):
        values[f"{key}, {name}"] = value


def _each(rule, rows):
    return {key: rule(row) for key, row in rows.items()}


def _rate(row):
    return row["responded"] / row["targets"] if row["targets"] else None


def _return(row):
    """In percent; None where a number would mislead."""
    sensible = row["cost"] > 0 and row["deals"] and row["profit"] >= 0
    return 100 * row["profit"] / row["cost"] if sensible else None
