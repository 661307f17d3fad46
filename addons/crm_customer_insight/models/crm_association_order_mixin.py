from odoo import models


class CrmAssociationOrderMixin(models.AbstractModel):
    """Suggestions on quotations and their lines (ROI-5)."""

    _name = "crm.association.order.mixin"
    _description = "Suggestions on a quotation"

    def _suggestion_place(self):
        """Where suggestions for this order count; extended by addons."""
        return "quotation"


class CrmAssociationLineMixin(models.AbstractModel):
    """Suggestions because of the product of an order line (ROI-5)."""

    _name = "crm.association.line.mixin"
    _description = "Suggestions on an order line"

    def action_suggestions(self):
        """What is bought together with the product of this line, in a dialog."""
        self.ensure_one()
        self.env["crm.product.rule"].check_access("read")
        self.check_access("read")
        return {
            "type": "ir.actions.client",
            "tag": "crm_product_suggestions",
            "name": self.env._("Bought with %(product)s", product=self.product_id.display_name),
            "target": "new",
            "params": {"order_id": self.order_id.id, "product_id": self.product_id.id},
        }
