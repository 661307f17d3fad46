"""Lines of this addon in the access matrix of campaigns (see there)."""

from odoo.addons.crm_campaign_roi.tests.test_access_matrix import NOBODY

MATRIX = {}
# rules of stock are for people of the warehouse, which none of these roles is
CALLERS = {
    NOBODY: {
        "crm.campaign.demand": "action_open_replenishment",
        "stock.warehouse.orderpoint": "action_open_campaign_demand",
    }
}
ARGUMENTS = {}
OPEN_FIELDS = {"stock.warehouse.orderpoint": "campaign_quantity campaign_week for_campaigns"}


def world(case):
    """Records that its methods are called on."""
    product = case.env["product.product"].create({"name": "Stored", "is_storable": True})
    return [case.env["stock.warehouse.orderpoint"].create({"product_id": product.id})]
