from odoo import models


class CrmServiceStage(models.Model):
    _inherit = "crm.service.stage"

    def write(self, vals):
        res = super().write(vals)
        if "pauses_sla" in vals:
            # sudo: the clock of a stage stops for all its requests, whoever changes it
            requests = self.env["crm.service.request"].sudo().with_context(active_test=False)
            requests.search(
                [("stage_id", "in", self.ids), ("is_closed", "=", False)]
            )._sla_reassign()
        return res
