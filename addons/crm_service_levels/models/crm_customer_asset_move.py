from odoo import api, fields, models

from odoo.addons.crm_customer_insight.tools.person_data import PersonData

STATES = [
    ("planned", "Planned"),
    ("in_use", "In use"),
    ("in_repair", "In repair"),
    ("with_dealer", "With the dealer"),
    ("taken_out", "Taken out"),
    ("returned", "Returned"),
    ("scrapped", "Scrapped"),
]
#: What an asset's history tells; a change of one of these begins a new row.
TRACKED = ("partner_id", "site_id", "custodian_id", "dealer_id", "parent_id", "state")


class CrmCustomerAssetMove(models.Model):
    """Whose an asset was, where, with whom and in which machine, from when to when (SVC-L3).

    Facts: written by ``crm.asset.history.mixin`` alone, never edited.
    """

    _name = "crm.customer.asset.move"
    _description = "History of an asset"
    _order = "date_from desc, id desc"
    _rec_name = "asset_id"
    _log_access = False
    _person_data = PersonData(
        person=("partner_id", "site_id", "custodian_id", "dealer_id"),
        erase="blank",
        blank=("reason",),
    )

    asset_id = fields.Many2one("crm.customer.asset", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="asset_id.company_id", store=True, index=True)
    partner_id = fields.Many2one("res.partner", "Customer", index="btree_not_null")
    site_id = fields.Many2one("res.partner", index="btree_not_null")
    custodian_id = fields.Many2one("res.partner", index="btree_not_null")
    dealer_id = fields.Many2one("res.partner", index="btree_not_null")
    parent_id = fields.Many2one("crm.customer.asset", "Part of", index="btree_not_null")
    state = fields.Selection(STATES)
    date_from = fields.Datetime("From", required=True)
    date_to = fields.Datetime("To", help="Empty while it is so.")
    user_id = fields.Many2one("res.users", "Recorded by", index="btree_not_null")
    reason = fields.Char()

    _open_uniq = models.UniqueIndex(
        "(asset_id) WHERE date_to IS NULL", "An asset is in one place at a time."
    )
    _order_of_dates = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)", "A stay cannot end before it began."
    )

    @api.depends("asset_id", "date_from")
    def _compute_display_name(self):
        for move in self:
            move.display_name = f"{move.asset_id.display_name} {move.date_from or ''}".strip()
