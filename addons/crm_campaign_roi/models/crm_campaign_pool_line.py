from odoo import api, fields, models


class CrmCampaignPoolLine(models.Model):
    """Part of the overhead that a campaign carries (ROI-2)."""

    _name = "crm.campaign.pool.line"
    _description = "Share of overhead"
    _order = "pool_id, id"
    _rec_name = "campaign_id"

    pool_id = fields.Many2one("crm.campaign.pool", required=True, ondelete="cascade", index=True)
    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="restrict", index=True)
    company_id = fields.Many2one(related="pool_id.company_id")
    currency_id = fields.Many2one(related="pool_id.currency_id")
    share = fields.Float("Fixed share", default=1.0, help="Compared with those of the others.")
    weight = fields.Float(readonly=True, help="What the key says of the campaign in the period.")
    percent = fields.Float("Part (%)", compute="_compute_percent")
    amount = fields.Monetary(readonly=True)

    _campaign_uniq = models.UniqueIndex("(pool_id, campaign_id)", "Each campaign is there once.")
    _share_not_negative = models.Constraint("CHECK(share >= 0)", "A share cannot be negative.")

    @api.depends("amount", "pool_id.amount")
    def _compute_percent(self):
        for line in self:
            whole = line.pool_id.amount
            line.percent = line.amount / whole * 100 if whole else 0.0

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.pool_id._check_draft()
        return lines

    def write(self, vals):
        self.pool_id._check_draft()
        result = super().write(vals)
        self.pool_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_posted(self):
        self.pool_id._check_draft()
