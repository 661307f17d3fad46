from odoo import api, models

from odoo.addons.crm_customer_insight.tools.analysis import Analysis


class CrmInsightRun(models.Model):
    _inherit = "crm.insight.run"

    @api.model
    def _own_analyses(self):
        label = self.env._("Effect of loyalty programs")
        return [*super()._own_analyses(), Analysis("loyalty_effect", label, "crm.loyalty.effect")]
