"""Who may do what with rules of product association, suggestions and expected reorders."""

READ = ("", "", "", "r", "r", "r", "r")
MATRIX = {
    "crm.product.offer": READ,
    "crm.product.rule": READ,
    "crm.product.uptake": READ,
    "crm.product.view": ("", "", "", "", "", "", "ru"),
    "crm.reorder.forecast": READ,
    "crm.reorder.week": READ,
}
METHODS = {
    ("crm.product.offer", "action_open_order"): ["self"],
    ("crm.product.rule", "action_open_baskets"): ["self"],
    ("crm.product.rule", "action_open_offers"): ["self"],
    ("crm.product.rule", "get_rule_page"): [],
    ("crm.product.suggestion", "add_to_order"): [0, 0],
    ("crm.product.suggestion", "dismiss"): [0, 0],
    ("crm.product.suggestion", "get_order_suggestions"): [0],
    ("crm.product.uptake", "action_open_offer"): ["self"],
    ("crm.reorder.forecast", "action_make_quotation"): ["self"],
    ("crm.reorder.forecast", "action_open_orders"): ["self"],
    ("crm.reorder.week", "action_open_forecasts"): ["self"],
    ("sale.order.line", "action_suggestions"): ["self"],
}
#: Quotations belong to sales: analysts and managers of insight alone read figures, not orders.
ON_ORDERS = {
    ("crm.product.suggestion", "add_to_order"),
    ("crm.product.suggestion", "dismiss"),
    ("crm.product.suggestion", "get_order_suggestions"),
    ("crm.reorder.forecast", "action_make_quotation"),
    ("sale.order.line", "action_suggestions"),
}
CALLERS = {key: ("salesperson",) if key in ON_ORDERS else "salesperson" for key in METHODS}
READONLY = {("crm.product.rule", "get_rule_page"): []}


#: Of a rule that holds in 5 of 10 baskets.
SURE = {"confidence": 0.5, "lift": 2, "baskets": 5, "baskets_product": 10}


def _product(case, name):
    return case.env["product.product"].create({"name": name, "type": "consu"})


def _rows(case, partner, company):
    """A rule, a suggestion, a product looked at and a forecast of a customer."""
    pump, hose = _product(case, "Pump"), _product(case, "Hose")
    order = case.env["sale.order"].create(
        {
            "partner_id": partner.id,
            "company_id": company.id,
            "user_id": partner.user_id.id,
            "order_line": [(0, 0, {"product_id": pump.id})],
        }
    )
    common = {"company_id": company.id, "product_id": pump.id}
    today = {"month": case.today.replace(day=1), "date": case.today, "is_current": True}
    rule = {"offered_id": hose.id, "antecedent_key": str(pump.id), "size": 2}
    who = {"partner_id": partner.id}
    rows = {
        "crm.product.rule": {**common, **today, **rule, "date_from": case.today, **SURE},
        "crm.product.offer": {
            **common, **who, "kind": "rule", "place": "quotation", "date": case.today,
            "order_id": order.id,
        },
        "crm.product.view": {**common, **who, "date": case.today},
        "crm.reorder.forecast": {
            **common, **who, **today, "currency_id": company.currency_id.id, "quantity": 1,
            "expected_date": case.today, "state": "due",
        },
    }  # fmt: skip
    records = {model: case.env[model].create(values) for model, values in rows.items()}
    case.env.flush_all()
    return order, records


def records(case):
    """The records that calls with "self" are made on."""
    order, found = _rows(case, case.acme, case.env.company)
    for (model, _method), arguments in METHODS.items():
        if model == "crm.product.suggestion":  # not the first order and product there are
            arguments[:2] = [order.id, found["crm.product.rule"].offered_id.id][: len(arguments)]
    week = case.env["crm.reorder.week"].browse(found["crm.reorder.forecast"].id)
    uptake = case.env["crm.product.uptake"].browse(found["crm.product.offer"].id)
    return [*found.values(), week, uptake, order.order_line]


def records_elsewhere(case, customer, company):
    """The same of the company that nobody may enter."""
    _order, found = _rows(case, customer, company)
    return {
        **found,
        "crm.product.uptake": case.env["crm.product.uptake"].browse(found["crm.product.offer"].id),
        "crm.reorder.week": case.env["crm.reorder.week"].browse(found["crm.reorder.forecast"].id),
    }


def persons(case):
    """A row of each table with a person, without the person (merge and erasure)."""
    company = case.env.company
    common = {"company_id": company.id, "product_id": _product(case, "Pump").id}
    moment = "2026-01-15 10:00:00"
    return {
        "crm.product.offer": {**common, "kind": "rule", "place": "portal", "date": moment},
        "crm.product.view": {**common, "date": "2026-01-15"},
        "crm.reorder.forecast": {
            **common,
            "currency_id": company.currency_id.id,
            "month": "2026-01-01",
            "date": "2026-01-31",
        },
    }
