"""Documents without a campaign that seem to belong to one (ROI-2), set-based.

What is known best comes first: the document before (order of an invoice, opportunity of an order),
then the campaign that the customer got last before the document, within the campaign's window.
"""

from odoo.tools import SQL

COLUMNS = (
    "res_model",
    "res_id",
    "partner_id",
    "company_id",
    "date",
    "amount",
    "campaign_id",
    "because",
    "got_on",
    "source_name",
)
INVOICES = ("out_invoice", "out_refund", "out_receipt")
#: Campaigns that are searched: whose window is open or closed within the last 13 months. Books of
#: the time before are closed, and the ledger is long.
RECENT = SQL("window_end >= (now() - INTERVAL '13 months')::date")
#: Keeps two searches from writing the same rows at a time.
LOCK = SQL("SELECT pg_try_advisory_xact_lock(hashtext('crm_campaign_orphan'))")


def proposals():
    """One row per document, the best reason first; reads what was gathered."""
    return SQL(
        """
        SELECT DISTINCT ON (p.res_model, p.res_id) p.*
        FROM (%(before)s UNION ALL %(targets)s) p
        JOIN utm_campaign c ON c.id = p.campaign_id AND c.is_template IS NOT TRUE
        ORDER BY p.res_model, p.res_id, (p.because = 'target'), p.got_on DESC, p.campaign_id
        """,
        before=_documents_before(),
        targets=_targets(),
    )


def gather_open():
    """Statements: the open documents, each once.

    What is gathered is counted (``ANALYZE``): in one statement the database thinks that few
    customers are asked about, and compares every document with every campaign.
    """
    return _keep("crm_campaign_orphan_open", _open_documents())


def number_open():
    """How many documents were gathered."""
    return SQL("SELECT COUNT(*) FROM crm_campaign_orphan_open")


def gather_got():
    """Statements: what the customers of the open documents got."""
    return _keep("crm_campaign_orphan_got", _got())


def _keep(name, rows):
    table = SQL.identifier(name)
    yield SQL("DROP TABLE IF EXISTS %s", table)
    yield SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table, rows)
    yield SQL("ANALYZE %s", table)


def _documents_before():
    return SQL(
        """
        SELECT 'sale.order' AS res_model, o.id AS res_id, p.commercial_partner_id AS partner_id,
            o.company_id, o.date_order::date AS date, o.amount_untaxed AS amount, l.campaign_id,
            'lead' AS because, NULL::date AS got_on, l.name AS source_name
        FROM sale_order o
        JOIN crm_lead l ON l.id = o.opportunity_id AND l.campaign_id IS NOT NULL
        JOIN res_partner p ON p.id = o.partner_id
        WHERE o.campaign_id IS NULL AND o.state <> 'cancel'
        UNION ALL
        SELECT DISTINCT ON (m.id) 'account.move', m.id, m.commercial_partner_id, m.company_id,
            COALESCE(m.invoice_date, m.date), m.amount_untaxed_signed, o.campaign_id, 'order',
            NULL::date, o.name
        FROM account_move m
        JOIN account_move_line ml ON ml.move_id = m.id
        JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = ml.id
        JOIN sale_order_line ol ON ol.id = rel.order_line_id
        JOIN sale_order o ON o.id = ol.order_id AND o.campaign_id IS NOT NULL
        WHERE m.campaign_id IS NULL AND m.state <> 'cancel' AND m.move_type IN %s
        """,
        INVOICES,
    )


def _targets():
    """Documents of customers who got something of a campaign before, within its window."""
    return SQL(
        """
        SELECT d.res_model, d.res_id, d.partner_id, d.company_id, d.date, d.amount, g.campaign_id,
            'target', g.got_on, NULL::varchar
        FROM crm_campaign_orphan_open d
        JOIN crm_campaign_orphan_got g ON g.partner_id = d.partner_id AND g.got_on <= d.date
        JOIN utm_campaign c ON c.id = g.campaign_id
            AND d.date BETWEEN c.window_start AND c.window_end
            AND (c.company_id IS NULL OR d.company_id IS NULL OR c.company_id = d.company_id
                OR EXISTS (SELECT FROM crm_campaign_company_rel r
                    WHERE r.campaign_id = c.id AND r.company_id = d.company_id))
        """
    )


def _open_documents():
    """Documents without a campaign since the first window that is searched was opened."""
    return SQL(
        """
        SELECT d.* FROM (%s) d WHERE d.date >= (
            SELECT MIN(window_start) FROM utm_campaign WHERE %s)
        """,
        _all_open_documents(),
        RECENT,
    )


def _all_open_documents():
    return SQL(
        """
        SELECT 'crm.lead' AS res_model, l.id AS res_id, p.commercial_partner_id AS partner_id,
            l.company_id, l.create_date::date AS date, l.expected_revenue AS amount
        FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id
        WHERE l.campaign_id IS NULL AND l.active
        UNION ALL
        SELECT 'sale.order', o.id, p.commercial_partner_id, o.company_id, o.date_order::date,
            o.amount_untaxed
        FROM sale_order o JOIN res_partner p ON p.id = o.partner_id
        WHERE o.campaign_id IS NULL AND o.state <> 'cancel'
        UNION ALL
        SELECT 'account.move', m.id, m.commercial_partner_id, m.company_id,
            COALESCE(m.invoice_date, m.date), m.amount_untaxed_signed
        FROM account_move m
        WHERE m.campaign_id IS NULL AND m.state <> 'cancel' AND m.move_type IN %s
            AND NOT EXISTS (
                SELECT FROM account_move_line ml
                JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = ml.id
                JOIN sale_order_line ol ON ol.id = rel.order_line_id
                JOIN sale_order o ON o.id = ol.order_id
                WHERE ml.move_id = m.id AND o.campaign_id IS NOT NULL)
        """,
        INVOICES,
    )


def _got():
    """(customer, campaign, day): who of the open documents' customers got what, by the touch
    ledger and by the waves.

    Only of campaigns that are searched (``RECENT``).
    """
    return SQL(
        """
        WITH recent AS MATERIALIZED (
            SELECT id, window_end FROM utm_campaign WHERE %s),
        asked AS MATERIALIZED (SELECT DISTINCT partner_id FROM crm_campaign_orphan_open)
        SELECT t.commercial_partner_id AS partner_id, t.campaign_id, t.date::date AS got_on
        FROM asked a
        JOIN crm_touchpoint t ON t.commercial_partner_id = a.partner_id
        JOIN recent c ON c.id = t.campaign_id AND t.date < c.window_end + 1
        WHERE t.campaign_id IS NOT NULL AND t.direction = 'out' AND t.voided IS NOT TRUE
        UNION SELECT a.partner_id, d.campaign_id, d.sent_at::date
        FROM asked a
        JOIN res_partner p ON p.commercial_partner_id = a.partner_id
        JOIN crm_campaign_delivery d ON d.partner_id = p.id AND d.state = 'sent'
        JOIN recent c ON c.id = d.campaign_id
        """,
        RECENT,
    )


def refresh(rows):
    """Statements: proposals that hold no longer go, the others are brought up to date.

    What somebody decided stays: a refused document is not proposed again. What is as it was is not
    written again, so that a search that finds nothing new costs no writing.
    """
    names = [SQL.identifier(name) for name in COLUMNS]
    listed = SQL(", ").join(names)
    yield from _keep("crm_campaign_orphan_now", rows)
    yield SQL(
        """
        DELETE FROM crm_campaign_orphan o WHERE o.state = 'proposed' AND NOT EXISTS (
            SELECT FROM crm_campaign_orphan_now n
            WHERE n.res_model = o.res_model AND n.res_id = o.res_id)
        """
    )
    yield SQL(
        """
        INSERT INTO crm_campaign_orphan AS o (state, %(names)s)
        SELECT 'proposed', %(names)s FROM crm_campaign_orphan_now
        ON CONFLICT (res_model, res_id) DO UPDATE SET state = 'proposed', %(assigned)s
        WHERE o.state <> 'refused' AND (o.state, %(old)s) IS DISTINCT FROM ('proposed', %(new)s)
        """,
        names=listed,
        assigned=SQL(", ").join(SQL("%s = EXCLUDED.%s", name, name) for name in names[2:]),
        old=SQL(", ").join(SQL("o.%s", name) for name in names[2:]),
        new=SQL(", ").join(SQL("EXCLUDED.%s", name) for name in names[2:]),
    )
