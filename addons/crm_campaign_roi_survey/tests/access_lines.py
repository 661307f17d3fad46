"""Lines of this addon in the access matrix of campaigns (see there)."""

from odoo.addons.crm_campaign_roi.tests.test_access_matrix import EVERYBODY

MATRIX = {}
CALLERS = {EVERYBODY: {"survey.survey": "action_open_campaigns"}}
ARGUMENTS = {}
OPEN_FIELDS = {"survey.user_input": "campaign_delivery_id"}


def world(case):
    """Records that its methods are called on."""
    return [case.env["survey.survey"].create({"title": "How was it?"})]
