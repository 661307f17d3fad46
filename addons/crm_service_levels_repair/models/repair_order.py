from odoo import api, fields, models


class RepairOrder(models.Model):
    """Repairs follow the asset: it is in repair while they go on, and its history tells them."""

    _inherit = "repair.order"

    asset_id = fields.Many2one(
        "crm.customer.asset",
        "Customer asset",
        compute="_compute_asset_id",
        store=True,
        readonly=False,
        index="btree_not_null",
    )
    service_request_id = fields.Many2one(
        "crm.service.request", "Service request", index="btree_not_null"
    )

    @api.depends("lot_id", "company_id")
    def _compute_asset_id(self):
        # sudo: whoever repairs need not be allowed to work with assets; the serial names it
        assets = self.env["crm.customer.asset"].sudo()
        found = assets.search([("lot_id", "in", self.lot_id.ids)])
        by_lot = {(asset.lot_id, asset.company_id): asset for asset in found}
        for repair in self:
            if repair.lot_id:
                asset = by_lot.get((repair.lot_id, repair.company_id), repair.asset_id)
                repair.asset_id = asset.sudo(False)

    def write(self, vals):
        res = super().write(vals)
        if "state" in vals:
            self._follow_assets(vals["state"])
        return res

    def _follow_assets(self, state):
        # sudo: as _compute_asset_id; only state and history follow
        assets = self.asset_id.sudo()
        if state == "under_repair":
            assets.write({"state": "in_repair"})
        elif state == "done":
            self.sudo()._note_repairs()
        if state in ("done", "cancel"):
            assets.filtered(lambda asset: asset.state == "in_repair").write({"state": "in_use"})

    def _note_repairs(self):
        """One row in the service history of each asset, in one batch; each repair once."""
        history = self.env["crm.customer.asset.maintenance"]
        told = history.search([("repair_id", "in", self.ids)]).repair_id
        history.create(
            [
                {
                    "asset_id": repair.asset_id.id,
                    "request_id": repair.service_request_id.id,
                    "repair_id": repair.id,
                    "kind": "repair",
                    "name": repair.name,
                    "user_id": repair.user_id.id or self.env.uid,
                }
                for repair in self - told
                if repair.asset_id
            ]
        )
