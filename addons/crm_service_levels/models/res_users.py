from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def _service_only_helps(self):
        """Is the colleague in a squad at work, and without a role in any app (SVC-L2)?"""
        self.ensure_one()
        own = self.sudo()  # his own groups, which he need not be able to list
        if not own._is_internal() or own.all_group_ids.privilege_id:
            return False
        at_work = [("user_id", "=", own.id), ("request_id.is_closed", "=", False)]
        # sudo: whether there is one; the member may be of another company than the request
        return bool(self.env["crm.service.squad.member"].sudo().search_count(at_work, limit=1))
