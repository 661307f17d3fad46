from odoo import fields, models


class ProductTemplate(models.Model):
    _inherit = "product.template"

    asset_count = fields.Integer(
        "Number of assets",
        compute="_compute_asset_count",
        groups="crm_service_levels.group_service_user",
    )

    def _compute_asset_count(self):
        rows = self.env["crm.customer.asset"]._read_group(
            [("product_id.product_tmpl_id", "in", self.ids)], ["product_id"], ["__count"]
        )
        counts = {}
        for product, count in rows:
            family = product.product_tmpl_id.id
            counts[family] = counts.get(family, 0) + count
        for template in self:
            template.asset_count = counts.get(template.id, 0)

    def action_open_assets(self):
        """Assets of all variants at customers'."""
        return self.product_variant_ids.action_open_assets()

    def action_open_service_parts(self):
        """Parts list of this model (SVC-L4)."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_service_levels.crm_service_part_action"
        )
        return {
            **action,
            "domain": [("model_tmpl_id", "in", [self.id, False])],
            "context": {"default_model_tmpl_id": self.id},
        }
