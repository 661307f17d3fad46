"""What key accounts brought toward their goals, in one statement for all goals."""

from odoo.tools import SQL


def measure(goals):
    """``{goal id: figure}`` of the saved goals that have data; months the viewer may not see are
    left out. Money is in the goal's company currency."""
    if not goals.ids:
        return {}
    env = goals.env
    goals.flush_model(["figure", "start", "deadline", "company_id", "account_id"])
    env["crm.key.account"].flush_model(["partner_id"])
    visible = env["crm.customer.month"]._search(
        [
            ("partner_id", "in", goals.account_id.partner_id.ids),
            ("company_id", "in", goals.company_id.ids),
        ]
    )
    columns = SQL(
        """%s, %s""",
        SQL("crm_customer_month.*"),
        SQL(
            "crm_customer_month.revenue - COALESCE(crm_customer_month.product_cost, 0)"
            " - COALESCE(crm_customer_month.direct_cost, 0)"
            " - COALESCE(crm_customer_month.allocated_cost, 0) AS profit"
        ),
    )
    rows = env.execute_query(
        SQL(
            """
            SELECT g.id,
                   SUM(CASE g.figure WHEN 'revenue' THEN m.revenue
                                     WHEN 'profit' THEN m.profit
                                     ELSE m.order_count END)
              FROM crm_key_account_goal g
              JOIN crm_key_account a ON a.id = g.account_id
              JOIN (%s) m ON m.partner_id = a.partner_id AND m.company_id = g.company_id
                         AND m.month BETWEEN date_trunc('month', g.start) AND g.deadline
             WHERE g.id IN %s
             GROUP BY g.id
            """,
            visible.select(columns),
            tuple(goals.ids),
        )
    )
    return {goal_id: float(figure) for goal_id, figure in rows if figure is not None}
