from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

#: What whoever asks may enter; everything else is written by methods.
ENTERED = {"campaign_id", "reason", "line_ids", "date_end"}


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

    _waiting_uniq = models.UniqueIndex(
        "(campaign_id) WHERE state = 'waiting'",
        "Another change of this campaign waits for its decision.",
    )

    @api.depends("line_ids.amount", "line_ids.kind_id", "campaign_id.budget_ids.amount")
    def _compute_amount(self):
        for change in self:
            change.amount = sum(change._plan().values())

    def _plan(self):
        """``{cost kind id: amount}`` of the whole budget after the change."""
        plan = {line.kind_id.id: line.amount for line in self.campaign_id.budget_ids}
        return {**plan, **{line.kind_id.id: line.amount for line in self.line_ids}}

    @api.constrains("campaign_id", "date_end")
    def _check_campaign(self):
        for change in self:
            start = change.campaign_id.date_start
            if change.date_end and start and change.date_end < start:
                raise ValidationError(self.env._("A campaign ends after it has begun."))

    @api.model_create_multi
    def create(self, vals_list):
        """A change begins as a draft, whatever is asked."""
        return super().create([self._entered(vals) for vals in vals_list])

    def _entered(self, vals):
        return vals if self.env.su else {k: v for k, v in vals.items() if k in ENTERED}

    def write(self, vals):
        """What was asked for stays as it was asked."""
        if not self.env.su:
            self._check_asked()
            vals = self._entered(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_asked(self):
        if not self.env.su:
            self._check_asked()

    def _check_asked(self):
        if self.filtered(lambda change: change.state != "draft"):
            raise UserError(self.env._("This was asked for already: withdraw it and ask again."))

    def action_ask(self):
        """Ask for the change.

        :raises UserError: while another one waits: what is asked for is the whole budget, and two
            approved beside each other would add up to more than anybody approved
        """
        self.env["utm.campaign"]._check_marketer()
        for change in self:
            change._check_ask()
            self.env["crm.campaign.approval"]._ask(
                change.campaign_id, change._plan(), change.reason, change
            )
            # sudo: the state moves by this method only
            change.sudo().state = "waiting"

    def _check_ask(self):
        if self.campaign_id.phase not in ("approved", "running"):
            raise UserError(self.env._("Only approved and running campaigns are changed so."))
        if not (self.line_ids or self.date_end):
            raise UserError(self.env._("Say what shall change: the budget or the end."))
        if self.state != "draft":
            raise UserError(self.env._("This was asked for already."))
        # sudo: also those that the user may not read
        others = self.sudo().search(
            [("campaign_id", "=", self.campaign_id.id), ("state", "=", "waiting")], limit=1
        )
        if others:
            raise UserError(
                self.env._(
                    "“%s” still waits for its decision. Withdraw it, or ask when it is decided.",
                    others.reason,
                )
            )

    def action_withdraw(self):
        """Take it back; only who asked may."""
        self.approval_ids.filtered(lambda one: one.state == "waiting").action_withdraw()

    def _approval_decided(self, one):
        """Called by the approval, without rights; approved changes take effect at once."""
        self.state = one.state
        if one.state == "approved":
            self._take_effect()
        elif one.state == "refused":
            self.campaign_id.message_post(
                body=self.env._(
                    "%(change)s was refused: %(reason)s",
                    change=self.reason,
                    reason=one.step_ids.filtered("reason")[-1:].reason or "",
                ),
                partner_ids=one.user_id.partner_id.ids,
            )

    def _take_effect(self):
        campaign = self.campaign_id
        lines = {line.kind_id: line for line in campaign.budget_ids}
        for line in self.line_ids:
            if known := lines.get(line.kind_id):
                line.before, known.amount = known.amount, line.amount
            else:
                values = {"kind_id": line.kind_id.id, "amount": line.amount}
                campaign.budget_ids.create({"campaign_id": campaign.id, **values})
        if self.date_end:
            self.date_end_before, campaign.date_end = campaign.date_end, self.date_end
        campaign.message_post(body=self.env._("Changed as asked for: %s", self.reason))
