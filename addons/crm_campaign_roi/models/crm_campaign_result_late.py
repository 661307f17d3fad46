from dataclasses import replace

from odoo import models


class CrmCampaignResult(models.Model):
    """A bill that came after the settlement is a difference to the locked result, too (ROI-2)."""

    _inherit = "crm.campaign.result"

    def _show_since(self, money):
        late = self.campaign_id.cost_late
        return super()._show_since(replace(money, cost=money.cost + late))
