from odoo import api, fields, models

from odoo.addons.crm_service_levels.tools import portal


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
            self.sudo()._note_repairs()  # sudo: as above
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

    # The customer's page (SVC-T)

    def _service_portal_row(self):
        """What lists and requests show of a repair."""
        self.ensure_one()
        names = self._service_portal_names()
        return {
            "name": self.name,
            "url": f"/my/repairs/{self.id}",
            "product": self.product_id.display_name or "",
            "serial": self.lot_id.name or "",
            "date": self.create_date,
            "stage": names[self._service_portal_station()],
            "done": self._service_portal_station() in ("repaired", "returned"),
        }

    def _service_portal_values(self):
        """Everything the page of a repair shows."""
        names, order = self._service_portal_names(), self.sale_order_id
        rows = portal.along(
            tuple(names), self._service_portal_station(), self._service_portal_dates()
        )
        request = self._service_portal_request()
        shown = order.state in ("sent", "sale")
        return {
            **self._service_portal_row(),
            "stations": [{**row, "name": names[row["code"]]} for row in rows],
            "expected": None if self.state == "done" else self.schedule_date,
            "free": self.under_warranty,
            "order": order.name if shown else "",
            "order_url": order.access_url if shown else "",
            "request": request.display_name or "",
            "request_url": request.access_url if request else "",
        }

    def _service_portal_request(self):
        """The request of the repair, if it is of the same customer."""
        request, customer = self.service_request_id, self.partner_id.commercial_partner_id
        return request if request.commercial_partner_id == customer else request.browse()

    def _service_portal_collection(self):
        """The collection the repair came by, if there is one."""
        found = self._service_portal_request().collection_ids
        return found.filtered(lambda one: one.state != "cancelled")[:1]

    def _service_portal_names(self):
        names = {
            "booked": self.env._("Collection booked"),
            "collected": self.env._("Collected"),
            "received": self.env._("Received"),
            "diagnosed": self.env._("Diagnosed"),
            "repaired": self.env._("Repaired"),
            "returned": self.env._("Returned"),
        }
        if not self._service_portal_collection():
            for code in ("booked", "collected", "returned"):
                names.pop(code)
        return names

    def _service_portal_station(self):
        fetched = self._service_portal_collection()
        if fetched.state == "returned":
            return "returned"
        if self.state == "done":
            return "repaired"
        if self.sale_order_id or self.state in ("confirmed", "under_repair"):
            return "diagnosed"
        return fetched.state if fetched.state in ("booked", "collected") else "received"

    def _service_portal_dates(self):
        fetched = self._service_portal_collection()
        return {
            "booked": fetched.create_date,
            "collected": fetched.collected_at,
            "received": fetched.received_at if fetched else self.create_date,
            "diagnosed": self.sale_order_id.create_date,
            "repaired": self.move_id.date if self.state == "done" else None,
            "returned": fetched.returned_at,
        }
