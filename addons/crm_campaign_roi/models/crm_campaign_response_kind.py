from odoo import fields, models


class CrmCampaignResponseKind(models.Model):
    """What somebody can do about a campaign: open, click, answer, buy … (ROI-1).

    Addons that bring responses of their own add a kind and say in
    ``crm.campaign.response._response_kinds`` which touches of the ledger it is.
    """

    _name = "crm.campaign.response.kind"
    _description = "Kind of response"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)

    _code_uniq = models.UniqueIndex("(code)", "There is a kind of response with this code.")

    def _all(self):
        """All kinds, in their order; there are few."""
        return self.search([("code", "!=", False)])
