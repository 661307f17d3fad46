"""Purchase orders as committed cost, and their campaign on bills (ROI-2)."""

from odoo.tools import SQL

from odoo.addons.crm_campaign_roi.report.campaign_cost import BillLink


def open_lines(campaign_lines):
    """SELECT of the lines of confirmed orders with the share that is not billed yet.

    Drafts of bills take nothing over; credit notes of the vendor give back.

    :param campaign_lines: ids of the lines
    """
    return SQL(
        """
        SELECT l.id, o.company_id, COALESCE(o.date_approve, o.date_order)::date AS date, l.name,
            l.analytic_distribution, o.campaign_id,
            GREATEST(0, 1 - COALESCE(billed.quantity, 0) / l.product_qty::numeric) AS open
        FROM purchase_order_line l
        JOIN purchase_order o ON o.id = l.order_id AND o.state = 'purchase'
        LEFT JOIN LATERAL (%(billed)s) billed ON TRUE
        WHERE l.id = ANY(%(ids)s) AND l.product_qty <> 0
        """,
        ids=campaign_lines,
        billed=_billed(),
    )


def _billed():
    """Quantity of order line ``l`` on posted bills, in the unit of the order line."""
    return SQL(
        """
        SELECT SUM(CASE m.move_type WHEN 'in_refund' THEN -1 ELSE 1 END * b.quantity
            * CASE WHEN bu.id = ou.id THEN 1 ELSE bu.factor / ou.factor END) AS quantity
        FROM account_move_line b
        JOIN account_move m ON m.id = b.move_id AND m.state = 'posted'
            AND m.move_type IN ('in_invoice', 'in_refund', 'in_receipt')
        LEFT JOIN uom_uom ou ON ou.id = l.product_uom_id
        LEFT JOIN uom_uom bu ON bu.id = COALESCE(b.product_uom_id, l.product_uom_id)
        WHERE b.purchase_line_id = l.id
        """
    )


def bill_link(campaign_ids):
    """How the lines of bills name a campaign by their purchase order.

    A bill for the orders of several campaigns carries one of them: its lines go to the campaign of
    their own order. A bill that names a campaign of none of its orders was given it by hand, and
    keeps it.
    """
    found = SQL(
        """
        SELECT pl.id FROM account_move_line pl
        JOIN purchase_order_line pol ON pol.id = pl.purchase_line_id
        JOIN purchase_order po ON po.id = pol.order_id
        WHERE po.campaign_id = ANY(%s)
        """,
        list(campaign_ids),
    )
    join = SQL(
        """
        LEFT JOIN purchase_order_line pol ON pol.id = l.purchase_line_id
        LEFT JOIN purchase_order po ON po.id = pol.order_id
        """
    )
    campaign = SQL(
        """
        CASE WHEN m.campaign_id IS NULL OR m.campaign_id IN (
            SELECT o.campaign_id FROM account_move_line x
            JOIN purchase_order_line y ON y.id = x.purchase_line_id
            JOIN purchase_order o ON o.id = y.order_id
            WHERE x.move_id = m.id) THEN po.campaign_id END
        """
    )
    return BillLink(found, join, campaign)
