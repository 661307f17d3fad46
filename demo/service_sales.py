"""Selling in service: what a model needs, and what was sold from requests (SVC-L4).

Orders are made, confirmed, delivered, billed and paid as any others are.
"""

import random
from datetime import timedelta

from . import history
from .clock import at
from .world import days_ago, get, remember

#: model: [(what is sold, kind, quantity)]; without a model: for all of them
PARTS = {
    "P200": [("S01", "part", 1), ("S02", "part", 1), ("S03", "part", 1)],
    "P300": [("S04", "consumable", 2)],
    "K50": [("S05", "part", 1), ("S04", "consumable", 2)],
    "K90": [("S05", "part", 1), ("S04", "consumable", 2), ("D03", "add_on", 1)],
    None: [("D02", "labor", 2)],
}
#: cause of a request: what is sold to help
BASKETS = {
    "seal": [("S01", "part", 1), ("D02", "labor", 1)],
    "dry": [("S03", "part", 1), ("S02", "part", 1), ("D02", "labor", 2)],
    "control": [("S05", "part", 1), ("D02", "labor", 1)],
    "wear": [("S04", "consumable", 2), ("D02", "labor", 2)],
}
#: Quotations that are open today: (cause, discount %)
OPEN = [("seal", 0), ("dry", 12)]
#: One of so many such requests ends in an order.
EVERY = 2


def build(env):
    for model, rows in PARTS.items():
        _parts_list(env, model, rows)
    company = get(env, "company_de")
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    orders = _sold(env)
    after_sale(env, orders)
    _offered(env)


def _parts_list(env, model, rows):
    template = get(env, f"product_{model}").product_tmpl_id if model else None
    env["crm.service.part"].create(
        [
            {
                "model_tmpl_id": template and template.id,
                "product_id": get(env, f"product_{code}").id,
                "kind": kind,
                "quantity": quantity,
                "currency_id": env.ref("base.EUR").id,
            }
            for code, kind, quantity in rows
        ]
    )


def _matters(env, cause, states):
    domain = [
        ("company_id", "=", get(env, "company_de").id),
        ("cause_id", "=", get(env, f"cause_{cause}").id),
        ("asset_id", "!=", False),
        ("state", "in", states),
        ("proactive", "=", False),
    ]
    return env["crm.service.request"].search(domain, order="id")


def sell(request, basket, discount=0):
    """Quotation of *basket* from *request*, by the colleague who may sell."""
    seller = get(request.env, "user_service_sales")
    wanted = [
        {
            "product_id": get(request.env, f"product_{code}").id,
            "kind": kind,
            "quantity": quantity,
            "discount": discount,
            "credit": 0,
        }
        for code, kind, quantity in basket
    ]
    return request.with_user(seller)._sell(wanted)


def confirm(request, order):
    """The customer says yes on the telephone."""
    seller = get(request.env, "user_service_sales")
    request.with_user(seller).confirm_by_phone(order.id)


def _sold(env):
    """Half of the repairs of the year: quotation, and the customer's word half an hour later."""
    orders = env["sale.order"]
    for cause, basket in BASKETS.items():
        for request in _matters(env, cause, ["closed"])[::EVERY]:
            with at(request.date_solved - timedelta(hours=1)):
                order = sell(request, basket)
                _approve(order)
            with at(request.date_solved - timedelta(minutes=30)):
                confirm(request, order)
            orders |= order
    return orders.with_env(env)


def _approve(order):
    """More than the list gives for free is decided by the leader."""
    leader = get(order.env, "user_leader")
    for approval in order.service_approval_ids.filtered(lambda one: one.state == "waiting"):
        approval.with_user(leader).decide("approved", "The fault is ours.")


def after_sale(env, orders):
    """Delivered, billed and paid as all orders of the story."""
    dates = {order.id: order.date_order for order in orders}
    history._deliver(env, orders)
    invoices = history._invoice(env, orders.filtered(lambda one: one.amount_total > 0))
    history._pay(env, invoices, random.Random(12))
    env.flush_all()
    env.cr.execute(
        "UPDATE sale_order SET create_date = date_order WHERE id = ANY(%s)", [list(dates)]
    )
    env.invalidate_all()


def _offered(env):
    """Quotations of these days: one is with the customer, one waits for an approval."""
    for number, (cause, discount) in enumerate(OPEN):
        request = _matters(env, cause, ["open", "customer", "new", "solved"])[-1:]
        if not request:
            continue
        with at(max(days_ago(env, 1, 9), request.date_open + timedelta(minutes=20))):
            order = sell(request, BASKETS[cause], discount)
        remember(env, f"service_quotation_{number}", order)
