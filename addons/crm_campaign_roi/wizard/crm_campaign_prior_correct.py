from odoo import api, fields, models


class CrmCampaignPriorCorrect(models.TransientModel):
    """Say what campaigns of a kind do, with the reason (ROI-4)."""

    _name = "crm.campaign.prior.correct"
    _description = "Correct the experience with a kind of campaign"

    prior_id = fields.Many2one("crm.campaign.prior", required=True, ondelete="cascade")
    explanation = fields.Char(related="prior_id.explanation")
    response = fields.Float("Response (%)", compute="_compute_known", store=True, readonly=False)
    conversion = fields.Float(
        "Conversion (%)",
        compute="_compute_known",
        store=True,
        readonly=False,
        help="Of those who respond.",
    )
    quantity = fields.Float("Units per buyer", compute="_compute_known", store=True, readonly=False)
    weight = fields.Integer(
        "Worth as many persons",
        default=1000,
        required=True,
        help="The more, the narrower the range and the slower campaigns to come move it.",
    )
    reason = fields.Text(required=True)

    @api.depends("prior_id")
    def _compute_known(self):
        for wizard in self:
            wizard.response = wizard.prior_id.response_rate
            wizard.conversion = wizard.prior_id.conversion_rate
            wizard.quantity = wizard.prior_id.quantity_mean

    def action_correct(self):
        """Note it."""
        self.ensure_one()
        self.prior_id._correct(
            self.response, self.conversion, self.quantity, self.weight, self.reason
        )
        return {"type": "ir.actions.act_window_close"}
