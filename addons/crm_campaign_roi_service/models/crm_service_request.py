from odoo import fields, models

READERS = "crm_campaign_roi.group_campaign_user,crm_campaign_roi.group_campaign_controller"


class CrmServiceRequest(models.Model):
    """Requests that are responses to campaigns (ROI-1)."""

    _inherit = "crm.service.request"

    campaign_count = fields.Integer("Campaigns", compute="_compute_campaign_count", groups=READERS)

    def _campaign_responses(self):
        """Domain of the responses that these requests are."""
        return [("res_model", "=", self._name), ("res_id", "in", self.ids)]

    def _compute_campaign_count(self):
        counts = dict(
            self.env["crm.campaign.response"]._read_group(
                self._campaign_responses(), ["res_id"], ["campaign_id:count_distinct"]
            )
        )
        for request in self:
            request.campaign_count = counts.get(request._origin.id, 0)

    def action_open_campaigns(self):
        """Open the campaigns that the request answers."""
        self.ensure_one()
        responses = self.env["crm.campaign.response"].search(self._campaign_responses())
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Campaigns"),
            "res_model": "utm.campaign",
            "view_mode": "list,kanban,form",
            "domain": [("id", "in", responses.campaign_id.ids)],
        }
