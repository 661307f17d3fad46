from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class CrmCampaignChange(models.Model):
    """A change that is asked for after a campaign was approved: its budget or its end (ROI-1).

    It takes effect when it is approved, by the same chain as the campaign; what was before is kept.
    """

    _name = "crm.campaign.change"
    _inherit = ["mail.thread"]
    _description = "Change of a campaign"
    _order = "id desc"
    _rec_name = "reason"

    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="campaign_id.currency_id")
    reason = fields.Char(required=True)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "Waiting"),
            ("approved", "Approved"),
            ("refused", "Refused"),
            ("withdrawn", "Withdrawn"),
        ],
        default="draft",
        required=True,
        readonly=True,
    )
    line_ids = fields.One2many("crm.campaign.change.line", "change_id", "Budget")
    date_end = fields.Date("New end")
    date_end_before = fields.Date("End before", readonly=True)
    amount = fields.Monetary("Budget afterwards", compute="_compute_amount")
    approval_ids = fields.One2many("crm.campaign.approval", "change_id", "Approvals")

    @api.depends("line_ids.amount", "campaign_id.budget_ids.amount")
    def _compute_amount(self):
        for change in self:
            plan = {line.kind_id: line.amount for line in change.campaign_id.budget_ids}
            plan.update({line.kind_id: line.amount for line in change.line_ids})
            change.amount = sum(plan.values())

    @api.constrains("campaign_id", "date_end")
    def _check_campaign(self):
        for change in self:
            start = change.campaign_id.date_start
            if change.date_end and start and change.date_end < start:
                raise ValidationError(self.env._("A campaign ends after it has begun."))

    def write(self, vals):
        """What was asked for stays as it was asked."""
        if not self.env.su and self.filtered(lambda change: change.state != "draft"):
            raise UserError(self.env._("This was asked for already: withdraw it and ask again."))
        return super().write(vals)

    def action_ask(self):
        """Ask for the change."""
        self.env["utm.campaign"]._check_marketer()
        for change in self:
            if change.campaign_id.phase not in ("approved", "running"):
                raise UserError(self.env._("Only approved and running campaigns are changed so."))
            if not (change.line_ids or change.date_end):
                raise UserError(self.env._("Say what shall change: the budget or the end."))
            if change.state != "draft":
                raise UserError(self.env._("This was asked for already."))
            self.env["crm.campaign.approval"]._ask(
                change.campaign_id, change.amount, change.reason, change
            )
            # sudo: the state moves by this method only
            change.sudo().state = "waiting"

    def _approval_decided(self, one):
        """Called by the approval; approved changes take effect at once."""
        self.state = one.state
        if one.state != "approved":
            return
        campaign = self.campaign_id
        lines = {line.kind_id: line for line in campaign.budget_ids}
        for line in self.line_ids:
            line.before = lines[line.kind_id].amount if line.kind_id in lines else 0.0
            if line.kind_id in lines:
                lines[line.kind_id].amount = line.amount
            else:
                values = {"kind_id": line.kind_id.id, "amount": line.amount}
                campaign.budget_ids.create({"campaign_id": campaign.id, **values})
        if self.date_end:
            self.date_end_before, campaign.date_end = campaign.date_end, self.date_end
        campaign.message_post(body=self.env._("Changed as asked for: %s", self.reason))
