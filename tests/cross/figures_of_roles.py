"""Runs in ``odoo shell`` for test_figures_agree.py: each figure as every screen shows it, as JSON.

Prints one line ``figures [...]`` with a case per role and company selection.
"""

import json

ROLES = {"manager": ("de", "cn", "both"), "analyst": ("de",), "sales": ("de",), "sales_cn": ("cn",)}
MONTHLY = ("revenue", "product_cost", "direct_cost", "allocated_cost")


def cents(amount):
    return round(100 * amount)


def value(month):
    """Revenue and profit, in cents, of sums of months."""
    revenue, *costs = (amount or 0.0 for amount in month)
    return [cents(revenue), cents(revenue - sum(costs))]


def customer(env, snapshot, start, partner):
    """(revenue, profit) in cents of one customer from each place that shows them."""
    sections = partner.get_customer_360(partner.id)["sections"]
    section = next(section for section in sections if section["kind"] == "value")
    scope = next(scope for scope in section["scopes"] if scope["snapshot_id"] == snapshot.id)
    cards = {card["code"]: card.get("value") for card in scope["cards"]}
    found = {
        "card": [cents(cards["revenue"]), cents(cards["profit"])],
        "list": [cents(snapshot.revenue), cents(snapshot.profit)],
        "contact": [cents(partner.insight_revenue), cents(partner.insight_profit)],
    }
    if snapshot.company_id:
        months = env["crm.customer.month"]._read_group(
            [
                ("partner_id", "=", partner.id),
                ("company_id", "=", snapshot.company_id.id),
                ("month", ">=", start),
            ],
            aggregates=[f"{name}:sum" for name in MONTHLY],
        )[0]
        found["months"] = value(months)
        found["invoiced"] = invoiced(env, snapshot.company_id, start, partner)
    return found


def invoiced(env, company, start, partner):
    """Odoo's invoice analysis of the window, in cents."""
    domain = [
        ("commercial_partner_id", "=", partner.id),
        ("move_type", "in", ["out_invoice", "out_refund"]),
        ("state", "=", "posted"),
        ("company_id", "=", company.id),
        ("invoice_date", ">=", start),
    ]
    # sudo: salespeople have no invoice analysis; the figures are the same for everybody
    report = env["account.invoice.report"].sudo().with_company(company)
    return cents(report._read_group(domain, aggregates=["price_subtotal:sum"])[0][0] or 0.0)


def totals(env, domain):
    """The totals of the page from the dashboard, the list, the pivot and the pyramid."""
    snapshots = env["crm.customer.snapshot"]
    dashboard = env["crm.value.dashboard"].get_value_dashboard()
    measures = ["revenue:sum", "profit:sum"]
    pivot = snapshots.formatted_read_group(domain, ["tier", "lifecycle_stage"], measures)
    rows = {
        "dashboard": [dashboard["summary"]],
        "list": snapshots.search(domain),
        "pyramid": dashboard["pyramid"],
        "pivot": [{name: row[f"{name}:sum"] for name in ("revenue", "profit")} for row in pivot],
    }
    return {
        place: [cents(sum(row[name] for row in found)) for name in ("revenue", "profit")]
        for place, found in rows.items()
    }


def case(env, role, selection):
    user = env["res.users"].search([("login", "=", role)])
    companies = env["res.company"].search([], order="id")
    chosen = {"de": companies[:1], "cn": companies[1:2], "both": companies[:2]}[selection]
    env = env(user=user.id, context={"allowed_company_ids": chosen.ids, "lang": "en_US"})
    snapshots = env["crm.customer.snapshot"]
    domain = snapshots._action_for_selection("crm_customer_snapshot_action_window")["domain"]
    rows = snapshots.search(domain)
    start = next(
        period.window_start
        for period in snapshots._periods(snapshots._data_date())
        if period.company_id == rows[:1].company_id.id
    )
    return {
        "role": role,
        "selection": selection,
        "totals": totals(env, domain),
        "customers": {
            row.partner_id.display_name: customer(env, row, start, row.partner_id) for row in rows
        },
    }


found = [case(env, role, selection) for role, kinds in ROLES.items() for selection in kinds]  # noqa: F821 - env is the shell's
print("figures", json.dumps(found))
