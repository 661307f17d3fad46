from odoo import fields, models


class CrmServiceRequest(models.Model):
    """Calls about a request (SVC-L6)."""

    _inherit = "crm.service.request"

    call_ids = fields.One2many("crm.call", "request_id", "Calls", readonly=True)
    call_count = fields.Integer("Number of calls", compute="_compute_call_count")

    def _compute_call_count(self):
        calls = self.env["crm.call"]
        counts = {}
        if calls.has_access("read"):
            counts = dict(
                calls._read_group([("request_id", "in", self.ids)], ["request_id"], ["__count"])
            )
        for request in self:
            request.call_count = counts.get(request._origin, 0)

    def action_open_calls(self):
        """The calls about this request that the viewer may read."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Calls"),
            "res_model": "crm.call",
            "view_mode": "list,form",
            "domain": [("request_id", "=", self.id)],
        }

    def _sla_escalate(self, step):
        """An escalation may have the customers called (SVC-S)."""
        result = super()._sla_escalate(step)
        if step.call_list_id:
            live = self.filtered(lambda one: not one.is_closed and one.partner_id)
            # sudo: the job that escalates has no role in the call center
            step.call_list_id.sudo()._add_requests(live)
        return result
