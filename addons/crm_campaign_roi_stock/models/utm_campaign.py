from odoo import fields, models

from odoo.addons.crm_campaign_roi.models.crm_campaign_forecast_mixin import FORECAST_ROLES


class UtmCampaign(models.Model):
    _inherit = "utm.campaign"

    warehouse_id = fields.Many2one(
        "stock.warehouse",
        "Shipped from",
        index="btree_not_null",
        help="Empty: expected demand is divided as the products were shipped in the last year.",
        groups=FORECAST_ROLES,
    )

    def _planner_fields(self):
        return super()._planner_fields() | {"warehouse_id"}
