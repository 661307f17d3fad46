"""What is bought together: counted in PostgreSQL for all companies, segments and seasons (ROI-5).

A basket is a confirmed order (or, where a company says so, a posted invoice): what somebody decided
in one go. Products of a basket count once. Rare products leave before baskets are joined with
themselves, which is the filter of "a priori" (Agrawal, Srikant, VLDB 1994): a pair is never more
frequent than the rarer of its two, so that nothing is lost. Chance is Fisher's exact test on arrays
(:mod:`..tools.association`): normal approximations are wrong for the rare pairs that matter here,
and PostgreSQL has no gamma function before version 17.

A *slice* is a part of the baskets in which rules are found: all of them, those of a tier, of a
life-cycle stage, or of a quarter.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np

from odoo.tools import SQL

from ..tools import association
from .order_lines import chosen

DIMENSIONS = ("none", "tier", "stage", "season")
TEMPORARY = (
    "option",
    "paper",
    "item",
    "basket",
    "slice",
    "sliced",
    "frequent",
    "chosen",
    "counted",
    "pair",
    "chance",
    "rule",
)


@dataclass(frozen=True)
class Options:
    """How the rules of one company are found."""

    company_id: int
    source: str
    since: date
    until: date
    min_baskets: int
    min_support: float
    min_confidence: float
    min_lift: float
    significance: float


def begin(env, options):
    """Read the baskets of all companies; return how many there are.

    The tables live until the transaction ends or the next computation begins.
    """
    env.flush_all()
    env.cr.execute(SQL("SET LOCAL work_mem = '256MB'"))
    for name in TEMPORARY:
        env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", table(name)))
    _options(env, options)
    _create(env, "paper", SQL("(%s) UNION ALL (%s)", _orders(), _invoices()))
    _create(env, "item", SQL("(%s) UNION ALL (%s)", _order_items(env), _invoice_items()))
    _create(
        env,
        "basket",
        SQL(
            """SELECT p.* FROM %s p
                WHERE EXISTS (SELECT FROM %s i WHERE i.basket = p.basket)""",
            table("paper"),
            table("item"),
        ),
    )
    env.cr.execute(SQL("SELECT count(*) FROM %s", table("basket")))
    return env.cr.fetchone()[0]


def table(name):
    """The temporary table of that part of the computation."""
    return SQL.identifier(f"insight_rules_{name}")


def _create(env, name, select):
    env.cr.execute(SQL("CREATE TEMPORARY TABLE %s ON COMMIT DROP AS %s", table(name), select))
    _analyze(env, name)


def _analyze(env, name):
    env.cr.execute(SQL("ANALYZE %s", table(name)))


def _options(env, options):
    rows = [
        SQL(
            "(%s, %s, %s::date, %s::date, %s, %s::float8, %s::float8, %s::float8)",
            option.company_id, option.source, option.since, option.until, option.min_baskets,
            option.min_support, option.min_confidence, option.min_lift,
        )
        for option in options
    ]  # fmt: skip
    select = SQL(
        "SELECT * FROM (VALUES %s) AS o (company_id, source, since, until, min_baskets,"
        " min_support, min_confidence, min_lift)",
        SQL(", ").join(rows),
    )
    _create(env, "option", select)


def _orders():
    """Confirmed orders as baskets; the day is that of the company's own clock."""
    return SQL(
        """SELECT d.company_id, d.id * 2 AS basket, d.partner_id, d.day
             FROM (SELECT o.id, o.company_id, p.commercial_partner_id AS partner_id,
                          (o.date_order AT TIME ZONE 'UTC'
                           AT TIME ZONE COALESCE(cp.tz, 'UTC'))::date AS day
                     FROM sale_order o
                     JOIN res_partner p ON p.id = o.partner_id
                     JOIN res_company c ON c.id = o.company_id
                     JOIN res_partner cp ON cp.id = c.partner_id
                    WHERE o.state = 'sale') d
             JOIN %s t ON t.company_id = d.company_id AND t.source = 'order'
              AND d.day BETWEEN t.since AND t.until""",
        table("option"),
    )


def _invoices():
    """Posted invoices as baskets, for companies whose sales are no orders."""
    return SQL(
        """SELECT m.company_id, m.id * 2 + 1, m.commercial_partner_id, m.invoice_date
             FROM account_move m
             JOIN %s t ON t.company_id = m.company_id AND t.source = 'invoice'
              AND m.invoice_date BETWEEN t.since AND t.until
            WHERE m.move_type = 'out_invoice' AND m.state = 'posted'""",
        table("option"),
    )


def _order_items(env):
    """Products of the orders; one of two lines is there twice (see :func:`_join_baskets`)."""
    return SQL(
        """SELECT l.order_id * 2 AS basket, l.product_id
             FROM sale_order_line l JOIN %s p ON p.basket = l.order_id * 2
            WHERE l.display_type IS NULL AND l.product_id IS NOT NULL
              AND l.product_uom_qty > 0 AND %s AND %s""",
        table("paper"),
        _suggested(),
        chosen(env),
    )


def _invoice_items():
    return SQL(
        """SELECT l.move_id * 2 + 1, l.product_id
             FROM account_move_line l JOIN %s p ON p.basket = l.move_id * 2 + 1
            WHERE l.display_type = 'product' AND l.product_id IS NOT NULL AND l.quantity > 0
              AND %s""",
        table("paper"),
        _suggested(),
    )


def _suggested():
    """The product of line ``l`` is one to suggest: no freight, no packaging."""
    return SQL(
        """l.product_id NOT IN (
               SELECT pp.id FROM product_product pp
                 JOIN product_template pt ON pt.id = pp.product_tmpl_id
                WHERE pt.suggest_ok IS FALSE)"""
    )


# -- counting ----------------------------------------------------------------------------------


def count_pairs(env, dimensions=DIMENSIONS, tell=None):
    """Count the pairs of frequent products in each slice of the *dimensions*."""
    env.cr.execute(
        SQL(
            """CREATE TEMPORARY TABLE %s (id serial, dimension text, company_id integer,
                   segment text, season text, baskets bigint, least bigint) ON COMMIT DROP;
               CREATE TEMPORARY TABLE %s (place serial, slice integer, product_id integer,
                   baskets bigint)
                   ON COMMIT DROP;
               CREATE TEMPORARY TABLE %s (slice integer, first integer, second integer,
                   baskets bigint) ON COMMIT DROP""",
            table("slice"),
            table("frequent"),
            table("pair"),
        )
    )
    for place, dimension in enumerate(dimensions):
        _count_slices(env, dimension)
        _join_baskets(env, dimension)
        if tell:
            tell(place + 1, len(dimensions) + 2)
    _analyze(env, "pair")
    _analyze(env, "frequent")


def _slice_of(dimension):
    """(SQL of the segment, of the season, what to join) of a basket ``b``; no segment: left out."""
    none = SQL("'none'")
    snapshot = SQL(
        "JOIN crm_customer_snapshot s ON s.partner_id = b.partner_id"
        " AND s.company_id = b.company_id AND s.is_current"
    )
    return {
        "none": (none, none, SQL()),
        "tier": (SQL("'tier_' || s.tier"), none, snapshot),
        "stage": (SQL("'stage_' || s.lifecycle_stage"), none, snapshot),
        "season": (none, SQL("'q' || EXTRACT(quarter FROM b.day)::integer"), SQL()),
    }[dimension]


def _count_slices(env, dimension):
    """The slices, their baskets, and from how many common baskets on a pair counts there."""
    segment, season, join = _slice_of(dimension)
    env.cr.execute(
        SQL(
            """INSERT INTO %s (dimension, company_id, segment, season, baskets, least)
               SELECT %s, b.company_id, %s, %s, count(*),
                      GREATEST(t.min_baskets, CEIL(t.min_support * count(*)), 1)
                 FROM %s b JOIN %s t ON t.company_id = b.company_id %s
                WHERE %s IS NOT NULL
                GROUP BY b.company_id, 3, 4, t.min_baskets, t.min_support""",
            table("slice"), dimension, segment, season, table("basket"), table("option"), join,
            segment,
        )
    )  # fmt: skip


def _join_baskets(env, dimension):
    """Keep the frequent products of the slices, then count which are together in a basket.

    A frequent product of a slice has a number of its own, so that a pair is one number to group by
    and its slice need not be carried along. A product of two lines of a basket counts once; to sort
    all lines for that would take longer than all the rest, so that products are chosen by their
    lines first, which are never fewer than their baskets.
    """
    _slice_baskets(env, dimension)
    _frequent(env)
    _choose(env)
    _count_frequent(env, dimension)
    _count_together(env, dimension)
    env.cr.execute(
        SQL(
            """INSERT INTO %s (slice, first, second, baskets)
               SELECT f.slice, f.product_id, s.product_id, n.baskets
                 FROM %s n
                 JOIN %s f ON f.place = n.first
                 JOIN %s s ON s.place = n.second
                 JOIN %s c ON c.id = f.slice
                WHERE n.baskets >= c.least""",
            table("pair"),
            table("counted"),
            table("frequent"),
            table("frequent"),
            table("slice"),
        )
    )


def _count_together(env, dimension):
    """Common baskets of all pairs; a table of its own, so that the planner knows its size.

    A basket is an array of products, and each is paired with those after it: less than half the
    time of joining the baskets with themselves. In the order of the first product the counters of
    its pairs stay in the processor's cache. A pair is ``first × places + second``. Shifting by
    32 bits would be slow: PostgreSQL's hash of a large integer is made of both halves by XOR, and
    nearly all pairs would collide.
    """
    env.cr.execute(
        SQL(
            """SELECT (SELECT min(least) FROM %s WHERE dimension = %s),
                      (SELECT max(place) + 1 FROM %s)""",
            table("slice"),
            dimension,
            table("frequent"),
        )
    )
    least, places = (value or 1 for value in env.cr.fetchone())
    env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", table("counted")))
    _create(
        env,
        "counted",
        SQL(
            """SELECT (n.pair / %(places)s)::integer AS first,
                      (n.pair %% %(places)s)::integer AS second, n.baskets
                 FROM (SELECT t.pair, count(*) AS baskets
                         FROM (SELECT s.place::bigint * %(places)s + unnest(s.others) AS pair
                                 FROM (SELECT c.places[i] AS place, c.places[i + 1:] AS others
                                         FROM %(chosen)s c,
                                              generate_series(1, cardinality(c.places) - 1) i
                                        ORDER BY 1) s) t
                        GROUP BY 1 HAVING count(*) >= %(least)s) n""",
            chosen=table("chosen"),
            least=least,
            places=places,
        ),
    )


def _slice_baskets(env, dimension):
    """The baskets with the slice each is in."""
    segment, season, join = _slice_of(dimension)
    env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", table("sliced")))
    _create(
        env,
        "sliced",
        SQL(
            """SELECT c.id AS slice, b.basket
                 FROM %s b %s
                 JOIN %s c ON c.dimension = %s AND c.company_id = b.company_id
                  AND c.segment = %s AND c.season = %s""",
            table("basket"),
            join,
            table("slice"),
            dimension,
            segment,
            season,
        ),
    )


def _frequent(env):
    """The products that may be frequent, by their lines."""
    env.cr.execute(
        SQL(
            """INSERT INTO %s (slice, product_id, baskets)
               SELECT n.slice, n.product_id, n.baskets
                 FROM (SELECT x.slice, i.product_id, count(*) AS baskets
                         FROM %s i JOIN %s x ON x.basket = i.basket GROUP BY 1, 2) n
                 JOIN %s c ON c.id = n.slice
                WHERE n.baskets >= c.least ORDER BY n.slice, n.product_id""",
            table("frequent"),
            table("item"),
            table("sliced"),
            table("slice"),
        )
    )
    _analyze(env, "frequent")


def _choose(env):
    """The products of each basket that may be frequent, each once, in their order."""
    env.cr.execute(SQL("DROP TABLE IF EXISTS pg_temp.%s", table("chosen")))
    _create(
        env,
        "chosen",
        SQL(
            """SELECT array_agg(DISTINCT f.place ORDER BY f.place) AS places
                 FROM %s i
                 JOIN %s x ON x.basket = i.basket
                 JOIN %s f ON f.slice = x.slice AND f.product_id = i.product_id
                GROUP BY i.basket""",
            table("item"),
            table("sliced"),
            table("frequent"),
        ),
    )


def _count_frequent(env, dimension):
    """Baskets instead of lines; leave out what is not frequent by them."""
    env.cr.execute(
        SQL(
            """UPDATE %s f SET baskets = n.baskets
                 FROM (SELECT place, count(*) AS baskets
                         FROM (SELECT unnest(places) AS place FROM %s) x GROUP BY 1) n
                WHERE n.place = f.place AND n.baskets != f.baskets""",
            table("frequent"),
            table("chosen"),
        )
    )
    env.cr.execute(
        SQL(
            """DELETE FROM %s f USING %s c
                WHERE c.id = f.slice AND c.dimension = %s AND f.baskets < c.least""",
            table("frequent"),
            table("slice"),
            dimension,
        )
    )


# -- chance ------------------------------------------------------------------------------------


def judge(env):
    """Write the chance of each pair that is together more often than expected.

    :return: how many pairs were judged
    """
    env.cr.execute(
        SQL(
            """SELECT p.slice, p.first, p.second, p.baskets, f.baskets, s.baskets, c.baskets,
                      t.products * (t.products - 1) / 2
                 FROM %(pair)s p
                 JOIN %(slice)s c ON c.id = p.slice
                 JOIN %(frequent)s f ON f.slice = p.slice AND f.product_id = p.first
                 JOIN %(frequent)s s ON s.slice = p.slice AND s.product_id = p.second
                 JOIN (SELECT slice, count(*) AS products FROM %(frequent)s GROUP BY 1) t
                   ON t.slice = p.slice
                WHERE p.baskets * c.baskets > f.baskets * s.baskets""",
            pair=table("pair"),
            slice=table("slice"),
            frequent=table("frequent"),
        )
    )
    rows = np.array(env.cr.fetchall(), dtype=np.int64).reshape(-1, 8)
    slices, first, second, *counts, tests = rows.T
    chances = association.chance(*counts)
    adjusted = np.empty(len(rows))
    for key in np.unique(slices):
        own = slices == key
        adjusted[own] = association.false_discovery(chances[own], int(tests[own][0]))
    _write_chances(env, slices, first, second, chances, adjusted)
    return len(rows)


def _write_chances(env, slices, first, second, chances, adjusted):
    columns = [values.tolist() for values in (slices, first, second, chances, adjusted)]
    _create(
        env,
        "chance",
        SQL(
            """SELECT * FROM unnest(%s::integer[], %s::integer[], %s::integer[], %s::float8[],
                   %s::float8[]) AS x (slice, first, second, p_value, q_value)""",
            *columns,
        ),
    )


# -- rules -------------------------------------------------------------------------------------


def make_rules(env):
    """Both directions of each pair that is sure, strong and frequent enough, as a table."""
    counts = [
        SQL(
            """SELECT p.slice, p.%(one)s AS product_id, p.%(other)s AS offered_id,
                      p.%(one)s::text AS antecedent_key, 2 AS size, p.baskets,
                      f.baskets AS baskets_product, s.baskets AS baskets_offered,
                      x.p_value, x.q_value
                 FROM %(pair)s p
                 JOIN %(chance)s x
                   ON x.slice = p.slice AND x.first = p.first AND x.second = p.second
                 JOIN %(frequent)s f ON f.slice = p.slice AND f.product_id = p.%(one)s
                 JOIN %(frequent)s s ON s.slice = p.slice AND s.product_id = p.%(other)s""",
            one=SQL.identifier(one),
            other=SQL.identifier(other),
            pair=table("pair"),
            chance=table("chance"),
            frequent=table("frequent"),
        )
        for one, other in (("first", "second"), ("second", "first"))
    ]
    select = SQL(
        """SELECT r.* FROM (%s UNION ALL %s) r
             JOIN %s c ON c.id = r.slice JOIN %s t ON t.company_id = c.company_id
            WHERE r.baskets >= t.min_confidence * r.baskets_product
              AND r.baskets * c.baskets >= t.min_lift * r.baskets_product * r.baskets_offered""",
        *counts,
        table("slice"),
        table("option"),
    )
    _create(env, "rule", select)


#: What is known of a rule in a month, and what it is called by.
KEY = ("company_id", "month", "segment", "season", "antecedent_key", "offered_id")
FIGURES = (
    "product_id", "size", "date", "date_from", "source", "is_current", "baskets",
    "baskets_product", "baskets_offered", "baskets_total", "support", "confidence", "lift",
    "conviction", "p_value", "q_value", "significant",
)  # fmt: skip


def write(env, options, month, date_):
    """Make the rules found the current ones; those of earlier months stay as they were."""
    companies = tuple(option.company_id for option in options)
    env.cr.execute(
        SQL(
            "UPDATE crm_product_rule SET is_current = FALSE"
            " WHERE is_current AND month < %s AND company_id IN %s",
            month,
            companies,
        )
    )
    env.cr.execute(
        SQL(
            """DELETE FROM crm_product_rule r
                WHERE r.month >= %s AND r.company_id IN %s AND NOT EXISTS (
                    SELECT 1 FROM %s n JOIN %s c ON c.id = n.slice
                     WHERE c.company_id = r.company_id AND r.month = %s
                       AND c.segment = r.segment AND c.season = r.season
                       AND n.antecedent_key = r.antecedent_key AND n.offered_id = r.offered_id)""",
            month, companies, table("rule"), table("slice"), month,
        )
    )  # fmt: skip
    written = _upsert(env, options, month, date_)
    _write_antecedents(env, month, companies)
    return written


def _upsert(env, options, month, date_):
    by_company = SQL(" ").join(
        SQL("WHEN %s THEN %s::float8", option.company_id, option.significance) for option in options
    )
    columns = [*KEY, *FIGURES]
    env.cr.execute(
        SQL(
            """INSERT INTO crm_product_rule (%(columns)s)
               SELECT c.company_id, %(month)s, c.segment, c.season, n.antecedent_key, n.offered_id,
                      n.product_id, n.size, %(date)s, t.since, t.source, TRUE, n.baskets,
                      n.baskets_product, n.baskets_offered, c.baskets,
                      n.baskets::float8 / c.baskets,
                      n.baskets::float8 / n.baskets_product,
                      n.baskets::float8 * c.baskets / n.baskets_product / n.baskets_offered,
                      (1 - n.baskets_offered::float8 / c.baskets)
                      / NULLIF(1 - n.baskets::float8 / n.baskets_product, 0),
                      n.p_value, n.q_value,
                      n.q_value <= CASE c.company_id %(levels)s END
                 FROM %(rule)s n
                 JOIN %(slice)s c ON c.id = n.slice
                 JOIN %(option)s t ON t.company_id = c.company_id
               ON CONFLICT (%(key)s) DO UPDATE SET %(set)s""",
            columns=SQL(", ").join(SQL.identifier(name) for name in columns),
            key=SQL(", ").join(SQL.identifier(name) for name in KEY),
            set=SQL(", ").join(
                SQL("%s = excluded.%s", SQL.identifier(name), SQL.identifier(name))
                for name in FIGURES
            ),
            month=month, date=date_, levels=by_company,
            rule=table("rule"), slice=table("slice"), option=table("option"),
        )
    )  # fmt: skip
    return env.cr.rowcount


def _write_antecedents(env, month, companies):
    """The products of longer rules, from their key."""
    env.cr.execute(
        SQL(
            """INSERT INTO crm_product_rule_antecedent_rel (rule_id, product_id)
               SELECT r.id, part::integer
                 FROM crm_product_rule r, unnest(string_to_array(r.antecedent_key, ',')) part
                WHERE r.size > 2 AND r.month = %s AND r.company_id IN %s
               ON CONFLICT DO NOTHING""",
            month,
            companies,
        )
    )
