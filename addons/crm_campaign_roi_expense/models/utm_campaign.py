from odoo import models


class UtmCampaign(models.Model):
    """A campaign with expenses is kept (ROI-2)."""

    _inherit = "utm.campaign"

    def _counted_models(self):
        return [*super()._counted_models(), ("hr.expense", self.env._("expenses"))]
