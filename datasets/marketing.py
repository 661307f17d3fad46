"""The campaigns of a data set as campaigns of ``crm_campaign_roi`` (ROI-1, ROI-2).

From the plain tables of ``campaigns.py``: kinds, dates and phases, targets, coupons as material,
one wave each, redemptions as responses, the receipts on which coupons were redeemed as deals, and
what those coupons were worth as cost. Rows are written by statements whatever their number. What is
there stays as it is, also what somebody changed: a second run changes nothing.
"""

import base64
import io

from dateutil.relativedelta import relativedelta

from . import marketing_sql as sql

#: What is known about the source's types of campaigns.
KINDS = {
    "Type A": "Coupons by mail: each household gets sixteen, chosen by what it bought before.",
    "Type B": "Coupons by mail: each household addressed gets all coupons of the campaign.",
    "Type C": "Coupons by mail: each household addressed gets all coupons of the campaign.",
}
BRIEF = (
    "<p>%(targets)s households got coupons by mail, valid from %(start)s to %(end)s.</p>"
    "<p>Deals are the receipts on which coupons were redeemed. Cost is what the manufacturers'"
    " coupons were worth that are known to have been redeemed on them: manufacturers pay it."
    " What printing and mailing cost is not in the data; what the shop added to a coupon is not in"
    " the revenue.</p>"
    "<p>Who got coupons was chosen by what he had bought: households that got none are no random"
    " control group.</p>"
)
REDEEMED = {"code": "redeemed", "name": "Coupon redeemed", "sequence": 155}
COST_KIND = "Redeemed coupons"
WAVE = "Coupons by mail"


def plan(env, source):
    """Kind, dates, code and brief of each campaign, which then runs."""
    if not source.has_campaigns:
        return
    kinds = _kinds(env)
    counts = dict(env.execute_query(sql.target_counts()))
    for record, campaign in _campaigns(env, source):
        if record.phase == "draft":
            record.write(_plan(env, campaign, kinds, counts.get(record.id, 0)))
            record._set_phase("approved")
            record._set_phase("running")


def choose(env, source):
    """Targets: the households that the source says were addressed."""
    if source.has_campaigns:
        env.cr.execute(sql.insert_targets())


def print_coupons(env, source):
    """The coupons of each campaign with the products they are for, as approved material."""
    if not source.has_campaigns:
        return
    done = env["crm.campaign.material"].with_context(active_test=False).search([])
    for record, _campaign in _campaigns(env, source):
        if record not in done.campaign_ids:
            _print(env, record)


def send(env, source):
    """One wave to all targets on the first day; then the campaign is finished."""
    if not source.has_campaigns:
        return
    for record, _campaign in _campaigns(env, source):
        if record.phase != "running":
            continue
        wave = _wave(env, record)
        coupons = record.material_ids.current_id
        env.flush_all()
        env.cr.execute(sql.insert_deliveries(wave.id, coupons.id or None, source.timezone))
        record._set_phase("finished")
        # Letters of the past are news for the ledger, which goes on where it was.
        letters = env["crm.touchpoint.fill"].search([("provider", "=", "campaign_letter")])
        letters.write({"watermark": False, "last_id": 0})


def redeem(env, source):
    """Redemptions: responses, deals with their link log, and the coupons' worth as cost."""
    if not source.has_campaigns:
        return
    kind = env["crm.campaign.response.kind"]
    kind = kind.search([("code", "=", REDEEMED["code"])]) or kind.create(REDEEMED)
    spent = env["crm.campaign.cost.kind"]
    spent = spent.search([("name", "=", COST_KIND)]) or spent.create({"name": COST_KIND})
    env.flush_all()
    for statement in sql.find_receipts(source.timezone):
        env.cr.execute(statement)
    for model, statement in sql.LINKS.items():
        env["crm.campaign.link"]._log(model, env.execute_query(statement))
    env.cr.execute(sql.insert_responses(kind.id, env.uid, source.timezone))
    env.cr.execute(sql.insert_costs(spent.id, env.uid))
    env.invalidate_all()


def window_months(start, end):
    """The fewest whole months from *start* that *end* lies within.

    >>> from datetime import date
    >>> window_months(date(2017, 3, 3), date(2017, 4, 2)), window_months(
    ...     date(2017, 3, 3), date(2017, 4, 3))
    (1, 2)
    """
    months = 1
    while start + relativedelta(months=months, days=-1) < end:
        months += 1
    return months


def code(campaign):
    """What links a receipt to its campaign in the log.

    >>> from datasets.sources.base import Campaign
    >>> code(Campaign(7, "Type B", None, None))
    'CJ-07'
    """
    return f"CJ-{campaign.code:02}"


def _campaigns(env, source):
    """[(record, campaign of the source)]"""
    ids = dict(env.execute_query(sql.campaign_ids()))
    model = env["utm.campaign"]
    return [(model.browse(ids[each.code]), each) for each in source.campaigns()]


def _kinds(env):
    """{type of the source: id of the kind}, made when missing."""
    model = env["crm.campaign.kind"]
    return {
        name: (
            model.search([("name", "=", name)])
            or model.create({"name": name, "description": text, "window_months": 2})
        ).id
        for name, text in KINDS.items()
    }


def _plan(env, campaign, kinds, targets):
    start, end = campaign.start, campaign.end
    return {
        "kind_id": kinds[campaign.kind],
        "user_id": env.ref("base.user_admin").id,
        "company_id": env.company.id,
        "code": code(campaign),
        "date_start": start,
        "date_end": end,
        "date_published": start,
        "window_months": window_months(start, end),
        "basis": "invoiced",
        "brief": BRIEF % {"targets": f"{targets:,}", "start": start, "end": end},
    }


def _print(env, record):
    """A workbook of the coupons, made by the loader and approved by the administrator."""
    rows = env.execute_query(sql.coupons(record.id))
    if not rows:
        return
    material = env["crm.campaign.material"].create(
        {
            "name": f"Coupons of {record.name}",
            "kind": "print",
            "company_id": record.company_id.id,
            "campaign_ids": [(4, record.id)],
            "description": f"{len({row[0] for row in rows})} coupons and the products they are for",
        }
    )
    version = env["crm.campaign.material.version"].create(
        {
            "material_id": material.id,
            "name": f"{record.name.lower().replace(' ', '-')}-coupons.xlsx",
            "file": base64.b64encode(_workbook(rows)),
        }
    )
    version.with_user(env.ref("base.user_admin")).action_approve()


def _workbook(rows):
    """An Excel file of *rows* (coupon, product, name of the product)."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Coupons")
    sheet.append(["Coupon", "Product", "Name"])
    for coupon, product, name in rows:
        sheet.append([str(coupon), product, name or "Not sold"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _wave(env, record):
    """The campaign's wave, which is over."""
    wave = record.wave_ids.filtered(lambda each: each.name == WAVE)
    if not wave:
        wave = record.wave_ids.create(
            {
                "name": WAVE,
                "campaign_id": record.id,
                "method": "letter",
                "subject": f"Coupons of {record.name}",
                "body_html": "<p>The coupons, see the material.</p>",
                "user_id": record.user_id.id,
                "date_planned": record.date_start,
            }
        )
        wave.material_use_ids = [(0, 0, {"material_id": one.id}) for one in record.material_ids]
    if wave.state == "draft":
        wave._move("running")
        wave._move("done")
    return wave
