from odoo import models

from ..report import loyalty_indicators, partner_roles
from ..tools.facts import Fact


class CrmLoyaltyFactMixin(models.AbstractModel):
    """What the registry of facts knows about loyalty and roles (ROI-3, C360-9)."""

    _name = "crm.loyalty.fact.mixin"
    _description = "Facts about loyalty and roles"

    def _loyalty_facts(self):
        group = self.env._("Loyalty")

        def figure(code, label, column, note):
            build = loyalty_indicators.figure(column)
            return Fact(code, label, group, "number", build, figure=True, help=note)

        return [
            figure(
                "purchase_steadiness",
                self.env._("Steady frequency (0 to 1)"),
                "gap_steadiness",
                self.env._("1 is a clock, 0 chance; from four days of purchase on."),
            ),
            figure(
                "share_of_wallet",
                self.env._("Share of wallet (0 to 1)"),
                "share_of_wallet",
                self.env._("Revenue of a year ÷ the yearly demand noted in the profile."),
            ),
            Fact(
                "referral_count",
                self.env._("Referrals made"),
                group,
                "number",
                loyalty_indicators.referral_count,
                figure=True,
                zero=True,
            ),
            self._role_fact(),
        ]

    def _role_fact(self):
        roles = self.env["crm.partner.role"].search([("code", "!=", False)])
        return Fact(
            "partner_role",
            self.env._("Role of the business partner"),
            self.env._("Profile"),
            "selection",
            partner_roles.fact,
            many=True,
            options=tuple((role.code, role.name) for role in roles),
        )
