"""What a salesperson's day is made of, one query each for any number of customers (C360-4)."""

from odoo.tools import SQL

from .touchpoint_providers import DOCUMENT_PARTNER, document_joins

DOCUMENTS = ("res.partner", "crm.lead", "sale.order", "account.move", "crm.key.account")


def customers(env, user):
    """Ids of the customers (commercial entities) that *user* or his account team sells to."""
    query = env["res.partner"]._search(
        [
            "|",
            ("user_id", "=", user.id),
            ("key_account_member_ids", "in", [user.id]),
            ("company_id", "in", [False, env.company.id]),
        ]
    )
    query.add_where(SQL("res_partner.commercial_partner_id = res_partner.id"))
    return [row[0] for row in env.execute_query(query.select(SQL("res_partner.id")))]


def activities(env, user, until):
    """Open activities of *user* up to a day on customers, leads and their documents.

    Whoever asks for his own sees all of them, as everywhere in Odoo; for a colleague's only those
    of documents that he may read.
    """
    env["mail.activity"].flush_model()
    mine = SQL("a.user_id = %s", user.id)
    if user != env.user:
        domain = [
            ("user_id", "=", user.id),
            ("date_deadline", "<=", until),
            ("res_model", "in", DOCUMENTS),
        ]
        readable = env["mail.activity"]._search(domain)
        mine = SQL("a.id IN (%s)", readable.select(SQL("mail_activity.id")))
    return env.execute_query_dict(
        SQL(
            """
            SELECT a.id, a.date_deadline AS due, a.summary, a.activity_type_id, a.res_model,
                   a.res_id, lead.name AS lead_name,
                   COALESCE(customer.commercial_partner_id, customer.id) AS partner_id,
                   CASE WHEN lead.id IS NOT NULL THEN lead.expected_revenue
                        WHEN so.id IS NOT NULL THEN so.amount_untaxed
                             / COALESCE(NULLIF(so.currency_rate, 0), 1) END::float AS amount,
                   CASE WHEN lead.id IS NOT NULL THEN lead.probability / 100 END::float AS chance,
                   COALESCE(lead.phone, customer.phone) AS phone
              FROM mail_activity a
              %(joins)s
              LEFT JOIN crm_key_account ka ON a.res_model = 'crm.key.account' AND ka.id = a.res_id
              LEFT JOIN res_partner customer ON customer.id = COALESCE(%(partner)s, ka.partner_id)
             WHERE %(mine)s AND a.active AND a.date_deadline <= %(until)s
               AND a.res_model IN %(documents)s
               AND COALESCE(lead.company_id, so.company_id, move.company_id, customer.company_id,
                            %(company)s) = %(company)s
             ORDER BY a.id
            """,
            joins=document_joins(SQL("a.res_model"), SQL("a.res_id")),
            partner=DOCUMENT_PARTNER,
            mine=mine,
            until=until,
            documents=DOCUMENTS,
            company=env.company.id,
        )
    )


def visits(env, user, until):
    """Planned visits of *user* up to a day, with the address for the order of the tour."""
    model = env["crm.visit"]
    model.flush_model()
    query = model._search(
        [
            ("user_id", "=", user.id),
            ("state", "=", "planned"),
            ("date", "<=", until),
            ("company_id", "=", env.company.id),
        ]
    )
    partner = query.left_join("crm_visit", "partner_id", "res_partner", "id", "customer")
    return env.execute_query_dict(
        query.select(
            SQL("crm_visit.id, crm_visit.partner_id, crm_visit.date AS due, crm_visit.date_due"),
            SQL("crm_visit.purpose, crm_visit.area, crm_visit.kind"),
            SQL("%s AS phone", SQL.identifier(partner, "phone")),
        )
    )


def tiers(env, customer_ids):
    """``{customer id: tier}`` by the current figures of the company that the viewer may read."""
    query = env["crm.customer.snapshot"]._search(
        [
            ("partner_id", "in", customer_ids),
            ("is_current", "=", True),
            ("company_id", "=", env.company.id),
            ("tier", "!=", False),
        ]
    )
    columns = (SQL("crm_customer_snapshot.partner_id"), SQL("crm_customer_snapshot.tier"))
    return dict(env.execute_query(query.select(*columns)))
