"""Lines of this addon in the access matrix of campaigns (see there)."""

from odoo.addons.crm_campaign_roi.tests.test_access_matrix import STAFF

MATRIX = {}
CALLERS = {STAFF: {"utm.campaign": "action_open_purchase_lines"}}
ARGUMENTS = {}
OPEN_FIELDS = {"purchase.order": "campaign_id", "purchase.order.line": "campaign_ids"}
#: A window; what it shows has rules of its own.
FOR_ALL_COMPANIES = {("utm.campaign", "action_open_purchase_lines")}


def world(case):
    """Records that its methods are called on."""
    return []
