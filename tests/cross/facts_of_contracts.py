"""Runs in ``odoo shell`` for test_contract_story.py: contracts, suppliers, cards, as JSON.

Prints one line ``facts {...}``.
"""

import json

MODULE = "crm_demo"


def contract(env, number):
    """State, renewals before, and last use against the first, of a contract."""
    one = env.ref(f"{MODULE}.contract_{number}")
    readings = one.reading_ids.sorted("date").mapped("quantity")
    chain, before = 0, one.renewed_from_id
    while before:
        chain, before = chain + 1, before.renewed_from_id
    return {
        "state": one.state,
        "renewals": chain,
        "reason": bool(one.end_reason),
        "use": readings[-1] / readings[0] if readings else None,
    }


def supplier(env, code):
    """Grades from the first to the last, and the share that was credited."""
    partner = env.ref(f"{MODULE}.supplier_{code}")
    rows = env["crm.supplier.evaluation"].search([("partner_id", "=", partner.id)], order="date")
    return {
        "grades": rows.mapped("grade"),
        "credited": rows[-1:].refund_rate,
        "roles": partner.insight_role_ids.mapped("code"),
        "activities": len(rows.activity_ids),
    }


def facts(env):
    """What the chapter tells."""
    companies = env["res.company"].search([("active", "=", True)])
    env = env(context={**env.context, "allowed_company_ids": companies.ids})
    hafen = env.ref(f"{MODULE}.customer_hafen")
    loyal = env["crm.loyalty.indicator"].search(
        [("partner_id", "=", hafen.id), ("is_current", "=", True)]
    )
    return {
        "contracts": {number: contract(env, number) for number in ("m_1001", "m_1002", "m_1004")},
        "suppliers": {code: supplier(env, code) for code in ("foundry", "motors")},
        "competitor": env.ref(f"{MODULE}.competitor_company").insight_role_ids.mapped("code"),
        "hafen": {
            "roles": hafen.insight_role_ids.mapped("code"),
            "share": loyal[:1].share_of_wallet,
            "steady": loyal[:1].gap_steadiness,
        },
        "cards": len(env["loyalty.card"].search([("program_id.name", "=", "Regulars")])),
    }


print("facts", json.dumps(facts(env)))  # noqa: F821 (the shell's environment)
