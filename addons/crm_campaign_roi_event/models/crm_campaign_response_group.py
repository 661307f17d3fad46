from odoo import api, models


class CrmCampaignResponseGroup(models.Model):
    """The usual groups of an invitation (ROI-1)."""

    _inherit = "crm.campaign.response.group"

    @api.model
    def _usual_groups(self):
        replied = ("replied", "registered", "attended", "lead", "ordered", "bought")
        return {
            **super()._usual_groups(),
            "event": [
                (self.env._("No reply"), (), ("clicked", *replied), 7),
                (self.env._("Registered"), ("registered",), (), 0),
                (self.env._("Attended"), ("attended",), (), 0),
                (self.env._("Did not come"), ("absent",), ("attended",), 0),
                (self.env._("Bounced"), ("bounced",), (), 0),
            ],
        }
