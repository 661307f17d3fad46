"""SQL of the facts about customers' assets: rows ``(partner_id, value)`` (SVC-L3, C360-6)."""

from odoo.tools import SQL

GONE = ("returned", "scrapped")
WARRANTY = {
    "active": SQL("a.warranty_basis = 'dated' AND a.warranty_until >= t.today"),
    "expired": SQL("a.warranty_basis = 'dated' AND a.warranty_until < t.today"),
    "no_rule": SQL("a.warranty_basis = 'no_rule'"),
}


def _assets(context, value, group=""):
    """Assets in use of the company, as the parameters want them."""
    params = context.params
    conditions = [
        SQL("a.active AND a.state NOT IN %s", GONE),
        SQL("a.company_id = %s", context.company.id),
        SQL("a.commercial_partner_id IS NOT NULL"),
    ]
    if params.get("older_than"):
        conditions.append(SQL("a.start_on < t.today - %s", params["older_than"]))
    if params.get("warranty"):
        conditions.append(WARRANTY[params["warranty"]])
    return SQL(
        "SELECT a.commercial_partner_id AS partner_id, %s AS value FROM crm_customer_asset a"
        " CROSS JOIN (SELECT %s::date AS today) t WHERE %s%s%s",
        value,
        context.today,
        SQL(" AND ").join(conditions),
        context.only(SQL("a.commercial_partner_id")),
        SQL(" GROUP BY a.commercial_partner_id") if group else SQL(),
    )


def models(context):
    """Products that the customer owns."""
    return SQL("%s AND a.product_id IS NOT NULL", _assets(context, SQL("a.product_id")))


def count(context):
    """How many assets he has."""
    return _assets(context, SQL("COUNT(*)"), group="partner")


def oldest_months(context):
    """Age of his oldest asset in whole months."""
    age = SQL("age(%s::date, MIN(a.start_on))", context.today)
    months = SQL("(EXTRACT(year FROM %s) * 12 + EXTRACT(month FROM %s))::integer", age, age)
    return _assets(context, months, group="partner")


def out_of_warranty(context):
    """Whether all assets with a warranty rule are out of it; no data without such an asset."""
    value = SQL("COUNT(*) FILTER (WHERE a.warranty_until >= t.today) = 0")
    rows = _assets(context, value, group="partner")
    return SQL(
        "SELECT partner_id, value FROM (%s HAVING COUNT(*) FILTER"
        " (WHERE a.warranty_basis = 'dated') > 0) x",
        rows,
    )


def next_warranty_end(context):
    """Day on which the next of his warranties ends."""
    value = SQL("MIN(a.warranty_until) FILTER (WHERE a.warranty_until >= t.today)")
    return _assets(context, value, group="partner")
