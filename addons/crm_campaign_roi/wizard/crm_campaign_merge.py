from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCampaignMerge(models.TransientModel):
    """Several campaigns that are one: choose the one that stays (ROI-1)."""

    _name = "crm.campaign.merge"
    _description = "Merge campaigns"

    campaign_ids = fields.Many2many(
        "utm.campaign",
        string="Campaigns",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    kept_id = fields.Many2one(
        "utm.campaign",
        "The one that stays",
        compute="_compute_kept_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', campaign_ids)]",
    )
    refused = fields.Html("Not possible", compute="_compute_preview")
    moves = fields.Html("What moves", compute="_compute_preview")
    warnings = fields.Html("Mind", compute="_compute_preview")

    @api.depends("campaign_ids")
    def _compute_kept_id(self):
        """The oldest, unless another one is chosen."""
        for wizard in self:
            if wizard.kept_id not in wizard.campaign_ids:
                wizard.kept_id = wizard.campaign_ids.sorted("id")[:1]._origin

    def _others(self):
        return self.campaign_ids._origin - self.kept_id._origin

    @api.depends("campaign_ids", "kept_id")
    def _compute_preview(self):
        """Nothing is written; the same reasons are asked again by the merge itself."""
        for wizard in self:
            wizard.refused = wizard.moves = wizard.warnings = False
            kept, others = wizard.kept_id._origin, wizard._others()
            if not kept or not others:
                continue
            (kept | others)._check_merger()
            # sudo: whoever merges sees how much moves, also of what he may not read
            kept, others = kept.sudo(), others.sudo()
            wizard.refused = self._listed(kept._merge_refusals(others))
            wizard.moves = self._listed(f"{what}: {n}" for what, n in others._merge_counts())
            wizard.warnings = self._listed(self._warnings(kept, others))

    @api.model
    def _warnings(self, kept, others):
        if shared := (kept | others)._merge_shared():
            yield self.env._("Persons who are targets of several and become one: %s", shared)
        if outside := self._deals_outside(kept, others):
            yield self.env._("Lines of deals outside the window of the one that stays: %s", outside)
        if others.filtered(lambda one: one.basis != kept.basis):
            yield self.env._("Deals of the others counted at another moment.")
        if kept.result_ids:
            yield self.env._("The locked results of the one that stays will show a difference.")
        yield self.env._(
            "Budget, approvals and the log of links stay with the campaigns that go; demand "
            "expected of them is dropped, and attribution that credited them is to be computed "
            "again."
        )

    @api.model
    def _deals_outside(self, kept, others):
        deals = [("campaign_id", "in", others.ids), ("basis", "=", kept.basis)]
        if not kept.window_start:
            return self.env["crm.campaign.deal"].sudo().search_count(deals)  # sudo: as the preview
        outside = ["|", ("date", "<", kept.window_start), ("date", ">", kept.window_end)]
        # sudo: as the preview
        return self.env["crm.campaign.deal"].sudo().search_count([*deals, *outside])

    @api.model
    def _listed(self, words):
        lines = Markup().join(Markup("<li>%s</li>") % line for line in words)
        return lines and Markup('<ul class="mb-0">%s</ul>') % lines

    def action_merge(self):
        """Merge and open the campaign that stays.

        :raises UserError: when there is nothing to merge, or something is against it
        """
        self.ensure_one()
        self.check_access("read")
        others = self._others()
        if not self.kept_id or not others:
            raise UserError(self.env._("Choose two campaigns or more, and the one that stays."))
        kept = self.kept_id
        kept._merge_campaigns(others)
        return kept.get_formview_action()
