from odoo import fields, models

from odoo.addons.crm_campaign_roi.models.crm_campaign_waved_mixin import READERS


class SurveySurvey(models.Model):
    """Surveys that campaigns ask (ROI-1)."""

    _name = "survey.survey"
    _inherit = ["survey.survey", "crm.campaign.waved.mixin"]
    _campaign_wave_field = "survey_id"

    campaign_wave_ids = fields.One2many("crm.campaign.wave", "survey_id", groups=READERS)
