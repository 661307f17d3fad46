"""The machines that were sold, at the customers who bought them: warranty, use, maintenance.

Campaigns sell machines later in the story: their chapter calls :func:`sold_since`.
"""

import random
from collections import Counter
from datetime import timedelta

from .customers import DEALERS
from .world import days_ago, get, remember

#: Models that are looked after; dealers keep theirs on the shelf.
MODELS = ("P200", "P300", "K50", "K90")
#: model: (operating hours a week, service every so many months, every so many hours)
CARE = {"K50": (38, 12, 4_000), "K90": (52, 12, 4_000)}
#: How many pumps of last year got seals that leak early, counted from the first.
RECALLED = 30


def build(env):
    chance = random.Random(31)
    for place in ("de", "cn"):
        company = get(env, f"company_{place}")
        assets = _from_orders(env(context={**env.context, "allowed_company_ids": company.ids}))
        _date_history(env, assets)
        _remember(env, assets, place)
        cared = assets.filtered(lambda one: one.product_id.default_code in CARE)
        _care(env, cared, chance)
    _longer_warranty(env)
    _recall(env)


def sold_since(env):
    """Assets of the machines that were sold after the chapter had been told."""
    lines = _machines(env)
    assets = env["crm.customer.asset"]
    known = assets.search([("sale_order_line_id", "in", lines.ids)])
    serials = _last_serials(assets.search([("company_id", "=", env.company.id)]))
    rest = lines - known.sale_order_line_id
    made = assets.create([row for line in rest for row in _pieces(line, serials)])
    _date_history(env, made)
    _care(env, made.filtered(lambda one: one.product_id.default_code in CARE), random.Random(5))
    return made


def _last_serials(assets):
    """``{(model, year): number}`` of the last one of what :func:`_pieces` counts."""
    last = Counter()
    for asset in assets:
        model, _dash, number = (asset.serial or "").partition("-")
        if model in MODELS and number.isdecimal() and len(number) == 5:
            key = model, int(number[:2])
            last[key] = max(last[key], int(number[2:]))
    return last


def _machines(env):
    """Lines of orders by which customers who use them themselves got machines, the oldest first."""
    lines = env["sale.order.line"].search(
        [
            ("product_id.default_code", "in", MODELS),
            ("order_id.state", "=", "sale"),
            ("order_id.date_order", "<", days_ago(env, 10)),
            ("order_id.company_id", "=", env.company.id),
        ],
        order="id",
    )
    dealers = {get(env, f"customer_{code}") for code in DEALERS}
    lines = lines.filtered(lambda line: line.order_id.partner_id not in dealers)
    return lines.sorted(lambda line: (line.order_id.date_order, line.id))


def _from_orders(env):
    """An asset for each machine delivered; those with serials of the stock are there already."""
    lines = _machines(env)
    assets = env["crm.customer.asset"]
    known = assets.search([("sale_order_line_id", "in", lines.ids)])
    for asset in known:
        asset.write({"contact_id": asset.partner_id.child_ids[-1:].id})
        asset.write(_dates(asset.sale_order_line_id))
    serials = Counter()
    rest = lines - known.sale_order_line_id
    made = assets.create([row for line in rest for row in _pieces(line, serials)])
    return known | made


def _pieces(line, serials):
    """Values of an asset for each piece of *line*, with serials counted by model and year."""
    code, customer = line.product_id.default_code, line.order_id.partner_id
    for _piece in range(int(line.product_uom_qty)):
        year = line.order_id.date_order.year % 100
        serials[code, year] += 1
        yield {
            "product_id": line.product_id.id,
            "serial": f"{code}-{year}{serials[code, year]:03}",
            "company_id": line.order_id.company_id.id,
            "partner_id": customer.id,
            "contact_id": customer.child_ids[-1:].id,
            "site_id": customer.id,
            "sale_order_line_id": line.id,
            **_dates(line),
        }


def _dates(line):
    delivered = line.order_id.date_order.date() + timedelta(days=3)
    return {
        "made_on": delivered - timedelta(days=40),
        "delivered_on": delivered,
        "installed_on": delivered + timedelta(days=8),
    }


def _date_history(env, assets):
    """Each asset's history begins with its delivery."""
    env.flush_all()
    env.cr.execute(
        """UPDATE crm_customer_asset_move m SET date_from = a.delivered_on
             FROM crm_customer_asset a WHERE a.id = m.asset_id AND a.id = ANY(%s)""",
        [assets.ids],
    )
    env.cr.execute(
        "UPDATE crm_customer_asset SET create_date = delivered_on WHERE id = ANY(%s)", [assets.ids]
    )
    env.invalidate_all()


def _remember(env, assets, place):
    """The oldest asset of each model, for the chapters that follow."""
    for model in MODELS:
        own = assets.filtered(lambda one, code=model: one.product_id.default_code == code)
        for number, asset in enumerate(own.sorted("delivered_on")):
            remember(env, f"asset_{place}_{model}_{number}", asset)


def _care(env, assets, chance):
    """Hours of use, read every quarter, and a plan; what was due was done."""
    meters = env["crm.customer.asset.meter"].create([{"asset_id": one.id} for one in assets])
    env["crm.customer.asset.reading"].create(
        [row for meter in meters for row in _readings(env, meter, chance)]
    )
    plans = env["crm.customer.asset.plan"].create([_plan(meter) for meter in meters])
    # Every sixth machine was forgotten last time: its service is due.
    done = [row for index, plan in enumerate(plans) for row in _done(env, plan, not index % 6)]
    env["crm.customer.asset.maintenance"].create(done)


def _readings(env, meter, chance):
    weekly = CARE[meter.asset_id.product_id.default_code][0]
    today, shown = env.cr.now().date(), 0.0
    day = meter.asset_id.installed_on + timedelta(days=60)
    while day < today:
        shown += weekly * 13 * chance.uniform(0.8, 1.2)
        yield {
            "meter_id": meter.id,
            "date": days_ago(env, (today - day).days),
            "value": round(shown),
        }
        day += timedelta(days=91)


def _plan(meter):
    _weekly, months, hours = CARE[meter.asset_id.product_id.default_code]
    return {
        "asset_id": meter.asset_id.id,
        "meter_id": meter.id,
        "name": "Yearly service",
        "every_months": months,
        "every_units": hours,
        "start_on": meter.asset_id.installed_on,
        "instructions": "<p>Change filter and oil separator, check the safety valve.</p>",
    }


def _done(env, plan, forgotten):
    """A service each year since the machine runs; the last one may still be to come."""
    last = env.cr.now().date() - timedelta(days=380 if forgotten else 20)
    day = plan.start_on + timedelta(days=360)
    while day < last:
        total = max(
            (one.total for one in plan.meter_id.reading_ids if one.date.date() <= day), default=0.0
        )
        yield {
            "asset_id": plan.asset_id.id,
            "plan_id": plan.id,
            "name": plan.name,
            "date": day,
            "total": total,
        }
        day += timedelta(days=365)


def _longer_warranty(env):
    """Solvana bought two more years for its first oil-free compressor."""
    asset = get(env, "asset_de_K90_0")
    env["crm.customer.asset.warranty"].create(
        {
            "asset_id": asset.id,
            "rule_id": get(env, "warranty_more").id,
            "date": asset.delivered_on,
        }
    )


def _recall(env):
    """A batch of pumps got seals that leak early: all owners are told, most are helped."""
    year = (env.cr.now().year - 1) % 100
    recall = env["crm.service.recall"].create(
        {
            "name": f"P200: seals of batch {year} leak early",
            "company_id": get(env, "company_de").id,
            "product_ids": [(4, get(env, "product_P200").id)],
            "serial_from": f"P200-{year}001",
            "serial_to": f"P200-{year}{RECALLED:03}",
            "user_id": get(env, "user_leader").id,
            "instructions": "<p>Replace the mechanical seal (S01); parts and labor are free.</p>",
        }
    )
    remember(env, "recall_seal", recall)
