from odoo import api, fields, models

from ..tools import selling


class CrmServicePart(models.Model):
    """Line of a parts list: what a product model needs or may be sold with (SVC-L4).

    A line without a model is for all of them: labor, travel, a cleaning agent. Only what stands
    here can be free in warranty, up to the quantity of the line.
    """

    _name = "crm.service.part"
    _description = "Parts list"
    _order = "model_tmpl_id, sequence, id"
    _rec_name = "product_id"

    sequence = fields.Integer(default=10)
    model_tmpl_id = fields.Many2one(
        "product.template",
        "For model",
        index="btree_not_null",
        ondelete="cascade",
        help="Empty: for all models.",
    )
    kind = fields.Selection(selling.KINDS, required=True, default="part")
    product_id = fields.Many2one(
        "product.product",
        "Sells",
        required=True,
        index=True,
        ondelete="cascade",
        domain=[("sale_ok", "=", True)],
    )
    quantity = fields.Float(default=1.0, required=True, digits="Product Unit", aggregator=None)
    uom_id = fields.Many2one(related="product_id.uom_id")
    covered = fields.Boolean(
        "Free in warranty",
        compute="_compute_covered",
        store=True,
        readonly=False,
        precompute=True,
        help="Parts, labor and travel each as long as the warranty of the asset pays for them. "
        "Add-ons, upgrades and trade-ins never are.",
    )
    trade_value = fields.Monetary(
        "Trade-in value",
        aggregator=None,
        help="What the customer gets for one unit without an approval.",
    )
    note = fields.Char(help="Shown beside the suggestion.")
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    active = fields.Boolean(default=True)

    _quantity_positive = models.Constraint("CHECK(quantity > 0)", "A quantity is more than zero.")
    _value_positive = models.Constraint(
        "CHECK(trade_value >= 0)", "A trade-in value cannot be negative."
    )

    @api.depends("kind")
    def _compute_covered(self):
        for part in self:
            part.covered = part.kind in selling.COVERED_KINDS

    def _cover(self):
        """Cover of a warranty that pays for this line, or None."""
        return selling.COVER.get(self.kind) if self.covered else None

    @api.model
    def _of_model(self, template, company):
        """Lines for *template* in *company*, its own before the general ones."""
        rows = self.search(
            [
                ("model_tmpl_id", "in", [template.id, False]),
                ("company_id", "in", [company.id, False]),
                ("product_id.active", "=", True),
                ("product_id.company_id", "in", [company.id, False]),
            ]
        )
        return rows.sorted(lambda row: (not row.model_tmpl_id, row.sequence, row.id))
