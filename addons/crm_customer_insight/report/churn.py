"""States of all customers on a day: ``tools/churn.py`` as a few statements for everybody (ROI-3).

``prepare`` gathers days of purchase, contracts, readings and rules; ``states`` decides for one day
and keeps the result in a temporary table; ``store`` writes it as the rows of a month. Company 0
stands for all companies together. A test compares these statements with the pure rules.
"""

from odoo.tools import SQL

from ..tools.churn import FOREVER, MIN_READINGS
from .customer_month import DOCUMENT_TYPES

RULES = (
    "count_by",
    "at_risk_days",
    "lost_days",
    "risk_factor",
    "lost_factor",
    "rhythm_purchases",
    "risk_floor_days",
    "lost_floor_days",
    "grace_days",
    "warning_days",
    "usage_drop",
    "won_back_days",
    "reason_days",
)
PERIOD = ("id", "start", "finish")
READING = ("contract_id", "date", "quantity")
#: Columns of the stored rows that come from the states.
COLUMNS = (
    "currency_id",
    "tier",
    "state",
    "previous_state",
    "previous_tier",
    "first_date",
    "last_date",
    "silence_days",
    "usual_days",
    "purchases",
    "lost_date",
    "won_back_date",
    "first_lost_date",
    "survival_months",
    "survival_lost",
    "silence_part",
    "contract_part",
    "usage_part",
    "signal_part",
    "signals",
    "risk",
    "value",
    "stake",
    "reason_code",
    "lost_reason_id",
)


# What the states are made of --------------------------------------------------------------------


def prepare(env, rules, currencies, date):
    """Gather purchases, contracts and readings up to a day, and the rules, in temporary tables.

    :param rules: ``{(company id or 0, tier or ""): record of crm.churn.rule}``
    :param currencies: ``{company id or 0: currency id}``
    """
    pairs = SQL(", ").join(SQL("(%s, %s)", *pair) for pair in currencies.items())
    _table(
        env,
        "crm_churn_currency",
        SQL("SELECT * FROM (VALUES %s) AS pairs (cid, currency_id)", pairs),
    )
    companies = tuple({company for company, _tier in rules if company})
    together = any(company == 0 for company, _tier in rules)
    _table(env, "crm_churn_limit", _rule_rows(rules))
    _table(env, "crm_churn_day", _everywhere(_purchase_days(companies, date), ("day",), together))
    env.cr.execute(SQL("CREATE INDEX ON crm_churn_day (partner_id, cid, day)"))
    _table(env, "crm_churn_contract", _everywhere(_contracts(companies), PERIOD, together))
    _table(env, "crm_churn_reading", _everywhere(_readings(companies), READING, together))


def _table(env, name, query):
    table = SQL.identifier(name)
    env.cr.execute(SQL("DROP TABLE IF EXISTS %s", table))
    env.cr.execute(SQL("CREATE TEMP TABLE %s ON COMMIT DROP AS %s", table, query))
    env.cr.execute(SQL("ANALYZE %s", table))


def _rule_rows(rules):
    rows = [
        SQL(
            """(%s, %s::text, %s::text, %s::int, %s::int, %s::float8, %s::float8, %s::int, %s::int,
            %s::int, %s::int, %s::int, %s::float8, %s::int, %s::int)""",
            company,
            tier,
            *(rule[name] for name in RULES),
        )
        for (company, tier), rule in rules.items()
    ]
    names = SQL(", ").join(SQL.identifier(name) for name in ("cid", "tier", *RULES))
    return SQL("SELECT * FROM (VALUES %s) AS rules (%s)", SQL(", ").join(rows), names)


def _everywhere(query, names, together):
    """The rows of each company, and with several of them once more for all together."""
    columns = SQL(", ").join(SQL.identifier(name) for name in names)
    if not together:
        return SQL("SELECT partner_id, cid, %s FROM (%s) own", columns, query)
    return SQL(
        """WITH own AS (%(query)s) SELECT partner_id, cid, %(columns)s FROM own
        UNION SELECT partner_id, 0, %(columns)s FROM own""",
        query=query,
        columns=columns,
    )


def _purchase_days(companies, date):
    """Days with an invoice of more than zero; credit notes are no purchases."""
    return SQL(
        """SELECT DISTINCT p.commercial_partner_id AS partner_id, m.company_id AS cid,
            COALESCE(m.invoice_date, m.date) AS day
        FROM account_move m JOIN res_partner p ON p.id = m.partner_id
        WHERE m.state = 'posted' AND m.move_type IN %s AND m.move_type <> 'out_refund'
            AND m.amount_untaxed_signed > 0 AND m.company_id IN %s
            AND p.commercial_partner_id IS NOT NULL AND COALESCE(m.invoice_date, m.date) <= %s""",
        DOCUMENT_TYPES,
        companies,
        date,
    )


def _contracts(companies):
    """Contracts from start to end; one that is open or renews itself does not end.

    What was closed before its last day ended then.
    """
    return SQL(
        """SELECT partner_id, company_id AS cid, id, date_start AS start,
            CASE WHEN state IN ('ended', 'cancelled') THEN LEAST(date_end, closed_on)
                WHEN date_end IS NULL OR (state = 'running' AND renewal_kind = 'automatic')
                THEN %s::date ELSE date_end END AS finish
        FROM crm_customer_contract WHERE state <> 'draft' AND company_id IN %s""",
        FOREVER,
        companies,
    )


def _readings(companies):
    """Readings of the usage of contracts."""
    return SQL(
        """SELECT c.partner_id, c.company_id AS cid, r.contract_id, r.date,
            r.quantity::float8 AS quantity
        FROM crm_usage_reading r JOIN crm_customer_contract c ON c.id = r.contract_id
        WHERE c.company_id IN %s""",
        companies,
    )


def gather_signals(env, signals, date):
    """Further signs of risk on a day: from each provider (customer, company, weight, number)."""
    parts = [
        SQL(
            """SELECT partner_id, company_id AS cid, %s::text AS code,
            LEAST(GREATEST(weight, 0), 1)::float8 AS weight, amount::float8 AS amount
            FROM (%s) s (partner_id, company_id, weight, amount)""",
            signal.code,
            signal.build(env, date),
        )
        for signal in signals
    ]
    parts.append(
        SQL(
            """SELECT NULL::int AS partner_id, NULL::int AS cid, NULL::text AS code,
            NULL::float8 AS weight, NULL::float8 AS amount WHERE FALSE"""
        )
    )
    _table(env, "crm_churn_signal", _for_all(parts, ("code", "weight", "amount")))


def gather_reasons(env, reasons, date):
    """Recorded reasons up to a day: from each provider (customer, company, day, detail)."""
    parts = [
        SQL(
            """SELECT partner_id, company_id AS cid, %s::text AS code, %s AS place,
            day::date AS day, detail::int AS detail
            FROM (%s) s (partner_id, company_id, day, detail) WHERE day <= %s""",
            reason.code,
            place,
            reason.build(env, date),
            date,
        )
        for place, reason in enumerate(reasons)
    ]
    _table(env, "crm_churn_reason", _for_all(parts, ("code", "place", "day", "detail")))


def _for_all(parts, names):
    """Rows of each company and of all together; those without a company belong to each."""
    return SQL(
        """SELECT partner_id, c.cid, %(names)s FROM (%(parts)s) own
        JOIN crm_churn_currency c ON c.cid = own.cid OR c.cid = 0 OR own.cid IS NULL""",
        names=SQL(", ").join(SQL.identifier(name) for name in names),
        parts=SQL(" UNION ALL ").join(parts),
    )


# States on a day --------------------------------------------------------------------------------


def states(env, name, date):
    """Decide for everybody on a day; the result is the temporary table *name*."""
    _table(env, name, _states(env, date))


def _states(env, date):
    return SQL(
        """WITH bought AS (%(bought)s), periods AS (%(periods)s), anchors AS (%(anchors)s),
        ruled AS (%(ruled)s), limited AS (%(limited)s), latest AS (%(latest)s),
        falls AS (%(falls)s), signs AS (%(signs)s), parted AS (%(parted)s)
        SELECT partner_id, cid, tier, value, first_date, last_date, silence_days, usual_days,
            purchases, CASE WHEN lost THEN lost_date END AS lost_date, won_back_date,
            first_lost_date, silence_part, contract_part, usage_part, signal_part, signals,
            finish, reason_days, %(state)s AS state, CASE WHEN lost THEN 1 ELSE
                round((1 - (1 - silence_part) * (1 - contract_part) * (1 - usage_part)
                    * (1 - signal_part))::numeric, 6)::float8 END AS risk,
            %(cause)s AS cause, COALESCE(%(lost_in)s <= %(watched)s, FALSE) AS survival_lost,
            LEAST(%(lost_in)s, %(watched)s) AS survival_months
        FROM parted""",
        bought=_bought(date),
        periods=_periods(date),
        anchors=_anchors(),
        ruled=_ruled(date),
        limited=_limited(),
        latest=_latest(date),
        falls=_falls(date),
        signs=_signs(),
        parted=_parted(date),
        state=_state(date),
        cause=_cause(),
        lost_in=_lost_in(),
        watched=_watched(date),
    )


def _bought(date):
    """Days of purchase with their number so far and the mean gap at that moment."""
    return SQL(
        """SELECT partner_id, cid, day, n,
            CASE WHEN n > 1 THEN (day - first)::float8 / (n - 1) END AS gap
        FROM (SELECT partner_id, cid, day, row_number() OVER w AS n, min(day) OVER w AS first
            FROM crm_churn_day WHERE day <= %s
            WINDOW w AS (PARTITION BY partner_id, cid ORDER BY day)) d""",
        date,
    )


def _periods(date):
    """Contracts begun by that day; those without a gap between them are one."""
    return SQL(
        """SELECT partner_id, cid, min(start) AS start, max(finish) AS finish
        FROM (SELECT partner_id, cid, start, finish,
                count(*) FILTER (WHERE gap) OVER (PARTITION BY partner_id, cid
                    ORDER BY start, id) AS period
            FROM (SELECT *, start > max(finish) OVER (PARTITION BY partner_id, cid
                        ORDER BY start, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) + 1
                    AS gap
                FROM crm_churn_contract WHERE start <= %s AND finish >= start) c) g
        GROUP BY partner_id, cid, period""",
        date,
    )


def _anchors():
    return SQL(
        """SELECT b.partner_id, b.cid, b.day AS start, b.day AS finish, FALSE AS contract, b.n,
            b.gap
        FROM bought b WHERE NOT EXISTS (SELECT FROM periods p WHERE p.partner_id = b.partner_id
            AND p.cid = b.cid AND b.day BETWEEN p.start AND p.finish)
        UNION ALL SELECT partner_id, cid, start, finish, TRUE, 0, NULL FROM periods"""
    )


def _ruled(date):
    """Each anchor with the customer's tier at that time, what he brought, and his tier's rules."""
    return SQL(
        """SELECT a.*, s.tier, s.profit AS value, %(rules)s,
            CASE WHEN a.n >= GREATEST(r.rhythm_purchases, 2) THEN a.gap END AS usual
        FROM anchors a
        LEFT JOIN crm_customer_snapshot s ON s.partner_id = a.partner_id
            AND COALESCE(s.company_id, 0) = a.cid
            AND s.month = date_trunc('month', LEAST(a.finish, %(date)s)::timestamp)::date
        JOIN crm_churn_limit r ON r.cid = a.cid AND r.tier = COALESCE(s.tier, '')""",
        rules=SQL(", ").join(SQL("r.%s", SQL.identifier(name)) for name in RULES),
        date=date,
    )


def _limited():
    return SQL(
        """SELECT *, CASE WHEN contract THEN grace_days
                WHEN usual IS NULL OR count_by = 'days' THEN lost_days
                WHEN count_by = 'rhythm' THEN own_lost
                WHEN count_by = 'first' THEN LEAST(own_lost, lost_days)
                ELSE GREATEST(own_lost, lost_days) END AS lost_limit,
            CASE WHEN usual IS NULL OR count_by = 'days' THEN at_risk_days
                WHEN count_by = 'rhythm' THEN own_risk
                WHEN count_by = 'first' THEN LEAST(own_risk, at_risk_days)
                ELSE GREATEST(own_risk, at_risk_days) END AS risk_limit
        FROM (SELECT *, GREATEST(floor(risk_factor * usual)::int, risk_floor_days) AS own_risk,
            GREATEST(floor(lost_factor * usual)::int, lost_floor_days) AS own_lost
            FROM ruled) r"""
    )


def _latest(date):
    """The latest anchor of each customer, with what came of the earlier ones."""
    return SQL(
        """SELECT * FROM (SELECT *, min(start) OVER everything AS first_date,
                min(lost_date) FILTER (WHERE lost_date <= COALESCE(next_start, %(date)s))
                    OVER everything AS first_lost_date,
                max(next_start) FILTER (WHERE lost_date <= next_start)
                    OVER everything AS won_back_date
            FROM (SELECT *, lead(start) OVER (PARTITION BY partner_id, cid ORDER BY start)
                    AS next_start,
                    CASE WHEN finish < %(forever)s THEN finish + lost_limit + 1 END AS lost_date
                FROM limited) c
            WINDOW everything AS (PARTITION BY partner_id, cid)) l
        WHERE next_start IS NULL""",
        date=date,
        forever=FOREVER,
    )


def _falls(date):
    """By which share the last reading of a running contract is below the mean of those before."""
    return SQL(
        """SELECT partner_id, cid, max(1 - last / ((total - last) / (n - 1))) AS fall
        FROM (SELECT r.partner_id, r.cid, count(*) AS n, sum(r.quantity) AS total,
                (array_agg(r.quantity ORDER BY r.date DESC))[1] AS last
            FROM crm_churn_reading r
            JOIN crm_churn_contract c ON c.id = r.contract_id AND c.cid = r.cid
            WHERE r.date <= %(date)s AND c.start <= %(date)s AND c.finish >= %(date)s
            GROUP BY r.partner_id, r.cid, r.contract_id) c
        WHERE n > %(least)s AND total - last > 0 GROUP BY partner_id, cid""",
        date=date,
        least=MIN_READINGS,
    )


def _signs():
    """All further signs of a customer together: 1 − Π (1 − weight)."""
    return SQL(
        """SELECT partner_id, cid, CASE WHEN bool_or(weight >= 1) THEN 1 ELSE
                1 - exp(sum(ln(1 - weight)) FILTER (WHERE weight < 1)) END AS part,
            jsonb_object_agg(code, amount) AS signals
        FROM (SELECT partner_id, cid, code, max(weight) AS weight, sum(amount) AS amount
            FROM crm_churn_signal GROUP BY partner_id, cid, code) s
        GROUP BY partner_id, cid"""
    )


def _parted(date):
    """The parts of the risk; see ``tools/churn._parts``."""
    return SQL(
        """SELECT l.*, GREATEST(%(date)s - finish, 0) AS silence_days,
            COALESCE(lost_date <= %(date)s, FALSE) AS lost,
            CASE WHEN contract THEN NULL ELSE usual END AS usual_days,
            COALESCE(t.n, l.n) AS purchases, COALESCE(t.last, CASE WHEN contract THEN NULL
                ELSE finish END) AS last_date,
            CASE WHEN contract THEN 0
                ELSE LEAST(1, (%(date)s - finish)::float8 / (lost_limit + 1)) END AS silence_part,
            CASE WHEN contract AND lost_date IS NOT NULL THEN LEAST(1, GREATEST(0, 1 -
                (lost_date - %(date)s)::float8 / (warning_days + grace_days + 1))) ELSE 0 END
                AS contract_part,
            CASE WHEN f.fall >= usage_drop THEN LEAST(1, f.fall) ELSE 0 END AS usage_part,
            COALESCE(g.part, 0) AS signal_part, g.signals
        FROM latest l
        LEFT JOIN (SELECT partner_id, cid, max(n) AS n, max(day) AS last FROM bought
            WHERE EXISTS (SELECT FROM periods) GROUP BY partner_id, cid) t USING (partner_id, cid)
        LEFT JOIN falls f USING (partner_id, cid)
        LEFT JOIN signs g USING (partner_id, cid)""",
        date=date,
    )


def _state(date):
    return SQL(
        """CASE WHEN lost THEN 'lost'
        WHEN (NOT contract AND silence_days > risk_limit) OR contract_part > 0 OR usage_part > 0
            THEN 'at_risk'
        WHEN %s - won_back_date <= won_back_days THEN 'won_back'
        ELSE 'active' END""",
        date,
    )


def _cause():
    """Which part of the risk is the greatest; of the other signs the first by name."""
    return SQL(
        """CASE WHEN GREATEST(silence_part, contract_part, usage_part, signal_part) <= 0 THEN NULL
        WHEN contract_part >= GREATEST(silence_part, usage_part, signal_part) THEN 'contract'
        WHEN usage_part >= GREATEST(silence_part, signal_part) THEN 'usage'
        WHEN signal_part >= silence_part THEN (SELECT s.code FROM crm_churn_signal s
            WHERE s.partner_id = parted.partner_id AND s.cid = parted.cid
            ORDER BY s.weight DESC, s.code LIMIT 1)
        ELSE 'silence' END"""
    )


def _watched(date):
    """Whole months from the first sign of business to the day."""
    return SQL(
        "(%s - (EXTRACT(DAY FROM %s::date) < EXTRACT(DAY FROM first_date))::int)",
        _months(SQL("%s::date", date)),
        date,
    )


def _lost_in():
    """Months begun from the first sign of business to the first loss; null without one."""
    return SQL(
        "(%s + (EXTRACT(DAY FROM first_lost_date) > EXTRACT(DAY FROM first_date))::int)",
        _months(SQL("first_lost_date")),
    )


def _months(end):
    """Calendar months from the first sign of business to a day."""
    return SQL(
        """(12 * (EXTRACT(YEAR FROM %(end)s) - EXTRACT(YEAR FROM first_date))
        + EXTRACT(MONTH FROM %(end)s) - EXTRACT(MONTH FROM first_date))::int""",
        end=end,
    )


# Rows of a month --------------------------------------------------------------------------------


def store(env, month, date, is_current, before=None):
    """Write the states of a day as the rows of a month; returns how many rows were written.

    :param before: temporary table with the states a month earlier, where no rows are kept
    """
    cr = env.cr
    if is_current:
        cr.execute(
            SQL(
                "UPDATE crm_customer_churn SET is_current = FALSE WHERE is_current AND month <> %s",
                month,
            )
        )
    _table(env, "crm_churn_row", _rows(env, month, date, before))
    cr.execute(
        SQL(
            """DELETE FROM crm_customer_churn o WHERE month = %s AND NOT EXISTS (
                SELECT FROM crm_churn_row n WHERE n.partner_id = o.partner_id
                AND n.cid = COALESCE(o.company_id, 0))""",
            month,
        )
    )
    deleted = cr.rowcount
    cr.execute(_rows_upsert(month, date, is_current))
    return deleted + cr.rowcount


def _rows_upsert(month, date, is_current):
    names = [SQL.identifier(name) for name in ("date", "is_current", *COLUMNS)]
    return SQL(
        """INSERT INTO crm_customer_churn AS o (partner_id, company_id, month, %(names)s)
        SELECT partner_id, NULLIF(cid, 0), %(month)s, %(date)s, %(current)s, %(columns)s
        FROM crm_churn_row
        ON CONFLICT (partner_id, COALESCE(company_id, 0), month) DO UPDATE SET %(assign)s
        WHERE (%(old)s) IS DISTINCT FROM (%(new)s)""",
        names=SQL(", ").join(names),
        month=month,
        date=date,
        current=is_current,
        columns=SQL(", ").join(names[2:]),
        assign=SQL(", ").join(SQL("%s = EXCLUDED.%s", name, name) for name in names),
        old=SQL(", ").join(SQL("o.%s", name) for name in names),
        new=SQL(", ").join(SQL("EXCLUDED.%s", name) for name in names),
    )


def _rows(env, month, date, before):
    """The states with those a month ago, value at stake and, of who is lost, the reason."""
    return SQL(
        """SELECT n.*, c.currency_id, b.state AS previous_state, b.tier AS previous_tier,
            n.risk * n.value AS stake, r.detail AS lost_reason_id,
            CASE WHEN n.state <> 'lost' THEN n.cause ELSE COALESCE(r.code, 'unknown') END
                AS reason_code
        FROM crm_churn_state n
        JOIN crm_churn_currency c USING (cid)
        LEFT JOIN (%(before)s) b USING (partner_id, cid)
        LEFT JOIN (%(reasons)s) r USING (partner_id, cid)""",
        before=SQL("SELECT * FROM %s", SQL.identifier(before)) if before else _kept(month),
        reasons=_reasons(),
    )


def _kept(month):
    return SQL(
        """SELECT partner_id, COALESCE(company_id, 0) AS cid, state, tier FROM crm_customer_churn
        WHERE month = (%s::date - interval '1 month')::date""",
        month,
    )


def _reasons():
    """The latest reason recorded before the loss, from some days before the last business on."""
    return SQL(
        """SELECT DISTINCT ON (partner_id, cid) partner_id, cid, r.code,
            CASE WHEN r.code = 'deal' THEN r.detail END AS detail
        FROM crm_churn_reason r JOIN crm_churn_state n USING (partner_id, cid)
        WHERE n.state = 'lost' AND r.day BETWEEN n.finish - n.reason_days AND n.lost_date
        ORDER BY partner_id, cid, r.day DESC, r.place, r.detail DESC"""
    )


def gap_limits(env, companies, date):
    """``(number, 90th, 98th percentile)`` of the days between the purchases of a customer."""
    [row] = env.execute_query(
        SQL(
            """SELECT count(gap), percentile_disc(0.9) WITHIN GROUP (ORDER BY gap),
                percentile_disc(0.98) WITHIN GROUP (ORDER BY gap)
            FROM (SELECT day - lag(day) OVER (PARTITION BY partner_id, cid ORDER BY day) AS gap
                FROM (%s) d) g""",
            _purchase_days(companies, date),
        )
    )
    return row


# Recorded reasons --------------------------------------------------------------------------------


def lost_deals(env, date):
    """Lost leads of the customer that name a reason; the detail is the reason."""
    env["crm.lead"].flush_model()
    return SQL(
        """SELECT p.commercial_partner_id AS partner_id, l.company_id,
            COALESCE(l.date_closed, l.date_last_stage_update, l.write_date)::date AS day,
            l.lost_reason_id AS detail
        FROM crm_lead l JOIN res_partner p ON p.id = l.partner_id
        WHERE l.won_status = 'lost' AND l.lost_reason_id IS NOT NULL"""
    )


def ended_contracts(env, date):
    """Contracts of the customer that ended or were cancelled."""
    return SQL(
        """SELECT partner_id, company_id, LEAST(date_end, closed_on) AS day, NULL::int AS detail
        FROM crm_customer_contract WHERE state IN ('ended', 'cancelled')
            AND COALESCE(date_end, closed_on) IS NOT NULL"""
    )
