import datetime

from odoo import models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.day_format import format_day
from odoo.addons.crm_customer_insight.tools.next_action import Provider

#: Days before its end on which a warranty is brought up, and on which it is urgent.
WARRANTY_DAYS = 45
URGENT_DAYS = 14


class CrmWarrantyActionMixin(models.AbstractModel):
    """Warranties that end soon: offer an extension or a contract in time (C360-4).

    A part of ``crm.next.action``.
    """

    _name = "crm.warranty.action.mixin"
    _description = "Ends of warranties among the next best actions"

    def _warranty_providers(self):
        return [
            Provider(
                "warranty", "fa-shield", self.env._("Open"), self._ending_warranties,
                self._describe_warranty, self._execute_warranty, "crm.customer.asset",
            )
        ]  # fmt: skip

    def _warranty_domain(self, customer_ids):
        """Assets in use of the current company whose warranty ends within some weeks."""
        last = self._today() + datetime.timedelta(days=WARRANTY_DAYS)
        return [
            ("commercial_partner_id", "in", customer_ids),
            ("state", "=", "in_use"),
            ("warranty_basis", "=", "dated"),
            ("warranty_until", ">=", self._today()),
            ("warranty_until", "<=", last),
            ("company_id", "in", [False, self.env.company.id]),
        ]

    def _ending_warranties(self, customer_ids):
        """Number of the customers' warranties that end soon, and the first end."""
        assets = self.env["crm.customer.asset"]
        assets.flush_model()
        query = assets._search(self._warranty_domain(customer_ids))
        query.groupby = SQL("crm_customer_asset.commercial_partner_id")
        return self.env.execute_query_dict(
            query.select(
                SQL("crm_customer_asset.commercial_partner_id AS partner_id"),
                SQL("COUNT(*) AS count"),
                SQL("MIN(crm_customer_asset.warranty_until) AS first"),
            )
        )

    def _describe_warranty(self, row):
        days = (row["first"] - self._today()).days
        return {
            "title": self.env._("Offer to extend the warranty"),
            "reason": self.env._(
                "Warranties ending: %(count)s, the first on %(day)s.",
                count=row["count"],
                day=format_day(self.env, row["first"]),
            ),
            "urgency": "medium" if days <= URGENT_DAYS else "low",
        }

    def _execute_warranty(self, partner):
        return self._window(
            "crm.customer.asset", self._warranty_domain([partner.id]), self.env._("Warranties")
        )
