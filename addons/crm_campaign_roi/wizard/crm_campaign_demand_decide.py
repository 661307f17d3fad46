from odoo import api, fields, models


class CrmCampaignDemandDecide(models.TransientModel):
    """Change or refuse expected demand, with the reason (ROI-4)."""

    _name = "crm.campaign.demand.decide"
    _description = "Change or refuse expected demand"

    demand_ids = fields.Many2many("crm.campaign.demand", required=True)
    demand_count = fields.Integer("Weeks", compute="_compute_sums")
    expected = fields.Float("Expected units", compute="_compute_sums")
    decision = fields.Selection(
        [("changed", "Plan another quantity"), ("refused", "Plan nothing")],
        required=True,
        default="changed",
    )
    quantity = fields.Float(
        "Plan in all",
        compute="_compute_quantity",
        store=True,
        readonly=False,
        help="Divided over the weeks as they are expected.",
    )
    reason = fields.Text(required=True)

    @api.depends("demand_ids")
    def _compute_sums(self):
        for wizard in self:
            wizard.demand_count = len(wizard.demand_ids)
            wizard.expected = sum(wizard.demand_ids.mapped("expected"))

    @api.depends("demand_ids")
    def _compute_quantity(self):
        for wizard in self:
            wizard.quantity = sum(wizard.demand_ids.mapped("expected"))

    def action_decide(self):
        """Note the decision."""
        self.ensure_one()
        if self.decision == "refused":
            self.demand_ids.action_refuse(self.reason)
        else:
            self.demand_ids.action_change(self._quantities(), self.reason)
        return {"type": "ir.actions.act_window_close"}

    def _quantities(self):
        """``{row id: quantity}``: what is planned in all, as the weeks are expected."""
        rows, whole = self.demand_ids, self.expected
        if not whole:
            return dict.fromkeys(rows.ids, self.quantity / len(rows))
        return {row.id: self.quantity * row.expected / whole for row in rows}
