"""Call lists by few statements, whatever their length (CC-6)."""

from odoo.tools import SQL

#: States in which an entry may still be called.
OPEN = ("waiting", "offered", "dialing", "talking")
#: Lists that will call, or may soon.
ALIVE = ("draft", "running", "paused")


def gather(people):
    """Table of this transaction with whom a list could call: one row per person.

    The number is the first that is valid, of the contact, else of his company.

    :param people: SQL of rows (partner_id, lead_id, number, priority, value)
    """
    return SQL(
        """
        DROP TABLE IF EXISTS crm_call_candidate;
        CREATE TEMPORARY TABLE crm_call_candidate ON COMMIT DROP AS
        SELECT row_number() OVER () AS id, x.partner_id, x.lead_id,
            COALESCE(x.number, n.raw) AS number, COALESCE(x.number, n.e164) AS e164,
            COALESCE(x.priority, 0) AS priority, x.value,
            COALESCE(p.country_id, c.country_id, l.country_id) AS country_id,
            COALESCE(p.state_id, c.state_id, l.state_id) AS state_id,
            NULL::varchar AS zones, NULL::timestamp AS earliest, NULL::varchar AS reason
        FROM (%s) AS x (partner_id, lead_id, number, priority, value)
        LEFT JOIN res_partner p ON p.id = x.partner_id
        LEFT JOIN res_partner c ON c.id = p.commercial_partner_id
        LEFT JOIN crm_lead l ON l.id = x.lead_id
        LEFT JOIN LATERAL (
            SELECT m.raw, m.e164 FROM crm_contact_number m
             WHERE m.e164 IS NOT NULL AND m.kind IS DISTINCT FROM 'fax' AND (
                   m.partner_id IN (p.id, p.commercial_partner_id)
                   OR (p.id IS NULL AND m.lead_id = l.id))
          ORDER BY (m.partner_id IS DISTINCT FROM p.id), m.sequence, m.id LIMIT 1) n ON TRUE
        """,
        people,
    )


def refuse(reason, condition):
    """Leave out who is not left out yet, for a reason."""
    return SQL(
        "UPDATE crm_call_candidate x SET reason = %s WHERE x.reason IS NULL AND (%s)",
        reason,
        condition,
    )


def decide(answers):
    """Write what the permissions and the contact pressure say of the candidates.

    :param answers: SQL of rows (id, earliest, reasons); a standing reason has no earliest moment
    """
    return SQL(
        """UPDATE crm_call_candidate x SET earliest = a.earliest,
               reason = CASE WHEN a.earliest IS NULL THEN split_part(a.reasons, ',', 1) END
             FROM (%s) a WHERE a.id = x.id AND x.reason IS NULL""",
        answers,
    )


#: Conditions by which a candidate ``x`` is left out.
NO_NUMBER = SQL("x.e164 IS NULL")
BLOCKED = SQL("EXISTS (SELECT FROM phone_blacklist b WHERE b.active AND b.number = x.e164)")
TWICE = SQL(
    """EXISTS (SELECT FROM crm_call_candidate o WHERE o.e164 = x.e164 AND o.id < x.id
                  AND o.reason IS NULL)"""
)


def registered(company):
    """Condition: the number is in a do-not-call register that holds for the company."""
    return SQL(
        """EXISTS (SELECT FROM crm_call_list_register_number r
                     JOIN crm_call_list_register g ON g.id = r.register_id AND g.active
                    WHERE r.e164 = x.e164 AND (g.company_id IS NULL OR g.company_id = %s))""",
        company.id,
    )


def elsewhere(call_list):
    """Condition: another list that is not over will call the number."""
    return SQL(
        """EXISTS (SELECT FROM crm_call_list_entry e JOIN crm_call_list l ON l.id = e.list_id
                    WHERE e.e164 = x.e164 AND e.list_id <> %s AND e.state IN %s
                      AND l.active AND l.state IN %s AND l.company_id = %s)""",
        call_list.id,
        OPEN,
        ALIVE,
        call_list.company_id.id,
    )


def refused_now(call_list, entries, marketing):
    """Rows (entry, reason) of entries that may not be called any more.

    Of two lists with a number the entry made first calls, and nobody while the other does.
    """
    registers = registered(call_list.company_id) if marketing else SQL("FALSE")
    return SQL(
        """SELECT x.id, CASE WHEN %(blocked)s THEN 'blacklisted' WHEN %(registers)s THEN 'register'
                   ELSE 'elsewhere' END
             FROM crm_call_list_entry x
            WHERE x.id = ANY(%(ids)s) AND (%(blocked)s OR %(registers)s OR EXISTS (
                SELECT FROM crm_call_list_entry e JOIN crm_call_list l ON l.id = e.list_id
                 WHERE e.e164 = x.e164 AND e.list_id <> x.list_id AND e.state IN %(open)s
                   AND (e.id < x.id OR e.state <> 'waiting')
                   AND l.active AND l.state IN ('running', 'paused')
                   AND l.company_id = %(company)s))""",
        blocked=BLOCKED,
        registers=registers,
        ids=entries.ids,
        open=OPEN,
        company=call_list.company_id.id,
    )


def here(call_list):
    """Condition: the list has the number or the person already; nothing is said twice."""
    return SQL(
        """SELECT x.id FROM crm_call_candidate x WHERE EXISTS (
               SELECT FROM crm_call_list_entry e WHERE e.list_id = %s AND (
                   e.e164 = x.e164 OR e.partner_id = x.partner_id OR e.lead_id = x.lead_id))""",
        call_list.id,
    )


def places():
    """Distinct places of the candidates, with an example of a number."""
    return SQL(
        """SELECT x.country_id, x.state_id, min(country.code), min(state.code), min(x.e164)
             FROM crm_call_candidate x
             LEFT JOIN res_country country ON country.id = x.country_id
             LEFT JOIN res_country_state state ON state.id = x.state_id
            GROUP BY x.country_id, x.state_id, left(x.e164, 6)"""
    )


def set_zones(rows):
    """Write the zones of places; rows are (country, state, beginning of the number, zones)."""
    return SQL(
        """UPDATE crm_call_candidate x SET zones = z.zones
             FROM unnest(%s::integer[], %s::integer[], %s::text[], %s::text[])
                  AS z (country_id, state_id, head, zones)
            WHERE x.country_id IS NOT DISTINCT FROM z.country_id
              AND x.state_id IS NOT DISTINCT FROM z.state_id
              AND left(x.e164, 6) IS NOT DISTINCT FROM z.head""",
        *([list(column) for column in zip(*rows, strict=True)] if rows else ([], [], [], [])),
    )


def insert(call_list, uid, now):
    """Write the candidates as entries; returns (reason, number of them)."""
    return SQL(
        """
        WITH new AS (
            INSERT INTO crm_call_list_entry (list_id, company_id, partner_id, lead_id, number, e164,
                country_id, zones, priority, value, state, left_out, next_at, attempt_count,
                create_uid, create_date, write_uid, write_date)
            SELECT %(list)s, %(company)s, x.partner_id, x.lead_id, x.number, x.e164, x.country_id,
                COALESCE(x.zones, 'UTC'), x.priority, x.value,
                CASE WHEN x.reason IS NULL THEN 'waiting' ELSE 'left_out' END, x.reason,
                GREATEST(x.earliest, %(now)s), 0, %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM crm_call_candidate x ORDER BY x.id
            ON CONFLICT DO NOTHING
            RETURNING left_out)
        SELECT COALESCE(left_out, ''), count(*) FROM new GROUP BY 1""",
        list=call_list.id,
        company=call_list.company_id.id,
        uid=uid,
        now=now,
    )


def claim(lists, agent, now, grace, limit):
    """Lock entries that may be called now, best first; of two agents nobody gets the same.

    The order is that of ``tools/dialer.for_agent``; a test compares both. Rows that another
    transaction holds are skipped.

    :param lists: ids of lists
    :param agent: id of who would talk, 0: whoever is free
    :param grace: after that time (datetime) before now, a promise is kept by anybody
    """
    return SQL(
        """SELECT e.id FROM crm_call_list_entry e JOIN crm_call_list l ON l.id = e.list_id
            WHERE e.list_id = ANY(%(lists)s) AND e.state = 'waiting' AND e.next_at <= %(now)s
              AND (e.promised_agent_id IS NULL OR e.promised_agent_id = %(agent)s
                   OR e.promised_at <= %(grace)s)
         ORDER BY e.promised_agent_id IS DISTINCT FROM %(agent)s, e.promised_at NULLS LAST,
                  l.sequence, e.priority DESC, e.value DESC NULLS LAST, e.next_at, e.id
            LIMIT %(limit)s FOR UPDATE OF e SKIP LOCKED""",
        lists=list(lists),
        agent=agent,
        now=now,
        grace=grace,
        limit=limit,
    )


def tallies(lists, since):
    """Rows (list, attempts, answered by a person, abandoned) from a moment on.

    :param since: ``{list id: datetime}``
    """
    return SQL(
        """SELECT l.id, count(a.id), count(a.id) FILTER (WHERE a.person),
                  count(a.id) FILTER (WHERE a.result = 'abandoned')
             FROM unnest(%s::integer[], %s::timestamp[]) AS l (id, since)
             LEFT JOIN crm_call_list_attempt a ON a.list_id = l.id AND a.date >= l.since
            GROUP BY l.id""",
        list(since),
        list(since.values()),
    )


def progress(lists):
    """Rows (list, state, number of entries, number of them tried at least once)."""
    return SQL(
        """SELECT list_id, state, count(*), count(*) FILTER (WHERE attempt_count > 0)
             FROM crm_call_list_entry WHERE list_id = ANY(%s) GROUP BY 1, 2""",
        list(lists),
    )


def recent(call_list, count=200):
    """(attempts, answered by a person, mean talk in s, hours in which calls were made) of late."""
    return SQL(
        """SELECT count(*), count(*) FILTER (WHERE person),
                  avg(talk_seconds) FILTER (WHERE talk_seconds > 0),
                  count(DISTINCT date_trunc('hour', date))
             FROM (SELECT person, talk_seconds, date FROM crm_call_list_attempt
                    WHERE list_id = %s ORDER BY date DESC, id DESC LIMIT %s) a""",
        call_list.id,
        count,
    )


def waiting_callers(company):
    """Number of callers who wait for an agent: they go before calls of ours."""
    return SQL(
        """SELECT count(*) FROM crm_call
            WHERE company_id = %s AND state = 'running' AND direction = 'inbound'
              AND answer IS NULL AND queue_id IS NOT NULL""",
        company.id,
    )
