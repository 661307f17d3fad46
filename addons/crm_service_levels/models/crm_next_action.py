from odoo import api, fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.tools.next_action import Provider

#: Waiting for longer than so many hours is urgent.
LONG_WAIT_HOURS = 24

ANSWERING_GROUPS = "crm_service_levels.group_service_user,sales_team.group_sale_salesman"


class CrmNextAction(models.AbstractModel):
    """A customer who waits for our answer comes first (SVC-L1)."""

    _name = "crm.next.action"
    _inherit = ["crm.next.action", "crm.warranty.action.mixin"]

    @api.model
    def _providers(self):
        # a plain employee may read requests of his squads; answering customers is not his work
        if not self.env.user.has_groups(ANSWERING_GROUPS):
            return super()._providers()
        answer = Provider(
            "request",
            "fa-life-ring",
            self.env._("Answer"),
            self._waiting_requests,
            self._describe_request,
            self._execute_request,
            "crm.service.request",
        )
        return [*super()._providers(), answer, *self._warranty_providers()]

    @api.model
    def _waiting_domain(self, customer_ids):
        return [
            ("commercial_partner_id", "in", customer_ids),
            ("awaiting_us", "=", True),
            ("company_id", "=", self.env.company.id),
        ]

    def _waiting_requests(self, customer_ids):
        """Number and oldest message of the requests that wait for us, as the viewer may read."""
        requests = self.env["crm.service.request"]
        query = requests._search(self._waiting_domain(customer_ids))
        query.groupby = SQL("crm_service_request.commercial_partner_id")
        requests.flush_model()
        return self.env.execute_query_dict(
            query.select(
                SQL("crm_service_request.commercial_partner_id AS partner_id"),
                SQL("COUNT(*) AS count"),
                SQL("MIN(crm_service_request.date_last_customer_message) AS oldest"),
            )
        )

    def _describe_request(self, row):
        hours = int((fields.Datetime.now() - row["oldest"]).total_seconds() // 3600)
        return {
            "title": self.env._("Answer the waiting request"),
            "reason": self.env._(
                "Requests waiting for us: %(count)s, the oldest for %(hours)s hours.",
                count=row["count"],
                hours=hours,
            ),
            "urgency": "high" if hours >= LONG_WAIT_HOURS else "medium",
        }

    def _execute_request(self, partner):
        name = self.env._("Requests waiting for us")
        return self._window("crm.service.request", self._waiting_domain([partner.id]), name)
