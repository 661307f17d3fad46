from odoo import models


class CrmCampaignHooksMixin(models.AbstractModel):
    """What every part of a campaign may hook into, by ``super()``."""

    _name = "crm.campaign.hooks.mixin"
    _description = "Hooks of a campaign"

    def _before_phase(self, phase):
        """Raise ``UserError`` when the campaigns may not move to *phase*."""

    def _after_phase(self, phase):
        """What follows when the campaigns have moved to *phase*."""
