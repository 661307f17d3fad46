"""Runs in ``odoo shell`` for test_service_story.py: what the demo tells of service, as JSON.

Prints one line ``facts {...}``.
"""

import json
from collections import Counter

MODULE = "crm_demo"


def counts(env, model, field, domain=()):
    """``{value: records}`` of a field."""
    rows = env[model]._read_group(list(domain), [field], ["__count"])
    return {str(value if isinstance(value, (str, bool)) else value.id): n for value, n in rows}


def climbing(env):
    """The request that climbs through the levels."""
    request = env.ref(f"{MODULE}.request_six_levels")
    order = env.ref(f"{MODULE}.order_six_levels")
    squad = request.with_context(active_test=False).squad_member_ids
    return {
        "levels": sorted(set(request.level_span_ids.mapped("level"))),
        "minutes": {row["level"]: row["minutes"] for row in request.level_steps if row["used"]},
        "departments": sorted(squad.department_id.mapped("company_id.name")),
        "approvals": request.approval_ids.mapped("state"),
        "repairs": request.asset_id.maintenance_ids.mapped("kind"),
        "order": [order.state, order.invoice_status],
        "recalls": request.asset_id.recall_line_ids.mapped("state"),
        "loops": request.feedback_answer_ids.loop_ids.mapped("state"),
        "satisfaction": request.satisfaction,
        "service_level": request.sla_state,
    }


def order_of_time(env):
    """Spans of stages that begin before those they follow, and requests without a number."""
    env.cr.execute(
        """SELECT COUNT(*) FROM (
               SELECT date_from < LAG(date_to) OVER w AS wrong FROM crm_service_stage_span
               WINDOW w AS (PARTITION BY request_id ORDER BY id)) spans WHERE wrong"""
    )
    wrong = env.cr.fetchone()[0]
    requests = env["crm.service.request"].with_context(active_test=False)
    nameless = requests.search_count([("number", "in", (False, "/"))])
    future = requests.search_count([("date_open", ">", env.cr.now())])
    return {"wrong": wrong, "nameless": nameless, "future": future}


def reports(env):
    """Rows of each report that service staff can open."""
    return {
        model: env[model].search_count([])
        for model in env
        if model.startswith(("crm.service", "crm.feedback"))
        and model.endswith(".report")
        and env[model]._auto is False
        and not env[model]._abstract
    }


def read_by_roles(env):
    """Requests each of the staff reads."""
    found = Counter()
    for login in ("service", "service_cn", "leader", "supervisor", "production", "customer"):
        user = env.ref(f"{MODULE}.user_{login}")
        requests = env["crm.service.request"].with_user(user)
        companies = {"allowed_company_ids": user.company_ids.ids}
        found[login] = (
            requests.with_context(**companies).search_count([])
            if requests.has_access("read")
            else None
        )
    return found


def facts(env):
    return {
        "climbing": climbing(env),
        "time": order_of_time(env),
        "states": counts(env, "crm.service.request", "state"),
        "timers": counts(env, "crm.service.sla.timer", "state"),
        "complaints": counts(env, "crm.service.complaint", "step_code"),
        "loops": counts(env, "crm.feedback.loop", "state"),
        "groups": counts(env, "crm.feedback.answer", "nps_group"),
        "approvals": counts(env, "crm.service.approval", "state"),
        "warnings": env["crm.service.warning"].search([]).product_id.mapped("default_code"),
        "education": env.ref(f"{MODULE}.education_filter").read(["before", "after"])[0],
        "articles": counts(env, "crm.service.article", "lang", [("state", "=", "published")]),
        "assets": Counter(env["crm.customer.asset"].search([]).mapped("warranty_state")),
        "failed_mails": env["mail.mail"].search_count([("state", "!=", "sent")]),
        "reports": reports(env),
        "roles": read_by_roles(env),
    }


print("facts", json.dumps(facts(env)))  # noqa: F821 - env is the shell's
