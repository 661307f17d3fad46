from odoo import api, fields, models
from odoo.exceptions import UserError

TOPS = [("1", "Yes or no"), ("2", "0 to 2"), ("3", "0 to 3"), ("4", "0 to 4"), ("5", "0 to 5")]


class CrmCallScorecardCriterion(models.Model):
    """One question of a scorecard (CC-5)."""

    _name = "crm.call.scorecard.criterion"
    _description = "Criterion of a scorecard"
    _order = "scorecard_id, sequence, id"

    scorecard_id = fields.Many2one(
        "crm.call.scorecard", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    section = fields.Char(translate=True, help="Criteria with the same section stand together.")
    name = fields.Char("Criterion", required=True, translate=True)
    description = fields.Text(translate=True, help="What earns how many points.")
    weight = fields.Float(default=1, required=True, help="Relative to the other criteria.")
    top = fields.Selection(TOPS, "Points", required=True, default="1")
    is_fatal = fields.Boolean("Fatal", help="Without a point here the whole call scores 0.")
    is_correctness = fields.Boolean(
        "Correctness", help="Tells whether the answer was right; base of that measure."
    )

    _weight_positive = models.Constraint("CHECK(weight > 0)", "A weight is greater than 0.")

    def _check_unused(self):
        if self.scorecard_id.filtered(lambda card: card.state != "draft"):
            raise UserError(
                self.env._("A scorecard in use does not change; make a new version of it.")
            )

    @api.model_create_multi
    def create(self, vals_list):
        found = super().create(vals_list)
        found._check_unused()
        return found

    def write(self, vals):
        self._check_unused()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_used(self):
        self._check_unused()
