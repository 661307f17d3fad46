from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCampaignBudget(models.Model):
    """What a campaign may cost, by cost kind (ROI-1).

    Lines are entered while the campaign is a draft. Once it was applied for they move only by the
    campaign's change requests, so that what was approved is what is spent.
    """

    _name = "crm.campaign.budget"
    _inherit = ["crm.campaign.draft.line.mixin"]
    _description = "Campaign budget"
    _order = "campaign_id, kind_id"

    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="campaign_id.currency_id")
    kind_id = fields.Many2one("crm.campaign.cost.kind", "Cost kind", required=True)
    amount = fields.Monetary("Planned", required=True)
    spent = fields.Monetary(
        "Actual",
        compute="_compute_spent",
        help="Actual cost of this kind, in the campaign's currency.",
    )
    committed = fields.Monetary(compute="_compute_spent")
    left = fields.Monetary(compute="_compute_spent", help="Planned − committed − actual.")
    used = fields.Float(
        "Used (%)", compute="_compute_spent", help="Committed and actual ÷ planned; may pass 100."
    )
    note = fields.Char()

    _amount_positive = models.Constraint("CHECK(amount >= 0)", "A budget is not negative.")
    _kind_uniq = models.UniqueIndex(
        "(campaign_id, kind_id)", "There is one budget for each cost kind."
    )

    @api.depends("amount")
    def _compute_spent(self):
        spent = self.campaign_id._cost_by_kind()
        for line in self:
            found = spent.get((line.campaign_id._origin.id, line.kind_id.id), {})
            line.spent = found.get("actual", 0.0)
            line.committed = found.get("committed", 0.0)
            line.left = line.amount - line.spent - line.committed
            line.used = line.amount and (line.spent + line.committed) / line.amount * 100

    def _check_draft(self):
        fixed = self.campaign_id.filtered(lambda campaign: campaign.phase != "draft")
        if fixed and not self.env.su:
            raise UserError(
                self.env._(
                    "The budget of %s was applied for: ask for a change of it.", fixed[0].title
                )
            )
