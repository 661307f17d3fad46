from odoo import models


class CrmCampaignHooksMixin(models.AbstractModel):
    """What every part of a campaign may hook into, by ``super()``."""

    _name = "crm.campaign.hooks.mixin"
    _description = "Hooks of a campaign"

    def _before_phase(self, phase):
        """Raise ``UserError`` when the campaigns may not move to *phase*."""

    def _after_phase(self, phase):
        """What follows when the campaigns have moved to *phase*."""

    def _phase_moved(self, phase):
        """What follows when all of :meth:`_after_phase` is done: dates and window are set."""

    def _check_plan_role(self, names):
        """Raise ``AccessError`` when the user may not change the planned fields *names*."""
        self._check_marketer()
