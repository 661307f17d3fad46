"""SQL of the facts registry: the SELECT of each fact, and conditions compiled to sets of partners.

Every fact is a SELECT of ``(partner_id, value)``. Conditions become set operations on partner ids
(INTERSECT, UNION, EXCEPT), which PostgreSQL hashes or sorts and spills to disk when needed; values
are always parameters. A set may be *negative* ("everybody but these"): negation is carried to the
top by De Morgan's laws, where it is one anti-join, so that "everybody" is never spelt out.
"""

import datetime
from dataclasses import dataclass, field

from odoo.tools import SQL

from ..tools import facts as facts_tool

NOBODY = SQL("SELECT NULL::integer AS partner_id WHERE FALSE")
COMPARISONS = {
    "=": SQL("="),
    ">": SQL(">"),
    ">=": SQL(">="),
    "<": SQL("<"),
    "<=": SQL("<="),
}


@dataclass(frozen=True)
class Context:
    """What a fact's SELECT may depend on.

    ``partner_ids`` restricts the rows when values of a few customers are wanted or the viewer sees
    only his own: ids of commercial entities and contacts together, as a tuple or a sub-select;
    ``None`` means everybody.
    """

    env: object
    company: object
    today: datetime.date
    params: dict = field(default_factory=dict)
    partner_ids: tuple | SQL | None = None

    def only(self, column):
        """`` AND column IN (…)`` when only some partners are wanted, else nothing."""
        if self.partner_ids is None:
            return SQL()
        return SQL(" AND %s IN %s", column, self.partner_ids or (0,))

    def since(self, column):
        """`` AND column >= first day`` when the fact has a number of days, else nothing."""
        days = self.params.get("days")
        if not days:
            return SQL()
        return SQL(" AND %s >= %s", column, self.today - datetime.timedelta(days=days))


# -- compiling conditions ----------------------------------------------------------------------


def compile_condition(node, context, level):
    """``(SQL of partner ids, negative)`` of a checked condition.

    :param level: ``customer`` or ``contact``, whom the ids are
    """
    if isinstance(node, facts_tool.Leaf):
        return _compile_leaf(node, context, level)
    parts = [compile_condition(child, context, level) for child in node.children]
    sql, negative = _join(parts) if node.operator == "and" else _join_or(parts)
    return sql, negative != node.negate


def _join(parts):
    """A and B and not C …; without any part: everybody."""
    positive = [sql for sql, negative in parts if not negative]
    negative = [sql for sql, is_negative in parts if is_negative]
    if not positive:
        return _set("UNION", negative), True
    return _set("EXCEPT", [_set("INTERSECT", positive), *negative]), False


def _join_or(parts):
    """A or B = not (not A and not B)."""
    if not parts:
        return NOBODY, True
    sql, negative = _join([(sql, not negative) for sql, negative in parts])
    return sql, not negative


def _set(operator, parts):
    if not parts:
        return NOBODY
    if len(parts) == 1:
        return parts[0]
    return SQL(f" {operator} ").join(SQL("(%s)", part) for part in parts)


def _compile_leaf(leaf, context, level):
    fact = leaf.fact
    leaf_context = Context(
        context.env, context.company, context.today, leaf.params, context.partner_ids
    )
    rows = fact.build(leaf_context)
    if fact.zero and facts_tool.holds(leaf.operator, 0, leaf.value):
        failing = SQL("(%s) IS NOT TRUE", _comparison(fact, leaf.operator, leaf.value, context))
        return _partners(fact, rows, failing, level), True
    positive = facts_tool.COMPLEMENTS.get(leaf.operator)
    where = _comparison(fact, positive or leaf.operator, leaf.value, context)
    return _partners(fact, rows, where, level), bool(positive)


def _partners(fact, rows, where, level):
    """The ids at the wanted level of the rows of a fact that fit."""
    if level == "customer" and fact.level == "contact":
        return SQL(
            "SELECT p.commercial_partner_id AS partner_id FROM (%s) f"
            " JOIN res_partner p ON p.id = f.partner_id WHERE %s",
            rows,
            where,
        )
    if level == "contact" and fact.level == "customer":
        return SQL(
            "SELECT p.id AS partner_id FROM (%s) f"
            " JOIN res_partner p ON p.commercial_partner_id = f.partner_id WHERE %s",
            rows,
            where,
        )
    return SQL("SELECT f.partner_id FROM (%s) f WHERE f.partner_id IS NOT NULL AND %s", rows, where)


def _comparison(fact, operator, value, context):
    match operator:
        case "set":
            return SQL("f.value IS NOT NULL")
        case "between":
            return SQL("f.value BETWEEN %s AND %s", *value)
        case "last_days":
            return SQL("f.value >= %s", context.today - datetime.timedelta(days=value))
        case "contains":
            escaped = value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            return SQL("f.value ILIKE %s", f"%{escaped}%")
        case "in":
            return SQL("f.value IN %s", _with_children(fact, value, context))
        case "!=":
            return SQL("f.value != %s", value)
    return SQL("f.value %s %s", COMPARISONS[operator], value)


def _with_children(fact, value, context):
    """The values themselves, or for a hierarchy a sub-select of them and all below."""
    if not fact.hierarchy:
        return value
    return context.env[fact.comodel]._search([("id", "child_of", list(value))]).subselect()


# -- profile ------------------------------------------------------------------------------------


def partner_column(column):
    """A builder for a column of the contact itself."""
    expression = SQL("p.%s", SQL.identifier(column))

    def build(context):
        return SQL(
            "SELECT p.id AS partner_id, %s AS value FROM res_partner p WHERE %s IS NOT NULL%s",
            expression,
            expression,
            context.only(SQL("p.id")),
        )

    return build


def partner_has(*columns):
    """A builder for "one of the columns is filled"."""
    filled = SQL(" OR ").join(SQL("p.%s > ''", SQL.identifier(column)) for column in columns)

    def build(context):
        return SQL(
            "SELECT p.id AS partner_id, COALESCE(%s, FALSE) AS value FROM res_partner p"
            " WHERE TRUE%s",
            filled,
            context.only(SQL("p.id")),
        )

    return build


def created(context):
    """The day the contact was created."""
    return SQL(
        "SELECT p.id AS partner_id, p.create_date::date AS value FROM res_partner p WHERE TRUE%s",
        context.only(SQL("p.id")),
    )


def tags(context):
    """The tags of a contact."""
    return SQL(
        "SELECT r.partner_id, r.category_id AS value FROM res_partner_res_partner_category_rel r"
        " WHERE TRUE%s",
        context.only(SQL("r.partner_id")),
    )


def key_account(context):
    """Whether the customer is a key account today."""
    return SQL(
        "SELECT p.id AS partner_id, EXISTS (SELECT 1 FROM crm_key_account a"
        " WHERE a.partner_id = p.id AND a.state = 'active') AS value"
        " FROM res_partner p WHERE p.commercial_partner_id = p.id%s",
        context.only(SQL("p.id")),
    )


def profile_attribute(attribute_id, column):
    """A builder for the current values of a profile attribute."""

    def build(context):
        return SQL(
            "SELECT v.partner_id, v.%s AS value FROM crm_profile_value v"
            " WHERE v.active AND v.attribute_id = %s%s",
            SQL.identifier(column),
            attribute_id,
            context.only(SQL("v.partner_id")),
        )

    return build


def profile_choice(attribute_id):
    """A builder for the codes of an attribute that is a choice."""

    def build(context):
        return SQL(
            "SELECT v.partner_id, o.code AS value FROM crm_profile_value v"
            " JOIN crm_profile_attribute_option o ON o.id = v.value_option_id"
            " WHERE v.active AND v.attribute_id = %s%s",
            attribute_id,
            context.only(SQL("v.partner_id")),
        )

    return build


# -- value --------------------------------------------------------------------------------------


def snapshot(column):
    """A builder for a figure of the current snapshot in the company asked for."""
    expression = SQL.identifier("s", column)

    def build(context):
        return SQL(
            "SELECT s.partner_id, %s AS value FROM crm_customer_snapshot s"
            " WHERE s.is_current AND s.company_id = %s%s",
            expression,
            context.company.id,
            context.only(SQL("s.partner_id")),
        )

    return build


def days_since_purchase(context):
    """Days since the last invoice."""
    return SQL(
        "SELECT s.partner_id, %s - s.last_purchase AS value FROM crm_customer_snapshot s"
        " WHERE s.is_current AND s.company_id = %s AND s.last_purchase IS NOT NULL%s",
        context.today,
        context.company.id,
        context.only(SQL("s.partner_id")),
    )


# -- purchases ----------------------------------------------------------------------------------


def _orders(context, value, joins, group):
    return SQL(
        "SELECT p.commercial_partner_id AS partner_id, %s AS value FROM sale_order o"
        " JOIN res_partner p ON p.id = o.partner_id%s"
        " WHERE o.state = 'sale' AND o.company_id = %s%s%s%s",
        value,
        joins,
        context.company.id,
        context.since(SQL("o.date_order")),
        context.only(SQL("p.commercial_partner_id")),
        group,
    )


def order_count(context):
    """Confirmed orders in the last days."""
    return _orders(context, SQL("COUNT(*)"), SQL(), SQL(" GROUP BY p.commercial_partner_id"))


def order_amount(context):
    """Untaxed amount of the confirmed orders in the last days, in company currency."""
    amount = SQL("SUM(o.amount_untaxed / COALESCE(NULLIF(o.currency_rate, 0), 1))")
    return _orders(context, amount, SQL(), SQL(" GROUP BY p.commercial_partner_id"))


LINES = SQL(" JOIN sale_order_line l ON l.order_id = o.id AND l.product_uom_qty > 0")


def products_bought(context):
    """Products of confirmed orders in the last days."""
    return _orders(context, SQL("l.product_id"), LINES, SQL())


def categories_bought(context):
    """Categories of the products of confirmed orders in the last days."""
    joins = SQL(
        "%s JOIN product_product v ON v.id = l.product_id"
        " JOIN product_template t ON t.id = v.product_tmpl_id",
        LINES,
    )
    return _orders(context, SQL("t.categ_id"), joins, SQL())


# -- channels, touches ---------------------------------------------------------------------------


PREFERRED = SQL("m.preferred")
GRANTED = SQL("m.state = 'granted'")
DENIED = SQL("m.state = 'denied'")


def permissions(where):
    """A builder for the channels of current permissions that fit a fixed condition."""

    def build(context):
        return SQL(
            "SELECT m.partner_id, m.channel_id AS value FROM crm_contact_permission m"
            " WHERE m.active AND %s%s",
            where,
            context.only(SQL("m.partner_id")),
        )

    return build


def _touches(context, value, where, group):
    return SQL(
        "SELECT t.commercial_partner_id AS partner_id, %s AS value FROM crm_touchpoint t"
        " WHERE t.commercial_partner_id IS NOT NULL AND t.voided IS NOT TRUE"
        " AND (t.company_id = %s OR t.company_id IS NULL)%s%s%s%s",
        value,
        context.company.id,
        where,
        context.since(SQL("t.date")),
        context.only(SQL("t.commercial_partner_id")),
        group,
    )


def touch_count(context):
    """Touches in the ledger in the last days, of one kind or all."""
    kind = context.params.get("kind")
    where = SQL(" AND t.kind = %s", kind) if kind else SQL()
    return _touches(context, SQL("COUNT(*)"), where, SQL(" GROUP BY t.commercial_partner_id"))


def days_since_contact(context):
    """Days since we last spoke, wrote or met, in either direction."""
    where = SQL(" AND t.direction IN ('in', 'out') AND t.date < %s", _tomorrow(context))
    value = SQL("%s - MAX(t.date)::date", context.today)
    return _touches(context, value, where, SQL(" GROUP BY t.commercial_partner_id"))


def campaigns(context):
    """Campaigns by which the customer was touched in the last days."""
    return _touches(context, SQL("t.campaign_id"), SQL(" AND t.campaign_id IS NOT NULL"), SQL())


def _tomorrow(context):
    return context.today + datetime.timedelta(days=1)
