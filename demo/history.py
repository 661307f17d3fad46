"""Two years of orders, deliveries, invoices and payments, by the habit of each customer.

Everything goes through Odoo's own methods, in batches; afterwards the dates are set back to the
day the story tells. A seeded generator makes the same story each time.
"""

import random
from collections import Counter
from datetime import timedelta
from math import ceil

from .catalog import price_in
from .customers import BUSINESSES, DEALERS, HOUSEHOLDS_CN, HOUSEHOLDS_DE
from .world import days_ago, get, remember

DAYS = 730
#: habit: (days between orders, from day, to day (days before today), baskets, discount %)
HABITS = {
    "dealer_large": [(24, DAYS, 3, ("resale_large",), 0)],
    "dealer_steady": [(38, DAYS, 9, ("resale",), 0)],
    "dealer_growing": [(60, DAYS, 365, ("resale",), 0), (26, 364, 4, ("resale",), 0)],
    "dealer_declining": [(30, DAYS, 365, ("resale",), 0), (95, 364, 80, ("parts",), 0)],
    "key_account": [(40, DAYS, 6, ("plant_large", "plant_large", "parts", "service"), 5)],
    "growing": [(90, DAYS, 365, ("parts",), 0), (40, 364, 8, ("plant", "parts"), 0)],
    "mature": [(58, DAYS, 12, ("parts", "service", "plant_small"), 0)],
    "declining": [(45, DAYS, 365, ("plant", "parts"), 0), (120, 364, 70, ("parts",), 0)],
    "seasonal": [(120, DAYS, 30, ("plant_small", "parts"), 0)],
    "loss_maker": [(42, DAYS, 10, ("below_cost",), 40)],
    "new": [(25, 80, 5, ("plant_small", "parts"), 0)],
    "lost": [(50, DAYS, 420, ("plant", "parts"), 0)],
    "won_back": [(50, DAYS, 560, ("plant_small",), 0), (30, 75, 7, ("plant_small", "parts"), 0)],
    "household": [(310, 700, 20, ("household",), 0)],
}
#: basket: [(product, least and most quantity)]
BASKETS = {
    "resale_large": [("P100", 12, 30), ("P300", 4, 12), ("S01", 20, 50), ("K10", 2, 6)],
    "resale": [("P100", 5, 15), ("S01", 8, 20), ("S04", 20, 60)],
    "plant": [("P200", 1, 3), ("K50", 0, 1), ("S05", 1, 2), ("D04", 1, 1)],
    "plant_large": [("P200", 3, 6), ("K50", 0, 2), ("S05", 2, 4), ("D04", 1, 2)],
    "plant_small": [("P200", 1, 1), ("S01", 1, 4), ("D04", 1, 1)],
    "parts": [("S01", 2, 8), ("S02", 1, 4), ("S03", 2, 6), ("D04", 1, 1)],
    "service": [("D01", 1, 1), ("D02", 2, 8)],
    "below_cost": [("S03", 1, 3), ("D02", 2, 5), ("D04", 1, 1)],
    "household": [("P300", 1, 1), ("S04", 0, 3)],
    "machine": [("K90", 1, 1), ("D02", 4, 8)],
}
#: Machines with serial numbers: customer, days before today
MACHINES = [
    ("chemie", 505), ("chemie", 318), ("klinik", 26), ("hafen", 410),
    ("chip_cn", 640), ("chip_cn", 402), ("chip_cn", 64), ("kliniken_cn", 230),
]  # fmt: skip


def build(env):
    chance = random.Random(20)
    for place in ("de", "cn"):
        _build_company(env, get(env, f"company_{place}"), place, chance)


def _build_company(env, company, place, chance):
    env = env(context={**env.context, "allowed_company_ids": company.ids})
    plans = [
        (code, days, basket, discount)
        for code, habit in _buyers(place)
        for days, basket, discount in _plan(habit, chance)
    ]
    plans += [(code, days, "machine", 0) for code, days in MACHINES if _place_of(code) == place]
    orders = env["sale.order"].create([_order(env, company, *plan, chance) for plan in plans])
    moments = [days_ago(env, days, 8 + index % 8) for index, (_c, days, *_r) in enumerate(plans)]
    _stock_up(env, orders)
    _confirm(env, orders.filtered("order_line"))
    for order, moment in zip(orders, moments, strict=True):
        order.date_order = moment
    _know_sizes(env)
    _deliver(env, orders)
    invoices = _invoice(env, orders)
    _know_sizes(env)
    _pay(env, invoices, chance)
    _refund(env, company, invoices, place)
    env.cr.execute(
        "UPDATE sale_order SET create_date = date_order WHERE id = ANY(%s)", [orders.ids]
    )


def _buyers(place):
    for code, row in {**DEALERS, **BUSINESSES}.items():
        if _place_of(code) == place:
            yield code, row[6]
    names = HOUSEHOLDS_DE if place == "de" else HOUSEHOLDS_CN
    for index in range(len(names)):
        yield f"house_{place}_{index}", "household"


def _place_of(code):
    """Company that sells to a dealer or business."""
    return "cn" if {**DEALERS, **BUSINESSES}[code][7] == "sales_cn" else "de"


def _plan(habit, chance):
    """(days before today, basket, discount) of each order of a customer with this habit."""
    for every, start, end, baskets, discount in HABITS[habit]:
        day = start - chance.randint(0, every // 2)
        while day >= end:
            yield day, chance.choice(baskets), discount
            day -= max(3, round(every * chance.uniform(0.7, 1.3)))


def _order(env, company, code, days, basket, discount, chance):
    partner = get(env, f"customer_{code}")
    date = days_ago(env, days).date()
    discount = discount or (18 if code in DEALERS else 0)
    lines = []
    for product_code, least, most in BASKETS[basket]:
        quantity = chance.randint(least, most)
        if quantity:
            lines.append((0, 0, _line(env, company, product_code, quantity, discount, date)))
    return {
        "partner_id": partner.id,
        "company_id": company.id,
        "user_id": partner.user_id.id,
        "team_id": partner.user_id.crm_team_ids[:1].id,
        "date_order": days_ago(env, days),
        "order_line": lines,
    }


def _line(env, company, product_code, quantity, discount, date):
    product = get(env, f"product_{product_code}")
    price = price_in(env, product.list_price, company, date)
    return {
        "product_id": product.id,
        "product_uom_qty": quantity,
        "price_unit": price,
        "discount": discount,
        "tax_ids": [(5,)],
    }


def _confirm(env, orders):
    """A few first: for empty tables the database looks for each order's delivery in all moves."""
    for part in (orders[:20], orders[20:]):
        part.action_confirm()
        _know_sizes(env)


def _stock_up(env, orders):
    """Fill the warehouse with what will be ordered and a fifth more, counted two years ago.

    Then confirming the orders reserves their goods, all in one batch.
    """
    if "stock.quant" not in env:
        return
    wanted = Counter()
    for line in orders.order_line.filtered("product_id.is_storable"):
        wanted[line.product_id] += line.product_uom_qty
    own = [("company_id", "=", env.company.id)]
    warehouse = env["stock.warehouse"].search(own, limit=1)
    counts = env["stock.quant"].create(
        [
            {
                "product_id": product.id,
                "location_id": warehouse.lot_stock_id.id,
                "inventory_quantity": number,
                "lot_id": lot,
            }
            for product, quantity in wanted.items()
            for number, lot in _counted(env, product, ceil(quantity * 1.2))
        ]
    )
    counts.action_apply_inventory()
    moves = env["stock.move"].search([("is_inventory", "=", True), *own])
    moves.write({"date": days_ago(env, DAYS + 30)})
    moves.move_line_ids.write({"date": days_ago(env, DAYS + 30)})


def _counted(env, product, quantity):
    """(number, serial) of each row of the count: one row per piece that has a serial number."""
    if product.tracking != "serial":
        return [(quantity, False)]
    first = 1001 if env.company == get(env, "company_de") else 5001
    lots = env["stock.lot"].create(
        [
            {"name": f"{product.default_code}-{first + piece}", "product_id": product.id}
            for piece in range(quantity)
        ]
    )
    return [(1, lot.id) for lot in lots]


def _deliver(env, orders):
    """Deliver what is older than ten days; younger orders are on their way.

    All deliveries are done at once and dated afterwards: one by one they took a minute.
    """
    if "picking_ids" not in orders._fields:
        return
    limit = days_ago(env, 10)
    old = orders.filtered(lambda order: order.date_order < limit)
    pickings = old.picking_ids.with_context(skip_sms=True)  # nobody is to be messaged
    pickings.move_ids.picked = True
    pickings._action_done()
    env.flush_all()
    env.cr.execute(
        """UPDATE stock_picking p SET date_done = o.date_order + interval '3 days'
             FROM sale_order o WHERE o.id = p.sale_id AND p.id = ANY(%s)""",
        [pickings.ids],
    )
    env.cr.execute(
        "UPDATE stock_move m SET date = p.date_done FROM stock_picking p "
        "WHERE p.id = m.picking_id AND p.id = ANY(%s)",
        [pickings.ids],
    )
    env.cr.execute(
        "UPDATE stock_move_line l SET date = p.date_done FROM stock_picking p "
        "WHERE p.id = l.picking_id AND p.id = ANY(%s)",
        [pickings.ids],
    )
    env.invalidate_all()


def _invoice(env, orders):
    """Invoice all orders, each four days after its order, and post them in the order of dates."""
    invoices = orders._create_invoices(grouped=True)
    today = env.cr.now().date()
    dates = {}
    for invoice in invoices:
        ordered = invoice.line_ids.sale_line_ids.order_id[:1].date_order
        dates[invoice.id] = min((ordered + timedelta(days=4)).date(), today)
    _date_drafts(env, dates)
    invoices.action_post()
    return invoices


def _date_drafts(env, dates):
    """Set the dates of draft invoices in the currency of their company: ``{id: date}``.

    Written one by one, each invoice would be computed anew.
    """
    env.flush_all()
    env.cr.execute(
        """UPDATE account_move m
              SET invoice_date = d.day, date = d.day, invoice_date_due = d.day + 30
             FROM unnest(%s, %s::date[]) AS d(id, day) WHERE m.id = d.id""",
        [list(dates), list(dates.values())],
    )
    env.cr.execute(
        """UPDATE account_move_line l
              SET date = m.date, invoice_date = m.invoice_date,
                  date_maturity = CASE WHEN l.display_type = 'payment_term'
                                       THEN m.invoice_date_due END
             FROM account_move m WHERE m.id = l.move_id AND m.id = ANY(%s)""",
        [list(dates)],
    )
    env.invalidate_all()


def _pay(env, invoices, chance):
    """Most pay within a month; one in fourteen of the younger invoices is overdue.

    The bank statement is booked every three weeks, so that payments come in batches.
    """
    today = env.cr.now().date()
    booked = {}
    for invoice in invoices:
        forgotten = invoice.invoice_date > today - timedelta(days=150) and chance.random() < 0.07
        paid_on = _next_booking(invoice.invoice_date + timedelta(days=chance.randint(5, 25)))
        if paid_on <= today and not forgotten:
            booked[invoice] = paid_on
    _book(env, dict(sorted(booked.items(), key=lambda item: item[1])))


def _book(env, booked):
    """Do what the payment wizard does for each invoice, for ``{invoice: date}`` in one batch.

    The wizard takes one date at a time and then reconciles invoice by invoice.
    """
    own = env["account.journal"]._check_company_domain(env.company)
    journal = env["account.journal"].search([*own, ("type", "=", "bank")], limit=1)
    method = journal._get_available_payment_method_lines("inbound")[:1]
    payments = env["account.payment"].create(
        [_payment(invoice, date, journal, method) for invoice, date in booked.items()]
    )
    payments.action_post()
    pairs = zip(booked, payments, strict=True)
    env["account.move.line"]._reconcile_plan(
        [_receivable(invoice | payment.move_id) for invoice, payment in pairs]
    )


def _payment(invoice, date, journal, method):
    return {
        "date": date,
        "amount": invoice.amount_residual,
        "payment_type": "inbound",
        "partner_type": "customer",
        "memo": invoice.payment_reference,
        "journal_id": journal.id,
        "company_id": invoice.company_id.id,
        "currency_id": invoice.currency_id.id,
        "partner_id": invoice.commercial_partner_id.id,
        "payment_method_line_id": method.id,
        "destination_account_id": _receivable(invoice).account_id.id,
        "invoice_ids": [(4, invoice.id)],
    }


def _receivable(moves):
    return moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")


def _know_sizes(env):
    """Let the database count its rows: it plans for empty tables until the transaction ends."""
    env.flush_all()
    env.cr.execute("ANALYZE")


def _next_booking(date):
    return date + timedelta(days=-date.toordinal() % 21)


def _refund(env, company, invoices, place):
    """A delivery came back: one credit note per company, for part of a large invoice."""
    large = invoices.sorted("amount_total")[-3:-2]
    reversal = env["account.move.reversal"].with_context(
        active_model="account.move", active_ids=large.ids
    )
    wizard = reversal.create(
        {"journal_id": large.journal_id.id, "reason": "Damaged in transport", "date": large.date}
    )
    note = env["account.move"].browse(wizard.refund_moves()["res_id"])
    note.invoice_line_ids[1:].unlink()
    note.invoice_date = large.invoice_date + timedelta(days=12)
    note.action_post()
    remember(env, f"credit_note_{place}", note)
