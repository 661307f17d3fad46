"""Statements of ``marketing.py``: from the plain tables into those of ``crm_campaign_roi``."""

from odoo.tools import SQL

#: Evidence that a coupon was redeemed on a receipt, the best first, as the link log tells it.
EVIDENCE = {
    1: "a product of it on the receipt, with a manufacturer's coupon",
    2: "a product of it on the receipt",
    3: "a manufacturer's coupon on the receipt",
    4: "the only receipt of the day",
}


def campaign_ids():
    """Rows (number in the source, id)."""
    return SQL("SELECT campaign_code, campaign_id FROM dataset_campaign")


def target_counts():
    """Rows (campaign, number of households addressed)."""
    return SQL("SELECT campaign_id, COUNT(*) FROM dataset_campaign_target GROUP BY campaign_id")


def coupons(campaign_id):
    """Rows (coupon, number and name of the product) of a campaign."""
    return SQL(
        """
        SELECT c.coupon_code, c.product_code, t.name ->> 'en_US' FROM dataset_coupon c
        LEFT JOIN product_product p ON p.id = c.product_id
        LEFT JOIN product_template t ON t.id = p.product_tmpl_id
        WHERE c.campaign_id = %s ORDER BY c.coupon_code, c.product_code
        """,
        campaign_id,
    )


def insert_targets():
    """Everybody addressed is a treated target, since the first day of the campaign."""
    return SQL(
        """
        INSERT INTO crm_campaign_target (campaign_id, company_id, partner_id,
            commercial_partner_id, email_normalized, arm, state, joined_on)
        SELECT c.id, c.company_id, p.id, p.commercial_partner_id, p.email_normalized, 'treated',
            'in', c.date_start
        FROM dataset_campaign_target t
        JOIN utm_campaign c ON c.id = t.campaign_id
        JOIN res_partner p ON p.id = t.partner_id
        ORDER BY c.id, p.id
        ON CONFLICT (campaign_id, partner_id) WHERE partner_id IS NOT NULL DO NOTHING
        """
    )


def insert_deliveries(wave_id, version_id, zone):
    """Everybody got the wave as the first day began in *zone*; the coupons' file is what he got."""
    return SQL(
        """
        INSERT INTO crm_campaign_delivery (wave_id, campaign_id, company_id, target_id, partner_id,
            state, wanted_at, due_at, checked_at, sent_at, res_model, res_id)
        SELECT w.id, g.campaign_id, g.company_id, g.id, g.partner_id, 'sent', day.began, day.began,
            day.began, day.began, file.res_model, file.id
        FROM crm_campaign_wave w
        JOIN utm_campaign c ON c.id = w.campaign_id
        JOIN crm_campaign_target g ON g.campaign_id = c.id AND g.state = 'in'
            AND g.arm = 'treated'
        CROSS JOIN LATERAL (SELECT %(day)s AS began) day
        LEFT JOIN (
            SELECT id, 'ir.attachment' AS res_model FROM ir_attachment
            WHERE res_model = 'crm.campaign.material.version' AND res_field = 'file'
                AND res_id = %(version)s
        ) file ON TRUE
        WHERE w.id = %(wave)s ORDER BY g.id
        ON CONFLICT (wave_id, target_id) DO NOTHING
        """,
        wave=wave_id,
        version=version_id,
        day=_moment("c.date_start", "00:00", zone),
    )


def find_receipts(zone):
    """Statements that keep for this transaction on which receipt each coupon was redeemed.

    Without index and statistics each line of a receipt would be compared with thousands of
    products.
    """
    return (
        SQL(
            "CREATE INDEX IF NOT EXISTS dataset_coupon_product_idx"
            " ON dataset_coupon (coupon_code, campaign_id, product_id)"
        ),
        SQL("DROP TABLE IF EXISTS dataset_redeemed"),
        _receipts(zone),
        SQL("ANALYZE dataset_redeemed"),
    )


def _receipts(zone):
    """A row for each redemption, with its receipt where it is known.

    A receipt of the household on the day of the redemption in *zone*: the one with the best
    evidence, of equals the first. Several receipts without any evidence tell nothing: none is
    taken. ``main`` is the campaign that the receipt counts for: most redemptions, then best
    evidence, then the lower number.
    """
    return SQL(
        """
        CREATE TEMPORARY TABLE dataset_redeemed ON COMMIT DROP AS
        WITH redemption AS (
            SELECT row_number() OVER () AS id, r.*, k.campaign_code
            FROM dataset_coupon_redemption r
            JOIN dataset_campaign k ON k.campaign_id = r.campaign_id
        ), receipt AS (
            SELECT r.id, o.id AS order_id, o.date_order,
                COUNT(*) OVER (PARTITION BY r.id) AS receipts,
                CASE WHEN bool_or(c.product_id IS NOT NULL AND x.coupon > 0) THEN 1
                    WHEN bool_or(c.product_id IS NOT NULL) THEN 2
                    WHEN bool_or(x.coupon > 0) THEN 3 ELSE 4 END AS evidence
            FROM redemption r
            JOIN sale_order o ON o.partner_id = r.partner_id
                AND (o.date_order AT TIME ZONE 'UTC' AT TIME ZONE %(zone)s)::date = r.day
            JOIN sale_order_line l ON l.order_id = o.id
            LEFT JOIN dataset_line_coupon x ON x.line_id = l.id
            LEFT JOIN dataset_coupon c ON c.coupon_code = r.coupon_code
                AND c.campaign_id = r.campaign_id AND c.product_id = l.product_id
            GROUP BY r.id, o.id
        ), best AS (
            SELECT DISTINCT ON (id) * FROM receipt WHERE evidence < 4 OR receipts = 1
            ORDER BY id, evidence, order_id
        ), found AS (
            SELECT r.*, b.order_id, b.date_order, b.evidence,
                COUNT(*) OVER same AS coupons, MIN(b.evidence) OVER same AS known
            FROM redemption r LEFT JOIN best b ON b.id = r.id
            WINDOW same AS (PARTITION BY b.order_id, r.campaign_id)
        )
        SELECT f.*, CASE WHEN order_id IS NOT NULL THEN first_value(campaign_id) OVER (
            PARTITION BY order_id ORDER BY coupons DESC, known, campaign_code) END AS main
        FROM found f
        """,
        zone=zone,
    )


def _linked(table, found, how, reason):
    """Give documents of *table* their campaign unless they have, or had, one; rows for the log."""
    return SQL(
        """
        UPDATE %(table)s d
        SET campaign_id = f.campaign_id, write_date = now() AT TIME ZONE 'UTC' %(code)s
        FROM (%(found)s) f JOIN utm_campaign c ON c.id = f.campaign_id
        WHERE d.id = f.id AND d.campaign_id IS NULL AND NOT EXISTS (
            SELECT FROM crm_campaign_link n WHERE n.res_model = %(model)s AND n.res_id = d.id)
        RETURNING d.id, d.campaign_id, NULL::integer, %(how)s, %(reason)s, d.company_id
        """,
        table=SQL.identifier(table),
        found=found,
        how=how,
        reason=SQL(reason),
        model=table.replace("_", "."),
        code=SQL(", campaign_code = c.code" if how == "code" else ""),
    )


_ORDERS = SQL(
    """
    SELECT order_id AS id, campaign_id,
        'Coupon ' || string_agg(DISTINCT coupon_code::varchar, ', ') || ': '
            || CASE MIN(evidence) %s END AS reason
    FROM dataset_redeemed WHERE campaign_id = main GROUP BY order_id, campaign_id
    """,
    SQL(" ").join(SQL("WHEN %s THEN %s", number, words) for number, words in EVIDENCE.items()),
)
_INVOICES = SQL(
    """
    SELECT DISTINCT l.move_id AS id, o.campaign_id, o.name AS reason
    FROM (SELECT DISTINCT order_id FROM dataset_redeemed) r
    JOIN sale_order o ON o.id = r.order_id AND o.campaign_id IS NOT NULL
    JOIN sale_order_line s ON s.order_id = o.id
    JOIN sale_order_line_invoice_rel i ON i.order_line_id = s.id
    JOIN account_move_line l ON l.id = i.invoice_line_id
    """
)
#: Model of the document -> statement that links its documents and returns the rows of the log.
LINKS = {
    "sale.order": _linked("sale_order", _ORDERS, "code", "f.reason"),
    "account.move": _linked("account_move", _INVOICES, "inherited", "f.reason"),
}


def insert_responses(kind_id, user_id, zone):
    """Each redemption is a response of the target, at the moment of its receipt.

    They are entered by hand, so to speak: what follows the touch ledger would be taken back.
    """
    return SQL(
        """
        INSERT INTO crm_campaign_response (campaign_id, wave_id, company_id, target_id, partner_id,
            kind_id, date, by_hand, user_id, note, res_model, res_id, event)
        SELECT r.campaign_id, w.id, g.company_id, g.id, g.partner_id, %(kind)s,
            COALESCE(r.date_order, %(noon)s), TRUE, %(user)s, 'Coupon ' || r.coupon_code,
            CASE WHEN r.order_id IS NULL THEN 'res.partner' ELSE 'sale.order' END,
            COALESCE(r.order_id, r.partner_id), 'redeemed ' || r.coupon_code || ' ' || r.day
        FROM dataset_redeemed r
        JOIN crm_campaign_target g ON g.campaign_id = r.campaign_id AND g.partner_id = r.partner_id
        LEFT JOIN crm_campaign_delivery d ON d.target_id = g.id AND d.state = 'sent'
        LEFT JOIN crm_campaign_wave w ON w.id = d.wave_id
        ORDER BY r.day, r.id
        ON CONFLICT (campaign_id, res_model, res_id, event) WHERE res_model IS NOT NULL DO NOTHING
        """,
        kind=kind_id,
        user=user_id,
        noon=_moment("r.day", "12:00", zone),
    )


def insert_costs(kind_id, user_id):
    """Manufacturers' coupons on products of redeemed coupons, one cost per receipt and campaign.

    A line on which coupons of two campaigns could have been redeemed counts once, for the campaign
    of its receipt, else for the one with the lower number.
    """
    return SQL(
        """
        INSERT INTO crm_campaign_cost (name, campaign_id, kind_id, source, stage, date, company_id,
            amount, user_id, res_model, res_id, create_uid, create_date, write_uid, write_date)
        SELECT 'Coupons on receipt ' || o.name, f.campaign_id, %(kind)s, 'manual', 'actual', f.day,
            o.company_id, SUM(f.coupon), %(user)s, 'sale.order', o.id, %(user)s, now.now, %(user)s,
            now.now
        FROM (
            SELECT DISTINCT ON (x.line_id) r.campaign_id, r.order_id, r.day, x.coupon
            FROM dataset_redeemed r
            JOIN sale_order_line l ON l.order_id = r.order_id
            JOIN dataset_coupon c ON c.coupon_code = r.coupon_code
                AND c.campaign_id = r.campaign_id AND c.product_id = l.product_id
            JOIN dataset_line_coupon x ON x.line_id = l.id AND x.coupon > 0
            ORDER BY x.line_id, r.campaign_id <> r.main, r.campaign_code
        ) f
        JOIN sale_order o ON o.id = f.order_id
        CROSS JOIN (SELECT now() AT TIME ZONE 'UTC' AS now) now
        GROUP BY f.campaign_id, f.day, o.id, now.now ORDER BY f.day, o.id, f.campaign_id
        ON CONFLICT DO NOTHING
        """,
        kind=kind_id,
        user=user_id,
    )


def _moment(day, clock, zone):
    """SQL of the moment in UTC when it is *clock* on *day* (SQL) in *zone*."""
    return SQL("(%s + %s::time) AT TIME ZONE %s AT TIME ZONE 'UTC'", SQL(day), clock, zone)
