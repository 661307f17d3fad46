from odoo import fields, models
from odoo.exceptions import UserError


class CrmCampaignGroupTurn(models.TransientModel):
    """A survey as the next measure for a group: why did they not like it? (ROI-1)."""

    _inherit = "crm.campaign.group.turn"

    measure = fields.Selection(
        selection_add=[("survey", "A survey as sub-campaign")], ondelete={"survey": "set default"}
    )
    survey_id = fields.Many2one("survey.survey")

    def _turn_into_survey(self):
        if not self.survey_id:
            raise UserError(self.env._("Choose the survey."))
        campaign = self.group_id._make_survey(self.title, self.survey_id)
        return self._open(campaign, campaign.title, "form")
