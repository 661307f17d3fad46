"""Lines of this addon in the access matrix of campaigns (see there)."""

from odoo import Command

from odoo.addons.crm_campaign_roi.tests.test_access_matrix import MONEY

MATRIX = {"crm.campaign.component": "- - - - - - r r r r r"}
CALLERS = {("planner", *MONEY): {"crm.campaign.demand": "action_open_components"}}
ARGUMENTS = {}
OPEN_FIELDS = {}


def world(case):
    """Records that its methods are called on."""
    made, part = case.env["product.product"].create([{"name": "Made"}, {"name": "Part"}])
    case.env["mrp.bom"].create(
        {
            "product_tmpl_id": made.product_tmpl_id.id,
            "bom_line_ids": [Command.create({"product_id": part.id, "product_qty": 2})],
        }
    )
    demand = case.env["crm.campaign.demand"].create(
        {
            "campaign_id": case.campaign.id,
            "company_id": case.env.company.id,
            "product_id": made.id,
            "week": "2026-03-02",
            "state": "accepted",
            "planned_quantity": 5,
        }
    )
    return [case.env["crm.campaign.component"].search([("demand_id", "=", demand.id)])]
