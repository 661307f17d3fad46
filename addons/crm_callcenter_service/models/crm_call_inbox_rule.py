from odoo import fields, models


class CrmCallInboxRule(models.Model):
    """Requests that came by mail or web form are worked on from the inbox (CC-7, SVC-L1)."""

    _inherit = "crm.call.inbox.rule"

    channel = fields.Selection(
        selection_add=[("mail", "Mail"), ("web", "Web form")],
        ondelete={"mail": "cascade", "web": "cascade"},
    )
    service_team_id = fields.Many2one(
        "crm.service.team",
        "Service team",
        ondelete="cascade",
        index="btree_not_null",
        check_company=True,
        help="Only requests of this team. Empty: of all.",
    )

    def _fits(self, record):
        if not self.service_team_id or record._name != "crm.service.request":
            return super()._fits(record)
        return record.team_id == self.service_team_id and super()._fits(record)
