from odoo import api, fields, models


class CrmCustomerAssetMaintenance(models.Model):
    """Maintenance or repair that was done on an asset: its service history (SVC-L3)."""

    _name = "crm.customer.asset.maintenance"
    _description = "Maintenance done"
    _order = "date desc, id desc"

    asset_id = fields.Many2one("crm.customer.asset", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="asset_id.company_id", store=True, index=True)
    plan_id = fields.Many2one(
        "crm.customer.asset.plan", index="btree_not_null", ondelete="set null"
    )
    request_id = fields.Many2one("crm.service.request", index="btree_not_null")
    kind = fields.Selection(
        [("maintenance", "Maintenance"), ("repair", "Repair"), ("swap", "Swap of a part")],
        required=True,
        default="maintenance",
    )
    name = fields.Char("What was done", required=True)
    date = fields.Date(required=True, default=fields.Date.context_today, index=True)
    total = fields.Float("Used until then", aggregator="max")
    user_id = fields.Many2one(
        "res.users", "Done by", default=lambda self: self.env.user, index="btree_not_null"
    )
    note = fields.Html("Notes")

    @api.depends("name", "date")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.name or ''} ({one.date or '–'})"
