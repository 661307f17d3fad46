"""Databases of generated campaigns, written by SQL and kept while they fit.

Of *size* N there are N contacts (half of them customers, each with one contact person), N invoices
from orders with their lines (``value_data``), N leads, 500 campaigns to which documents and leads
belong, and in the touch ledger N contacts by campaigns. The first campaign is the large one: all
contacts are its targets, a mail went to each, three in ten opened it, one in twenty clicked.
Fifty others have N ÷ 50 targets each, who got one mail. Their responses are read from the ledger.
"""

import time
from contextlib import closing
from datetime import date, timedelta

from bench import value_data
from suite import databases, odoo, paths, postgres, stamps

NAMES = ("crm_customer_insight", "crm_customer_insight_mass_mailing", "crm_campaign_roi")
CAMPAIGNS = 500
#: Campaigns beside the large one that have targets.
SENT = 50
#: Filled once with neither indexes nor foreign keys; nothing that is measured writes them.
TABLES = (
    "res_partner",
    "crm_contact_number",
    "crm_contact_permission",
    "crm_customer_snapshot",
    "crm_touchpoint",
    "crm_lead",
    "mailing_trace",
)
#: All persons: customers have the ids from 1001 on, their contact persons follow.
PERSONS = """
UPDATE res_partner SET email = 'c' || id || '@customers.example.com',
    email_normalized = 'c' || id || '@customers.example.com', partner_share = TRUE,
    country_id = (%(countries)s)[1 + id %% 3], city = 'Town', lang = 'en_US',
    tz = (ARRAY['Europe/Berlin', 'America/New_York', NULL])[1 + id %% 3]
WHERE id BETWEEN 1001 AND 1000 + %(customers)s;

INSERT INTO res_partner (id, name, complete_name, active, is_company, parent_id,
    commercial_partner_id, type, autopost_bills, partner_share, email, email_normalized, country_id,
    city, lang, tz, create_date, write_date)
SELECT c.id + %(customers)s, 'Person ' || c.id, 'Person ' || c.id, c.id %% 500 <> 0, FALSE, c.id,
    c.id, 'contact', 'ask', TRUE, address, address, c.country_id, 'Town', 'en_US', c.tz,
    '2020-01-01', '2020-01-01'
FROM res_partner c, LATERAL (SELECT CASE WHEN c.id %% 100 = 0 THEN c.email
    WHEN c.id %% 40 = 0 THEN NULL ELSE 'p' || c.id || '@customers.example.com' END AS address) a
WHERE c.id BETWEEN 1001 AND 1000 + %(customers)s;

INSERT INTO crm_contact_number (partner_id, sequence, kind, raw, e164, region, origin)
SELECT id, 10, 'other', '+4930' || (1000000 + id), '+4930' || (1000000 + id), 'DE', 'phone'
FROM res_partner WHERE id > 1000 AND id %% 2 = 0;

INSERT INTO crm_contact_permission (partner_id, channel_id, user_id, state, origin, active, date,
    quiet_from, quiet_to)
SELECT id, %(email)s, 2, CASE WHEN id %% 20 = 0 THEN 'denied' ELSE 'granted' END, 'written', TRUE,
    '2024-01-01', CASE WHEN id %% 5 = 0 THEN 20 ELSE 0 END, CASE WHEN id %% 5 = 0 THEN 8 ELSE 0 END
FROM res_partner WHERE id > 1000 AND id %% 10 < 8;

INSERT INTO mail_blacklist (email, active) SELECT email_normalized, TRUE FROM res_partner
WHERE id > 1000 AND id %% 97 = 0 AND email_normalized IS NOT NULL ON CONFLICT DO NOTHING;

INSERT INTO crm_customer_snapshot (partner_id, company_id, currency_id, month, date, is_current,
    tier, revenue, profit, last_purchase, first_purchase)
SELECT id, %(company)s, %(currency)s, date_trunc('month', current_date), current_date, TRUE,
    (ARRAY['A', 'B', 'C', 'D'])[1 + id %% 4], id %% 5000, id %% 2000, current_date - id %% 700,
    '2020-01-01'
FROM res_partner WHERE id BETWEEN 1001 AND 1000 + %(customers)s;
"""
LINKS = """
CREATE TEMP TABLE bench_campaign AS
SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM utm_campaign
WHERE name LIKE 'bench %%';

INSERT INTO crm_campaign_cost (campaign_id, source, stage, date, company_id, amount)
SELECT id, 'manual', 'actual', current_date - 700, %(company)s, 1000 FROM bench_campaign;

UPDATE sale_order o SET campaign_id = c.id FROM bench_campaign c
WHERE o.id %% %(campaigns)s = c.place;

UPDATE account_move m SET campaign_id = c.id FROM bench_campaign c
WHERE m.id > 1000 AND (m.id - 1000) %% %(campaigns)s = c.place;

INSERT INTO crm_lead (id, name, type, user_id, company_id, campaign_id, active, won_status,
    partner_id, email_from, email_normalized, create_date, write_date)
SELECT 1000 + g, 'Lead ' || g, 'opportunity', 2, %(company)s, c.id, TRUE,
    CASE WHEN g %% 5 = 0 THEN 'won' ELSE 'pending' END,
    CASE WHEN g %% 2 = 0 THEN 1001 + g / 2 %% %(customers)s END, 'l' || g || '@leads.example.com',
    'l' || g || '@leads.example.com', current_date - g %% 700, current_date
FROM generate_series(1, %(size)s) g JOIN bench_campaign c ON c.place = g %% %(campaigns)s;

INSERT INTO crm_touchpoint (res_model, res_id, event, kind, direction, date, channel_id, company_id,
    partner_id, commercial_partner_id, campaign_id, user_id)
SELECT 'bench.touch', g, 'done', (ARRAY['mail', 'meeting', 'call', 'activity'])[1 + g %% 4],
    CASE WHEN g %% 3 = 0 THEN 'in' ELSE 'out' END,
    current_date - (g::bigint * 104729 %% 720)::int, 1 + g %% 5, %(company)s, p.id,
    p.commercial_partner_id, CASE WHEN g %% 4 > 0 THEN c.id END, 2
FROM generate_series(1, %(size)s) g
JOIN bench_campaign c ON c.place = g::bigint * 31 %% %(campaigns)s
JOIN res_partner p ON p.id = 1001 + g::bigint * 7919 %% %(size)s;
"""
MAILS = """
CREATE TEMP TABLE bench_wave AS
SELECT w.id, w.campaign_id, m.id AS mailing_id, row_number() OVER (ORDER BY w.id) - 1 AS place
FROM crm_campaign_wave w JOIN mailing_mailing m ON m.wave_id = w.id
WHERE w.campaign_id IN (SELECT id FROM bench_campaign);

INSERT INTO crm_campaign_target (campaign_id, company_id, partner_id, commercial_partner_id,
    email_normalized, arm, drawn, state, joined_on)
SELECT w.campaign_id, %(company)s, p.id, p.commercial_partner_id, p.email_normalized,
    CASE WHEN p.id %% 10 = 9 THEN 'control' ELSE 'treated' END, TRUE, 'in', current_date - 30
FROM bench_wave w JOIN res_partner p ON p.id BETWEEN 1001 AND 1000 + %(size)s
    AND (w.place = 0 OR p.id %% %(sent)s = w.place - 1)
ORDER BY w.place, p.id;

INSERT INTO mailing_trace (trace_type, model, res_id, mass_mailing_id, campaign_id, email,
    message_id, trace_status, sent_datetime, create_date, write_date)
SELECT 'mail', 'res.partner', t.partner_id, w.mailing_id, t.campaign_id, t.email_normalized,
    '<' || t.id || '@bench>', 'sent', sent, sent, sent
FROM crm_campaign_target t JOIN bench_wave w ON w.campaign_id = t.campaign_id,
    LATERAL (SELECT current_date - 20 + t.id %% 48 * interval '1 hour' AS sent) s
WHERE t.arm = 'treated' ORDER BY t.id;

INSERT INTO crm_campaign_delivery (wave_id, campaign_id, company_id, target_id, partner_id, state,
    wanted_at, due_at, checked_at, sent_at, res_model, res_id, cost)
SELECT w.id, t.campaign_id, %(company)s, t.id, t.partner_id, 'sent', m.sent_datetime,
    m.sent_datetime, m.sent_datetime, m.sent_datetime, 'mailing.trace', m.id, 0.1
FROM crm_campaign_target t JOIN bench_wave w ON w.campaign_id = t.campaign_id
JOIN mailing_trace m ON m.mass_mailing_id = w.mailing_id AND m.res_id = t.partner_id
ORDER BY t.id;

INSERT INTO crm_touchpoint (res_model, res_id, event, kind, direction, date, channel_id, company_id,
    partner_id, commercial_partner_id, campaign_id, cost)
SELECT 'mailing.trace', m.id, e.event, 'mailing',
    CASE WHEN e.event = 'sent' THEN 'out' ELSE 'in' END,
    m.sent_datetime + e.later, %(email)s, %(company)s, m.res_id, p.commercial_partner_id,
    m.campaign_id, CASE WHEN e.event = 'sent' THEN 0.1 END
FROM mailing_trace m JOIN res_partner p ON p.id = m.res_id
JOIN (VALUES ('sent', 100, interval '0'), ('opened', 30, interval '5 hours'),
    ('clicked', 5, interval '6 hours')) e (event, part, later) ON m.id %% 100 < e.part;
"""


def prepare(size):
    """Return the name of the database of that size, made anew if need be."""
    name = f"{databases.BENCH_PREFIX}campaign_{size}"
    recipe = stamps.digest(
        value_data.RECIPE, PERSONS, LINKS, MAILS, str((CAMPAIGNS, SENT)), databases.core()
    )
    addons = stamps.digest(*_files())
    made, installed = [*value_data._note(name).split(), "", ""][:2]
    if not databases.exists(name) or made != recipe:
        _make(name, size)
    elif installed != addons:
        odoo.update(name, NAMES)
    value_data.note(name, f"{recipe} {addons}")
    return name


def _files():
    return sorted(
        path
        for name in NAMES
        for path in (paths.ROOT / "addons" / name).rglob("*")
        if path.suffix in {".py", ".xml", ".csv"}
    )


def _make(name, size):
    started = time.monotonic()
    print(f"Making database {name} …", flush=True)
    databases.copy(databases.core(), name)
    odoo.install(name, NAMES, log=paths.LOGS / "bench_campaign.log")
    value_data._generate(name, size // 2)
    with closing(value_data.connect(name)) as cr:
        env = value_data.environment(cr)
        values = {**_values(env), "size": size, "customers": size // 2}
        indexes = value_data._drop_indexes(cr, TABLES)
        for recipe in (PERSONS, LINKS, MAILS):
            if recipe == LINKS:
                _campaigns(env, CAMPAIGNS)
            if recipe == MAILS:
                _waves(env)
            cr.execute(recipe, values)
        for definition in indexes:
            cr.execute(definition)
        cr.execute("SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner))")
        cr.execute("SELECT setval('crm_lead_id_seq', (SELECT max(id) FROM crm_lead))")
        cr.commit()
        postgres.psql(name, "VACUUM ANALYZE")
        env["crm.campaign.response"]._fill(campaigns_of(env)[: SENT + 1])
        cr.commit()
    postgres.psql(name, "VACUUM ANALYZE crm_campaign_response")
    print(f"… made in {time.monotonic() - started:.0f} s", flush=True)


def _values(env):
    countries = env["res.country"].search([("code", "in", ("DE", "US", "FR"))])
    return {
        "countries": countries.ids,
        "company": env.company.id,
        "currency": env.company.currency_id.id,
        "email": env.ref("crm_customer_insight.crm_contact_channel_email").id,
        "campaigns": CAMPAIGNS,
        "sent": SENT,
    }


def _campaigns(env, count):
    """Campaigns in whose window all documents are."""
    start = date.today() - timedelta(days=730)
    env["utm.campaign"].create(
        [
            {
                "name": f"bench {number}",
                "title": f"Campaign {number}",
                "date_start": start,
                "window_months": 25,
                "company_id": env.company.id,
            }
            for number in range(count)
        ]
    )
    env.flush_all()


def _waves(env):
    """A wave that went out, with its mailing, of each campaign that has targets."""
    campaigns = campaigns_of(env)[: SENT + 1]
    waves = env["crm.campaign.wave"].create(
        [
            {
                "name": "Mail",
                "campaign_id": campaign.id,
                "subject": "Spring",
                "body_html": "<p>.</p>",
            }
            for campaign in campaigns
        ]
    )
    for wave in waves:
        wave._mailing("", "res.partner")
    env.flush_all()
    env.cr.execute("UPDATE utm_campaign SET phase = 'running' WHERE id = ANY(%s)", [campaigns.ids])
    env.cr.execute("UPDATE crm_campaign_wave SET state = 'done' WHERE id = ANY(%s)", [waves.ids])
    env.cr.execute("UPDATE mailing_mailing SET state = 'done' WHERE wave_id = ANY(%s)", [waves.ids])
    env.invalidate_all()


def campaigns_of(env):
    """The generated campaigns, the large one first."""
    return env["utm.campaign"].search([("name", "=like", "bench %")], order="id")
