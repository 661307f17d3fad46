from odoo import api, fields, models

KINDS = [("praise", "Well done"), ("improve", "To improve"), ("note", "Note")]


class CrmCallReviewRemark(models.Model):
    """A remark at a moment of the recording (CC-5)."""

    _name = "crm.call.review.remark"
    _description = "Remark at a moment of a call"
    _order = "review_id, second, id"

    review_id = fields.Many2one("crm.call.review", required=True, ondelete="cascade", index=True)
    second = fields.Float("At second", required=True, digits=(16, 1), aggregator=None)
    moment = fields.Char("At", compute="_compute_moment")
    kind = fields.Selection(KINDS, required=True, default="note")
    name = fields.Char("Remark", required=True)

    _second_positive = models.Constraint(
        "CHECK(second >= 0)", "A moment of a call is not before it."
    )

    @api.depends("second")
    def _compute_moment(self):
        for remark in self:
            minutes, seconds = divmod(int(remark.second), 60)
            remark.moment = f"{minutes}:{seconds:02d}"

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
