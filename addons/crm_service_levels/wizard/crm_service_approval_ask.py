from odoo import api, fields, models

from ..tools import authority


class CrmServiceApprovalAsk(models.TransientModel):
    """Take a decision, or ask for it where it goes beyond one's authority (SVC-L2)."""

    _name = "crm.service.approval.ask"
    _description = "Decision on a request"

    request_id = fields.Many2one("crm.service.request", required=True)
    kind = fields.Selection(authority.KINDS, "What", required=True, default="refund")
    unit = fields.Char(compute="_compute_unit")
    amount = fields.Float("How much")
    currency_id = fields.Many2one(related="request_id.company_id.currency_id")
    reason = fields.Text("Why")
    within = fields.Boolean(compute="_compute_within")

    @api.depends("kind")
    def _compute_unit(self):
        for wizard in self:
            wizard.unit = authority.UNITS.get(wizard.kind)

    @api.depends("kind", "amount", "request_id")
    def _compute_within(self):
        for wizard in self:
            # sudo: the user's own authority on a request that he may read
            request = wizard.request_id.sudo()
            wizard.within = bool(request) and request._within_authority(wizard.kind, wizard.amount)

    def action_ask(self):
        self.ensure_one()
        amount = 0.0 if self.unit == "none" else self.amount
        self.request_id.ask_approval(self.kind, amount, self.reason)
        return {"type": "ir.actions.act_window_close"}
