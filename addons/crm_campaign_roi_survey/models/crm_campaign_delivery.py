from odoo import api, models
from odoo.tools import SQL

from odoo.addons.crm_campaign_roi.report.campaign_persons import Reference


class CrmCampaignDelivery(models.Model):
    """Rows of waves that ask the questions of a survey (ROI-1)."""

    _inherit = "crm.campaign.delivery"

    @api.model
    def _merged_references(self):
        """Of two answers the one that went furthest is the person's, and of those the newest."""
        answers = Reference(
            "survey_user_input",
            "campaign_delivery_id",
            answered=SQL("a.state = 'done'"),
            stands=SQL("TRUE"),
            alike=(),
            best=SQL(
                "array_position(ARRAY['done', 'in_progress', 'new'], a.state::text), "
                "a.end_datetime DESC NULLS LAST"
            ),
        )
        return [*super()._merged_references(), answers]
