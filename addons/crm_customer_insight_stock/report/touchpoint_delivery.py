"""Deliveries and returns as rows of the touch ledger (C360-1)."""

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.touchpoint_providers import Provider, subject


def deliveries():
    """Transfers that reached the customer's place (delivered) or left it (returned), when done.

    Steps inside the warehouse are none of the customer's business. The customer is who ordered,
    wherever the goods were sent; without an order it is the address of the transfer.
    """
    return Provider(
        code="stock_picking",
        res_model="stock.picking",
        source="stock_picking",
        joins=SQL(
            """
            JOIN stock_location place_from ON place_from.id = s.location_id
            JOIN stock_location place_to ON place_to.id = s.location_dest_id
            LEFT JOIN sale_order so ON so.id = s.sale_id
            CROSS JOIN LATERAL (VALUES
                ('delivered', 'out',
                    place_to.usage = 'customer' AND place_from.usage <> 'customer'),
                ('returned', 'in',
                    place_from.usage = 'customer' AND place_to.usage <> 'customer')
            ) AS e(event, direction, happened)
            """
        ),
        where=SQL("COALESCE(so.partner_id, s.partner_id) IS NOT NULL"),
        columns={
            "res_id": SQL("s.id"),
            "event": SQL("e.event"),
            "kind": SQL("'delivery'"),
            "direction": SQL("e.direction"),
            "date": SQL("s.date_done"),
            "voided": SQL("NOT e.happened OR s.state <> 'done'"),
            "company_id": SQL("s.company_id"),
            "partner_id": SQL("COALESCE(so.partner_id, s.partner_id)"),
            "lead_id": SQL("so.opportunity_id"),
            "name": subject(SQL("s.name")),
            "campaign_id": SQL("so.campaign_id"),
            "medium_id": SQL("so.medium_id"),
            "utm_source_id": SQL("so.source_id"),
            "user_id": SQL("COALESCE(so.user_id, s.user_id)"),
        },
    )
