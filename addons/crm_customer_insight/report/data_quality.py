"""Finds what is wrong with the data about customers, for all of them at once (C360-6).

A few statements write what was found to a temporary table; the last ones compare it with the
worklist: new causes are added, known ones updated, vanished ones solved. The points for duplicates
are those of ``tools/data_quality.py``; a test compares both.
"""

from odoo.tools import SQL

from ..tools import data_quality as rules

#: Causes by kind; a cause belongs to one kind.
KINDS = {
    "duplicate": ("duplicate", "shared_value"),
    "missing": (
        "no_address", "no_salesperson", "no_country", "no_permission", "no_preferred",
        "no_contact", "fact_missing", "fact_stale",
    ),
    "permission": ("blacklisted", "preferred_denied", "company_differs", "preferred_unreachable"),
    "contradiction": ("facts_differ", "vat_country"),
}  # fmt: skip
KIND_OF = {code: kind for kind, codes in KINDS.items() for code in codes}
COLUMNS = ("customer_id", "score", "reasons", "detail", "since", "user_id", "touch_count")


def collect(env, today):
    """Fill the temporary table ``dq_found``; yields the name of each step when it is done."""
    cr = env.cr
    cr.execute(SQL("SET LOCAL work_mem = '128MB'"))
    for query in _people_queries(env):
        cr.execute(query)
    yield "people"
    for query in _duplicates_queries(env):
        cr.execute(query)
    yield "duplicates"
    for query in _missing_queries(today):
        cr.execute(query)
    yield "missing"
    for query in _permissions_queries():
        cr.execute(query)
    for query in _contradictions():
        cr.execute(query)
    yield "contradictions"
    for query in _effects(today):
        cr.execute(query)
    yield "effects"


# -- who is looked at --------------------------------------------------------------------------


def _people_queries(env):
    """Contacts in use that are customers or may become some: not our own people and companies,
    not those who only deliver to us, and not mere addresses."""
    yield SQL("DROP TABLE IF EXISTS dq_person, dq_block, dq_capped, dq_pair, dq_found, dq_customer")
    yield SQL(
        """CREATE TEMP TABLE dq_person ON COMMIT DROP AS
        SELECT p.id, p.commercial_partner_id AS customer_id, p.is_company, p.company_id,
            p.country_id, p.create_date::date AS created, p.parent_id,
            COALESCE(c.user_id, p.user_id) AS user_id, %(name)s AS name,
            NULLIF(p.email_normalized, '') AS email, NULLIF(p.phone_sanitized, '') AS number,
            NULLIF(upper(regexp_replace(p.vat, '[^[:alnum:]]', '', 'g')), '') AS vat,
            NULLIF(upper(replace(p.zip, ' ', '')), '') AS zip,
            NULLIF(lower(regexp_replace(p.street, '[ .,-]', '', 'g')), '') AS street
        FROM res_partner p JOIN res_partner c ON c.id = p.commercial_partner_id
        WHERE p.active AND c.active AND p.partner_share AND c.partner_share
            AND (p.parent_id IS NULL OR p.type = 'contact' OR p.type IS NULL)
            AND NOT (COALESCE(c.supplier_rank, 0) > 0 AND COALESCE(c.customer_rank, 0) = 0)
            AND c.id NOT IN (SELECT partner_id FROM res_company)""",
        name=_normalized(SQL("p.name")),
    )
    yield SQL("CREATE INDEX ON dq_person (id)")
    yield SQL("ANALYZE dq_person")
    yield SQL(
        """CREATE TEMP TABLE dq_found (code varchar, partner_id int, other_id int,
            attribute_id int, channel_id int, customer_id int, score int, reasons varchar,
            detail varchar, since date, user_id int, touch_count int) ON COMMIT DROP"""
    )
    yield SQL(
        """CREATE TEMP TABLE dq_customer ON COMMIT DROP AS
        SELECT p.*, (SELECT min(s.tier) FROM crm_customer_snapshot s
            WHERE s.partner_id = p.id AND s.is_current) AS tier
        FROM dq_person p WHERE p.id = p.customer_id"""
    )
    yield SQL("CREATE INDEX ON dq_customer (id)")
    yield SQL("ANALYZE dq_customer")


def _normalized(column):
    """``tools.data_quality.normalize`` in SQL."""
    plain = SQL(
        "' ' || translate(lower(COALESCE(%s, '')), %s, %s) || ' '",
        column,
        rules.GAPS + rules.DROPPED,
        " " * len(rules.GAPS),
    )
    bare = SQL("regexp_replace(%s, %s, ' ', 'g')", plain, rules.LEGAL_PATTERN)

    def squeezed(text):
        return SQL("trim(regexp_replace(%s, ' +', ' ', 'g'))", text)

    return SQL("COALESCE(NULLIF(%s, ''), NULLIF(%s, ''), '')", squeezed(bare), squeezed(plain))


# -- duplicates --------------------------------------------------------------------------------


def _duplicates_queries(env):
    yield SQL(
        """CREATE TEMP TABLE dq_block ON COMMIT DROP AS
        SELECT 'email' AS kind, email AS value, id FROM dq_person WHERE email IS NOT NULL
        UNION SELECT 'number', n.e164, n.partner_id FROM crm_contact_number n
            JOIN dq_person p ON p.id = n.partner_id WHERE n.e164 IS NOT NULL
        UNION ALL SELECT 'vat', vat, id FROM dq_person
            WHERE length(vat) > 3 AND id = customer_id
        UNION ALL SELECT 'place', zip || ' ' || left(replace(name, ' ', ''), %(prefix)s), id
            FROM dq_person WHERE zip IS NOT NULL AND name <> ''
        UNION ALL SELECT 'name', name, id FROM dq_person
            WHERE is_company AND length(name) > 3""",
        prefix=rules.PREFIX,
    )
    yield SQL("ANALYZE dq_block")
    yield SQL(
        """CREATE TEMP TABLE dq_capped ON COMMIT DROP AS
        SELECT kind, value, count(*) AS count, min(id) AS id FROM dq_block
        GROUP BY kind, value HAVING count(*) > %s""",
        rules.BLOCK_LIMIT,
    )
    yield SQL("ANALYZE dq_capped")
    yield SQL(
        "DELETE FROM dq_block b USING dq_capped c WHERE c.kind = b.kind AND c.value = b.value"
    )
    yield SQL(
        """CREATE TEMP TABLE dq_pair ON COMMIT DROP AS
        SELECT a.id AS a, b.id AS b, bool_or(a.kind = 'number') AS same_number
        FROM dq_block a JOIN dq_block b ON b.kind = a.kind AND b.value = a.value AND b.id > a.id
        GROUP BY a.id, b.id"""
    )
    yield SQL("ANALYZE dq_pair")
    yield _pairs(env)
    yield SQL(
        """INSERT INTO dq_found (code, partner_id, customer_id, detail, score, reasons, since)
        SELECT 'shared_value', c.id, p.customer_id, c.value, c.count, c.kind, p.created
        FROM dq_capped c JOIN dq_person p ON p.id = c.id
        WHERE c.kind IN ('email', 'number', 'vat')"""
    )


def _pairs(env):
    """Pairs that reach the threshold; not a company with its own contact persons, not contacts
    that two of our companies keep apart."""
    return SQL(
        """INSERT INTO dq_found
            (code, partner_id, other_id, customer_id, score, reasons, since)
        SELECT 'duplicate', a, b, customer_id, round(points), reasons, since FROM (
            SELECT q.a, q.b, x.customer_id, greatest(x.created, y.created) AS since,
                %(points)s AS points, %(reasons)s AS reasons
            FROM dq_pair q JOIN dq_person x ON x.id = q.a JOIN dq_person y ON y.id = q.b
            CROSS JOIN LATERAL (SELECT %(alike)s AS alike OFFSET 0) s
            WHERE x.is_company IS NOT DISTINCT FROM y.is_company
                AND x.parent_id IS DISTINCT FROM y.id AND y.parent_id IS DISTINCT FROM x.id
                AND (x.company_id IS NULL OR y.company_id IS NULL OR x.company_id = y.company_id)
        ) scored WHERE points >= %(threshold)s - 0.5""",
        points=_points(),
        reasons=_reasons(),
        alike=_similarity(env),
        threshold=rules.THRESHOLD,
    )


def _similarity(env):
    if env.registry.has_trigram:
        return SQL("similarity(x.name, y.name)")
    return SQL(
        """CASE WHEN x.name = '' OR y.name = '' THEN 0 WHEN x.name = y.name THEN 1
            WHEN starts_with(x.name, y.name) OR starts_with(y.name, x.name) THEN 0.7
            ELSE 0 END"""
    )


def _points():
    parts = [
        SQL(
            "CASE WHEN x.%(c)s = y.%(c)s THEN %(for)s WHEN x.%(c)s <> y.%(c)s THEN %(against)s"
            " ELSE 0 END",
            c=SQL.identifier(name),
            **{"for": rules.POINTS[name], "against": -rules.AGAINST.get(name, 0)},
        )
        for name in ("email", "vat", "zip", "street")
    ]
    parts.append(SQL("CASE WHEN q.same_number THEN %s ELSE 0 END", rules.POINTS["number"]))
    parts.append(
        SQL(
            "CASE WHEN s.alike >= %s THEN %s * s.alike ELSE 0 END",
            rules.SIMILAR,
            rules.POINTS["name"],
        )
    )
    return SQL(" + ").join(parts)


def _reasons():
    parts = [
        SQL("CASE WHEN x.%(c)s = y.%(c)s THEN %(name)s END", c=SQL.identifier(name), name=name)
        for name in ("email", "street", "vat", "zip")
    ]
    parts.append(SQL("CASE WHEN s.alike >= %s THEN 'name' END", rules.SIMILAR))
    parts.append(SQL("CASE WHEN q.same_number THEN 'number' END"))
    return SQL("concat_ws(',', %s)", SQL(", ").join(parts))


# -- missing -----------------------------------------------------------------------------------


def _missing_queries(today):
    for code, condition in _MISSING.items():
        yield SQL(
            """INSERT INTO dq_found (code, partner_id, customer_id, since)
            SELECT %s, c.id, c.id, c.created FROM dq_customer c WHERE %s""",
            code,
            condition,
        )
    yield SQL(
        """INSERT INTO dq_found (code, partner_id, customer_id, attribute_id, since)
        SELECT 'fact_missing', c.id, c.id, a.id, greatest(c.created, a.create_date::date)
        FROM dq_customer c JOIN crm_profile_attribute a
            ON a.active AND a.required_for IS NOT NULL AND c.tier <= a.required_for
            AND (a.applies_to = 'all' OR (a.applies_to = 'company') = (c.is_company IS TRUE))
        WHERE NOT EXISTS (SELECT FROM crm_profile_value v
            WHERE v.partner_id = c.id AND v.attribute_id = a.id AND v.active)"""
    )
    yield SQL(
        """INSERT INTO dq_found
            (code, partner_id, customer_id, attribute_id, since, detail)
        SELECT 'fact_stale', p.id, p.customer_id, v.attribute_id, v.confirm_due, v.date::text
        FROM crm_profile_value v JOIN dq_person p ON p.id = v.partner_id
        WHERE v.active AND v.confirm_due < %s""",
        today,
    )


_MISSING = {
    "no_address": SQL(
        """NOT EXISTS (SELECT FROM dq_person p WHERE p.customer_id = c.id
            AND (p.email IS NOT NULL OR p.number IS NOT NULL))
        AND NOT EXISTS (SELECT FROM crm_contact_number n WHERE n.partner_id = c.id
            AND n.e164 IS NOT NULL)"""
    ),
    "no_salesperson": SQL("c.user_id IS NULL"),
    "no_country": SQL("c.country_id IS NULL"),
    "no_contact": SQL(
        """c.is_company AND NOT EXISTS (SELECT FROM dq_person p
            WHERE p.customer_id = c.id AND p.id <> c.id)"""
    ),
    "no_permission": SQL(
        """c.tier <= 'B' AND NOT EXISTS (SELECT FROM dq_person p
            JOIN crm_contact_permission r ON r.partner_id = p.id AND r.active
            WHERE p.customer_id = c.id)"""
    ),
    "no_preferred": SQL(
        """c.tier = 'A' AND NOT EXISTS (SELECT FROM dq_person p
            JOIN crm_contact_permission r ON r.partner_id = p.id AND r.active AND r.preferred
            WHERE p.customer_id = c.id)"""
    ),
}


# -- contradictions ----------------------------------------------------------------------------


def _permissions_queries():
    yield SQL(
        """INSERT INTO dq_found (code, partner_id, customer_id, channel_id, since)
        SELECT 'blacklisted', p.id, p.customer_id, r.channel_id, r.date::date
        FROM crm_contact_permission r JOIN dq_person p ON p.id = r.partner_id
        JOIN crm_contact_channel h ON h.id = r.channel_id
        WHERE r.active AND r.state = 'granted' AND (
            (h.address_kind = 'email' AND EXISTS (SELECT FROM mail_blacklist b
                WHERE b.active AND b.email = p.email))
            OR (h.address_kind = 'phone' AND EXISTS (SELECT FROM phone_blacklist b
                WHERE b.active AND b.number = p.number)))"""
    )
    yield SQL(
        """INSERT INTO dq_found (code, partner_id, customer_id, channel_id, since)
        SELECT 'preferred_unreachable', p.id, p.customer_id, r.channel_id, r.date::date
        FROM crm_contact_permission r JOIN dq_person p ON p.id = r.partner_id
        JOIN crm_contact_channel h ON h.id = r.channel_id
        WHERE r.active AND r.preferred AND (
            (h.address_kind = 'email' AND p.email IS NULL)
            OR (h.address_kind = 'phone' AND p.number IS NULL AND NOT EXISTS (
                SELECT FROM crm_contact_number n WHERE n.partner_id = p.id
                AND n.e164 IS NOT NULL))
            OR (h.address_kind = 'postal' AND p.street IS NULL))"""
    )
    yield SQL(
        """INSERT INTO dq_found
            (code, partner_id, other_id, customer_id, channel_id, since)
        SELECT CASE WHEN r.preferred OR s.preferred THEN 'preferred_denied'
                ELSE 'company_differs' END,
            p.id, c.id, c.id, r.channel_id, greatest(r.date, s.date)::date
        FROM dq_person p JOIN dq_customer c ON c.id = p.customer_id AND p.id <> c.id
        JOIN crm_contact_permission r ON r.partner_id = p.id AND r.active
        JOIN crm_contact_permission s ON s.partner_id = c.id AND s.active
            AND s.channel_id = r.channel_id AND s.state <> r.state"""
    )


def _contradictions():
    yield SQL(
        """INSERT INTO dq_found
            (code, partner_id, other_id, customer_id, attribute_id, since)
        SELECT 'facts_differ', p.id, c.id, c.id, v.attribute_id, greatest(v.date, w.date)
        FROM dq_person p JOIN dq_customer c ON c.id = p.customer_id AND p.id <> c.id
        JOIN crm_profile_value v ON v.partner_id = p.id AND v.active
        JOIN crm_profile_value w ON w.partner_id = c.id AND w.active
            AND w.attribute_id = v.attribute_id
        WHERE (v.value_char, v.value_number, v.value_date, v.value_boolean, v.value_option_id)
            IS DISTINCT FROM
            (w.value_char, w.value_number, w.value_date, w.value_boolean, w.value_option_id)"""
    )
    yield SQL(
        """INSERT INTO dq_found (code, partner_id, customer_id, since, detail)
        SELECT 'vat_country', c.id, c.id, c.created, left(c.vat, 2)
        FROM dq_customer c JOIN res_country own ON own.id = c.country_id
        JOIN res_country named
            ON named.code = CASE left(c.vat, 2) WHEN 'EL' THEN 'GR' ELSE left(c.vat, 2) END
        WHERE named.id <> own.id AND c.vat ~ '^[A-Z]{2}[A-Z0-9]*[0-9]{6}'"""
    )


# -- effect ------------------------------------------------------------------------------------


def _effects(today):
    """Who is responsible, and how many touches of twelve months stand on the record."""
    yield SQL("ANALYZE dq_found")
    yield SQL(
        """UPDATE dq_found f SET user_id = p.user_id FROM dq_person p WHERE p.id = f.customer_id"""
    )
    yield SQL(
        """WITH touches AS (
            SELECT commercial_partner_id AS id, count(*) AS count FROM crm_touchpoint
            WHERE date >= %s::date - 365 AND voided IS NOT TRUE
                AND commercial_partner_id IN (SELECT customer_id FROM dq_found)
            GROUP BY 1)
        UPDATE dq_found f SET touch_count = t.count FROM touches t WHERE t.id = f.customer_id""",
        today,
    )


# -- worklist ----------------------------------------------------------------------------------


def _key(alias):
    names = ("other_id", "attribute_id", "channel_id")
    parts = [SQL("%s.code", alias), SQL("%s.partner_id", alias)]
    parts += [SQL("COALESCE(%s.%s, 0)", alias, SQL.identifier(name)) for name in names]
    parts.append(
        SQL("CASE WHEN %(a)s.code = 'shared_value' THEN %(a)s.detail ELSE '' END", a=alias)
    )
    return SQL("(%s)", SQL(", ").join(parts))


def write(env, today):
    """Bring the worklist in line with ``dq_found``; returns the number of rows changed."""
    cr = env.cr
    changed = 0
    for query in (
        _solve_issues(today),
        _reopen_issues(today),
        _update_issues(),
        _insert_issues(today),
    ):
        cr.execute(query)
        changed += cr.rowcount
    cr.execute(SQL("ANALYZE crm_data_issue"))
    return changed


def _solve_issues(today):
    """What vanished is solved; what somebody chose to ignore stays ignored."""
    return SQL(
        """UPDATE crm_data_issue i SET state = 'solved', solved_date = %s
        WHERE i.state = 'open' AND NOT EXISTS (SELECT FROM dq_found f WHERE %s = %s)""",
        today,
        _key(SQL("f")),
        _key(SQL("i")),
    )


def _reopen_issues(today):
    return SQL(
        """UPDATE crm_data_issue i
        SET state = 'open', solved_date = NULL, found_date = %s
        FROM dq_found f WHERE i.state = 'solved' AND %s = %s""",
        today,
        _key(SQL("f")),
        _key(SQL("i")),
    )


def _update_issues():
    names = [SQL.identifier(name) for name in COLUMNS]
    return SQL(
        """UPDATE crm_data_issue i SET %s FROM dq_found f
        WHERE %s = %s AND (%s) IS DISTINCT FROM (%s)""",
        SQL(", ").join(SQL("%s = f.%s", name, name) for name in names),
        _key(SQL("f")),
        _key(SQL("i")),
        SQL(", ").join(SQL("f.%s", name) for name in names),
        SQL(", ").join(SQL("i.%s", name) for name in names),
    )


def _insert_issues(today):
    kinds = SQL(" ").join(SQL("WHEN %s THEN %s", code, kind) for code, kind in KIND_OF.items())
    names = ("code", "partner_id", "other_id", "attribute_id", "channel_id", *COLUMNS)
    return SQL(
        """INSERT INTO crm_data_issue (%(names)s, kind, state, found_date)
        SELECT %(found)s, CASE f.code %(kinds)s END, 'open', %(today)s
        FROM dq_found f WHERE NOT EXISTS (SELECT FROM crm_data_issue i WHERE %(i)s = %(f)s)""",
        names=SQL(", ").join(map(SQL.identifier, names)),
        found=SQL(", ").join(SQL("f.%s", SQL.identifier(name)) for name in names),
        kinds=kinds,
        today=today,
        i=_key(SQL("i")),
        f=_key(SQL("f")),
    )


def fill_month(env, date, month):
    """Completeness of the records of customers by company and tier, as of *date*.

    Counted are customers with current figures; complete is who has no open gap, himself or a
    contact person of his. Closed months stay.
    """
    cr = env.cr
    cr.execute(SQL("UPDATE crm_data_quality_month SET is_current = FALSE WHERE is_current"))
    cr.execute(SQL("DELETE FROM crm_data_quality_month WHERE month = %s", month))
    kinds = SQL(", ").join(
        SQL("count(*) FILTER (WHERE o.%s)", SQL.identifier(kind)) for kind in KINDS
    )
    cr.execute(
        SQL(
            """WITH open AS (
                SELECT customer_id, %(bools)s FROM crm_data_issue WHERE state = 'open'
                GROUP BY customer_id)
            INSERT INTO crm_data_quality_month (month, date, is_current, company_id, tier,
                customer_count, complete_count, complete_share,
                duplicate_count, missing_count, permission_count, contradiction_count)
            SELECT %(month)s, %(date)s, TRUE, s.company_id, COALESCE(s.tier, 'none'), count(*),
                count(*) FILTER (WHERE o.missing IS NOT TRUE),
                count(*) FILTER (WHERE o.missing IS NOT TRUE)::float / count(*), %(kinds)s
            FROM crm_customer_snapshot s JOIN dq_customer c ON c.id = s.partner_id
            LEFT JOIN open o ON o.customer_id = s.partner_id
            WHERE s.is_current GROUP BY s.company_id, COALESCE(s.tier, 'none')""",
            bools=SQL(", ").join(
                SQL("bool_or(kind = %s) AS %s", kind, SQL.identifier(kind)) for kind in KINDS
            ),
            month=month,
            date=date,
            kinds=kinds,
        )
    )
    return cr.rowcount
