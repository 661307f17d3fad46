from odoo import api, fields, models


class MaintenanceRequest(models.Model):
    """Maintenance that is done appears in the service history of the asset (SVC-L3)."""

    _inherit = "maintenance.request"

    asset_id = fields.Many2one(
        related="equipment_id.asset_id", string="Customer asset", store=True,
        index="btree_not_null",
    )  # fmt: skip
    service_request_id = fields.Many2one(
        "crm.service.request", "Service request", index="btree_not_null"
    )
    asset_maintenance_id = fields.Many2one(
        "crm.customer.asset.maintenance",
        "In the asset's history",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        requests._note_done()
        return requests

    def write(self, vals):
        res = super().write(vals)
        if "stage_id" in vals:
            self._note_done()
        return res

    def _note_done(self):
        """One row of history for each request that is done, in one batch; each once."""
        # sudo: technicians need not be allowed to work with assets; only the fact is noted
        done = self.sudo().filtered(
            lambda one: one.stage_id.done and one.asset_id and not one.asset_maintenance_id
        )
        rows = self.env["crm.customer.asset.maintenance"].sudo()  # sudo: as above
        rows = rows.create([one._prepare_history_values() for one in done])
        for request, row in zip(done, rows, strict=True):
            request.asset_maintenance_id = row

    def _prepare_history_values(self):
        corrective = self.maintenance_type == "corrective"
        return {
            "asset_id": self.asset_id.id,
            "request_id": self.service_request_id.id,
            "kind": "repair" if corrective else "maintenance",
            "name": self.name,
            "date": self.close_date or fields.Date.context_today(self),
            "user_id": self.user_id.id or self.env.uid,
        }
