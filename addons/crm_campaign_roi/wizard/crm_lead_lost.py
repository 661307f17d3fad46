from odoo import fields, models


class CrmLeadLost(models.TransientModel):
    """Odoo's dialog for lost opportunities asks to whom, too (ROI-6)."""

    _inherit = "crm.lead.lost"

    competitor_id = fields.Many2one("crm.competitor", "Lost to")

    def action_lost_reason_apply(self):
        """Mark as lost, and note the competitor who got the deal."""
        result = super().action_lost_reason_apply()
        self.lead_ids.lost_to_id = self.competitor_id
        return result
