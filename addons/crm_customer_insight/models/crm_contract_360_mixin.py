from odoo import fields, models
from odoo.fields import Domain

from ..tools.customer_360 import Section


class CrmContract360Mixin(models.AbstractModel):
    """The customer's contracts on his 360 view (C360-1, C360-7)."""

    _name = "crm.contract.360.mixin"
    _inherit = ["crm.customer360.mixin"]
    _description = "Contracts on the 360 view"

    def _customer_360_sections(self):
        section = Section(
            "contracts",
            self.env._("Running contracts"),
            "main",
            36,
            "items",
            "_customer_360_contracts",
            "crm.customer.contract",
        )
        return [*super()._customer_360_sections(), section]

    def _customer_360_contracts(self):
        domain = Domain("partner_id", "=", self.commercial_partner_id.id) & Domain(
            "state", "=", "running"
        )
        return self._customer_360_items(
            "crm.customer.contract",
            domain,
            self._customer_360_contract,
            amount=("monthly_value", "currency_id"),
            label=self.env._("Contracts"),
        )

    def _customer_360_contract(self, contract):
        return {
            "name": contract.name,
            "note": contract._usage_note(),
            "date": fields.Date.to_string(contract.date_end) if contract.date_end else "",
            "amount": contract.monthly_value,
            "currency_id": contract.currency_id.id,
        }
