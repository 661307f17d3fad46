"""Journeys: what touched a customer before a deal, and journeys that led to none (ROI-2).

Everything stays in PostgreSQL: deals, touches and their weights are temporary tables of the
transaction, so that only distinct paths, with how often they occurred, leave the database.

- A *deal* is an order, or an invoice without one; a credit note without an order belongs to the
  invoice it reverses. Its moment is the order's confirmation, else the end of the invoice's day.
- A *touch* is a source of the ledger that is a contact (mail, mailing, meeting, call, lead …), once
  whatever happened with it, at its first moment. Documents about money are what touches lead to.
- A touch's *key* is a positive id at the chosen level, :data:`DIRECT` (the customer's own: from
  him, without a campaign) or :data:`OTHER` (by us, but without e.g. a campaign).
- A journey that led to nothing has the touches of a customer after his last deal of the period.
"""

from odoo.tools import SQL

from ..tools import attribution

#: Keys that are no record: another contact than those of the level, the customer's own accord.
OTHER, DIRECT = 0, -1
#: Stands for the key of deals without any touch.
UNKNOWN = -2
#: Kinds of the ledger that are contacts; of leads only that they came.
CONTACTS = ("lead", "mail", "mailing", "meeting", "activity", "call", "visit", "other")
#: From which event on a mailing counts as a touch.
MAILING_EVENTS = {
    "sent": ("sent", "opened", "clicked", "replied"),
    "opened": ("opened", "clicked", "replied"),
    "clicked": ("clicked", "replied"),
}
#: Which column of a touch is the key.
KEYS = {
    "campaign": SQL("t.campaign_id"),
    "wave": SQL("COALESCE(mailing.wave_id, delivery.wave_id)"),
    "mailing": SQL("trace.mass_mailing_id"),
    "channel": SQL("t.channel_id"),
    "content": SQL("t.utm_source_id"),
    "salesperson": SQL("t.user_id"),
}
TRACE = SQL(
    "LEFT JOIN mailing_trace trace ON t.res_model = 'mailing.trace' AND trace.id = t.res_id"
)
#: What is joined to a touch for its key: a mail belongs to the wave of its mailing, what was made
#: otherwise (a task, a call) to the wave of its delivery.
JOINS = {
    "mailing": TRACE,
    "wave": SQL(
        """%s
        LEFT JOIN mailing_mailing mailing ON mailing.id = trace.mass_mailing_id
        LEFT JOIN crm_campaign_delivery delivery
            ON delivery.res_model = t.res_model AND delivery.res_id = t.res_id""",
        TRACE,
    ),
}
TABLES = (
    "crm_journey_deal",
    "crm_journey_source",
    "crm_journey_touch",
    "crm_journey_nothing",
    "crm_journey_weight",
)


def forget():
    """Statement that drops what an earlier run of this transaction left."""
    tables = SQL(", ").join(SQL.identifier(table) for table in TABLES)
    return SQL("DROP TABLE IF EXISTS %s", tables)


def statements(run, sales):
    """Statements that make the tables of a run, in order.

    :param run: with its period, basis, level and look-back
    :param sales: SQL of all sales by line
    """
    return [
        forget(),
        _deals(run, sales),
        _sources(run),
        SQL("CREATE INDEX ON crm_journey_source (customer, date)"),
        SQL("ANALYZE crm_journey_deal, crm_journey_source"),
        _touches(run),
        _nothing(run),
        SQL("ANALYZE crm_journey_touch"),
    ]


def _deals(run, sales):
    """Deals of the period, amounts in whole units of the currency (cents)."""
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_journey_deal ON COMMIT DROP AS
        SELECT row_number() OVER (ORDER BY d.order_id, d.move_id)::integer AS deal,
            COALESCE('o' || d.order_id, 'm' || d.move_id) AS document,
            d.order_id, d.move_id, MIN(d.partner_id) AS partner_id, MAX(d.date) AS date,
            MIN(COALESCE(o.date_order, COALESCE(m.invoice_date, m.date) + 1)) AS moment,
            ROUND(SUM(d.revenue), %(digits)s) AS revenue,
            ROUND(SUM(d.profit), %(digits)s) AS profit
        FROM (
            SELECT s.order_id, s.partner_id, s.date, s.revenue, s.profit,
                CASE WHEN s.order_id IS NULL THEN COALESCE(i.reversed_entry_id, i.id) END AS move_id
            FROM (%(sales)s) s
            LEFT JOIN account_move i ON i.id = s.move_id
            WHERE s.basis = %(basis)s AND s.company_id = %(company)s
                AND s.date BETWEEN %(start)s AND %(end)s
        ) d
        LEFT JOIN sale_order o ON o.id = d.order_id
        LEFT JOIN account_move m ON m.id = d.move_id
        GROUP BY d.order_id, d.move_id
        """,
        sales=sales,
        basis=run.basis,
        company=run.company_id.id,
        start=run.date_from,
        end=run.date_to,
        digits=run.currency_id.decimal_places,
    )


def _sources(run):
    """Contacts of the time that matters, once each, with the customer and the key."""
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_journey_source ON COMMIT DROP AS
        SELECT c.* FROM (
            SELECT DISTINCT ON (t.res_model, t.res_id) t.id, t.date,
                COALESCE(t.commercial_partner_id, p.commercial_partner_id) AS customer,
                CASE WHEN %(direct)s THEN %(own)s ELSE COALESCE(%(key)s, %(other)s) END AS key,
                %(direct)s AS direct
            FROM crm_touchpoint t
            LEFT JOIN crm_lead l ON l.id = t.lead_id AND t.commercial_partner_id IS NULL
            LEFT JOIN res_partner p ON p.id = l.partner_id
            %(joins)s
            WHERE t.voided IS NOT TRUE AND t.kind IN %(contacts)s
                AND (t.kind <> 'lead' OR t.event = 'created')
                AND (t.kind <> 'mailing' OR t.event IN %(events)s)
                AND (t.company_id = %(company)s OR t.company_id IS NULL)
                AND t.date < %(end)s::date + 1
                AND t.date > LEAST(
                    %(start)s::date, (SELECT MIN(moment) FROM crm_journey_deal))
                    - %(days)s * interval '1 day'
            ORDER BY t.res_model, t.res_id, t.date, t.id
        ) c WHERE c.customer IS NOT NULL AND %(kept)s
        """,
        direct=SQL("(t.direction = 'in' AND t.campaign_id IS NULL AND t.kind <> 'mailing')"),
        own=DIRECT,
        other=OTHER,
        key=KEYS[run.level],
        joins=JOINS.get(run.level, SQL()),
        contacts=CONTACTS,
        events=MAILING_EVENTS[run.mailing_event],
        company=run.company_id.id,
        start=run.date_from,
        end=run.date_to,
        days=run.lookback_days,
        kept=SQL("c.key <> %s", OTHER) if run.keyed_only else SQL("TRUE"),
    )


def _touches(run):
    """The touches of each deal, numbered from the oldest."""
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_journey_touch ON COMMIT DROP AS
        SELECT d.deal, t.key, t.direct,
            EXTRACT(epoch FROM d.moment - t.date)::float / 86400 AS days,
            row_number() OVER (PARTITION BY d.deal ORDER BY t.date, t.id)::integer AS place,
            COUNT(*) OVER (PARTITION BY d.deal)::integer AS touches
        FROM crm_journey_deal d
        JOIN crm_journey_source t ON t.customer = d.partner_id AND t.date <= d.moment
            AND t.date > d.moment - %s * interval '1 day'
        """,
        run.lookback_days,
    )


def _nothing(run):
    """Paths of customers after their last deal (of more than nothing), with how many there are."""
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_journey_nothing ON COMMIT DROP AS
        WITH bought AS (
            SELECT partner_id, MAX(moment) AS moment FROM crm_journey_deal
            WHERE revenue > 0 GROUP BY partner_id
        ), open AS (
            SELECT t.*, MAX(t.date) OVER (PARTITION BY t.customer) AS latest
            FROM crm_journey_source t LEFT JOIN bought b ON b.partner_id = t.customer
            WHERE b.moment IS NULL OR t.date > b.moment
        ), journey AS (
            SELECT array_agg(key ORDER BY date, id) AS keys FROM open
            WHERE latest >= %(start)s AND date > latest - %(days)s * interval '1 day'
            GROUP BY customer
        )
        SELECT keys, COUNT(*) AS journeys FROM journey GROUP BY keys
        """,
        start=run.date_from,
        days=run.lookback_days,
    )


def paths():
    """SQL of rows (keys, deals, nothing): distinct paths with how often each ended so."""
    return SQL(
        """
        SELECT keys, SUM(deals)::float, SUM(nothing)::float FROM (
            SELECT keys, COUNT(*) AS deals, 0 AS nothing FROM (
                SELECT array_agg(t.key ORDER BY t.place) AS keys
                FROM crm_journey_touch t JOIN crm_journey_deal d ON d.deal = t.deal
                WHERE d.revenue > 0 GROUP BY t.deal
            ) j GROUP BY keys
            UNION ALL SELECT keys, 0, journeys FROM crm_journey_nothing
        ) p GROUP BY keys ORDER BY keys
        """
    )


# -- weights -------------------------------------------------------------------------------------


def weight(run):
    """SQL of a touch's weight (alias ``t``), the same as the rules of ``tools.attribution``."""
    start, middle, end = attribution.POSITION_SHARES
    last_by_us = SQL(
        "COALESCE(MAX(t.place) FILTER (WHERE NOT t.direct) OVER deal_touches, t.touches)"
    )
    rules = {
        "first": SQL("(t.place = 1)::integer::float"),
        "last": SQL("(t.place = t.touches)::integer::float"),
        "last_non_direct": SQL("(t.place = %s)::integer::float", last_by_us),
        "linear": SQL("1.0::float / t.touches"),
        "position": SQL(
            """(CASE WHEN t.touches = 1 THEN 1
                WHEN t.place = 1 THEN CASE WHEN t.touches = 2 THEN %(start)s / %(ends)s
                    ELSE %(start)s END
                WHEN t.place = t.touches THEN CASE WHEN t.touches = 2 THEN %(end)s / %(ends)s
                    ELSE %(end)s END
                ELSE %(middle)s / (t.touches - 2) END)::float""",
            start=start,
            middle=middle,
            end=end,
            ends=start + end,
        ),
        "time_decay": SQL(
            # further back than 900 half-lives there is nothing left, and no float for it
            "0.5::float ^ LEAST((t.days - MIN(t.days) OVER deal_touches) / %s, 900)",
            run.half_life_days,
        ),
    }
    learned = SQL("m.weight / COUNT(*) OVER (PARTITION BY t.deal, t.key)")
    return rules.get(run.model, learned)


def keep_weights(weights):
    """Statement that makes the table of learned weights, ``{key: weight}``; empty for rules."""
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_journey_weight ON COMMIT DROP AS
        SELECT * FROM unnest(%s::integer[], %s::float[]) AS w(key, weight)
        """,
        list(weights),
        list(weights.values()),
    )


def keys():
    """SQL of the keys that occur in journeys before a deal."""
    return SQL("SELECT DISTINCT key FROM crm_journey_touch ORDER BY key")


def insert_credits(run):
    """Statement that writes the credits: a deal's parts add up to it to the cent.

    Largest remainder, as ``crm_customer_insight/tools/allocation.py``: each key gets its part
    rounded down, the cents left over go to the largest remainders, then to the earlier touch. A
    deal without touches is credited to "not known", a key without an id.
    """
    return SQL(
        """
        INSERT INTO crm_attribution_credit (
            run_id, company_id, currency_id, key_id, document, order_id, move_id, partner_id,
            date, share, revenue, profit)
        WITH weights AS (
            SELECT deal, key, SUM(weight)::numeric AS weight, MIN(place) AS place FROM (
                SELECT t.deal, t.key, t.place, %(weight)s AS weight
                FROM crm_journey_touch t LEFT JOIN crm_journey_weight m ON m.key = t.key
                WINDOW deal_touches AS (PARTITION BY t.deal)
            ) t WHERE weight > 0 GROUP BY deal, key
        ), shares AS (
            SELECT d.*, w.key, COALESCE(w.place, 1) AS place,
                COALESCE(w.weight / SUM(w.weight) OVER (PARTITION BY d.deal), 1) AS share,
                d.revenue * %(units)s AS revenue_units, d.profit * %(units)s AS profit_units
            FROM crm_journey_deal d LEFT JOIN weights w ON w.deal = d.deal
        ), floors AS (
            SELECT s.*, FLOOR(ROUND(revenue_units * share, 9)) AS revenue_floor,
                FLOOR(ROUND(profit_units * share, 9)) AS profit_floor,
                ROUND(revenue_units * share, 9) AS revenue_exact,
                ROUND(profit_units * share, 9) AS profit_exact
            FROM shares s
        ), parts AS (
            SELECT f.*, %(revenue)s AS revenue_part, %(profit)s AS profit_part FROM floors f
        )
        SELECT %(run)s, %(company)s, %(currency)s, k.id, p.document, p.order_id, p.move_id,
            p.partner_id, p.date, p.share::float,
            p.revenue_part / %(units)s, p.profit_part / %(units)s
        FROM parts p
        JOIN crm_attribution_key k ON k.run_id = %(run)s
            AND k.ref = COALESCE(p.key, %(unknown)s)
        """,
        weight=weight(run),
        units=10**run.currency_id.decimal_places,
        revenue=_part("revenue"),
        profit=_part("profit"),
        run=run.id,
        company=run.company_id.id,
        currency=run.currency_id.id,
        unknown=UNKNOWN,
    )


def _part(name):
    """SQL of a key's part in whole units: rounded down, and one more for the largest remainders."""
    exact, floor = SQL.identifier(f"{name}_exact"), SQL.identifier(f"{name}_floor")
    return SQL(
        """%(floor)s + (
            row_number() OVER (
                PARTITION BY deal ORDER BY %(exact)s - %(floor)s DESC, place, key)
            <= %(units)s - SUM(%(floor)s) OVER (PARTITION BY deal))::integer""",
        floor=floor,
        exact=exact,
        units=SQL.identifier(f"{name}_units"),
    )


def sum_up(run):
    """Statements that bring the credits together by key, and the keys to the whole run."""
    return (
        SQL(
            """
            UPDATE crm_attribution_key k
            SET deals = COALESCE(s.deals, 0), revenue = COALESCE(s.revenue, 0), profit = s.profit
            FROM crm_attribution_key own
            LEFT JOIN (
                SELECT key_id, SUM(share) AS deals, SUM(revenue) AS revenue, SUM(profit) AS profit
                FROM crm_attribution_credit WHERE run_id = %(run)s GROUP BY key_id
            ) s ON s.key_id = own.id
            WHERE own.run_id = %(run)s AND k.id = own.id
            """,
            run=run.id,
        ),
        SQL(
            """
            UPDATE crm_attribution_run r
            SET deal_count = d.deals, deals_without_touch = d.without,
                revenue = d.revenue, profit = d.profit
            FROM (
                SELECT COUNT(*) AS deals, SUM(revenue) AS revenue, SUM(profit) AS profit,
                    COUNT(*) - (SELECT COUNT(DISTINCT deal) FROM crm_journey_touch) AS without
                FROM crm_journey_deal
            ) d WHERE r.id = %s
            """,
            run.id,
        ),
    )
