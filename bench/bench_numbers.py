"""Numbers (C360-1): how many writings are found, and what a look-up costs among a million contacts.

``python -m bench.bench_numbers [CONTACTS] [--full]`` with ODOO_RC set (bin/bench does). 100,000
contacts unless told otherwise, a million with ``--full``, with two numbers each, written by SQL.
The database is kept and made anew only when its recipe below changes. Like is compared with like:
ids alone against ids alone, in the same layer; the ranked look-up gives more (all writings, rights,
names, what is going on with the caller) and stands in rows of its own. A time is CPU time of this
process and of PostgreSQL's together, per call, with empty record caches: on a machine shared with
others wall clock says little.
"""

import argparse
import random
import sys
import time
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "bin"))

from bench.table import Row, show
from suite import databases, odoo, paths, postgres, stamps

DATABASE = f"{databases.BENCH_PREFIX}numbers"
CONTACTS = 100_000
FULL = 1_000_000
ADDON = paths.ROOT / "addons" / "crm_customer_insight"
#: Files of the addon that change what is in the database.
SOURCES = {".py", ".xml", ".csv"}
SAMPLE = 1000
#: The sample is measured in so many parts; the best counts.
PARTS = 5
#: Contacts with a deal, a quotation and a touch each, made for the measurement and undone.
HISTORY = 100
CORE = "phone_mobile_search"
#: Contacts whose numbers are read anew to measure the reconciliation.
RECONCILED = 20_000
#: E.164, country, national digits in groups as people there write them.
PEOPLE = [
    ("+33100000037", "FR", ("01", "00", "00", "00", "37")),
    ("+33612345678", "FR", ("06", "12", "34", "56", "78")),
    ("+4930123456", "DE", ("030", "123", "456")),
    ("+442079460018", "GB", ("020", "7946", "0018")),
    ("+12025550143", "US", ("202", "555", "0143")),
    ("+8613800138000", "CN", ("138", "0013", "8000")),
    ("+39061234567", "IT", ("06", "1234", "567")),
    ("+61291920123", "AU", ("02", "9192", "0123")),
]
FULL_WIDTH = str.maketrans("0123456789+", "０１２３４５６７８９＋")
# A partner row is copied with these columns replaced; ``g`` counts from 1.
RECIPE = """
    CREATE TEMP TABLE place ON COMMIT DROP AS SELECT max(id) AS base FROM res_partner;
    INSERT INTO res_partner (%(names)s)
    SELECT %(values)s
      FROM res_partner t, place, generate_series(1, %(count)s) g WHERE t.id = %(template)s;
    INSERT INTO crm_contact_number (partner_id, raw, e164, region, kind, origin, sequence)
    SELECT base + g, %(phone)s, '+331' || lpad(g::text, 8, '0'), 'FR', 'main', 'phone', 5
      FROM place, generate_series(1, %(count)s) g;
    INSERT INTO crm_contact_number (partner_id, raw, e164, region, kind, origin, sequence)
    SELECT base + g, '06' || lpad(g::text, 8, '0'), '+336' || lpad(g::text, 8, '0'), 'FR',
           'mobile', 'manual', 10
      FROM place, generate_series(1, %(count)s) g;
    SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner));
"""
# Every third contact each as Odoo formats it, as an exchange writes it, and as people do.
PHONE = """(CASE g %% 3
    WHEN 0 THEN '+33 1 ' || lpad(g::text, 8, '0')
    WHEN 1 THEN '00331' || lpad(g::text, 8, '0')
    ELSE '01' || lpad(g::text, 8, '0') END)"""


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("contacts", type=int, nargs="?")
    arguments.add_argument("--full", action="store_true", help=f"{FULL:,} contacts")
    given = arguments.parse_args()
    count = given.contacts or (FULL if given.full else CONTACTS)
    name = DATABASE if count == FULL else f"{DATABASE}_{count}"
    prepare(name, count)
    with closing(connect(name)) as cr:
        env = environment(cr)
        tables = [recall(env), times(env, count), [_reconciliation(env)]]
        cr.rollback()
    print(f"{count:,} contacts with two numbers each")
    for rows in tables:
        show(rows)


# The database


def prepare(name, count):
    """Make the database unless it is there already."""
    recipe = stamps.digest(RECIPE, PHONE, str(count), databases.core())
    addon = stamps.digest(*sorted(path for path in ADDON.rglob("*") if path.suffix in SOURCES))
    made, installed = [*_note(name).split(), "", ""][:2]
    if not databases.exists(name) or made != recipe:
        _make(name, count)
    elif installed != addon:
        odoo.update(name, [ADDON.name])
    postgres.psql("postgres", f"COMMENT ON DATABASE {name} IS '{recipe} {addon}'")


def _make(name, count):
    started = time.monotonic()
    print(f"Making database {name} with {count:,} contacts …", flush=True)
    databases.copy(databases.core(), name)
    odoo.install(name, [ADDON.name], log=paths.LOGS / "bench_numbers.log")
    _generate(name, count)
    print(f"… made in {time.monotonic() - started:.0f} s", flush=True)


def _note(name):
    """What was noted when the database was made: hashes of its recipe and of the addon."""
    query = "SELECT shobj_description(oid, 'pg_database') FROM pg_database"
    return postgres.psql("postgres", f"{query} WHERE datname = '{name}'").strip()


def _generate(name, count):
    """Write the contacts with the indexes taken away, which is several times faster."""
    with closing(connect(name)) as cr:
        env = environment(cr)
        template = env["res.partner"].create(
            {"name": "Template", "country_id": env.ref("base.fr").id}
        )
        env.flush_all()
        indexes = _drop_indexes(cr)
        cr.execute(_recipe(cr, template.id, count))
        for definition in indexes:
            cr.execute(definition)
        cr.commit()
    postgres.psql(name, "VACUUM ANALYZE res_partner; VACUUM ANALYZE crm_contact_number")


def _drop_indexes(cr):
    """Drop the indexes that serve speed alone and return their definitions."""
    cr.execute(
        """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
            WHERE i.indrelid IN ('res_partner'::regclass, 'crm_contact_number'::regclass)
              AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)"""
    )
    indexes = cr.fetchall()
    for name, _definition in indexes:
        cr.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in indexes]


def _recipe(cr, template, count):
    cr.execute(
        """SELECT column_name FROM information_schema.columns
            WHERE table_name = 'res_partner' AND is_generated = 'NEVER'"""
    )
    names = [name for [name] in cr.fetchall()]
    values = dict.fromkeys(("id", "commercial_partner_id"), "base + g")
    values |= dict.fromkeys(("name", "complete_name"), "'Contact ' || g")
    values |= {"phone": PHONE, "phone_sanitized": "'+331' || lpad(g::text, 8, '0')"}
    return RECIPE % {
        "names": ", ".join(f'"{name}"' for name in names),
        "values": ", ".join(values.get(name, f't."{name}"') for name in names).replace("%%", "%"),
        "phone": PHONE.replace("%%", "%"),
        "template": template,
        "count": count,
    }


def connect(name):
    import odoo.modules.registry
    from odoo.tools import config

    config.parse_config(["--log-level=warn"], setup_logging=True)
    return odoo.modules.registry.Registry(name).cursor()


def environment(cr):
    from odoo import SUPERUSER_ID, api

    env = api.Environment(cr, SUPERUSER_ID, {})
    env.company.country_id = env.ref("base.fr")
    return env


# Recall


def writings(e164, country, groups):
    """``(kind of writing, text)`` of one number."""
    cc = e164.removesuffix("".join(groups).removeprefix("0"))
    if country == "IT":
        cc = "+39"
    rest = e164.removeprefix(cc)
    national = "".join(groups)
    trunk = national.removesuffix(rest)
    return [
        ("E.164", e164),
        ("international, spaces", f"{cc} {' '.join((rest[:2], rest[2:5], rest[5:]))}"),
        ("international, dashes", f"{cc}-{rest[:3]}-{rest[3:]}"),
        ("00…", f"00{e164[1:]}"),
        ("00…, spaces", f"00 {cc[1:]} {rest}"),
        ("011…", f"011{e164[1:]}"),
        ("digits without +", e164[1:]),
        ("(0)", f"{cc} ({trunk}) {rest}" if trunk else f"{cc} {rest}"),
        ("national, compact", national),
        ("national, spaces", " ".join(groups)),
        ("national, dots", ".".join(groups)),
        ("national, slash", f"{groups[0]}/{''.join(groups[1:])}"),
        ("national, extension", f"{' '.join(groups)} ext. 12"),
        ("tel: URI", f"tel:{cc}-{rest}"),
        ("sip: URI", f"sip:{e164}@exchange.example"),
        ("full-width digits", e164.translate(FULL_WIDTH)),
    ]


def recall(env):
    """Rows of the table: of how many writings the contact is found, per way of storing it."""
    return list(_recall(env))


def _recall(env):
    for title, stored in (
        ("stored as Odoo formats it", _formatted),
        ("stored as typed, national", _national),
    ):
        found, total = _count(env, stored)
        yield Row(f"recall, {title}", found[0], found[1], CORE, "≥ 1", f"of {total}")


def _count(env, stored):
    found, total = [0, 0], 0
    for e164, code, groups in PEOPLE:
        country = env["res.country"].search([("code", "=", code)])
        phone = stored(env, e164, country)
        partner = env["res.partner"].create(
            {"name": "Wanted", "phone": phone, "country_id": country.id}
        )
        for _kind, text in writings(e164, code, groups):
            total += 1
            ids = [one["partner_id"] for one in env["crm.contact.number"]._lookup(text, country)]
            found[0] += partner.id in ids
            found[1] += partner in env["res.partner"].search([("phone_mobile_search", "=", text)])
        partner.unlink()
    return found, total


def _formatted(env, e164, country):
    return env["res.partner"]._phone_format(
        number=e164, country=country, force_format="INTERNATIONAL"
    )


def _national(_env, e164, _country):
    return " ".join(next(groups for number, _code, groups in PEOPLE if number == e164))


# Times


def times(env, count):
    """Rows of the table: CPU time of single look-ups, in microseconds."""
    places = random.Random(19).sample(range(3, count, 3), min(SAMPLE, count // 3 - 1))
    numbers = [f"+331{place:08d}" for place in places]
    env.cr.execute("SELECT partner_id FROM crm_contact_number WHERE e164 = ANY(%s)", [numbers])
    ids = [row[0] for row in env.cr.fetchall()]
    sql, key = _sql(env, numbers), _sql_key(env, ids)
    orm, orm_key = _orm(env, numbers), _orm_key(env, ids)
    core, search = _search(env, CORE, numbers), _search(env, "number_in_any_writing", numbers)
    ranked = _lookup(env, numbers)
    busy = _lookup(env, _with_history(env, numbers[:HISTORY]))
    return [
        Row("SQL: match of a number", sql, key, "SQL: primary key", "≤ 2", "µs"),
        Row("ORM: number with its fields", orm, orm_key, "ORM: primary key", "≤ 2", "µs"),
        Row("ORM: ids of the contacts", search, core, CORE, "≤ 2", "µs"),
        Row("ranked, nothing going on", ranked, core, CORE, "", "µs"),
        Row("ranked, deal + quotation + touch", busy, core, CORE, "", "µs"),
        Row("ranked, nothing going on", ranked, orm_key, "ORM: primary key", "≤ 2", "µs"),
    ]


def _with_history(env, numbers):
    """The *numbers*, after their contacts have got an open deal, a quotation and a touch each."""
    env = env(context={**env.context, "tracking_disable": True, "mail_create_nolog": True})
    found = env["crm.contact.number"].search([("e164", "in", numbers)])
    partners = found.partner_id
    env["crm.lead"].create([{"name": "Deal", "partner_id": p.id} for p in partners])
    env["sale.order"].create([{"partner_id": p.id} for p in partners])
    env["crm.touchpoint"].create([_touch(env, partner) for partner in partners])
    env.flush_all()
    env.cr.precommit.run()
    return numbers


def _touch(env, partner):
    return {
        "partner_id": partner.id,
        "commercial_partner_id": partner.id,
        "date": "2026-01-15 10:00:00",
        "kind": "call",
        "event": "made",
        "direction": "in",
        "res_model": "bench.call",
        "res_id": partner.id,
        "company_id": env.company.id,
        "currency_id": env.company.currency_id.id,
    }


def cost(env, function, values):
    """CPU time of ``function(value)`` in µs, caches of the ORM empty: the mean of the best part."""
    function(values[0])
    size = max(1, len(values) // PARTS)
    return min(_mean(env, function, values[n : n + size]) for n in range(0, size * PARTS, size))


def _mean(env, function, values):
    spent = _cpu(env.cr)
    for value in values:
        env.invalidate_all()
        function(value)
    return (_cpu(env.cr) - spent) / len(values) * 1e6


def _cpu(cr):
    """CPU seconds so far of this process and of its PostgreSQL server process."""
    cr.execute("SELECT pg_backend_pid()")
    server = Path(f"/proc/{cr.fetchone()[0]}/schedstat").read_text().split()[0]
    return int(server) / 1e9 + time.process_time()


def _sql(env, numbers):
    statement = "SELECT id, partner_id, lead_id, kind, raw, extension FROM crm_contact_number"
    return cost(env, _fetch(env, f"{statement} WHERE e164 = %s LIMIT 500"), numbers)


def _sql_key(env, ids):
    statement = "SELECT id, name, complete_name, type, phone, ref FROM res_partner WHERE id = %s"
    return cost(env, _fetch(env, statement), ids)


def _fetch(env, statement):
    def fetch(value):
        env.cr.execute(statement, [value])
        assert len(env.cr.fetchall()) == 1

    return fetch


def _orm(env, numbers):
    model = env["crm.contact.number"]
    names = ["partner_id", "lead_id", "kind", "raw", "extension"]
    return cost(env, lambda e164: model.search_fetch([("e164", "=", e164)], names).raw, numbers)


def _orm_key(env, ids):
    model = env["res.partner"].with_context(active_test=False)
    names = ["name", "complete_name", "type", "phone", "ref"]
    return cost(env, lambda key: model.search_fetch([("id", "=", key)], names).name, ids)


def _lookup(env, numbers):
    model, country = env["crm.contact.number"], "FR"
    return cost(env, lambda number: model._lookup(number, country)[0]["name"], numbers)


def _search(env, field, numbers):
    model = env["res.partner"]
    return cost(env, lambda e164: model.search([(field, "=", e164)]).ids, numbers)


def _reconciliation(env):
    """Numbers read anew, per second; the peer is Odoo's own sanitizing of the same contacts."""
    env.cr.execute(
        """DELETE FROM crm_contact_number WHERE origin = 'phone' AND partner_id IN (
               SELECT id FROM res_partner WHERE phone IS NOT NULL ORDER BY id DESC LIMIT %s)""",
        [RECONCILED],
    )
    env.invalidate_all()
    started = time.perf_counter()
    done = env["crm.contact.number"]._reconcile()
    ours = done / (time.perf_counter() - started)
    partners = env["res.partner"].search([("phone", "!=", False)], order="id desc", limit=2000)
    started = time.perf_counter()
    partners._compute_phone_sanitized()
    core = len(partners) / (time.perf_counter() - started)
    return Row("contacts reconciled", ours, core, "core's phone_sanitized", "≥ 1", "per s")


if __name__ == "__main__":
    main()
