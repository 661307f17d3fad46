"""Lines of this addon in the access matrix of campaigns (see there)."""

from odoo.addons.crm_campaign_roi.tests.test_access_matrix import EVERYBODY, MONEY, SALES

MATRIX = {}
CALLERS = {
    EVERYBODY: {"utm.campaign": "action_open_complaints"},
    (*SALES, *MONEY): {"crm.service.request": "action_open_campaigns"},
}
ARGUMENTS = {}
OPEN_FIELDS = {"crm.feedback.scheme": "satisfied_from"}
#: A window; what it shows has rules of its own.
FOR_ALL_COMPANIES = {("crm.service.request", "action_open_campaigns")}


def world(case):
    """Records that its methods are called on."""
    return [case.env["crm.service.request"].create({"name": "Pump", "partner_id": case.anna.id})]
