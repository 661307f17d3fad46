from odoo import fields, models

READERS = "crm_campaign_roi.group_campaign_user,crm_campaign_roi.group_campaign_controller"


class UtmCampaign(models.Model):
    """Complaints of a campaign's targets (ROI-1, SVC-C)."""

    _inherit = "utm.campaign"

    complaint_count = fields.Integer(
        "Complaints", compute="_compute_complaint_count", groups=READERS
    )

    def _compute_complaint_count(self):
        counts = dict(
            self.env["crm.campaign.response"]._read_group(
                self._complaint_domain(), ["campaign_id"], ["__count"]
            )
        )
        for campaign in self:
            campaign.complaint_count = counts.get(campaign._origin, 0)

    def _complaint_domain(self):
        return [("campaign_id", "in", self.ids), ("kind_id.code", "=", "complained")]

    def action_open_complaints(self):
        """Open the complaints; each opens its request for whoever may read it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_response"
        )
        name = self.env._("Complaints")
        return {**action, "name": name, "domain": self._complaint_domain(), "context": {}}
