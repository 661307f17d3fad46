"""Runs in ``odoo shell`` for test_campaign_story.py: what the demo tells of campaigns, as JSON.

Prints one line ``facts {...}``. Amounts are added up here from documents, beside the addon's own
figures.
"""

import json

MODULE = "crm_demo"


def audit(env):
    """The campaign of three waves, by its documents and by its own figures."""
    campaign = env.ref(f"{MODULE}.campaign_audit")
    page = campaign.get_return_page()
    measures = {row["code"]: row["value"] for row in page["measures"]}
    return {
        "phase": campaign.phase,
        "profit": profit_of_invoices(env, campaign),
        "cost": costs(campaign),
        "measures": {code: measures[code] for code in ("return", "net", "profit", "cost")},
        "funnel": {step["code"]: step["count"] for step in page["funnel"]},
        "locked": [[row["return"], row["changed"]] for row in page["locked"]],
        "waves": [[wave.method, wave.state, wave.sent_count] for wave in campaign.wave_ids],
        "control": campaign.control_count,
        "steps": [sorted(approval.step_ids.mapped("state")) for approval in campaign.approval_ids],
        "settled": [campaign.settlement_ids.state, campaign.settlement_ids.actual],
        "handed": campaign.response_group_ids.handover_ids.mapped("kind"),
        "late": late_orders(env, campaign),
        "machines": machines(env, campaign),
        "forecast": forecast(env, campaign),
    }


def profit_of_invoices(env, campaign):
    """Quantity × (price − standard cost) of each line invoiced in the window."""
    lines = env["account.move.line"].search(
        [
            ("move_id.campaign_id", "=", campaign.id),
            ("move_id.move_type", "in", ("out_invoice", "out_refund")),
            ("parent_state", "=", "posted"),
            ("display_type", "=", "product"),
            ("invoice_date", ">=", campaign.window_start),
            ("invoice_date", "<=", campaign.window_end),
        ]
    )
    total = 0.0
    for line in lines:
        cost = line.product_id.with_company(line.company_id).standard_price
        sign = -1 if line.move_id.move_type == "out_refund" else 1
        total += sign * line.quantity * (line.price_unit - cost)
    return round(total, 2)


def costs(campaign):
    """``{source: amount}``"""
    rows = campaign.cost_ids
    return {
        source: round(sum(rows.filtered(lambda row, s=source: row.source == s).mapped("amount")), 2)
        for source in sorted(set(rows.mapped("source")))
    }


def late_orders(env, campaign):
    return env["sale.order"].search_count(
        [("campaign_id", "=", campaign.id), ("date_order", ">", campaign.window_end)]
    )


def forecast(env, campaign):
    """Units that were expected in the weeks that are over, and what was sold in them."""
    weeks = env["crm.campaign.demand.accuracy"].search([("campaign_id", "=", campaign.id)])
    return [round(sum(weeks.mapped("expected")), 1), sum(weeks.mapped("actual"))]


def machines(env, campaign):
    """``[[customer, model, pieces, how many of them have a plan of maintenance]]``"""
    assets = env["crm.customer.asset"]
    sold = [("sale_order_line_id.order_id.campaign_id", "=", campaign.id)]
    groups = assets._read_group(sold, ["partner_id", "product_id"], ["id:recordset"])
    return sorted(
        [customer.name, model.default_code, len(pieces), len(pieces.filtered("plan_ids"))]
        for customer, model, pieces in groups
    )


def others(env):
    campaigns = env["utm.campaign"].search([("is_template", "=", False)])
    return {
        "phases": sorted(set(campaigns.mapped("phase"))),
        "loss": [
            env.ref(f"{MODULE}.campaign_loss").gross_profit,
            env.ref(f"{MODULE}.campaign_loss").return_word,
        ],
        "back": env.ref(f"{MODULE}.campaign_back").deal_count,
        "fair": env.ref(f"{MODULE}.campaign_fair").approval_ids.mapped("state"),
        "waiting": env["crm.campaign.approval"].search_count([("state", "=", "waiting")]),
        "plan": env.ref(f"{MODULE}.marketing_plan").campaign_count,
        "races": {
            one.name: [one.won_count, one.lost_count] for one in env["crm.competitor"].search([])
        },
        "models": len(set(env["crm.attribution.run"].search([]).mapped("model"))),
        "sums": [
            [round(sum(run.key_ids.mapped("revenue")), 2), round(run.revenue, 2)]
            for run in env["crm.attribution.run"].search([])
        ],
        "pool": [
            env.ref(f"{MODULE}.pool_office").account_total,
            env.ref(f"{MODULE}.pool_office").left_total,
        ],
        "demand": [
            [row.state, row.expected, row.planned_quantity, row.decided_by.login]
            for row in env["crm.campaign.demand"].search([])
        ],
        "lessons": env["crm.campaign.lesson"].search_count([("buyers", ">", 0)]),
        "failed_mails": env["mail.mail"].search_count([("state", "=", "exception")]),
    }


companies = env["res.company"].search([]).ids  # noqa: F821
env = env(context={**env.context, "allowed_company_ids": companies})  # noqa: F821
print("facts", json.dumps({"audit": audit(env), "others": others(env)}))
