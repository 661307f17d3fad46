"""What was measured of suppliers beside what was judged (C360-9)."""

from odoo.tools import SQL


def measured(env, evaluation_ids):
    """``{evaluation id: (bills, billed, credited)}`` of the twelve months before each evaluation.

    One query for any number; amounts untaxed in company currency, both positive.
    """
    if not evaluation_ids:
        return {}
    env.flush_all()
    rows = env.execute_query(
        SQL(
            """SELECT e.id, count(*) FILTER (WHERE m.move_type <> 'in_refund'),
                   COALESCE(-SUM(m.amount_untaxed_signed)
                       FILTER (WHERE m.move_type <> 'in_refund'), 0)::float8,
                   COALESCE(SUM(m.amount_untaxed_signed)
                       FILTER (WHERE m.move_type = 'in_refund'), 0)::float8
                 FROM crm_supplier_evaluation e
                 JOIN res_partner p ON p.commercial_partner_id = e.partner_id
                 JOIN account_move m ON m.partner_id = p.id AND m.company_id = e.company_id
                      AND m.state = 'posted'
                      AND m.move_type IN ('in_invoice', 'in_receipt', 'in_refund')
                      AND m.invoice_date > e.date - interval '12 months'
                      AND m.invoice_date <= e.date
                WHERE e.id = ANY(%s) GROUP BY e.id""",
            list(evaluation_ids),
        )
    )
    return {row[0]: row[1:] for row in rows}
