from odoo import models

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one


class SurveyUserInput(models.Model):
    """Answers know the wave that asked for them (ROI-1)."""

    _inherit = "survey.user_input"

    campaign_delivery_id = BareMany2one(
        "crm.campaign.delivery", "Invitation", readonly=True, copy=False
    )

    # Whoever is asked has one answer.
    _campaign_delivery_uniq = models.UniqueIndex(
        "(campaign_delivery_id) WHERE campaign_delivery_id IS NOT NULL"
    )
    # The ledger reads what changed since its last fill.
    _insight_fill_idx = models.Index("(write_date, id)")
