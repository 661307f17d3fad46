from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmCampaignTreeMixin(models.AbstractModel):
    """Campaigns within campaigns: a sub-campaign answers to a group of its parent (ROI-1)."""

    _name = "crm.campaign.tree.mixin"
    _description = "Campaign tree"

    parent_id = fields.Many2one(
        "utm.campaign", "Part of", index="btree_not_null", ondelete="restrict", tracking=True
    )
    child_ids = fields.One2many("utm.campaign", "parent_id", "Sub-campaigns")
    child_count = fields.Integer("Number of sub-campaigns", compute="_compute_child_count")

    @api.constrains("parent_id")
    def _check_parent_id(self):
        if self._has_cycle():
            raise ValidationError(self.env._("A campaign cannot be part of itself."))

    @api.depends("child_ids")
    def _compute_child_count(self):
        counts = dict(
            self.env["utm.campaign"]._read_group(
                [("parent_id", "in", self.ids)], ["parent_id"], ["__count"]
            )
        )
        for campaign in self:
            campaign.child_count = counts.get(campaign._origin, 0)

    def action_open_children(self):
        """Open the sub-campaigns."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign"
        )
        return {
            **action,
            "name": self.env._("Sub-campaigns of %(campaign)s", campaign=self.title),
            "domain": [("parent_id", "in", self.ids)],
            "context": {"default_parent_id": self.id},
        }
