from odoo import api, fields, models

SCORES = [
    ("1", "1: unacceptable"),
    ("2", "2: poor"),
    ("3", "3: sufficient"),
    ("4", "4: good"),
    ("5", "5: excellent"),
]


class CrmSupplierEvaluationLine(models.Model):
    """The score of one criterion in an evaluation; its weight stays as it was then (C360-9)."""

    _name = "crm.supplier.evaluation.line"
    _description = "Score of a supplier"
    _order = "sequence, id"
    _rec_name = "criterion_id"

    evaluation_id = fields.Many2one(
        "crm.supplier.evaluation", required=True, ondelete="cascade", index=True
    )
    criterion_id = fields.Many2one(
        "crm.supplier.criterion", required=True, ondelete="restrict", index=True
    )
    description = fields.Text(related="criterion_id.description")
    sequence = fields.Integer(related="criterion_id.sequence", store=True)
    weight = fields.Float(
        compute="_compute_weight", store=True, readonly=False, precompute=True, aggregator=None
    )
    score = fields.Selection(SCORES, help="Empty: not judged; it does not count then.")
    note = fields.Char("Why")

    _criterion_uniq = models.UniqueIndex(
        "(evaluation_id, criterion_id)", "Each criterion is judged once."
    )
    _weight_not_negative = models.Constraint(
        "CHECK(weight >= 0)", "A weight is not less than zero."
    )

    @api.depends("criterion_id")
    def _compute_weight(self):
        for line in self:
            line.weight = line.criterion_id.weight
