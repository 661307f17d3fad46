from odoo import fields, models
from odoo.tools import SQL


class CrmCampaignDemandAccuracy(models.Model):
    _inherit = "crm.campaign.demand.accuracy"

    warehouse_id = fields.Many2one("stock.warehouse", readonly=True)

    def _place_column(self):
        return SQL("%s, d.warehouse_id", super()._place_column())
