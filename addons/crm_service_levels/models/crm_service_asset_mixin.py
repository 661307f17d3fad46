from odoo import api, fields, models


class CrmServiceAssetMixin(models.AbstractModel):
    """The part of a request that is about an asset (SVC-L3).

    Choosing an asset fills product and customer, and the request is then on level 3.
    """

    _name = "crm.service.asset.mixin"
    _inherit = ["crm.service.hooks.mixin"]
    _description = "Asset of a service request"

    asset_id = fields.Many2one("crm.customer.asset", index="btree_not_null")
    plan_id = fields.Many2one(
        "crm.customer.asset.plan",
        "Maintenance plan",
        index="btree_not_null",
        copy=False,
        help="Plan that asked for this work; solving the request notes it as done.",
    )
    asset_warranty_state = fields.Selection(
        related="asset_id.warranty_state", string="Warranty of the asset"
    )
    recall_line_ids = fields.One2many("crm.service.recall.line", "request_id", "Recalls")

    @api.onchange("asset_id")
    def _onchange_asset_id(self):
        asset = self.asset_id
        if asset:
            self.product_id = asset.product_id or self.product_id
            self.partner_id = self.partner_id or asset.contact_id or asset.partner_id

    @api.model_create_multi
    def create(self, vals_list):
        self._fill_from_assets(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        res = super().write(vals)
        if vals.get("asset_id"):
            asset = self.env["crm.customer.asset"].browse(vals["asset_id"])
            if "product_id" not in vals and asset.product_id:
                self.product_id = asset.product_id
            if "partner_id" not in vals:
                customer = asset.contact_id or asset.partner_id
                self.filtered(lambda request: not request.partner_id).partner_id = customer
        return res

    @api.model
    def _fill_from_assets(self, vals_list):
        """Product and customer of new requests that name an asset, read once for all."""
        ids = {vals["asset_id"] for vals in vals_list if vals.get("asset_id")}
        assets = self.env["crm.customer.asset"].browse(ids)
        for vals in vals_list:
            if vals.get("asset_id"):
                asset = assets.browse(vals["asset_id"]).with_prefetch(assets.ids)
                vals["product_id"] = vals.get("product_id") or asset.product_id.id
                customer = asset.contact_id or asset.partner_id
                vals["partner_id"] = vals.get("partner_id") or customer.id

    @api.model
    def _service_watched(self):
        return super()._service_watched() | {"asset_id"}

    def _service_created(self):
        res = super()._service_created()
        self.filtered("asset_id")._begin_asset_level()
        return res

    def _service_changed(self, before):
        res = super()._service_changed(before)
        changed = self._service_was(before, "asset_id")
        with_asset = changed.filtered("asset_id")
        (changed - with_asset)._end_level("3")
        with_asset.filtered(lambda request: not request.is_closed)._begin_asset_level()
        solved = self._service_was(before, "stage_id").filtered(
            lambda request: request.state == "solved"
        )
        solved._finish_asset_work()
        return res

    def _begin_asset_level(self):
        if self:
            self._begin_level("3", self.env._("An asset of the customer"))

    def _finish_asset_work(self):
        """Solved requests note their maintenance as done and close their lines of recalls."""
        day = fields.Date.context_today(self)
        # sudo: whoever may solve the request may let it be known on the asset
        planned = self.sudo().filtered(lambda request: request.plan_id.request_id == request)
        if planned:
            planned.plan_id._note_done(day, {one.plan_id.id: one for one in planned})
        lines = self.env["crm.service.recall.line"].sudo()  # sudo: as above
        lines = lines.search([("request_id", "in", self.ids), ("state", "=", "open")])
        if lines:
            lines._set_done(day)

    def action_open_asset(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.customer.asset",
            "res_id": self.asset_id.id,
            "view_mode": "form",
            "views": [(False, "form")],
        }
