from odoo import models


class IrHttp(models.AbstractModel):
    """The page knows from the start whether its user has a call bar (CC-1)."""

    _inherit = "ir.http"

    def session_info(self):
        agent = self.env.user.has_group("crm_callcenter.group_call_agent")
        return {**super().session_info(), "call_agent": agent}
