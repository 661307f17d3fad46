from odoo import api, fields, models

READERS = "crm_campaign_roi.group_campaign_user,crm_campaign_roi.group_campaign_controller"


class SurveySurvey(models.Model):
    """Surveys that campaigns ask (ROI-1)."""

    _inherit = "survey.survey"

    campaign_wave_ids = fields.One2many("crm.campaign.wave", "survey_id", groups=READERS)
    campaign_count = fields.Integer("Campaigns", compute="_compute_campaign_count", groups=READERS)

    @api.depends("campaign_wave_ids")
    def _compute_campaign_count(self):
        counts = dict(
            self.env["crm.campaign.wave"]._read_group(
                [("survey_id", "in", self.ids)], ["survey_id"], ["campaign_id:count_distinct"]
            )
        )
        for survey in self:
            survey.campaign_count = counts.get(survey._origin, 0)

    def action_open_campaigns(self):
        """Open the campaigns that ask the survey."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Campaigns"),
            "res_model": "utm.campaign",
            "view_mode": "list,kanban,form",
            "domain": [("wave_ids.survey_id", "=", self.id)],
        }
