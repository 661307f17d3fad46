from odoo import fields, models

from ..tools import warranty


class CrmAssetPortalMixin(models.AbstractModel):
    """What an asset gives out to its customer (SVC-T)."""

    _name = "crm.asset.portal.mixin"
    _description = "Customer's page of an asset"

    portal_document_ids = fields.Many2many(
        "ir.attachment",
        "crm_customer_asset_portal_document_rel",
        string="Documents for the customer",
        copy=False,
        help="Manuals and certificates that the customer may download from his page.",
    )

    def _portal_row(self):
        """What lists and requests show of an asset."""
        self.ensure_one()
        return {
            "id": self.id,
            "name": self.name or self.product_id.display_name or self.model or "",
            "number": self.number,
            "serial": self.serial or "",
            "url": f"/my/assets/{self.id}",
            "state": self._selection_label("state"),
            "site": self.site_id.name or "",
            **self._portal_warranty(),
        }

    def _portal_warranty(self):
        """``{"warranty", "warranty_until", "warranty_kind"}``; no rule is not "expired"."""
        state = self.warranty_state
        told = state in (warranty.EXCLUDED, warranty.FUTURE, warranty.ACTIVE, warranty.EXPIRED)
        return {
            "warranty_kind": state if told else "",
            "warranty": self._selection_label("warranty_state") if told else "",
            "warranty_until": self.warranty_until or None,
        }

    def _portal_values(self):
        """Everything the page of an asset shows, but its requests."""
        covers = dict(self._cover_labels())
        ends = {
            "parts": self.warranty_parts_until,
            "labor": self.warranty_labor_until,
            "travel": self.warranty_travel_until,
        }
        return {
            **self._portal_row(),
            "product": self.product_id.display_name or self.model or "",
            "delivered": self.delivered_on or None,
            "installed": self.installed_on or None,
            "covers": [(covers.get(code, code), day) for code, day in ends.items() if day],
            "plans": [
                {"name": plan.name, "last": plan.last_on or None, "next": plan.next_on or None}
                for plan in self.plan_ids
            ],
            "files": [
                {"id": file.id, "name": file.name, "size": file.file_size}
                for file in self.portal_document_ids
            ],
        }

    def _portal_file(self, file_id):
        """A document meant for the customer, or an empty record."""
        return self.portal_document_ids.filtered(lambda file: file.id == file_id)
