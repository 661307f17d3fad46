from odoo import fields, models


class CrmServiceSlaRebuild(models.TransientModel):
    """Re-evaluate all open requests, for example after new policies or late holidays (SVC-S)."""

    _name = "crm.service.sla.rebuild"
    _description = "Re-evaluate service levels"

    recount = fields.Boolean(
        "Count anew from the history",
        help="Time used so far is counted again by today's hours, holidays and pauses. Without it, "
        "what has been counted is kept and only what follows is judged anew.",
    )
    request_count = fields.Integer("Open requests", compute="_compute_request_count")

    def _compute_request_count(self):
        count = self.env["crm.service.request"].search_count([("is_closed", "=", False)])
        for wizard in self:
            wizard.request_count = count

    def action_rebuild(self):
        """Re-evaluate; closed requests never move."""
        self.ensure_one()
        self.check_access("write")
        count = self.env["crm.service.request"]._sla_rebuild(recount=self.recount)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("%s open requests re-evaluated.", count),
                "next": {"type": "ir.actions.act_window_close"},
            },
        }
