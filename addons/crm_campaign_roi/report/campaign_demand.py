"""What campaigns sold and did, and what they will sell (ROI-4): statements over sets.

Sold is what was ordered, less what came back: lines of confirmed orders, lines of posted invoices
without an order, and credit notes, which count on the day of the order or invoice that they
correct. Quantities are in the unit of the product, amounts untaxed in the company's currency.
"""

from odoo.tools import SQL

from odoo.addons.crm_customer_insight.report.customer_month import _unit_ratio

#: Responses that are no answer of the person.
SILENT = ("delivered", "opened", "bounced")
#: Phases in which a campaign is over for good.
OVER = ("finished", "settled")
#: A forecast that moved by more than this since the decision is shown to the planner again.
MOVED = 0.2


def forget():
    """Drop the tables of :func:`gather` and :func:`cells` of this transaction."""
    return SQL("DROP TABLE IF EXISTS crm_campaign_sold, crm_campaign_cell")


def gather(campaigns, main, place):
    """Statement that keeps what *campaigns* sold in a table of this transaction.

    :param campaigns: ids
    :param main: company of campaigns that name none
    :param place: column of the order that says where it is shipped from (SQL)
    """
    return SQL(
        """
        CREATE TEMPORARY TABLE crm_campaign_sold ON COMMIT DROP AS
        SELECT s.campaign_id, c.window_start, s.product_id, s.date, s.place, s.customer,
            SUM(s.quantity)::float AS quantity, SUM(s.revenue)::numeric AS revenue,
            (s.date - c.window_start) / 7 AS week
        FROM (%s UNION ALL %s) s
        JOIN utm_campaign c ON c.id = s.campaign_id
            AND COALESCE(c.company_id, %s) = s.company_id
        WHERE s.date BETWEEN c.window_start AND c.window_end
        GROUP BY s.campaign_id, c.window_start, s.product_id, s.date, s.place, s.customer
        """,
        _ordered(campaigns, place),
        _invoiced(campaigns),
        main,
    )


def _ordered(campaigns, place):
    """Lines of confirmed orders, less what credit notes took back of them."""
    return SQL(
        """
        SELECT o.campaign_id, o.company_id, l.product_id, o.date_order::date AS date,
            %(place)s AS place, p.commercial_partner_id AS customer,
            (l.product_uom_qty * kept.share * %(ratio)s)::float AS quantity,
            l.price_subtotal * kept.share / COALESCE(NULLIF(o.currency_rate, 0), 1) AS revenue
        FROM sale_order o
        JOIN sale_order_line l ON l.order_id = o.id AND l.display_type IS NULL
            AND l.is_downpayment IS NOT TRUE AND l.product_id IS NOT NULL
        JOIN product_product pp ON pp.id = l.product_id
        JOIN product_template pt ON pt.id = pp.product_tmpl_id
        JOIN res_partner p ON p.id = o.partner_id
        LEFT JOIN (%(billed)s) b ON b.order_line_id = l.id
        CROSS JOIN LATERAL (SELECT %(kept)s AS share) kept
        WHERE o.state = 'sale' AND o.campaign_id = ANY(%(campaigns)s)
        """,
        place=place,
        ratio=_unit_ratio(SQL("l.product_uom_id"), SQL("pt.uom_id")),
        billed=billed(campaigns),
        kept=kept_share(),
        campaigns=list(campaigns),
    )


def kept_share():
    """Share of the order line ``l`` that was not taken back, by what was billed of it (``b``)."""
    return SQL(
        """(1 - LEAST(1, GREATEST(0, COALESCE(
            (b.refunded - GREATEST(0, b.invoiced - l.product_uom_qty))
            / NULLIF(l.product_uom_qty, 0), 0))))"""
    )


def _lines_of(campaigns):
    """Which order lines are read: those of *campaigns*; without any those that came back."""
    if campaigns:
        return SQL("o.campaign_id = ANY(%s)", list(campaigns))
    return SQL(
        """rel.order_line_id IN (
            SELECT x.order_line_id FROM account_move back
            JOIN account_move_line bl ON bl.move_id = back.id
            JOIN sale_order_line_invoice_rel x ON x.invoice_line_id = bl.id
            WHERE back.move_type = 'out_refund' AND back.state = 'posted')"""
    )


def billed(campaigns):
    """Rows (order line, units invoiced, units credited): what was invoiced anew is not back.

    :param campaigns: ids; none: of all orders, the lines that something came back of
    """
    return SQL(
        """
        SELECT rel.order_line_id,
            COALESCE(SUM(il.quantity * %(ratio)s) FILTER (WHERE m.move_type <> 'out_refund'), 0)
                AS invoiced,
            COALESCE(SUM(il.quantity * %(ratio)s) FILTER (WHERE m.move_type = 'out_refund'), 0)
                AS refunded
        FROM sale_order o
        JOIN sale_order_line sol ON sol.order_id = o.id
        JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = sol.id
        JOIN account_move_line il ON il.id = rel.invoice_line_id
        JOIN account_move m ON m.id = il.move_id AND m.state = 'posted'
        WHERE %(lines)s
        GROUP BY rel.order_line_id
        """,
        ratio=_unit_ratio(SQL("il.product_uom_id"), SQL("sol.product_uom_id")),
        lines=_lines_of(campaigns),
    )


def _invoiced(campaigns):
    """Lines of invoices and credit notes without an order."""
    return SQL(
        """
        SELECT m.campaign_id, m.company_id, l.product_id,
            COALESCE(back.invoice_date, m.invoice_date, m.date), NULL::integer,
            m.commercial_partner_id, (sign.value * l.quantity * %(ratio)s)::float, -l.balance
        FROM account_move m
        JOIN account_move_line l ON l.move_id = m.id AND l.display_type = 'product'
            AND l.product_id IS NOT NULL
        JOIN product_product pp ON pp.id = l.product_id
        JOIN product_template pt ON pt.id = pp.product_tmpl_id
        LEFT JOIN account_move back ON back.id = m.reversed_entry_id
        CROSS JOIN LATERAL (
            SELECT CASE WHEN m.move_type = 'out_refund' THEN -1 ELSE 1 END AS value) sign
        WHERE m.state = 'posted' AND m.campaign_id = ANY(%(campaigns)s)
            AND m.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            AND NOT EXISTS (
                SELECT FROM sale_order_line_invoice_rel rel WHERE rel.invoice_line_id = l.id)
        """,
        ratio=_unit_ratio(SQL("l.product_uom_id"), SQL("pt.uom_id")),
        campaigns=list(campaigns),
    )


def seen(campaigns):
    """Rows (campaign, persons, persons who responded, buyers, units, revenue).

    Persons are the treated targets, without any those that were to be reached. A buyer counts as
    somebody who responded, a target or not.
    """
    return SQL(
        """
        SELECT c.id AS campaign_id,
            GREATEST(COALESCE(NULLIF(p.persons, 0), c.expected_reach, 0),
                COALESCE(a.answered, 0) + COALESCE(b.others, 0)) AS persons,
            COALESCE(a.answered, 0) + COALESCE(b.others, 0) AS responses,
            COALESCE(b.buyers, 0) AS buyers, COALESCE(s.units, 0) AS units,
            COALESCE(s.revenue, 0) AS revenue
        FROM utm_campaign c
        LEFT JOIN (
            SELECT campaign_id, COUNT(*) AS persons FROM crm_campaign_target
            WHERE campaign_id = ANY(%(campaigns)s) AND state = 'in' AND arm = 'treated'
            GROUP BY campaign_id
        ) p ON p.campaign_id = c.id
        LEFT JOIN (
            SELECT campaign_id, COUNT(*) AS answered FROM (%(answered)s) x GROUP BY campaign_id
        ) a ON a.campaign_id = c.id
        LEFT JOIN (
            SELECT k.campaign_id, COUNT(*) AS buyers,
                COUNT(*) FILTER (WHERE x.customer IS NULL) AS others
            FROM (
                SELECT campaign_id, customer FROM crm_campaign_sold
                GROUP BY campaign_id, customer HAVING SUM(quantity) > 0
            ) k
            LEFT JOIN (
                SELECT DISTINCT campaign_id, customer FROM (%(answered)s) y
            ) x ON x.campaign_id = k.campaign_id AND x.customer = k.customer
            GROUP BY k.campaign_id
        ) b ON b.campaign_id = c.id
        LEFT JOIN (
            SELECT campaign_id, SUM(quantity) AS units, SUM(revenue) AS revenue
            FROM crm_campaign_sold GROUP BY campaign_id
        ) s ON s.campaign_id = c.id
        WHERE c.id = ANY(%(campaigns)s)
        """,
        campaigns=list(campaigns),
        answered=_answered(campaigns),
    )


def _answered(campaigns):
    return SQL(
        """
        SELECT DISTINCT r.campaign_id, r.target_id, t.commercial_partner_id AS customer
        FROM crm_campaign_response r
        JOIN crm_campaign_response_kind k ON k.id = r.kind_id AND k.code <> ALL(%s)
        JOIN crm_campaign_target t ON t.id = r.target_id AND t.arm = 'treated'
        WHERE r.campaign_id = ANY(%s)
        """,
        list(SILENT),
        list(campaigns),
    )


def sold_units():
    """Rows (campaign, product, units) of what is gathered."""
    return SQL(
        "SELECT campaign_id, product_id, SUM(quantity) FROM crm_campaign_sold "
        "GROUP BY campaign_id, product_id"
    )


# -- learning -----------------------------------------------------------------------------------


def finished(today):
    """Ids of campaigns that can be learned from: over, and so is their window."""
    return SQL(
        """
        SELECT id FROM utm_campaign WHERE phase = ANY(%s) AND window_end < %s
            AND kind_id IS NOT NULL AND is_template IS NOT TRUE
        """,
        list(OVER),
        today,
    )


def unlearn(campaigns):
    """Delete the lessons of all other campaigns: they run again, or have no kind any more."""
    return SQL("DELETE FROM crm_campaign_lesson WHERE campaign_id <> ALL(%s)", list(campaigns))


def learn(campaigns, main, today, uid):
    """One lesson per campaign, brought up to date when something came late."""
    return SQL(
        """
        INSERT INTO crm_campaign_lesson (campaign_id, company_id, kind_id, persons, responses,
            buyers, units, revenue, learned_on, create_uid, write_uid, create_date, write_date)
        SELECT s.campaign_id, COALESCE(c.company_id, %(main)s), c.kind_id, s.persons, s.responses,
            s.buyers, s.units, s.revenue, %(today)s, %(uid)s, %(uid)s,
            now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
        FROM (%(seen)s) s JOIN utm_campaign c ON c.id = s.campaign_id
        ON CONFLICT (campaign_id) DO UPDATE SET company_id = EXCLUDED.company_id,
            kind_id = EXCLUDED.kind_id, persons = EXCLUDED.persons,
            responses = EXCLUDED.responses, buyers = EXCLUDED.buyers, units = EXCLUDED.units,
            revenue = EXCLUDED.revenue, write_date = EXCLUDED.write_date
        WHERE (crm_campaign_lesson.company_id, crm_campaign_lesson.kind_id,
            crm_campaign_lesson.persons, crm_campaign_lesson.responses,
            crm_campaign_lesson.buyers, crm_campaign_lesson.units, crm_campaign_lesson.revenue)
            IS DISTINCT FROM (EXCLUDED.company_id, EXCLUDED.kind_id, EXCLUDED.persons,
            EXCLUDED.responses, EXCLUDED.buyers, EXCLUDED.units, EXCLUDED.revenue)
        """,
        seen=seen(campaigns),
        main=main,
        today=today,
        uid=uid,
    )


_LESSON_CELLS = """
    SELECT l.id AS lesson_id, s.product_id, s.week, SUM(s.quantity) AS units,
        SUM(s.revenue) AS revenue
    FROM crm_campaign_sold s JOIN crm_campaign_lesson l ON l.campaign_id = s.campaign_id
    GROUP BY l.id, s.product_id, s.week
"""


def learn_cells():
    """Units and revenue of each lesson by product and week from the publication."""
    return SQL(
        """
        INSERT INTO crm_campaign_lesson_line (lesson_id, product_id, week, units, revenue)
        SELECT lesson_id, product_id, week, units, revenue FROM (%s) x
        ON CONFLICT (lesson_id, product_id, week) DO UPDATE
            SET units = EXCLUDED.units, revenue = EXCLUDED.revenue
        WHERE (crm_campaign_lesson_line.units, crm_campaign_lesson_line.revenue)
            IS DISTINCT FROM (EXCLUDED.units, EXCLUDED.revenue)
        """,
        SQL(_LESSON_CELLS),
    )


def unlearn_cells():
    """Delete the cells in which nothing was sold after all."""
    return SQL(
        """
        DELETE FROM crm_campaign_lesson_line l WHERE NOT EXISTS (
            SELECT FROM (%s) x WHERE x.lesson_id = l.lesson_id AND x.product_id = l.product_id
                AND x.week = l.week)
        """,
        SQL(_LESSON_CELLS),
    )


def ensure_priors(main):
    """One prior per company and kind of a campaign."""
    return SQL(
        """
        INSERT INTO crm_campaign_prior (kind_id, company_id, corrected, hand_weight)
        SELECT DISTINCT c.kind_id, COALESCE(c.company_id, %s), FALSE, 100 FROM utm_campaign c
        WHERE c.kind_id IS NOT NULL AND c.is_template IS NOT TRUE
        ON CONFLICT (kind_id, company_id) DO NOTHING
        """,
        main,
    )


# -- demand -------------------------------------------------------------------------------------


def cells(columns, rows):
    """Statement that keeps the expected cells *rows* in a table of this transaction.

    :param columns: ``{name: type (SQL)}``
    """
    lists = [SQL("%s::%s[]", [row[name] for row in rows], columns[name]) for name in columns]
    return SQL(
        "CREATE TEMPORARY TABLE crm_campaign_cell ON COMMIT DROP AS "
        "SELECT * FROM unnest(%s) AS cell(%s)",
        SQL(", ").join(lists),
        SQL(", ").join(SQL.identifier(name) for name in columns),
    )


def propose(columns, key, monday, uid):
    """Write the cells: new ones are proposed, a week that has begun keeps its forecast.

    Decisions stay, also of what was withdrawn and is expected again; the planner sees which
    forecast moved since he decided, or was withdrawn meanwhile.
    """
    names = SQL(", ").join(SQL.identifier(name) for name in columns)
    return SQL(
        """
        INSERT INTO crm_campaign_demand AS d (%(names)s, state, has_moved, decided_expected,
            create_uid, write_uid, create_date, write_date)
        SELECT %(names)s, 'proposed', FALSE, 0, %(uid)s, %(uid)s, now() AT TIME ZONE 'UTC',
            now() AT TIME ZONE 'UTC'
        FROM crm_campaign_cell
        ON CONFLICT %(key)s DO UPDATE SET company_id = EXCLUDED.company_id, low = EXCLUDED.low,
            expected = EXCLUDED.expected, high = EXCLUDED.high,
            expected_revenue = EXCLUDED.expected_revenue,
            state = CASE WHEN d.state = 'withdrawn'
                THEN COALESCE(d.withdrawn_state, 'proposed') ELSE d.state END,
            withdrawn_state = NULL,
            has_moved = COALESCE(d.withdrawn_state IN ('accepted', 'changed', 'refused'), FALSE)
                OR d.state IN ('accepted', 'changed', 'refused')
                AND ABS(EXCLUDED.expected - d.decided_expected)
                    > %(moved)s * GREATEST(EXCLUDED.expected, d.decided_expected),
            write_date = EXCLUDED.write_date
        WHERE (d.week > %(monday)s OR d.state = 'withdrawn')
            AND (d.state = 'withdrawn' OR (d.company_id, d.low, d.expected, d.high,
                d.expected_revenue) IS DISTINCT FROM (EXCLUDED.company_id, EXCLUDED.low,
                EXCLUDED.expected, EXCLUDED.high, EXCLUDED.expected_revenue))
        """,
        names=names,
        key=key,
        moved=MOVED,
        monday=monday,
        uid=uid,
    )


def _gone(campaigns, monday, same):
    """Demand to come of *campaigns* that is expected no more."""
    return SQL(
        """d.campaign_id = ANY(%s) AND d.week >= %s AND NOT EXISTS (
            SELECT FROM crm_campaign_cell x WHERE x.campaign_id = d.campaign_id
                AND x.product_id = d.product_id AND x.week = d.week AND %s)""",
        list(campaigns),
        monday,
        same,
    )


def drop(campaigns, monday, same):
    """Delete what was only proposed."""
    return SQL(
        "DELETE FROM crm_campaign_demand d WHERE d.state = 'proposed' AND d.decided_on IS NULL "
        "AND %s",
        _gone(campaigns, monday, same),
    )


def withdraw(campaigns, monday, same):
    """What was decided about is withdrawn; rows (id, campaign, who had accepted)."""
    return SQL(
        """
        WITH gone AS (
            SELECT d.id, d.state FROM crm_campaign_demand d
            WHERE d.state <> 'withdrawn' AND %s
        )
        UPDATE crm_campaign_demand d SET state = 'withdrawn', withdrawn_state = gone.state,
            low = 0, expected = 0, high = 0, expected_revenue = 0, has_moved = FALSE
        FROM gone WHERE gone.id = d.id
        RETURNING d.id, d.campaign_id, CASE WHEN gone.state IN ('accepted', 'changed')
            THEN d.decided_by END
        """,
        _gone(campaigns, monday, same),
    )


def note_sold(campaigns, same):
    """Bring what was sold in each cell's week up to date."""
    return SQL(
        """
        UPDATE crm_campaign_demand d SET sold_quantity = COALESCE(x.quantity, 0),
            sold_revenue = COALESCE(x.revenue, 0)
        FROM (
            SELECT n.id, SUM(s.quantity) AS quantity, SUM(s.revenue) AS revenue
            FROM crm_campaign_demand n
            LEFT JOIN crm_campaign_sold s ON s.campaign_id = n.campaign_id
                AND s.product_id = n.product_id AND date_trunc('week', s.date)::date = n.week
                AND %s
            WHERE n.campaign_id = ANY(%s)
            GROUP BY n.id
        ) x
        WHERE x.id = d.id AND (d.sold_quantity, d.sold_revenue)
            IS DISTINCT FROM (COALESCE(x.quantity, 0), COALESCE(x.revenue, 0))
        """,
        same,
        list(campaigns),
    )
