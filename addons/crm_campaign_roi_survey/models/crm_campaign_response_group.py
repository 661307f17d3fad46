from odoo import api, models


class CrmCampaignResponseGroup(models.Model):
    """The usual groups of a survey, and a survey for a group (ROI-1)."""

    _inherit = "crm.campaign.response.group"

    @api.model
    def _usual_groups(self):
        answered = ("answered", "answered_high", "answered_low")
        return {
            **super()._usual_groups(),
            "survey": [
                (self.env._("No answer"), (), answered, 7),
                (self.env._("Satisfied"), ("answered_high",), (), 0),
                (self.env._("Not satisfied"), ("answered_low",), (), 0),
                (self.env._("Bounced"), ("bounced",), (), 0),
            ],
        }

    def _make_survey(self, title, survey):
        """A sub-campaign for those who are in the group today, with a draft wave that asks."""
        campaign = self._make_campaign(title)
        campaign.kind_id = self.env.ref("crm_campaign_roi.kind_survey", False) or campaign.kind_id
        self.env["crm.campaign.wave"].create(
            {
                "name": survey.title,
                "campaign_id": campaign.id,
                "method": "survey",
                "survey_id": survey.id,
                "subject": survey.title,
                "body_html": "<p>[[survey]]</p>",
            }
        )
        campaign.action_fill_targets()
        return campaign
