from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools.scorecard import NOT_APPLICABLE

RATINGS = [(str(points), str(points)) for points in range(6)] + [(NOT_APPLICABLE, "n/a")]


class CrmCallReviewAnswer(models.Model):
    """What a reviewer found about one criterion (CC-5)."""

    _name = "crm.call.review.answer"
    _description = "Answer of a review"
    _order = "review_id, sequence, id"
    _rec_name = "criterion_id"

    review_id = fields.Many2one("crm.call.review", required=True, ondelete="cascade", index=True)
    criterion_id = fields.Many2one(
        "crm.call.scorecard.criterion", required=True, ondelete="restrict", index=True
    )
    sequence = fields.Integer(related="criterion_id.sequence", store=True)
    section = fields.Char(related="criterion_id.section")
    description = fields.Text(related="criterion_id.description")
    weight = fields.Float(related="criterion_id.weight")
    top = fields.Selection(related="criterion_id.top")
    is_fatal = fields.Boolean(related="criterion_id.is_fatal")
    rating = fields.Selection(RATINGS, help="Points, or not applicable; empty: not answered yet.")
    note = fields.Char("Remark")

    _criterion_uniq = models.UniqueIndex("(review_id, criterion_id)")

    @api.constrains("rating", "criterion_id")
    def _check_rating(self):
        for answer in self:
            if answer.rating not in (False, NOT_APPLICABLE) and answer.rating > answer.top:
                raise ValidationError(
                    self.env._(
                        "“%(criterion)s” has %(top)s points at most.",
                        criterion=answer.criterion_id.name,
                        top=answer.top,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        found = super().create(vals_list)
        found.review_id._check_open()
        return found

    def write(self, vals):
        self.review_id._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_scored(self):
        self.review_id._check_open()
