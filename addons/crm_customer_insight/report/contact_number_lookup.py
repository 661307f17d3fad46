"""From a number to the people who may be calling, in a fixed number of queries (C360-1)."""

from odoo import fields
from odoo.tools import SQL

from ..tools import caller_ranking
from ..tools.caller_ranking import Candidate

#: Owners of one number that are looked at; a number shared by more belongs to nobody in particular.
MAX_MATCHES = 500
_PARTNER_FIELDS = ("complete_name", "is_company", "active", "city")
_LEAD_FIELDS = ("name", "contact_name", "partner_name", "partner_id", "active", "city")


#: What may be going on with a contact: how the match calls it, the model that tells, the condition
#: in SQL and as a domain, and what it tells as (open deals, open quotations, last touch).
_SOURCES = (
    (
        "has_deal",
        "crm.lead",
        SQL("s.active AND s.won_status = 'pending'"),
        [("won_status", "=", "pending")],
        SQL("count(*), 0, NULL::timestamp"),
    ),
    (
        "has_quotation",
        "sale.order",
        SQL("s.state IN ('draft', 'sent')"),
        [("state", "in", ("draft", "sent"))],
        SQL("0, count(*), NULL::timestamp"),
    ),
    (
        "has_touch",
        "crm.touchpoint",
        SQL("s.voided IS NOT TRUE"),
        [("voided", "=", False)],
        SQL("0, 0, max(date)"),
    ),
)
_READ = {
    "crm.lead": ["partner_id", "active", "won_status"],
    "sale.order": ["partner_id", "state"],
    "crm.touchpoint": ["partner_id", "voided", "date"],
    "crm.key.account": ["partner_id", "state"],
    "res.partner": ["commercial_partner_id"],
}


def match(env, e164, extension=None):
    """Rows of ``crm_contact_number`` with this number: one query on its index, no rights checked.

    Without *e164* the *extension* is an internal number. ``has_…`` say where :func:`candidates` has
    to look further for what is going on with the contact: for most there is nothing, and asking
    with the viewer's rights costs as much again as all the rest.
    """
    for model, names in _READ.items():
        env[model].flush_model(names)
    condition = (
        SQL("n.e164 = %s", e164)
        if e164
        else SQL("n.extension = %s AND n.e164 IS NULL AND n.extension IS NOT NULL", extension)
    )
    return env.execute_query_dict(
        SQL(
            """SELECT n.id, n.partner_id, n.lead_id, n.kind, n.raw, n.extension, %s,
                      EXISTS (SELECT FROM crm_key_account k
                               WHERE k.partner_id = p.commercial_partner_id
                                 AND k.state = 'active') AS key_account
                 FROM crm_contact_number n LEFT JOIN res_partner p ON p.id = n.partner_id
                WHERE %s LIMIT %s""",
            SQL(", ").join(_hint(env, *source[:3]) for source in _SOURCES),
            condition,
            MAX_MATCHES,
        )
    )


def _hint(env, name, model, condition):
    return SQL(
        "EXISTS (SELECT FROM %s s WHERE s.partner_id = n.partner_id AND %s) AS %s",
        SQL.identifier(env[model]._table),
        condition,
        SQL.identifier(name),
    )


def candidates(env, matches, extension, limit):
    """Ranked candidates of :func:`match` that the user of *env* may read, as dicts."""
    partners = _readable(env, "res.partner", [m["partner_id"] for m in matches], _PARTNER_FIELDS)
    leads = _readable(env, "crm.lead", [m["lead_id"] for m in matches], _LEAD_FIELDS)
    signals = _signals(env, [m for m in matches if m["partner_id"] in partners])
    found = [
        caller_ranking.with_signals(
            _candidate(row, partners, leads), signals.get(row["partner_id"])
        )
        for row in matches
        if row["partner_id"] in partners or row["lead_id"] in leads
    ]
    lead_partners = {lead_id: lead.partner_id.id for lead_id, lead in leads.items()}
    found = caller_ranking.attach_leads(found, lead_partners)
    ranked = caller_ranking.rank(found, fields.Datetime.now(), extension, limit)
    rows = {row["id"]: row for row in matches}
    labels = reason_labels(env) if any(entry.reasons for entry in ranked) else {}
    return [_answer(entry, rows, partners, leads, labels) for entry in ranked]


def _readable(env, model, ids, field_names):
    """``{id: record}`` of those that the user may read, archived ones too; one query."""
    ids = list(filter(None, ids))
    if not ids or not env[model].has_access("read"):
        return {}
    records = env[model].with_context(active_test=False)
    found = records.search_fetch([("id", "in", ids)], field_names, order="id")
    return {record.id: record for record in found}


def _candidate(row, partners, leads):
    partner = partners.get(row["partner_id"])
    lead = leads.get(row["lead_id"])
    return Candidate(
        number_id=row["id"],
        partner_id=row["partner_id"],
        lead_id=row["lead_id"],
        name=partner.complete_name or "" if partner else _lead_name(lead),
        kind=row["kind"],
        extension=row["extension"],
        is_company=bool(partner and partner.is_company),
        active=(partner or lead).active,
        # A key account is a plain fact about the customer, shown on his form to everybody.
        key_account=row["key_account"],
        open_deals=1 if lead and lead.active else 0,
    )


def _lead_name(lead):
    return ", ".join(filter(None, (lead.partner_name, lead.contact_name))) or lead.name or ""


def _signals(env, matches):
    """``{partner_id: signals}`` in one query; a source that the user may not read tells nothing."""
    query = SQL(" UNION ALL ").join(_signal_queries(env, matches))
    signals = {}
    for partner_id, deals, quotations, last_touch in env.execute_query(query) if query else ():
        known = signals.setdefault(
            partner_id, {"open_deals": 0, "open_quotations": 0, "last_touch": None}
        )
        known["open_deals"] += deals
        known["open_quotations"] += quotations
        known["last_touch"] = last_touch or known["last_touch"]
    return signals


def _signal_queries(env, matches):
    """SELECTs of (contact, open deals, open quotations, last touch), where there are any."""
    for name, model, _condition, domain, figures in _SOURCES:
        ids = list({row["partner_id"] for row in matches if row[name]})
        if not ids or not env[model].has_access("read"):
            continue
        past = [("date", "<=", fields.Datetime.now())] if model == "crm.touchpoint" else []
        query = env[model]._search([("partner_id", "in", ids), *domain, *past], order="id")
        table = SQL.identifier(env[model]._table)
        query.groupby = SQL("%s.partner_id", table)
        query.order = None
        yield query.select(SQL("%s.partner_id", table), figures)


def _answer(entry, rows, partners, leads, labels):
    candidate = entry.candidate
    row = rows[candidate.number_id]
    return {
        "partner_id": candidate.partner_id,
        "lead_id": candidate.lead_id,
        "number_id": candidate.number_id,
        "name": candidate.name,
        "number": row["raw"],
        "kind": candidate.kind,
        "is_company": candidate.is_company,
        "city": (partners.get(candidate.partner_id) or leads.get(candidate.lead_id)).city or "",
        "active": candidate.active,
        "score": entry.score,
        "reasons": list(entry.reasons),
        "reason_labels": [labels[reason] for reason in entry.reasons],
    }


def reason_labels(env):
    """Words for the reasons of :data:`caller_ranking.WEIGHTS`, for people."""
    return {
        "extension": env._("Same extension"),
        "other_extension": env._("Other extension"),
        "key_account": env._("Key account"),
        "open_deal": env._("Open opportunity"),
        "open_quotation": env._("Open quotation"),
        "touch_week": env._("In contact this week"),
        "touch_month": env._("In contact this month"),
        "touch_year": env._("In contact this year"),
        "own_number": env._("Personal number"),
        "main_number": env._("Main number"),
        "lead": env._("Not a contact yet"),
        "fax": env._("Fax"),
        "archived": env._("Archived"),
    }
