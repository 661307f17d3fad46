from odoo import fields, models


class CrmCallListAdd(models.TransientModel):
    """Satisfaction call-backs and late requests as sources of call lists (SVC-L5, SVC-L6)."""

    _inherit = "crm.call.list.add"

    source = fields.Selection(
        selection_add=[
            ("feedback", "Satisfaction call-backs"),
            ("late", "Requests that are late"),
        ],
        ondelete={"feedback": "cascade", "late": "cascade"},
    )
    service_team_id = fields.Many2one("crm.service.team", "Service team", help="Empty: all teams.")

    def _add_feedback(self):
        team = [("team_id", "=", self.service_team_id.id)] if self.service_team_id else []
        return self.list_id._add_invitations(team)

    def _add_late(self):
        team = [("team_id", "=", self.service_team_id.id)] if self.service_team_id else []
        requests = self.env["crm.service.request"].search(
            [
                ("is_closed", "=", False),
                ("company_id", "=", self.list_id.company_id.id),
                ("sla_timer_ids.state", "=", "breached"),
                *team,
            ]
        )
        return self.list_id._add_requests(requests)
