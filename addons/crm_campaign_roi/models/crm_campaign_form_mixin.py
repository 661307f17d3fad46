from odoo import fields, models

from .crm_campaign_money_mixin import ROLES


class CrmCampaignFormMixin(models.AbstractModel):
    """Web forms of a campaign (ROI-1)."""

    _name = "crm.campaign.form.mixin"
    _description = "Campaign web forms"

    form_ids = fields.One2many(
        "crm.campaign.form", "campaign_id", "Web forms", copy=True, groups=ROLES
    )
    form_answer_count = fields.Integer(
        "Answers", compute="_compute_form_answer_count", groups=ROLES
    )

    def _compute_form_answer_count(self):
        counts = dict(
            self.env["crm.campaign.form.answer"]._read_group(
                [("campaign_id", "in", self.ids)], ["campaign_id"], ["__count"]
            )
        )
        for campaign in self:
            campaign.form_answer_count = counts.get(campaign._origin, 0)

    def copy(self, default=None):
        """Waves of the copy lead to the copy's own forms."""
        copies = super().copy(default)
        for campaign, copy in zip(self, copies, strict=True):
            forms = dict(zip(campaign.form_ids, copy.form_ids, strict=False))
            for wave, copied in zip(campaign.wave_ids, copy.wave_ids, strict=False):
                copied.form_id = forms.get(wave.form_id)
        return copies

    def action_open_forms(self):
        """Open the web forms."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_form"
        )
        return {
            **action,
            "domain": [("campaign_id", "=", self.id)],
            "context": {"default_campaign_id": self.id},
        }
