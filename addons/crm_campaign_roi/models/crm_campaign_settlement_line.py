from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmCampaignSettlementLine(models.Model):
    """Plan and actual cost of one kind (ROI-1)."""

    _name = "crm.campaign.settlement.line"
    _description = "Line of a settlement"
    _order = "settlement_id, kind_id"

    settlement_id = fields.Many2one(
        "crm.campaign.settlement", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="settlement_id.company_id")
    currency_id = fields.Many2one(related="settlement_id.currency_id")
    kind_id = fields.Many2one("crm.campaign.cost.kind", "Cost kind", readonly=True)
    planned = fields.Monetary(readonly=True)
    actual = fields.Monetary(readonly=True)
    difference = fields.Monetary(compute="_compute_difference")
    far = fields.Boolean("Reason needed", readonly=True)
    reason = fields.Char()

    @api.depends("planned", "actual")
    def _compute_difference(self):
        for line in self:
            line.difference = line.actual - line.planned

    def write(self, vals):
        """The reason, until it is settled.

        :raises UserError: when it is settled, or figures are to be entered by hand
        """
        settled = self.settlement_id.filtered(lambda one: one.state == "done")
        if not self.env.su and (settled or set(vals) - {"reason"}):
            raise UserError(
                self.env._("The figures come from plan and cost; what is settled stays.")
            )
        return super().write(vals)
