"""Expenses of employees as committed cost, and their campaign in the ledger (ROI-2)."""

from odoo.tools import SQL

from odoo.addons.crm_campaign_roi.report.campaign_cost import BillLink


def open_expenses(expense_ids):
    """SELECT of the expenses that the ledger has not got yet.

    An entry that is still a draft is no cost: the expense stays committed until it is posted.
    """
    return SQL(
        """
        SELECT e.id, e.company_id, e.date, e.name, e.analytic_distribution, e.campaign_id, 1 AS open
        FROM hr_expense e
        LEFT JOIN account_move m ON m.id = e.account_move_id
        WHERE e.id = ANY(%s) AND e.approval_state IN ('submitted', 'approved')
            AND (m.id IS NULL OR m.state = 'draft')
        """,
        expense_ids,
    )


def entry_link(campaign_ids):
    """How lines of expenses' entries name a campaign; the cost is called as the expense is, for the
    name of the ledger line tells the employee.
    """
    found = SQL(
        """
        SELECT xl.id FROM account_move_line xl
        JOIN hr_expense x ON x.id = xl.expense_id
        WHERE x.campaign_id = ANY(%s)
        """,
        list(campaign_ids),
    )
    join = SQL("LEFT JOIN hr_expense expense ON expense.id = l.expense_id")
    return BillLink(found, join, SQL("expense.campaign_id"), SQL("expense.name"))
