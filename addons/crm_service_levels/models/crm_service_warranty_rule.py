from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.warranty import Rule, Terms

#: What counts as the beginning, of the standard warranty and of one that is bought later.
STANDARD_STARTS = [
    ("delivery", "Delivery"),
    ("installation", "Installation"),
    ("commissioning", "Commissioning"),
]
EXTENDED_STARTS = [("end", "End of the warranty before"), ("purchase", "Purchase")]


class CrmServiceWarrantyRule(models.Model):
    """Terms of warranty [质保期] for a product, a family, a category, or everything (SVC-L3).

    The closest standard rule holds for an asset (see ``tools.warranty.best_rule``). Extended rules
    are offers: an asset has one when it was bought, as ``crm.customer.asset.warranty``.
    """

    _name = "crm.service.warranty.rule"
    _description = "Warranty rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("standard", "Standard"), ("extended", "Extended")], required=True, default="standard"
    )
    company_id = fields.Many2one("res.company", index=True, help="Empty: all companies.")
    product_id = fields.Many2one("product.product", "Product variant", index="btree_not_null")
    product_tmpl_id = fields.Many2one("product.template", "Product", index="btree_not_null")
    categ_id = fields.Many2one(
        "product.category", "Category", index="btree_not_null", help="With everything below it."
    )
    start = fields.Selection(
        STANDARD_STARTS + EXTENDED_STARTS,
        "Runs from",
        required=True,
        default="delivery",
        help="Without this date on the asset the warranty is unknown, not over.",
    )
    months_parts = fields.Integer("Parts (months)", default=24)
    months_labor = fields.Integer("Labor (months)", default=24)
    months_travel = fields.Integer("Travel (months)")
    meter_limit = fields.Float(
        "Meter limit",
        help="Reading of the asset's first meter at which the warranty ends early; 0: no limit.",
    )
    valid_from = fields.Date("For warranties from")
    valid_to = fields.Date("For warranties until")
    description = fields.Html("Conditions", translate=True)
    asset_ids = fields.One2many("crm.customer.asset", "warranty_rule_id", "Assets")

    _months_positive = models.Constraint(
        "CHECK(months_parts >= 0 AND months_labor >= 0 AND months_travel >= 0)",
        "A warranty cannot have a negative number of months.",
    )
    _months_sensible = models.Constraint(
        "CHECK(months_parts <= 1200 AND months_labor <= 1200 AND months_travel <= 1200)",
        "A warranty of more than a hundred years is a mistake.",
    )
    _limit_positive = models.Constraint("CHECK(meter_limit >= 0)", "A limit cannot be negative.")
    _valid_order = models.Constraint(
        "CHECK(valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from)",
        "The last day of a rule cannot be before its first.",
    )

    @api.constrains("kind", "start")
    def _check_start(self):
        bought = dict(EXTENDED_STARTS)
        if any(rule.kind == "standard" and rule.start in bought for rule in self):
            raise ValidationError(
                self.env._("A standard warranty runs from delivery, installation or commissioning.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        rules = super().create(vals_list)
        rules._compute_assets_again()
        return rules

    def write(self, vals):
        self._compute_assets_again()
        res = super().write(vals)
        self._compute_assets_again()
        return res

    def unlink(self):
        assets = self._assets_concerned()
        res = super().unlink()
        assets._compute_warranty_again()
        return res

    def _compute_assets_again(self):
        self._assets_concerned()._compute_warranty_again()

    def _assets_concerned(self):
        """Assets for which a change of these rules may matter, in one search."""
        # sudo: a rule for all companies changes the assets of all
        assets = self.env["crm.customer.asset"].sudo().with_context(active_test=False)
        domains = [rule._asset_domain() for rule in self]
        return assets.search(fields.Domain.OR(domains)) if domains else assets

    def _asset_domain(self):
        domain = fields.Domain("warranty_ids.rule_id", "=", self.id)
        own = fields.Domain.TRUE
        if self.kind == "standard":
            if self.product_id:
                own &= fields.Domain("product_id", "=", self.product_id.id)
            if self.product_tmpl_id:
                own &= fields.Domain("product_id.product_tmpl_id", "=", self.product_tmpl_id.id)
            if self.categ_id:
                own &= fields.Domain("category_id", "child_of", self.categ_id.id)
            if self.company_id:
                own &= fields.Domain("company_id", "=", self.company_id.id)
            domain |= own
        return domain

    @api.model
    def _standard_rules(self):
        """All standard rules as values for ``tools.warranty.best_rule``: ``[Rule]``, one query."""
        # sudo: whose rule holds does not depend on who looks at the asset
        rules = self.sudo().search([("kind", "=", "standard")])
        return [rule._as_rule(number) for number, rule in enumerate(rules)]

    def _as_rule(self, number):
        return Rule(
            self._as_terms(),
            company=self.company_id.id or None,
            product=self.product_id.id or None,
            template=self.product_tmpl_id.id or None,
            category=self.categ_id.id or None,
            valid_from=self.valid_from or None,
            valid_to=self.valid_to or None,
            order=(number,),
        )

    def _as_terms(self):
        return Terms(
            self.id,
            self.start,
            {"parts": self.months_parts, "labor": self.months_labor, "travel": self.months_travel},
            self.meter_limit or None,
        )

    def action_open_assets(self):
        """Assets with this standard warranty, or with this extension."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.customer.asset",
            "view_mode": "list,form",
            "domain": [
                "|",
                ("warranty_rule_id", "=", self.id),
                ("warranty_ids.rule_id", "=", self.id),
            ],
        }
