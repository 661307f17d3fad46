from odoo import api, fields, models

from .crm_campaign_money_mixin import ROLES


class CrmCampaignWaveMixin(models.AbstractModel):
    """The waves of a campaign (ROI-1)."""

    _name = "crm.campaign.wave.mixin"
    _inherit = ["crm.campaign.hooks.mixin"]
    _description = "Campaign waves"

    priority = fields.Selection(
        [("0", "Usual"), ("1", "High"), ("2", "First")],
        default="0",
        required=True,
        help="Of running campaigns that want the same person on one day the first one writes.",
    )
    wave_ids = fields.One2many("crm.campaign.wave", "campaign_id", "Waves", copy=True, groups=ROLES)
    wave_count = fields.Integer("Number of waves", compute="_compute_wave_count", groups=ROLES)

    @api.depends("wave_ids")
    def _compute_wave_count(self):
        counts = dict(
            self.env["crm.campaign.wave"]._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id"], ["__count"]
            )
        )
        for campaign in self:
            campaign.wave_count = counts.get(campaign._origin, 0)

    def copy(self, default=None):
        """Waves of the copy come after each other as those of the original do."""
        copies = super().copy(default)
        for campaign, copy in zip(self, copies, strict=True):
            waves = zip(campaign.wave_ids, copy.wave_ids, strict=False)
            campaign._copied_waves(dict(waves), copy)
        return copies

    def _copied_waves(self, waves, copy):
        """What waves say of each other is said of the copies, too.

        :param waves: ``{wave: its copy}``
        :param copy: the copy of the campaign
        """
        for wave, twin in waves.items():
            earlier = waves.get(wave.after_wave_id)
            if earlier:
                twin.write({"after_wave_id": earlier.id, "auto_reply": wave.auto_reply})

    def _after_phase(self, phase):
        """Ready waves start with their campaign; none goes out after its end.

        A wave that reached somebody is done when its campaign is over, others are cancelled.
        """
        result = super()._after_phase(phase)
        waves = self.wave_ids
        if phase == "running":
            waves.filtered(lambda wave: wave.state == "ready").action_start()
        elif phase in ("finished", "cancelled"):
            begun = waves.filtered(lambda wave: wave.state in ("running", "paused"))
            over = begun.filtered("sent_count") if phase == "finished" else begun.browse()
            over._end()
            (begun - over).action_cancel()
        return result

    def action_simulate_waves(self):
        """Plan all waves that have not begun as if they were started now, and show the plan."""
        self.ensure_one()
        self._check_marketer()
        return self.wave_ids.filtered(
            lambda wave: wave.state in ("draft", "ready")
        ).action_simulate()

    def action_open_waves(self):
        """Open the waves."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_wave"
        )
        return {
            **action,
            "domain": [("campaign_id", "=", self.id)],
            "context": {"default_campaign_id": self.id},
        }
