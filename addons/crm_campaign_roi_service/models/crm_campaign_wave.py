from odoo import fields, models

from ..report import open_complaints as sql


class CrmCampaignWave(models.Model):
    """Who has an open complaint is left out (ROI-1, SVC-C)."""

    _inherit = "crm.campaign.wave"

    skip_complaints = fields.Boolean(
        "Not with an open complaint",
        default=True,
        help="Customers of whom a complaint is open get nothing until it is closed.",
    )

    def _revisions(self):
        """Whoever complains wants an answer, not an offer."""
        found = super()._revisions()
        if not self.skip_complaints or not self._is_marketing():
            return found
        self.env["crm.service.complaint"].flush_model()
        return [*found, sql.leave_out(self.company_id.id)]
