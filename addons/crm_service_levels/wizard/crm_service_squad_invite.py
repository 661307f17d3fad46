from odoo import fields, models
from odoo.fields import Command

from ..models.crm_service_squad_member import ROLES


class CrmServiceSquadInvite(models.TransientModel):
    """Ask colleagues of any department or company to help with requests (SVC-L2)."""

    _name = "crm.service.squad.invite"
    _description = "Invitation to a squad"

    request_ids = fields.Many2many(
        "crm.service.request",
        string="Requests",
        required=True,
        default=lambda self: [Command.set(self.env.context.get("active_ids", []))],
    )
    user_ids = fields.Many2many(
        "res.users", string="Colleagues", required=True, domain=[("share", "=", False)]
    )
    role = fields.Selection(ROLES, required=True, default="helper")
    department_id = fields.Many2one("crm.service.team", domain=[("kind", "=", "department")])
    note = fields.Char("What for")

    def action_invite(self):
        self.ensure_one()
        self.request_ids.squad_invite(
            self.user_ids.ids, self.role, self.department_id.id, self.note
        )
        return {"type": "ir.actions.act_window_close"}
