"""Fills ``crm.customer.month``: the monthly facts behind customer value (ROI-3).

One statement computes all cells, or those that changed, from posted invoices, confirmed orders
and the touch ledger. Money is in company currency at the document's rate, as the ledger has it.

Product cost of an invoice line:

- *known*: cost on its order line, when that line was created after costs began to be recorded.
  Installing ``sale_margin`` writes today's cost on every earlier line, so the moment its column
  came into being tells captured from invented costs; a company can set another moment.
- *estimated*: today's standard cost of the product in the line's unit of measure.
- *missing*: neither.
"""

from odoo.tools import SQL

DOCUMENT_TYPES = ("out_invoice", "out_refund", "out_receipt")
COLUMNS = (
    "revenue",
    "revenue_known",
    "revenue_estimated",
    "product_cost",
    "direct_cost",
    "invoice_count",
    "refund_count",
    "order_count",
    "first_date",
    "last_date",
    "group_revenue",
    "group_revenue_known",
    "group_revenue_estimated",
    "group_product_cost",
    "group_rate",
)


def fill(env, cells=None):
    """Write what changed in all cells, or in those of the temporary table ``cells``."""
    cr = env.cr
    cr.execute(SQL("DROP TABLE IF EXISTS crm_value_month"))
    cr.execute(SQL("CREATE TEMP TABLE crm_value_month ON COMMIT DROP AS %s", facts(env, cells)))
    cr.execute(SQL("SELECT EXISTS (SELECT FROM crm_customer_month)"))
    if not cr.fetchone()[0]:
        written = _insert(cr, SQL("SELECT * FROM crm_value_month"), existing=False)
    else:
        cr.execute(SQL("ANALYZE crm_value_month"))
        written = _delete_vanished(cr, cells) + _insert(cr, _differing())
    if not cells:
        cr.execute(SQL("ANALYZE crm_customer_month"))
    return written


def _insert(cr, source, existing=True):
    names = [SQL.identifier(name) for name in COLUMNS]
    upsert = SQL(
        "ON CONFLICT (partner_id, company_id, month) DO UPDATE SET %s",
        SQL(", ").join(SQL("%s = EXCLUDED.%s", name, name) for name in names),
    )
    cr.execute(
        SQL(
            """INSERT INTO crm_customer_month
                (partner_id, company_id, month, %s, allocated_cost)
            SELECT *, 0 FROM (%s) AS rows %s""",
            SQL(", ").join(names),
            source,
            upsert if existing else SQL(),
        )
    )
    return cr.rowcount


def _differing():
    new = SQL(", ").join(SQL("n.%s", SQL.identifier(name)) for name in COLUMNS)
    old = SQL(", ").join(SQL("c.%s", SQL.identifier(name)) for name in COLUMNS)
    return SQL(
        """SELECT n.* FROM crm_value_month n
        LEFT JOIN crm_customer_month c USING (partner_id, company_id, month)
        WHERE c.id IS NULL OR (%s) IS DISTINCT FROM (%s)""",
        new,
        old,
    )


def _delete_vanished(cr, cells):
    scope = (
        SQL("JOIN %s s USING (partner_id, company_id, month)", SQL.identifier(cells))
        if cells
        else SQL()
    )
    cr.execute(
        SQL(
            """DELETE FROM crm_customer_month WHERE id IN (
                SELECT c.id FROM crm_customer_month c %s
                LEFT JOIN crm_value_month n USING (partner_id, company_id, month)
                WHERE n.partner_id IS NULL)""",
            scope,
        )
    )
    return cr.rowcount


def facts(env, cells=None):
    """Return the ``SQL`` of all cells, or of those in the table ``cells``, in order of their key.

    Lines are summed per cell at once; with foreign currencies per customer, company and day,
    because each day has its rate. The order makes the unique index grow at its end.
    """
    foreign = foreign_companies(env)
    return SQL(
        """WITH rates AS MATERIALIZED (%(rates)s),
        documents AS NOT MATERIALIZED (%(documents)s)
        SELECT f.partner_id, f.company_id, %(month)s AS month,
            COALESCE(sum(f.revenue), 0) AS revenue,
            COALESCE(sum(f.revenue_known), 0) AS revenue_known,
            COALESCE(sum(f.revenue_estimated), 0) AS revenue_estimated,
            COALESCE(round(sum(f.product_cost), %(digits)s), 0) AS product_cost,
            COALESCE(sum(f.direct_cost), 0) AS direct_cost,
            COALESCE(sum(f.invoices), 0)::int AS invoice_count,
            COALESCE(sum(f.refunds), 0)::int AS refund_count,
            COALESCE(sum(f.orders), 0)::int AS order_count,
            min(f.first_date) AS first_date, max(f.last_date) AS last_date,
            %(group_columns)s
        FROM (%(lines)s UNION ALL %(purchases)s UNION ALL %(orders)s UNION ALL %(touches)s) f
        %(group_join)s
        GROUP BY 1, 2, 3 ORDER BY 1, 2, 3""",
        rates=_rates(env, foreign),
        documents=_documents(cells, foreign),
        month=SQL("date_trunc('month', f.day::timestamp)::date") if foreign else SQL("f.day"),
        digits=_digits(env),
        group_columns=_group_columns(foreign),
        group_join=_group_join(foreign),
        lines=_line_sums(env, cells),
        purchases=_purchases(),
        orders=_orders(cells),
        touches=_touches(env, cells),
    )


def main_company(env):
    """Return the company in whose currency all companies are added up: the first one."""
    # sudo: the first company is the same whatever companies the reader may enter
    return env["res.company"].sudo().search([("parent_id", "=", False)], order="id", limit=1)


def foreign_companies(env):
    """Return the companies whose currency is not the main company's."""
    main = main_company(env)
    # sudo: consolidation covers all companies, whoever starts the refresh
    companies = env["res.company"].sudo().with_context(active_test=False).search([])
    return companies.filtered(lambda company: company.currency_id != main.currency_id)


def _digits(env):
    """Return the decimals of the currency of ``f.company_id``."""
    # sudo: all companies are filled, whoever starts the refresh
    companies = env["res.company"].sudo().with_context(active_test=False).search([])
    by_digits = companies.grouped(lambda company: company.currency_id.decimal_places)
    if len(by_digits) == 1:
        return SQL("%s", next(iter(by_digits)))
    return SQL(
        "CASE %s END",
        SQL(" ").join(
            SQL("WHEN f.company_id IN %s THEN %s", tuple(group.ids), digits)
            for digits, group in by_digits.items()
        ),
    )


def _rates(env, foreign):
    """Rate from each foreign company's currency to the main one, by day, as Odoo converts."""
    if not foreign:
        return SQL("SELECT NULL::int AS company_id, NULL::date AS day, NULL::numeric AS rate")
    main = main_company(env)
    return SQL(
        """SELECT c.id AS company_id, d::date AS day, %(to)s / %(from)s AS rate
        FROM res_company c,
            (SELECT date_trunc('month', LEAST((SELECT min(date) FROM account_move),
                (SELECT min(invoice_date) FROM account_move),
                (SELECT min(date_order) FROM sale_order),
                (SELECT min(date) FROM crm_touchpoint), now() AT TIME ZONE 'UTC')) AS first,
            GREATEST((SELECT max(date) FROM account_move),
                (SELECT max(invoice_date) FROM account_move),
                (SELECT max(date_order) FROM sale_order),
                (SELECT max(date) FROM crm_touchpoint), now() AT TIME ZONE 'UTC') AS last) b,
            generate_series(b.first, b.last, '1 day') d
        WHERE c.id IN %(companies)s""",
        **{
            "to": _rate_on(SQL("%s", main.currency_id.id), main),
            "from": _rate_on(SQL("c.currency_id"), main),
        },
        companies=tuple(foreign.ids),
    )


def _rate_on(currency, main):
    """Rate of a currency on the day ``d``: the latest one, else the first one, else 1."""
    rate = SQL(
        """SELECT r.rate FROM res_currency_rate r
        WHERE r.currency_id = %s AND (r.company_id IS NULL OR r.company_id = %s)""",
        currency,
        main.id,
    )
    return SQL(
        "COALESCE((%s AND r.name <= d ORDER BY r.company_id, r.name DESC LIMIT 1),"
        " (%s ORDER BY r.company_id, r.name LIMIT 1), 1.0)",
        rate,
        rate,
    )


def _standard_costs(env):
    """Today's standard cost of each product and company, per its own unit of measure."""
    # sudo: all companies are filled, whoever starts the refresh
    companies = env["res.company"].sudo().with_context(active_test=False).search([])
    product = env["product.product"]
    return SQL(" UNION ALL ").join(
        SQL(
            """SELECT pp.id AS product_id, %s AS company_id, pt.uom_id, %s AS cost
            FROM product_product pp JOIN product_template pt ON pt.id = pp.product_tmpl_id
            WHERE %s > 0""",
            company.id,
            cost := product.with_company(company)._field_to_sql("pp", "standard_price"),
            cost,
        )
        for company in companies
    )


def _documents(cells, foreign):
    """Posted customer documents, of the customer they belong to today.

    ``day`` is what lines are summed by: the month, or the day where it matters for rates.
    ``OFFSET 0`` has the months computed per document and not per line.
    """
    day = SQL("COALESCE(m.invoice_date, m.date)")
    return SQL(
        """SELECT m.id, p.commercial_partner_id AS partner_id, m.company_id, %(day)s AS day,
            m.move_type = 'out_refund' AS refund,
            CASE WHEN m.move_type <> 'out_refund' AND m.amount_untaxed_signed > 0
                THEN %(date)s END AS purchase_date
        FROM %(moves)s
        WHERE m.state = 'posted' AND m.move_type IN %(types)s
        OFFSET 0""",
        day=day if foreign else SQL("date_trunc('month', %s::timestamp)::date", day),
        date=day,
        moves=_moves(cells),
        types=DOCUMENT_TYPES,
    )


def _line_sums(env, cells):
    """Revenue and product cost in company currency; refunded cost is negative."""
    return SQL(
        """SELECT partner_id, company_id, day, sum(amount) AS revenue,
            sum(amount) FILTER (WHERE is_known AND cost IS NOT NULL) AS revenue_known,
            sum(amount) FILTER (WHERE NOT is_known AND cost IS NOT NULL) AS revenue_estimated,
            sum(cost) AS product_cost, NULL::numeric AS direct_cost, NULL::bigint AS invoices,
            NULL::bigint AS refunds, NULL::bigint AS orders, NULL::date AS first_date,
            NULL::date AS last_date
        FROM (%s) l GROUP BY partner_id, company_id, day""",
        _lines(env, cells),
    )


def _purchases():
    return SQL(
        """SELECT partner_id, company_id, day, NULL, NULL, NULL, NULL, NULL,
            count(purchase_date), count(*) FILTER (WHERE refund), NULL,
            min(purchase_date), max(purchase_date)
        FROM documents WHERE refund OR purchase_date IS NOT NULL
        GROUP BY partner_id, company_id, day"""
    )


def _lines(env, cells):
    """Product lines; one that invoices several order lines is divided evenly between them.

    ``OFFSET 0`` keeps the planner from computing the costs again for every sum over them. The
    standard costs are no CTE: without statistics of products the planner would walk an index.
    """
    divide = bool(cells) or _has_shared_lines(env)
    known = SQL("(sol.purchase_price <> 0 AND sol.create_date >= %s)", _recorded_since(env))
    return SQL(
        """SELECT d.partner_id, d.company_id, d.day, -l.balance%(split)s AS amount,
            k.is_known, CASE WHEN d.refund THEN -1 ELSE 1 END
                * CASE WHEN k.is_known THEN %(recorded)s ELSE %(standard)s END%(split)s AS cost
        FROM documents d
        JOIN account_move_line l ON l.move_id = d.id AND l.display_type = 'product'
        LEFT JOIN sale_order_line_invoice_rel rel ON rel.invoice_line_id = l.id
        LEFT JOIN sale_order_line sol ON sol.id = rel.order_line_id
        CROSS JOIN LATERAL (SELECT %(known)s IS TRUE AS is_known) k
        %(shared)s
        LEFT JOIN (%(standards)s) std
            ON std.product_id = l.product_id AND std.company_id = l.company_id
        OFFSET 0""",
        split=SQL(" / COALESCE(shared.parts, 1)") if divide else SQL(),
        shared=_shared_lines(cells) if divide else SQL(),
        known=known,
        recorded=_recorded_cost(),
        standards=_standard_costs(env),
        standard=SQL(
            """l.quantity * std.cost * %s""",
            _unit_ratio(SQL("l.product_uom_id"), SQL("std.uom_id")),
        ),
    )


def _moves(cells):
    """All documents ``m``, or those of the cells, with their contacts ``p``."""
    if not cells:
        return SQL("account_move m JOIN res_partner p ON p.id = m.partner_id")
    return SQL(
        """%s s JOIN res_partner p ON p.commercial_partner_id = s.partner_id
        JOIN account_move m ON m.partner_id = p.id AND m.company_id = s.company_id
            AND COALESCE(m.invoice_date, m.date) >= s.month
            AND COALESCE(m.invoice_date, m.date) < s.month + interval '1 month'""",
        SQL.identifier(cells),
    )


def _has_shared_lines(env):
    """Whether any invoice line comes from several order lines (rare: not every database)."""
    [[shared]] = env.execute_query(
        SQL(
            """SELECT EXISTS (SELECT FROM sale_order_line_invoice_rel
            GROUP BY invoice_line_id HAVING count(*) > 1)"""
        )
    )
    return shared


def _shared_lines(cells):
    if cells:
        return SQL(
            """CROSS JOIN LATERAL (SELECT NULLIF(count(*), 0) AS parts
            FROM sale_order_line_invoice_rel o WHERE o.invoice_line_id = l.id) AS shared"""
        )
    return SQL(
        """LEFT JOIN (SELECT invoice_line_id, count(*) AS parts FROM sale_order_line_invoice_rel
        GROUP BY invoice_line_id HAVING count(*) > 1) shared ON shared.invoice_line_id = l.id"""
    )


def _recorded_cost():
    """Cost of the quantity from the order line, back in company currency at the order's rate.

    ``purchase_price`` was converted from company currency at the order's date, so dividing by
    the rate kept on the order gives the amount it came from.
    """
    return SQL(
        """CASE WHEN sol.currency_id = l.company_currency_id
            AND sol.product_uom_id = l.product_uom_id THEN l.quantity * sol.purchase_price
        ELSE l.quantity * sol.purchase_price * %s
            / CASE WHEN sol.currency_id = l.company_currency_id THEN 1 ELSE
            COALESCE((SELECT NULLIF(o.currency_rate, 0) FROM sale_order o
                WHERE o.id = sol.order_id), 1) END END""",
        _unit_ratio(SQL("l.product_uom_id"), SQL("sol.product_uom_id")),
    )


def _unit_ratio(source, target):
    return SQL(
        """CASE WHEN %(source)s IS NULL OR %(target)s IS NULL OR %(source)s = %(target)s THEN 1
        ELSE (SELECT su.factor / tu.factor FROM uom_uom su, uom_uom tu
            WHERE su.id = %(source)s AND tu.id = %(target)s) END""",
        source=source,
        target=target,
    )


def _recorded_since(env):
    """The moment since when costs on order lines are recorded, for ``l.company_id``."""
    by_company, otherwise = env["crm.value.setting"]._costs_recorded_since()
    if not by_company:
        return SQL("%s::timestamp", otherwise)
    return SQL(
        "CASE l.company_id %s ELSE %s END::timestamp",
        SQL(" ").join(
            SQL("WHEN %s THEN %s", company_id, moment) for company_id, moment in by_company.items()
        ),
        otherwise,
    )


def _orders(cells):
    return SQL(
        """SELECT p.commercial_partner_id, o.company_id,
            date_trunc('month', o.date_order)::date, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
            count(*), NULL, NULL
        FROM sale_order o JOIN res_partner p ON p.id = o.partner_id %s
        WHERE o.state = 'sale' GROUP BY 1, 2, 3""",
        _in_cells(
            cells,
            SQL("p.commercial_partner_id"),
            SQL("o.company_id"),
            SQL("o.date_order"),
        ),
    )


def _touches(env, cells):
    company = SQL("COALESCE(t.company_id, %s)", main_company(env).id)
    return SQL(
        """SELECT p.commercial_partner_id, %s, date_trunc('month', t.date)::date,
            NULL, NULL, NULL, NULL, t.cost, NULL, NULL, NULL, NULL, NULL
        FROM crm_touchpoint t
        JOIN res_partner p ON p.id = COALESCE(t.partner_id, t.commercial_partner_id) %s
        WHERE t.cost <> 0 AND t.voided IS NOT TRUE""",
        company,
        _in_cells(cells, SQL("p.commercial_partner_id"), company, SQL("t.date")),
    )


def _in_cells(cells, partner, company, moment):
    if not cells:
        return SQL()
    return SQL(
        """JOIN %s s ON s.partner_id = %s AND s.company_id = %s
        AND %s >= s.month AND %s < s.month + interval '1 month'""",
        SQL.identifier(cells),
        partner,
        company,
        moment,
        moment,
    )


def _group_columns(foreign):
    if not foreign:
        return SQL(
            """NULL::numeric AS group_revenue, NULL::numeric AS group_revenue_known,
            NULL::numeric AS group_revenue_estimated, NULL::numeric AS group_product_cost,
            NULL::numeric AS group_rate"""
        )
    return SQL(
        """sum(f.revenue * dr.rate) AS group_revenue,
        sum(f.revenue_known * dr.rate) AS group_revenue_known,
        sum(f.revenue_estimated * dr.rate) AS group_revenue_estimated,
        sum(f.product_cost * dr.rate) AS group_product_cost, min(mr.rate) AS group_rate"""
    )


def _group_join(foreign):
    """Rates of each day for documents and of the month's first day for other costs."""
    if not foreign:
        return SQL()
    return SQL(
        """LEFT JOIN rates dr ON dr.company_id = f.company_id AND dr.day = f.day
        LEFT JOIN rates mr ON mr.company_id = f.company_id
            AND mr.day = date_trunc('month', f.day::timestamp)::date"""
    )
