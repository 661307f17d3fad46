from odoo import api, fields, models

from ..tools.warranty import Terms
from .crm_service_warranty_rule import EXTENDED_STARTS, STANDARD_STARTS


class CrmCustomerAssetWarranty(models.Model):
    """A warranty that was bought or granted for one asset, beside its standard one (SVC-L3).

    What the rule offered is copied when it is bought: later changes of the offer leave it alone.
    """

    _name = "crm.customer.asset.warranty"
    _description = "Extended warranty of an asset"
    _order = "date, id"
    _rec_name = "name"

    asset_id = fields.Many2one("crm.customer.asset", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="asset_id.company_id", store=True, index=True)
    rule_id = fields.Many2one(
        "crm.service.warranty.rule",
        "Offer",
        index="btree_not_null",
        ondelete="set null",
        domain=[("kind", "=", "extended")],
    )
    name = fields.Char(
        compute="_compute_from_rule", store=True, readonly=False, precompute=True, required=True
    )
    date = fields.Date("Bought on", required=True, default=fields.Date.context_today)
    start = fields.Selection(
        EXTENDED_STARTS + STANDARD_STARTS,
        "Runs from",
        compute="_compute_from_rule",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    months_parts = fields.Integer(
        "Parts", compute="_compute_from_rule", store=True, readonly=False, precompute=True
    )
    months_labor = fields.Integer(
        "Labor", compute="_compute_from_rule", store=True, readonly=False, precompute=True
    )
    months_travel = fields.Integer(
        "Travel", compute="_compute_from_rule", store=True, readonly=False, precompute=True
    )
    meter_limit = fields.Float(
        "Meter limit", compute="_compute_from_rule", store=True, readonly=False, precompute=True
    )
    sale_order_line_id = fields.Many2one("sale.order.line", "Sold by", index="btree_not_null")

    _months_sensible = models.Constraint(
        "CHECK(months_parts BETWEEN 0 AND 1200 AND months_labor BETWEEN 0 AND 1200"
        " AND months_travel BETWEEN 0 AND 1200)",
        "A warranty lasts between 0 and 1,200 months.",
    )

    @api.depends("rule_id")
    def _compute_from_rule(self):
        for warranty in self:
            rule = warranty.rule_id
            if rule:
                warranty.update(
                    {
                        name: rule[name]
                        for name in (
                            "name",
                            "start",
                            "months_parts",
                            "months_labor",
                            "months_travel",
                            "meter_limit",
                        )
                    }
                )
            warranty.name = warranty.name or self.env._("Extended warranty")
            warranty.start = warranty.start or "end"

    def _as_terms(self):
        return Terms(
            f"warranty-{self.id}",
            self.start,
            {"parts": self.months_parts, "labor": self.months_labor, "travel": self.months_travel},
            self.meter_limit or None,
            self.date or None,
            True,
        )
