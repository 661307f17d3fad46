"""The figures of tonight: what earlier chapters computed, with all that was told after them.

This morning the salesperson wrote four quotations: the customers took what others buy with it, or
did not.
"""

from .world import get

#: (customer, product, what became of the first suggestion)
QUOTATIONS = (
    ("hafen", "P200", "accepted"),
    ("molkerei", "S01", "ordered"),
    ("klinik", "S03", "dismissed"),
    ("brauerei", "P300", "shown"),
)


def build(env):
    runs = env["crm.insight.run"]
    runs._run_now(["association"])
    for row in QUOTATIONS:
        _quote(env, *row)
    env["crm.touchpoint"]._fill()
    env["crm.customer.snapshot"]._cron_refresh()
    # alerts were raised and judged already: the story tells of those
    runs._run_now([one.code for one in runs._analyses() if one.code != "alerts"])


def _quote(env, customer, product, outcome):
    """A quotation with its suggestions, in the salesperson's name."""
    own = env(user=get(env, "user_sales").id, su=False)
    order = own["sale.order"].create(
        {
            "partner_id": get(env, f"customer_{customer}").id,
            "company_id": get(env, "company_de").id,
            "order_line": [
                (0, 0, {"product_id": get(env, f"product_{product}").id, "product_uom_qty": 2})
            ],
        }
    )
    suggestions = own["crm.product.suggestion"]
    first = suggestions.get_order_suggestions(order.id)[0]["product_id"]
    if outcome == "dismissed":
        suggestions.dismiss(order.id, first)
    elif outcome != "shown":
        suggestions.add_to_order(order.id, first)
    if outcome == "ordered":
        order.action_confirm()
