"""Solved requests on the same model with their solutions, the likeliest help first (SVC-L3)."""

from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.mail import html_to_inner_content

LENGTH = 240


def domain(asset, request_id):
    """Solved requests on the product of an asset (without one: on the asset), as a domain."""
    if asset.product_id:
        same = Domain("product_id", "=", asset.product_id.id)
    else:
        same = Domain("asset_id", "=", asset.id)
    return same & Domain("state", "in", ("solved", "closed")) & Domain("id", "!=", request_id)


def find(env, asset, request_id, type_id, cause_id, limit):
    """The first *limit* cases: same cause, same type, with a solution, latest; one query."""
    requests = env["crm.service.request"]
    query = requests._search(domain(asset, request_id), active_test=False)
    table = requests._table
    query.order = SQL(
        "%s DESC NULLS LAST, %s DESC NULLS LAST, %s DESC, %s DESC NULLS LAST, %s DESC",
        SQL("%s = %s", SQL.identifier(table, "cause_id"), cause_id),
        SQL("%s = %s", SQL.identifier(table, "type_id"), type_id),
        SQL("(%s IS NOT NULL)", SQL.identifier(table, "solution")),
        SQL.identifier(table, "date_solved"),
        SQL.identifier(table, "id"),
    )
    query.limit = limit
    return requests._fetch_query(query, requests._determine_fields_to_fetch())


def summary(solution):
    """First words of a solution, as plain text."""
    text = html_to_inner_content(solution or "")
    return f"{text[:LENGTH]}…" if len(text) > LENGTH else text
