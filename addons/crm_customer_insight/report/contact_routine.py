"""Whom a routine contacts now, what is open for a statement, and the log (C360-4)."""

import json

from odoo.tools import SQL


def due(env, audience, routine, begin, now, limit):
    """Ids of the audience without an answer in the period, or whose waiting is over."""
    return [
        row[0]
        for row in env.execute_query(
            SQL(
                """SELECT p.id FROM res_partner p
                    WHERE p.id IN (%(audience)s)
                      AND COALESCE(p.company_id, %(company)s) = %(company)s
                      AND NOT EXISTS (
                          SELECT FROM crm_contact_routine_log l
                           WHERE l.routine_id = %(routine)s AND l.partner_id = p.id
                             AND l.period_start = %(begin)s
                             AND (l.state <> 'waiting' OR l.earliest > %(now)s))
                    ORDER BY p.id %(limit)s""",
                audience=audience,
                company=routine.company_id.id,
                routine=routine.id,
                begin=begin,
                now=now,
                limit=SQL("LIMIT %s", limit) if limit else SQL(),
            )
        )
    ]


def open_invoices(env, routine, partners):
    """Posted invoices and credit notes that are not paid, of the customers of *partners*.

    Amounts are in company currency; a credit note's is negative.
    """
    env["account.move"].flush_model()
    return env.execute_query_dict(
        SQL(
            """SELECT m.commercial_partner_id AS partner_id, m.name, m.invoice_date AS date,
                      m.invoice_date_due AS due, m.amount_total_signed::float AS total,
                      m.amount_residual_signed::float AS open
                 FROM account_move m
                WHERE m.commercial_partner_id = ANY(%s) AND m.company_id = %s
                  AND m.move_type IN ('out_invoice', 'out_refund') AND m.state = 'posted'
                  AND m.payment_state IN ('not_paid', 'partial')
                ORDER BY m.invoice_date_due, m.id""",
            partners.commercial_partner_id.ids,
            routine.company_id.id,
        )
    )


def note(env, routine, begin, rows):
    """Write the log of a period; who waited gets his later answer, nobody a second row."""
    env.execute_query(
        SQL(
            """INSERT INTO crm_contact_routine_log
                   (routine_id, partner_id, period_start, date, state, reason, earliest)
               SELECT %(routine)s, r.partner_id, %(begin)s, now() AT TIME ZONE 'UTC', r.state,
                      r.reason, NULLIF(r.earliest, '')::timestamp
                 FROM jsonb_to_recordset(%(rows)s::jsonb)
                      AS r(partner_id int, state text, reason text, earliest text)
                   ON CONFLICT (routine_id, partner_id, period_start) DO UPDATE
                  SET date = EXCLUDED.date, state = EXCLUDED.state, reason = EXCLUDED.reason,
                      earliest = EXCLUDED.earliest
                WHERE crm_contact_routine_log.state = 'waiting'
            RETURNING id""",
            routine=routine.id,
            begin=begin,
            rows=json.dumps([{**row, "earliest": str(row.get("earliest") or "")} for row in rows]),
        )
    )
    env["crm.contact.routine.log"].invalidate_model()
