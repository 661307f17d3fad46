from odoo import api, fields, models


class CrmCampaignMix(models.Model):
    """Share of a product in what a campaign will sell, where somebody knows it (ROI-4)."""

    _name = "crm.campaign.mix"
    _description = "Expected product mix of a campaign"
    _order = "campaign_id, weight desc, id"
    _rec_name = "product_id"

    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="campaign_id.company_id", store=True)
    currency_id = fields.Many2one(related="campaign_id.currency_id")
    product_id = fields.Many2one(
        "product.product", required=True, ondelete="cascade", index=True,
        domain="[('sale_ok', '=', True)]",
    )  # fmt: skip
    weight = fields.Float(
        required=True, default=1.0, help="Units compared with the other products: 3 to 1."
    )
    price = fields.Monetary(
        help="Expected price of a unit; empty: what campaigns of the kind took, else list price."
    )

    _product_uniq = models.UniqueIndex(
        "(campaign_id, product_id)", "A product stands once in the mix of a campaign."
    )
    _weight_positive = models.Constraint("CHECK(weight > 0)", "A share is more than nothing.")
    _price_positive = models.Constraint("CHECK(price >= 0)", "A price is not negative.")

    @api.model_create_multi
    def create(self, vals_list):
        self.env["utm.campaign"]._check_forecast_role()
        return super().create(vals_list)

    def write(self, vals):
        self.env["utm.campaign"]._check_forecast_role()
        return super().write(vals)
