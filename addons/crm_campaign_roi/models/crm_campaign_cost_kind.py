from odoo import fields, models


class CrmCampaignCostKind(models.Model):
    """What money of a campaign is spent on: stand, print, media, staff … (ROI-1, ROI-2)."""

    _name = "crm.campaign.cost.kind"
    _description = "Cost kind"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    indirect = fields.Boolean(help="Allocated to campaigns by a key, not spent for one of them.")
    account_ids = fields.Many2many(
        "account.account",
        "crm_campaign_cost_kind_account_rel",
        "kind_id",
        "account_id",
        "Ledger accounts",
        help="Bills on these accounts are costs of this kind.",
    )
