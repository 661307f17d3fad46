from odoo import models
from odoo.tools import unique


class CrmCallExchange(models.Model):
    """Who works on the caller's open requests is called first (CC-3)."""

    _inherit = "crm.call.exchange"

    def _owners(self, partner):
        """Of the latest request first; the caller may be any person of the customer."""
        if not partner:
            return super()._owners(partner)
        requests = self.env["crm.service.request"].search_fetch(
            [
                ("commercial_partner_id", "=", partner.commercial_partner_id.id),
                ("company_id", "in", [False, self.company_id.id]),
                ("is_closed", "=", False),
                ("user_id", "!=", False),
            ],
            ["user_id"],
            order="date_open desc, id desc",
        )
        users = list(unique(requests.user_id.ids))
        agents = self.env["crm.call.agent"].search(
            [("exchange_id", "=", self.id), ("user_id", "in", users)]
        )
        by_user = {agent.user_id.id: agent.id for agent in agents}
        found = [by_user[user] for user in users if user in by_user]
        return agents.browse(found) | super()._owners(partner)
