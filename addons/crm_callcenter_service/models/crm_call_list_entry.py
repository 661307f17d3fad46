from odoo import fields, models


class CrmCallListEntry(models.Model):
    """What a customer is called about: a request, or how satisfied he is (SVC-L5, SVC-L6)."""

    _inherit = "crm.call.list.entry"

    request_id = fields.Many2one(
        "crm.service.request", readonly=True, index="btree_not_null", ondelete="set null"
    )
    invitation_id = fields.Many2one(
        "crm.feedback.invitation",
        "Questions",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
    )

    def _take_ended(self, call):
        """The call belongs to the request it was made for."""
        result = super()._take_ended(call)
        request = self.request_id or self.invitation_id.request_id
        if request and not call.request_id:
            call.request_id = request
        return result
