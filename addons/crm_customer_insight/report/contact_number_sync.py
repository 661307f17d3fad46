"""Numbers follow the phone fields of contacts and leads, set-based (C360-1).

One query reads a batch of owners with their present numbers, Python reads the texts, and one
statement each updates, deletes and inserts what differs.
"""

from odoo.tools import SQL, groupby

from ..tools import phone

#: Model of the owner -> column of ``crm_contact_number`` that points to it.
OWNERS = {"res.partner": "partner_id", "crm.lead": "lead_id"}
_COLUMNS = ("e164", "extension", "region", "problem")

# The country of an owner: his own, his company's, that of the Odoo company he belongs to, ours.
_REGION_JOINS = {
    "res.partner": SQL("""LEFT JOIN res_partner parent ON parent.id = o.commercial_partner_id"""),
    "crm.lead": SQL("""LEFT JOIN res_partner parent ON parent.id = o.partner_id"""),
}
_REGION_COMPANY = SQL(
    """LEFT JOIN res_company company ON company.id = o.company_id
    LEFT JOIN res_partner company_partner ON company_partner.id = company.partner_id
    LEFT JOIN res_country country ON country.id = COALESCE(
        o.country_id, parent.country_id, company_partner.country_id,
        (SELECT p.country_id FROM res_company c JOIN res_partner p ON p.id = c.partner_id
         ORDER BY c.id LIMIT 1))"""
)


def row_kind(parsed):
    """Kind of a new number: what the numbering plan tells, which is only whether it is mobile."""
    return "mobile" if parsed.kind == "mobile" else "main"


def regions(numbers):
    """``{number: country code}`` of a recordset, one query per model of owner."""
    result = {}
    for model, column in OWNERS.items():
        owned = numbers.filtered(column)
        if not owned:
            continue
        saved = [owner_id for owner_id in owned[column]._ids if owner_id]
        found = dict(_saved_regions(numbers.env, model, saved)) if saved else {}
        for number in owned:
            owner = number[column]
            result[number] = found[owner.id] if owner.id in found else _edited_region(owner)
    return result


def _saved_regions(env, model, ids):
    env[model].flush_model(["country_id", "company_id"])
    return env.execute_query(
        SQL(
            "SELECT o.id, country.code FROM %s o %s WHERE o.id = ANY(%s)",
            SQL.identifier(env[model]._table),
            _region(model),
            ids,
        )
    )


def _edited_region(owner):
    """Country of an owner in a form that is not saved yet."""
    return (owner.country_id or owner.env.company.country_id).code


def _region(model):
    return SQL("%s %s", _REGION_JOINS[model], _REGION_COMPANY)


def with_dependents(env, pending):
    """``{model: ids}`` of what a transaction remembered, with those who share the country.

    :param pending: ``{(model, with dependents): ids}``
    """
    owners = {}
    for (model, _dependents), ids in pending.items():
        owners.setdefault(model, set()).update(ids)
    if heads := pending.get(("res.partner", True)):
        for model, column in (("res.partner", "commercial_partner_id"), ("crm.lead", "partner_id")):
            owners.setdefault(model, set()).update(_without_country(env, model, column, heads))
    return {model: sorted(ids) for model, ids in owners.items()}


def _without_country(env, model, column, heads):
    query = SQL(
        "SELECT id FROM %s WHERE %s = ANY(%s) AND country_id IS NULL",
        SQL.identifier(env[model]._table),
        SQL.identifier(column),
        list(heads),
    )
    return [row[0] for row in env.execute_query(query)]


def differences(env, model, batch):
    """Batches of ids of owners whose numbers differ from their phone field, in the order of id."""
    last = 0
    while ids := _different_after(env, model, last, batch):
        yield ids
        last = ids[-1]


def _different_after(env, model, last, batch):
    query = SQL(
        """SELECT o.id FROM %(table)s o %(region)s
        LEFT JOIN LATERAL (
            SELECT count(*) FILTER (WHERE n.origin = 'phone') AS followers,
                   bool_or(n.region IS DISTINCT FROM country.code
                           OR n.origin = 'phone' AND n.raw IS DISTINCT FROM o.phone) AS differs
              FROM crm_contact_number n WHERE n.%(column)s = o.id
        ) found ON TRUE
        WHERE o.id > %(last)s
          AND (found.differs OR (btrim(o.phone) <> '' AND found.followers = 0))
        ORDER BY o.id LIMIT %(batch)s""",
        table=SQL.identifier(env[model]._table),
        region=_region(model),
        column=SQL.identifier(OWNERS[model]),
        last=last,
        batch=batch,
    )
    return [row[0] for row in env.execute_query(query)]


def sync(env, model, ids):
    """Make the numbers of the owners *ids* what their phone field says.

    Numbers entered by hand stay, but are read anew when the country of their owner changed.
    """
    changes = Changes(OWNERS[model])
    for _owner, rows in groupby(_present(env, model, ids), key=lambda row: row["owner_id"]):
        changes.compare(rows)
    changes.apply(env)


def _present(env, model, ids):
    query = SQL(
        """SELECT o.id AS owner_id, o.phone, country.code AS owner_region,
                  n.id, n.raw, n.origin, n.e164, n.extension, n.region, n.problem
             FROM %(table)s o %(region)s
             LEFT JOIN crm_contact_number n ON n.%(column)s = o.id
            WHERE o.id = ANY(%(ids)s)
            ORDER BY o.id, n.origin = 'phone', n.sequence, n.id""",
        table=SQL.identifier(env[model]._table),
        region=_region(model),
        column=SQL.identifier(OWNERS[model]),
        ids=list(ids),
    )
    return env.execute_query_dict(query)


class Changes:
    """What has to be written for a batch of owners."""

    def __init__(self, column):
        self.column = column
        self.inserts = []
        self.updates = []
        self.deletes = []

    def compare(self, rows):
        """Compare the numbers of one owner (one row with ``id`` None when he has none)."""
        owner = rows[0]
        followers = [row for row in rows if row["id"] and row["origin"] == "phone"]
        for row in rows:
            if row["id"] and row["origin"] != "phone" and row["region"] != owner["owner_region"]:
                self._update(row, row["raw"], phone.parse(row["raw"], owner["owner_region"]))
        text = owner["phone"] if (owner["phone"] or "").strip() else None
        wanted = phone.parse_all(text, owner["owner_region"]) if text else ()
        for row, parsed in zip(followers, wanted, strict=False):
            self._update(row, text, parsed)
        self.deletes += [row["id"] for row in followers[len(wanted) :]]
        for parsed in wanted[len(followers) :]:
            self._insert(owner, text, parsed)

    def _update(self, row, raw, parsed):
        values = (parsed.e164, parsed.extension, row["owner_region"], parsed.problem)
        if (raw, *values) == (row["raw"], *(row[name] for name in _COLUMNS)):
            return
        kind = None if parsed.e164 == row["e164"] else row_kind(parsed)
        self.updates.append((row["id"], raw, *values, kind))

    def _insert(self, owner, raw, parsed):
        values = (parsed.e164, parsed.extension, owner["owner_region"], parsed.problem)
        self.inserts.append((owner["owner_id"], raw, *values, row_kind(parsed)))

    def apply(self, env):
        """Write the changes: deletions first, for an update may take the place of a deleted row."""
        if not (self.deletes or self.updates or self.inserts):
            return
        if self.deletes:
            env.cr.execute(SQL("DELETE FROM crm_contact_number WHERE id = ANY(%s)", self.deletes))
        if self.updates:
            env.cr.execute(self._update_query(env))
        if self.inserts:
            env.cr.execute(self._insert_query(env))
        env["crm.contact.number"].invalidate_model()

    def _update_query(self, env):
        return SQL(
            """UPDATE crm_contact_number n
            SET raw = v.raw, e164 = v.e164, extension = v.extension, region = v.region,
                problem = v.problem, kind = COALESCE(v.kind, n.kind),
                write_uid = %s, write_date = now() AT TIME ZONE 'UTC'
            FROM %s WHERE n.id = v.id""",
            env.uid,
            _values(self.updates),
        )

    def _insert_query(self, env):
        return SQL(
            """INSERT INTO crm_contact_number (%s, raw, e164, extension, region, problem, kind,
                origin, sequence, create_uid, create_date, write_uid, write_date)
            SELECT v.id, v.raw, v.e164, v.extension, v.region, v.problem, v.kind, 'phone', 5,
                   %s, now() AT TIME ZONE 'UTC', %s, now() AT TIME ZONE 'UTC'
              FROM %s
            ON CONFLICT DO NOTHING""",
            SQL.identifier(self.column),
            env.uid,
            env.uid,
            _values(self.inserts),
        )


def _values(rows):
    """Rows as a table ``v``; arrays keep the statement short however many there are."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    return SQL(
        """unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[])
        AS v(id, raw, e164, extension, region, problem, kind)""",
        *columns,
    )
