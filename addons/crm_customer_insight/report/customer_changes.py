"""Finds what changed since the last refresh, as temporary tables of cells and customers.

Documents are found by ``write_date`` since a watermark. A row carries the time its transaction
*began*, so the watermark stops before the oldest transaction that was open when it was taken, and
it is taken before the transaction that reads: whatever commits later is read next time. What a
changed document was before (another month or customer) cannot be seen afterwards; hooks note it in
``crm.customer.dirty`` before the change.
"""

import time
from dataclasses import dataclass, field
from datetime import datetime

from odoo.tools import SQL

from .customer_month import DOCUMENT_TYPES


@dataclass
class Changes:
    """The temporary tables of changed cells and customers; ``None``: everything."""

    cells: str | None
    partners: str | None
    watermark: datetime
    reallocate: bool = False
    started: float = field(default_factory=time.monotonic)

    def seconds(self):
        """Return how long the refresh has taken so far."""
        return time.monotonic() - self.started

    def add_partners(self, cr, partner_ids):
        """Note more customers as changed."""
        if self.partners and partner_ids:
            cr.execute(
                SQL(
                    """INSERT INTO crm_value_partner
                    SELECT id FROM unnest(%s) AS id
                    EXCEPT SELECT partner_id FROM crm_value_partner""",
                    partner_ids,
                )
            )


def collect(env, state, full, horizon=None):
    """Take the changes since the last refresh; they count as done when the transaction commits."""
    watermark = _next_watermark(env.cr, state, horizon)
    env.cr.execute(SQL("DROP TABLE IF EXISTS crm_value_dirty, crm_value_cell, crm_value_partner"))
    env.cr.execute(
        SQL(
            """CREATE TEMP TABLE crm_value_dirty
            (partner_id int, company_id int, month date, product_id int) ON COMMIT DROP"""
        )
    )
    env.cr.execute(
        SQL(
            """WITH taken AS (DELETE FROM crm_customer_dirty RETURNING *)
            INSERT INTO crm_value_dirty
            SELECT partner_id, company_id, month, product_id FROM taken"""
        )
    )
    if full:
        return Changes(None, None, watermark, True)
    _add_documents(env.cr, state.watermark)
    _add_products(env.cr)
    _expand(env.cr)
    return Changes("crm_value_cell", "crm_value_partner", watermark, state.reallocate)


def _next_watermark(cr, state, horizon):
    """The horizon of this transaction; without one, nothing the last watermark did not cover.

    A first refresh without a horizon goes back a day: no transaction is open for that long.
    """
    if horizon or state.watermark:
        return horizon or state.watermark
    cr.execute(SQL("SELECT now() AT TIME ZONE 'UTC' - interval '1 day'"))
    return cr.fetchone()[0]


def _add_documents(cr, watermark):
    cr.execute(
        SQL(
            """INSERT INTO crm_value_dirty
            SELECT partner_id, company_id, COALESCE(invoice_date, date) FROM account_move
            WHERE write_date >= %(since)s AND move_type IN %(types)s AND partner_id IS NOT NULL
            UNION
            SELECT partner_id, company_id, date_order::date FROM sale_order
            WHERE write_date >= %(since)s""",
            since=watermark,
            types=DOCUMENT_TYPES,
        )
    )


def _add_products(cr):
    """Cells that were estimated with a cost that changed."""
    cr.execute(
        SQL(
            """INSERT INTO crm_value_dirty
            SELECT m.partner_id, m.company_id, COALESCE(m.invoice_date, m.date)
            FROM (SELECT DISTINCT product_id FROM crm_value_dirty WHERE product_id > 0) d
            JOIN account_move_line l ON l.product_id = d.product_id AND l.display_type = 'product'
            JOIN account_move m ON m.id = l.move_id
            WHERE m.state = 'posted' AND m.move_type IN %s AND m.partner_id IS NOT NULL""",
            DOCUMENT_TYPES,
        )
    )


def _expand(cr):
    """Turn dirty rows into cells of customers: roll contacts up, open months and companies out.

    Who is dirty altogether may have been a customer himself until now: his own cells count too.
    """
    cr.execute(
        SQL(
            """CREATE TEMP TABLE crm_value_cell ON COMMIT DROP AS
            WITH dirty AS (
                SELECT DISTINCT COALESCE(p.commercial_partner_id, d.partner_id) AS partner_id,
                    d.company_id, date_trunc('month', d.month::timestamp)::date AS month
                FROM crm_value_dirty d LEFT JOIN res_partner p ON p.id = d.partner_id
                WHERE d.partner_id IS NOT NULL
                UNION SELECT partner_id, company_id, NULL FROM crm_value_dirty
                WHERE month IS NULL AND partner_id IS NOT NULL),
            whole AS (SELECT * FROM dirty WHERE company_id IS NULL OR month IS NULL)
            SELECT partner_id, company_id, month FROM dirty
                WHERE company_id IS NOT NULL AND month IS NOT NULL
            UNION SELECT c.partner_id, c.company_id, c.month
                FROM whole w JOIN crm_customer_month c ON c.partner_id = w.partner_id
                WHERE %(c)s
            UNION SELECT w.partner_id, m.company_id,
                    date_trunc('month', COALESCE(m.invoice_date, m.date)::timestamp)::date
                FROM whole w JOIN res_partner p ON p.commercial_partner_id = w.partner_id
                JOIN account_move m ON m.partner_id = p.id
                WHERE m.state = 'posted' AND m.move_type IN %(types)s AND %(m)s
            UNION SELECT w.partner_id, o.company_id, date_trunc('month', o.date_order)::date
                FROM whole w JOIN res_partner p ON p.commercial_partner_id = w.partner_id
                JOIN sale_order o ON o.partner_id = p.id WHERE o.state = 'sale' AND %(o)s
            UNION SELECT w.partner_id, t.company_id, date_trunc('month', t.date)::date
                FROM whole w JOIN res_partner p ON p.commercial_partner_id = w.partner_id
                JOIN crm_touchpoint t ON t.partner_id = p.id
                WHERE t.cost <> 0 AND t.company_id IS NOT NULL AND %(t)s""",
            types=DOCUMENT_TYPES,
            **{
                alias: SQL(
                    "(w.company_id IS NULL OR w.company_id = %s)",
                    SQL.identifier(alias, "company_id"),
                )
                for alias in "cmot"
            },
        )
    )
    cr.execute(SQL("ANALYZE crm_value_cell"))
    cr.execute(
        SQL(
            """CREATE TEMP TABLE crm_value_partner ON COMMIT DROP AS
            SELECT DISTINCT partner_id FROM crm_value_cell"""
        )
    )
    cr.execute(SQL("ANALYZE crm_value_partner"))
