"""Lines of this addon in the access matrix of campaigns (see there)."""

from odoo.addons.crm_campaign_roi.tests.test_access_matrix import EVERYBODY

MATRIX = {}
CALLERS = {EVERYBODY: {"event.event": "action_open_campaigns"}}
ARGUMENTS = {}
OPEN_FIELDS = {"event.event": "attendance_known_on", "event.registration": "campaign_delivery_id"}


def world(case):
    """Records that its methods are called on."""
    return [
        case.env["event.event"].create(
            {"name": "Fair", "date_begin": "2031-03-01", "date_end": "2031-03-02"}
        )
    ]
