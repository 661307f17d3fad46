"""Which lines of orders somebody chose: no down payment, delivery, reward or passed-on expense."""

from odoo.tools import SQL

#: Columns that say "nobody chose this": a flag that is set, a link that is filled in. They exist
#: only with the addons they belong to.
FLAGS = ("is_downpayment", "is_delivery", "is_expense")
LINKS = ("reward_id",)


def chosen(env, alias="l"):
    """The condition, in SQL, that a line of that alias was chosen by the customer."""
    fields = env["sale.order.line"]._fields

    def stored(names):
        return [
            SQL.identifier(alias, name) for name in names if name in fields and fields[name].store
        ]

    conditions = [SQL("%s IS NOT TRUE", column) for column in stored(FLAGS)]
    conditions += [SQL("%s IS NULL", column) for column in stored(LINKS)]
    return SQL(" AND ").join(conditions or [SQL("TRUE")])
