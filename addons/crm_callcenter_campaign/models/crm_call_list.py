from odoo import fields, models


class CrmCallList(models.Model):
    """A call list that a wave of a campaign fills (CC-6, ROI-1)."""

    _inherit = "crm.call.list"

    wave_ids = fields.One2many("crm.campaign.wave", "call_list_id", "Waves", readonly=True)
    campaign_id = fields.Many2one(
        "utm.campaign",
        index="btree_not_null",
        ondelete="set null",
        help="Its calls and their cost belong to this campaign.",
    )
