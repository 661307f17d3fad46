"""Service level timers in and out of the database, in sets (SVC-S).

Timers are read and written by one statement whatever their number; the ORM shows them. Moments are
seconds since 1970 here and timestamps without time zone (UTC) in the tables.
"""

from odoo.tools import SQL

from ..tools.sla import Timer
from ..tools.sla_desk import Fact, Row

#: Columns that follow from events: (column, type, value of a row).
MOMENT = "moment"
ARRAYS = {
    "integer": SQL("integer[]"),
    "varchar": SQL("varchar[]"),
    "boolean": SQL("boolean[]"),
    MOMENT: SQL("bigint[]"),
}
COLUMNS = (
    ("company_id", "integer", lambda row: row.company),
    ("policy_id", "integer", lambda row: row.policy),
    ("target_id", "integer", lambda row: row.target),
    ("calendar_kind", "varchar", lambda row: row.calendar_kind),
    ("calendar_id", "integer", lambda row: row.calendar or None),
    ("tz", "varchar", lambda row: row.tz or None),
    ("pauses", "boolean", lambda row: row.pauses),
    ("customer_tier", "varchar", lambda row: row.tier or None),
    ("warned_share", "integer", lambda row: row.share),
    ("next_check", MOMENT, lambda row: row.check),
    ("target_seconds", "integer", lambda row: row.timer.target),
    ("counted_at", MOMENT, lambda row: row.timer.counted),
    ("elapsed_seconds", "integer", lambda row: row.timer.elapsed),
    ("paused_seconds", "integer", lambda row: row.timer.paused),
    ("clock_runs", "boolean", lambda row: row.timer.running),
    ("due_at", MOMENT, lambda row: row.timer.due),
    ("breached_at", MOMENT, lambda row: row.timer.breached),
    ("met_at", MOMENT, lambda row: row.timer.reached),
    ("handled_seconds", "integer", lambda row: row.timer.handled),
    ("state", "varchar", lambda row: row.timer.state),
)
#: Columns that are written once.
FIXED = (
    ("request_id", "integer", lambda row: row.request),
    ("kind", "varchar", lambda row: row.kind),
    ("stage_id", "integer", lambda row: row.stage or None),
    ("started_at", MOMENT, lambda row: row.timer.started),
)
#: Fields of the request that facts are made of; they are flushed before facts are read.
FACT_FIELDS = (
    "company_id",
    "team_id",
    "type_id",
    "severity",
    "priority",
    "stage_id",
    "partner_id",
    "commercial_partner_id",
    "date_open",
    "date_first_reply",
    "proactive",
    "sla_policy_id",
    "merged_into_id",
)
#: A request that was merged is not solved: what was promised for it is withdrawn. The day
#: of receipt is that of the calendar on the wall of the team.
FACTS = """
SELECT r.id, r.company_id, r.team_id, COALESCE(g.resource_calendar_id, c.resource_calendar_id),
    COALESCE(p.tz, m.tz), t.parent_path, r.severity, r.priority, v.tier, r.stage_id,
    CASE WHEN r.merged_into_id IS NULL THEN s.state ELSE 'cancelled' END,
    s.pauses_sla, s.is_closed, EXTRACT(EPOCH FROM r.date_open)::bigint,
    (r.date_open AT TIME ZONE 'UTC' AT TIME ZONE COALESCE(w.tz, 'UTC'))::date,
    EXTRACT(EPOCH FROM r.date_first_reply)::bigint, r.proactive, r.sla_policy_id
FROM crm_service_request r
JOIN res_company c ON c.id = r.company_id
LEFT JOIN crm_service_stage s ON s.id = r.stage_id
LEFT JOIN crm_service_team g ON g.id = r.team_id
LEFT JOIN resource_calendar w ON w.id = COALESCE(g.resource_calendar_id, c.resource_calendar_id)
LEFT JOIN crm_service_type t ON t.id = r.type_id
LEFT JOIN res_partner p ON p.id = r.partner_id
LEFT JOIN res_partner m ON m.id = r.commercial_partner_id
LEFT JOIN crm_customer_snapshot v ON v.partner_id = r.commercial_partner_id
    AND v.company_id = r.company_id AND v.is_current
WHERE r.id = ANY(%s)
"""
READ = (
    "id",
    "request_id",
    "kind",
    "stage_id",
    *(name for name, _type, _value in COLUMNS),
    "started_at",
)


def facts(env, ids):
    """``{request id: Fact}`` of the requests *ids*; contract levels are added by the model."""
    env["crm.service.request"].flush_model(FACT_FIELDS)
    for model in ("crm.service.stage", "crm.service.team", "crm.service.type", "res.company"):
        env[model].flush_model()
    for model in ("res.partner", "resource.calendar"):
        env[model].flush_model(["tz"])
    return {row[0]: _fact(row) for row in env.execute_query(SQL(FACTS, list(ids)))}


def _fact(row):
    path = (int(part) for part in (row[5] or "").split("/") if part)
    return Fact(
        id=row[0],
        company=row[1],
        team=row[2] or 0,
        calendar=row[3] or 0,
        tz=row[4] or "",
        types=frozenset(path),
        severity=row[6] or "",
        priority=row[7] or "",
        tier=row[8] or "",
        stage=row[9] or 0,
        state=row[10] or "new",
        paused=bool(row[11]),
        closed=bool(row[12]),
        opened=row[13],
        day=row[14],
        answered=row[15],
        proactive=bool(row[16]),
        policy=row[17] or 0,
    )


def rows(env, condition):
    """Rows of the timers that fulfil *condition* (SQL on alias ``t``), oldest first."""
    moments = {name for name, kind, _value in (*COLUMNS, *FIXED) if kind == MOMENT}
    columns = [
        SQL("EXTRACT(EPOCH FROM %s)::bigint", SQL.identifier("t", name))
        if name in moments
        else SQL.identifier("t", name)
        for name in READ
    ]
    query = SQL(
        "SELECT %s FROM crm_service_sla_timer t WHERE %s ORDER BY t.id",
        SQL(", ").join(columns),
        condition,
    )
    return [_row(dict(zip(READ, values, strict=True))) for values in env.execute_query(query)]


def _row(v):
    timer = Timer(
        target=v["target_seconds"],
        started=v["started_at"],
        counted=v["counted_at"],
        elapsed=v["elapsed_seconds"],
        paused=v["paused_seconds"],
        running=v["clock_runs"],
        due=v["due_at"],
        breached=v["breached_at"],
        reached=v["met_at"],
        cancelled=v["state"] == "cancelled",
        handled=v["handled_seconds"],
    )
    return Row(
        request=v["request_id"],
        company=v["company_id"],
        policy=v["policy_id"],
        target=v["target_id"],
        kind=v["kind"],
        stage=v["stage_id"] or 0,
        calendar_kind=v["calendar_kind"],
        calendar=v["calendar_id"] or 0,
        tz=v["tz"] or "",
        pauses=v["pauses"],
        tier=v["customer_tier"] or "",
        share=v["warned_share"],
        check=v["next_check"],
        id=v["id"],
        timer=timer,
    )


def pauses(env, ids, now):
    """``{request id: [(from, to)]}``: when the clock stood, by the history of stages."""
    env["crm.service.stage.span"].flush_model()
    query = SQL(
        """SELECT p.request_id, EXTRACT(EPOCH FROM p.date_from)::bigint,
            EXTRACT(EPOCH FROM p.date_to)::bigint
        FROM crm_service_stage_span p JOIN crm_service_stage s ON s.id = p.stage_id
        WHERE p.request_id = ANY(%s) AND (s.pauses_sla OR s.is_closed)""",
        list(ids),
    )
    found = {}
    for request, start, end in env.execute_query(query):
        found.setdefault(request, []).append((start, now if end is None else end))
    return found


def save(env, changed):
    """Update the rows that have an id, insert the others: at most two statements.

    Updates come first: a finished cycle makes room for the next one of its kind.
    """
    old = [row for row in changed if row.id is not None]
    if old:
        _update(env, old)
    new = [row for row in changed if row.id is None]
    if new:
        _insert(env, new)


def _insert(env, new):
    columns = (*FIXED, *COLUMNS)
    env.cr.execute(
        SQL(
            "INSERT INTO crm_service_sla_timer (%s) SELECT %s FROM %s",
            _names(columns),
            _values(columns),
            _unnest(columns, new),
        )
    )


def _update(env, old):
    columns = (("id", "integer", lambda row: row.id), *COLUMNS)
    sets = [
        SQL("%s = %s", SQL.identifier(column[0]), value)
        for column, value in zip(COLUMNS, map(_value, COLUMNS), strict=True)
    ]
    env.cr.execute(
        SQL(
            "UPDATE crm_service_sla_timer t SET %s FROM %s WHERE t.id = v.id",
            SQL(", ").join(sets),
            _unnest(columns, old),
        )
    )


def _names(columns):
    return SQL(", ").join(SQL.identifier(name) for name, _type, _get in columns)


def _value(column):
    name, kind, _get = column
    if kind == MOMENT:
        return SQL("to_timestamp(%s) AT TIME ZONE 'UTC'", SQL.identifier("v", name))
    return SQL.identifier("v", name)


def _values(columns):
    return SQL(", ").join(_value(column) for column in columns)


def _unnest(columns, changed):
    """``unnest(array, …) AS v (column, …)``: one array per column, one element per row."""
    arrays = [
        SQL("%s::%s", [get(row) for row in changed], ARRAYS[kind]) for _name, kind, get in columns
    ]
    return SQL("unnest(%s) AS v (%s)", SQL(", ").join(arrays), _names(columns))


SUMMARY = """
UPDATE crm_service_request r
SET sla_policy_id = a.policy, sla_due_at = a.due, sla_state = a.state, sla_kind = a.kind
FROM (
    SELECT i.id, a.due, a.kind,
        CASE WHEN i.policy IS NULL THEN w.sla_policy_id ELSE NULLIF(i.policy, 0) END AS policy,
        CASE WHEN a.late THEN 'late' WHEN a.warned THEN 'warned'
        WHEN a.running THEN 'running' WHEN a.paused THEN 'paused' WHEN a.breached THEN 'breached'
        WHEN a.met THEN 'met' END AS state
    FROM unnest(%(ids)s::integer[], %(policies)s::integer[]) AS i (id, policy)
    JOIN crm_service_request w USING (id)
    LEFT JOIN (
        SELECT t.request_id, min(t.due_at) FILTER (WHERE o.is_open) AS due,
            (array_agg(t.kind ORDER BY t.due_at NULLS LAST, t.id)
                FILTER (WHERE o.is_open))[1] AS kind,
            bool_or(o.is_open AND t.state = 'breached') AS late,
            bool_or(o.is_open AND t.state = 'running' AND t.warned_share > 0) AS warned,
            bool_or(t.state = 'running') AS running, bool_or(t.state = 'paused') AS paused,
            bool_or(t.state = 'breached') AS breached, bool_or(t.state = 'met') AS met
        FROM crm_service_sla_timer t,
            LATERAL (SELECT t.met_at IS NULL AND t.state <> 'cancelled' AS is_open) o
        WHERE t.request_id = ANY(%(ids)s)
        GROUP BY t.request_id) a ON a.request_id = i.id) a
WHERE r.id = a.id
    AND (r.sla_policy_id, r.sla_due_at, r.sla_state, r.sla_kind)
        IS DISTINCT FROM (a.policy, a.due, a.state, a.kind)
"""


def summarize(env, ids, policies=None):
    """Bring deadline, state and kind of the requests *ids* up to date.

    :param policies: ``{request id: policy id, 0 for none}`` to note on the requests
    """
    ids, policies = list(ids), policies or {}
    env.cr.execute(SQL(SUMMARY, ids=ids, policies=[policies.get(i) for i in ids]))
    env["crm.service.request"].browse(ids).invalidate_recordset(
        ["sla_policy_id", "sla_due_at", "sla_state", "sla_kind", "sla_timer_ids"], flush=False
    )
    env["crm.service.sla.timer"].invalidate_model(flush=False)
