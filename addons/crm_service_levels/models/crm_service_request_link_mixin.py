from odoo import models


class CrmServiceRequestLinkMixin(models.AbstractModel):
    """Records and rows of reports that belong to a request (``request_id``) and lead to it."""

    _name = "crm.service.request.link.mixin"
    _description = "Part of a service request"

    def action_open_request(self):
        """The request behind this record."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crm.service.request",
            "res_id": self.request_id.id,
            "view_mode": "form",
        }
