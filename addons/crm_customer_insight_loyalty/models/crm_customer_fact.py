from odoo import api, models

from odoo.addons.crm_customer_insight.tools.facts import Fact

from ..report import loyalty_facts as sql


class CrmCustomerFact(models.AbstractModel):
    """Facts about loyalty cards (C360-8)."""

    _inherit = "crm.customer.fact"

    @api.model
    def _facts(self):
        group = self.env._("Loyalty")

        def fact(code, label, kind, build):
            return Fact(code, label, group, kind, build, figure=True)

        return [
            *super()._facts(),
            fact(
                "loyalty_member", self.env._("Member of a loyalty program"), "boolean", sql.member
            ),
            fact("loyalty_points", self.env._("Balance of points"), "number", sql.balance),
            fact("loyalty_joined", self.env._("Member since"), "date", sql.joined),
        ]
