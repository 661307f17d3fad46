"""Payment behavior of all customers from reconciled invoices, month by month (C360-5).

Amounts are in company currency. A payment is what settles a receivable line of an invoice, except
credit notes and exchange differences; its day is that of the payment, not of the reconciliation.
"""

from odoo.tools import SQL

from ..tools import payment_behavior as rules

WINDOW_DAYS = 365
HALF_DAYS = 182
FIGURES = (
    "partner_id", "company_id", "currency_id", "paid_count", "paid_amount", "days_late",
    "late_share", "trend_days", "open_amount", "overdue_amount", "oldest_due",
)  # fmt: skip


def prepare(cr):
    """Temporary tables of the receivable lines of invoices and of what settled them."""
    cr.execute(SQL("SET LOCAL work_mem = '128MB'"))
    cr.execute(SQL("DROP TABLE IF EXISTS pb_line, pb_settled"))
    cr.execute(
        SQL(
            """CREATE TEMP TABLE pb_line ON COMMIT DROP AS
            SELECT l.id, m.commercial_partner_id AS partner_id, m.company_id, l.balance,
                COALESCE(m.invoice_date, m.date) AS date,
                COALESCE(l.date_maturity, m.invoice_date, m.date) AS due
            FROM account_move m JOIN account_move_line l ON l.move_id = m.id
            JOIN account_account a ON a.id = l.account_id
            WHERE m.state = 'posted' AND m.move_type IN ('out_invoice', 'out_receipt')
                AND a.account_type = 'asset_receivable' AND l.balance > 0
                AND m.commercial_partner_id IS NOT NULL"""
        )
    )
    cr.execute(SQL("CREATE INDEX ON pb_line (id)"))
    cr.execute(SQL("ANALYZE pb_line"))
    cr.execute(
        SQL(
            """CREATE TEMP TABLE pb_settled ON COMMIT DROP AS
            SELECT i.id, i.partner_id, i.company_id, r.amount, r.max_date, k.date AS paid,
                k.date - i.due AS days, km.move_type NOT IN ('out_refund', 'out_invoice')
                    AND km.journal_id IS DISTINCT FROM c.currency_exchange_journal_id AS is_payment
            FROM account_partial_reconcile r JOIN pb_line i ON i.id = r.debit_move_id
            JOIN account_move_line k ON k.id = r.credit_move_id
            JOIN account_move km ON km.id = k.move_id
            JOIN res_company c ON c.id = i.company_id"""
        )
    )
    cr.execute(SQL("CREATE INDEX ON pb_settled (id)"))
    cr.execute(SQL("ANALYZE pb_settled"))


def first_day(cr):
    """The day of the first invoice, or ``None``."""
    cr.execute(SQL("SELECT min(date) FROM pb_line"))
    return cr.fetchone()[0]


def fill(cr, date, is_current):
    """Write the figures as of *date*; returns the number of customers."""
    month = date.replace(day=1)
    if is_current:
        cr.execute(SQL("UPDATE crm_payment_behavior SET is_current = FALSE WHERE is_current"))
    cr.execute(SQL("DELETE FROM crm_payment_behavior WHERE month = %s", month))
    cr.execute(
        SQL(
            """INSERT INTO crm_payment_behavior (month, date, is_current, %(names)s,
                overdue_days, risk)
            SELECT %(month)s, %(date)s, %(current)s, %(names)s, overdue_days, %(risk)s
            FROM (SELECT *, COALESCE(%(date)s - oldest_due, 0) AS overdue_days
                FROM (%(figures)s) summed) rated""",
            names=SQL(", ").join(map(SQL.identifier, FIGURES)),
            month=month,
            date=date,
            current=is_current,
            risk=_risk(),
            figures=_figures(date),
        )
    )
    return cr.rowcount


def _figures(date):
    return SQL(
        """WITH paid AS (%(paid)s), due AS (%(due)s)
        SELECT b.partner_id, b.company_id, c.currency_id,
            COALESCE(paid_count, 0) AS paid_count, COALESCE(paid_amount, 0) AS paid_amount,
            days_late, late_share, trend_days, COALESCE(open_amount, 0) AS open_amount,
            COALESCE(overdue_amount, 0) AS overdue_amount, oldest_due
        FROM (SELECT * FROM paid FULL JOIN due USING (partner_id, company_id)) b
        JOIN res_company c ON c.id = b.company_id""",
        paid=_paid(date),
        due=_due(date),
    )


def _paid(date):
    enough = SQL("count(*) >= %s", rules.MIN_PAYMENTS)
    return SQL(
        """SELECT partner_id, company_id, count(*) AS paid_count, sum(amount) AS paid_amount,
            CASE WHEN %(enough)s THEN %(mean)s END AS days_late,
            CASE WHEN %(enough)s THEN COALESCE(sum(amount) FILTER (WHERE days > 0), 0)
                / NULLIF(sum(amount), 0) END AS late_share,
            CASE WHEN count(*) FILTER (WHERE recent) >= %(min)s
                    AND count(*) FILTER (WHERE NOT recent) >= %(min)s
                THEN sum(days * amount) FILTER (WHERE recent)
                        / NULLIF(sum(amount) FILTER (WHERE recent), 0)
                    - sum(days * amount) FILTER (WHERE NOT recent)
                        / NULLIF(sum(amount) FILTER (WHERE NOT recent), 0) END AS trend_days
        FROM (SELECT *, paid > %(date)s::date - %(half)s AS recent FROM pb_settled
            WHERE is_payment AND paid <= %(date)s AND paid > %(date)s::date - %(window)s) p
        GROUP BY partner_id, company_id""",
        enough=enough,
        mean=SQL("sum(days * amount) / NULLIF(sum(amount), 0)"),
        min=rules.MIN_PAYMENTS,
        date=date,
        half=HALF_DAYS,
        window=WINDOW_DAYS,
    )


def _due(date):
    """Open and overdue as of *date*: what is settled later was open then."""
    return SQL(
        """SELECT partner_id, company_id, sum(rest) AS open_amount,
            sum(rest) FILTER (WHERE due < %(date)s) AS overdue_amount,
            min(due) FILTER (WHERE due < %(date)s) AS oldest_due
        FROM (SELECT i.*, round(i.balance - COALESCE(s.amount, 0), 2) AS rest
            FROM pb_line i LEFT JOIN (SELECT id, sum(amount) AS amount FROM pb_settled
                WHERE max_date <= %(date)s GROUP BY id) s ON s.id = i.id
            WHERE i.date <= %(date)s) open
        WHERE rest > 0 GROUP BY partner_id, company_id""",
        date=date,
    )


def _risk():
    """``tools.payment_behavior.risk`` in SQL."""
    return SQL(
        """CASE WHEN overdue_days > %s OR days_late > %s THEN 'high'
            WHEN overdue_days > %s OR days_late > %s OR late_share > %s THEN 'medium'
            WHEN days_late IS NULL THEN 'unknown' ELSE 'low' END""",
        rules.HIGH_OVERDUE_DAYS,
        rules.HIGH_DAYS_LATE,
        rules.MEDIUM_OVERDUE_DAYS,
        rules.MEDIUM_DAYS_LATE,
        rules.MEDIUM_LATE_SHARE,
    )
