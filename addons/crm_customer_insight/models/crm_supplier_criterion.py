from odoo import fields, models


class CrmSupplierCriterion(models.Model):
    """What suppliers are judged by, and how much it counts (C360-9)."""

    _name = "crm.supplier.criterion"
    _description = "Supplier criterion"
    _order = "sequence, id"

    name = fields.Char("Criterion", required=True, translate=True)
    description = fields.Text("What to look at", translate=True)
    weight = fields.Float(
        required=True, default=1.0, help="Share of the score, compared with the other weights."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _weight_positive = models.Constraint("CHECK(weight > 0)", "A weight is more than zero.")
