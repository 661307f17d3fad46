from odoo import fields, models

#: Channels of the inbox, by the code of the way in which a request came.
INBOX_CHANNELS = {"email": "mail", "web": "web"}


class CrmServiceRequest(models.Model):
    """Calls about a request (SVC-L6); those by mail and web form in the agents' inbox (CC-7)."""

    _name = "crm.service.request"
    _inherit = ["crm.service.request", "crm.call.inbox.source.mixin"]

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

    # -- inbox: what nobody has waits there, what somebody took is with him

    def _service_created(self):
        result = super()._service_created()
        self._enter_inbox()
        return result

    def _service_changed(self, before):
        result = super()._service_changed(before)
        closed = self.filtered("is_closed")
        if closed:
            closed._inbox_leave()
        given = self._service_was(before, "user_id") - closed
        for user, own in given.grouped("user_id").items():
            if user:
                own._inbox_given(user)
        (self - closed)._enter_inbox()
        return result

    def _enter_inbox(self):
        """Those that nobody has, by mail or form."""
        free = self.filtered(lambda one: not one.user_id and not one.is_closed)
        for code, own in free.grouped(lambda one: one.channel_id.code).items():
            if code in INBOX_CHANNELS:
                own._inbox_enter(INBOX_CHANNELS[code])

    def _inbox_since(self):
        return self.date_open

    def _inbox_accepted(self, user):
        self.user_id = user

    def _inbox_returned(self):
        self.filtered(lambda one: not one.is_closed).user_id = False

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
