from odoo import models

from ..report import contract_facts as sql
from ..tools.facts import Fact


class CrmContractFactMixin(models.AbstractModel):
    """What the registry of facts knows about contracts (C360-7)."""

    _name = "crm.contract.fact.mixin"
    _description = "Facts about contracts"

    def _contract_facts(self):
        group = self.env._("Contracts")

        def fact(code, label, kind, build, **more):
            return Fact(code, label, group, kind, build, figure=True, **more)

        return [
            fact("contract_running", self.env._("Has a running contract"), "boolean", sql.running),
            fact("contract_end", self.env._("Next contract end"), "date", sql.next_end),
            fact(
                "contract_value",
                self.env._("Monthly value of contracts"),
                "money",
                sql.monthly_value,
                zero=True,
            ),
        ]
