from odoo import fields, models


class ProductProduct(models.Model):
    _inherit = "product.product"

    asset_count = fields.Integer(
        "Number of assets",
        compute="_compute_asset_count",
        groups="crm_service_levels.group_service_user",
    )

    def _compute_asset_count(self):
        rows = self.env["crm.customer.asset"]._read_group(
            [("product_id", "in", self.ids)], ["product_id"], ["__count"]
        )
        counts = {product.id: count for product, count in rows}
        for product in self:
            product.asset_count = counts.get(product.id, 0)

    def action_open_assets(self):
        """Assets of these models at customers'."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_service_levels.crm_customer_asset_action"
        )
        return {
            **action,
            "domain": [("product_id", "in", self.ids)],
            "context": {"default_product_id": self[:1].id},
        }
