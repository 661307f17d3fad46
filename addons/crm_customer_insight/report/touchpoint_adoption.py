"""Anonymous rows of the ledger get their person once he is known (C360-1).

The rule: a row without a person is adopted by

1. the contact of its lead, when the lead has one by now;
2. otherwise the one contact who has the row's mail address;
3. otherwise the one contact who has the row's number.

*The one*: active and an outsider. Several contacts of the same customer (commercial entity) stand
for the customer itself; contacts of several customers make the address or number ambiguous, and
the row stays anonymous rather than being shown to the wrong one.
"""

from odoo.tools import SQL

from .touchpoint_providers import outsider
from .touchpoint_upsert import ANSWER

#: Who has an address or number: SELECT (key, partner_id, customer), several rows per key.
BY_EMAIL = SQL("SELECT email_normalized, id, commercial_partner_id FROM res_partner WHERE active")
BY_NUMBER = SQL(
    """SELECT n.e164, p.id, p.commercial_partner_id
         FROM crm_contact_number n JOIN res_partner p ON p.id = n.partner_id WHERE p.active"""
)


def adopt_by_lead():
    """Rows of leads that have a contact by now."""
    return _adopting(
        SQL(
            """SELECT l.id AS key, p.id AS partner_id, p.commercial_partner_id AS customer
                 FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id
                WHERE l.id IN (SELECT lead_id FROM crm_touchpoint
                                WHERE partner_id IS NULL AND lead_id IS NOT NULL)
                  AND %s""",
            outsider(SQL("p.id")),
        ),
        SQL("lead_id"),
    )


def adopt_by_key(column, owners):
    """Rows whose *column* (address or number) belongs to one customer by *owners*."""
    column = SQL.identifier(column)
    return _adopting(
        SQL(
            """
            SELECT o.key, min(o.customer) AS customer,
                   CASE WHEN count(DISTINCT o.id) = 1 THEN min(o.id) ELSE min(o.customer)
                   END AS partner_id
              FROM (SELECT DISTINCT %(column)s AS key FROM crm_touchpoint
                     WHERE partner_id IS NULL AND %(column)s IS NOT NULL) wanted
              JOIN (%(owners)s) o(key, id, customer) ON o.key = wanted.key AND %(outsider)s
             GROUP BY o.key HAVING count(DISTINCT o.customer) = 1
            """,
            column=column,
            owners=owners,
            outsider=outsider(SQL("o.id")),
        ),
        column,
    )


def _adopting(found, column):
    return SQL(
        """
        WITH found AS MATERIALIZED (%(found)s), written AS (
            UPDATE crm_touchpoint t
               SET partner_id = found.partner_id, commercial_partner_id = found.customer,
                   adopted = TRUE
              FROM found WHERE t.partner_id IS NULL AND t.%(column)s = found.key
            RETURNING found.customer, t.company_id AS company,
                      date_trunc('month', t.date)::date AS month, t.cost, t.voided
        ), cells AS (
            SELECT DISTINCT customer, company, month FROM written WHERE cost <> 0 AND NOT voided
        )
        SELECT %(answer)s
        """,
        found=found,
        column=column,
        answer=ANSWER,
    )
