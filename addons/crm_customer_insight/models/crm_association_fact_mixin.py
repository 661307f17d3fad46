from odoo import models

from ..report import association_facts as sql
from ..tools.facts import Fact, Param


class CrmAssociationFactMixin(models.AbstractModel):
    """Facts of expected reorders and suggestions (C360-4, ROI-5)."""

    _name = "crm.association.fact.mixin"
    _description = "Facts of product association"

    def _association_facts(self):
        group = self.env._("Purchases")
        days = Param("days", self.env._("In the last days"))
        product = {"many": True, "comodel": "product.product", "figure": True}
        return [
            Fact(
                "reorder_due", self.env._("Reorder due of product"), group, "many2one",
                sql.products_due, **product,
            ),
            Fact(
                "reorder_value", self.env._("Value of reorders due"), group, "money",
                sql.value_due, figure=True, zero=True,
            ),
            Fact(
                "next_reorder", self.env._("Next expected reorder"), group, "date",
                sql.next_reorder, figure=True,
            ),
            Fact(
                "product_declined", self.env._("Not interested in product"), group, "many2one",
                sql.products_declined, params=(days,), **product,
            ),
        ]  # fmt: skip
