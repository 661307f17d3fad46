from odoo import api, models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    @api.private  # asked for by the pages of Odoo, not by remote calls
    def session_info(self):
        """Colleagues who only help in squads start with their squads, not with an empty inbox."""
        info = super().session_info()
        if info.get("home_action_id") is False and self.env.user._service_only_helps():
            squads = self.env.ref("crm_service_levels.crm_service_request_action_squads")
            info["home_action_id"] = squads.id
        return info
