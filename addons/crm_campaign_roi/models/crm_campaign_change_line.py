from odoo import fields, models


class CrmCampaignChangeLine(models.Model):
    """New budget of one cost kind (ROI-1)."""

    _name = "crm.campaign.change.line"
    _inherit = ["crm.campaign.draft.line.mixin"]
    _description = "Change of a campaign's budget"

    change_id = fields.Many2one(
        "crm.campaign.change", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="change_id.company_id")
    currency_id = fields.Many2one(related="change_id.currency_id")
    kind_id = fields.Many2one("crm.campaign.cost.kind", "Cost kind", required=True)
    before = fields.Monetary("Was", readonly=True)
    amount = fields.Monetary("Shall be", required=True)

    _amount_positive = models.Constraint("CHECK(amount >= 0)", "A budget is not negative.")
    _kind_uniq = models.UniqueIndex("(change_id, kind_id)", "One line for each cost kind.")

    def _check_draft(self):
        if not self.env.su:
            self.change_id._check_asked()
