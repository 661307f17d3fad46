from odoo import api, fields, models
from odoo.fields import Domain


class CrmServiceRequest(models.Model):
    _inherit = "crm.service.request"

    repair_ids = fields.One2many(
        "repair.order", "service_request_id", "Repair orders", groups="stock.group_stock_user"
    )

    @api.model
    def _service_merge_models(self):
        return [*super()._service_merge_models(), ("repair.order", "service_request_id")]

    @api.model
    def _feedback_return_domain(self):
        """Requests with a repair order count as repairs, too, whatever their type (SVC-L5)."""
        # sudo: a figure, not the repairs themselves
        repairs = self.env["repair.order"].sudo()
        found = repairs._search([("state", "!=", "cancel"), ("service_request_id", "!=", False)])
        repaired = Domain("id", "in", found.subselect("service_request_id"))
        return super()._feedback_return_domain() | repaired

    def action_new_repair(self):
        """Open a repair order for this request."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New repair"),
            "res_model": "repair.order",
            "view_mode": "form",
            "context": {
                "default_service_request_id": self.id,
                "default_asset_id": self.asset_id.id,
                "default_product_id": self.product_id.id,
                "default_lot_id": self.asset_id.lot_id.id,
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }

    def _portal_links(self, guest):
        """Repairs of the request are linked, too (SVC-T)."""
        links = super()._portal_links(guest)
        # sudo: as every document of the page; only repairs for the same customer
        repairs = self.sudo().repair_ids.filtered(
            lambda one: one.state != "cancel" and one._service_portal_request() == self
        )
        for repair in repairs:
            row = repair._service_portal_row()
            name = f"{row['name']} · {row['stage']}"
            url = "" if guest else row["url"]
            links.append({"label": self.env._("Repair"), "name": name, "url": url})
        return links
