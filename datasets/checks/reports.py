"""Odoo's own reports, asked through the ORM as its screens do, compared with the source."""

#: Report model -> ({our key: its group}, {our measure: its aggregate}, what it is limited to).
REPORTS = {
    "sale.report": (
        {"month": "date:month", "customer": "partner_id", "product": "product_id"},
        {"net": "price_subtotal:sum", "discount": "discount_amount:sum",
         "quantity": "product_uom_qty:sum", "lines": "nbr:sum"},
        [("state", "=", "sale")],
    ),
    "account.invoice.report": (
        {"month": "invoice_date:month", "customer": "partner_id", "product": "product_id"},
        {"net": "price_subtotal:sum", "quantity": "quantity:sum"},
        [("move_type", "=", "out_invoice"), ("state", "=", "posted")],
    ),
    "account.move.line": (
        {"month": "date:month", "customer": "partner_id", "product": "product_id"},
        {"net": "credit:sum"},
        [("account_type", "=", "income"), ("parent_state", "=", "posted")],
    ),
}  # fmt: skip
_CENTS = {"net", "discount"}


def check(env, results, truth, timezone):
    """Every report by month, customer and product."""
    env = env(context={**env.context, "tz": timezone})
    for model, (groups, measures, domain) in REPORTS.items():
        for key, group in groups.items():
            found = _read(env[model], domain, key, group, measures)
            for measure in measures:
                title = f"{model}: {measure} by {key}"
                expected = {k: v for k, v in truth[key][measure].items() if v}
                results.compare(title, expected, found[measure])


def check_customer_ledger(env, results, truth):
    """Journal items of receivable accounts per partner: charged his purchases, all of it paid."""
    rows = env["account.move.line"]._read_group(
        [("account_type", "=", "asset_receivable"), ("parent_state", "=", "posted")],
        ["partner_id"],
        ["debit:sum", "credit:sum", "amount_residual:sum"],
    )
    expected = {key: cents for key, cents in truth["customer"]["net"].items() if cents}
    charged = {partner.ref: round(debit * 100) for partner, debit, *_rest in rows}
    paid = {partner.ref: round(credit * 100) for partner, _debit, credit, _open in rows}
    results.compare("receivable: charged by customer", expected, _filled(charged))
    results.compare("receivable: paid by customer", expected, _filled(paid))
    owing = [f"{partner.ref} owes {open_}" for partner, *_sums, open_ in rows if round(open_, 2)]
    results.none("receivable: nothing left open", len(rows), owing)


def _read(model, domain, key, group, measures):
    rows = model._read_group(domain, [group], list(measures.values()))
    name = _NAMES[key]
    return {
        measure: _filled({name(row[0]): _value(measure, row[position]) for row in rows})
        for position, measure in enumerate(measures, 1)
    }


_NAMES = {
    "month": lambda month: f"{month:%Y-%m}",
    "customer": lambda partner: partner.ref,
    "product": lambda product: product.default_code,
}


def _value(measure, value):
    return round(value * 100) if measure in _CENTS else round(value, 4)


def _filled(totals):
    return {key: value for key, value in totals.items() if value}
