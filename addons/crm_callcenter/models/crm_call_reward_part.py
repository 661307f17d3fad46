from odoo import api, fields, models

from ..tools import fair_reward

MEASURES = [
    ("quality", "Quality (mean score of released reviews)"),
    ("correctness", "Correctness (% of reviews with a correct answer)"),
    ("satisfaction", "Satisfaction (mean of the call-back sample, 1 to 5)"),
    ("resolution", "Resolution (% of results that count as solved)"),
    ("handling", "Handling time (mean seconds of talk)"),
]


class CrmCallRewardPart(models.Model):
    """How much a measure counts in the fair reward, and between which values (CC-10)."""

    _name = "crm.call.reward.part"
    _description = "Part of the fair reward"
    _order = "sequence, id"
    _rec_name = "measure"

    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    measure = fields.Selection(MEASURES, required=True)
    weight = fields.Float(required=True, default=20)
    floor = fields.Float("Earns nothing at", required=True)
    goal = fields.Float("Earns all at", required=True)

    _measure_uniq = models.UniqueIndex("(company_id, measure)", "This measure counts already.")
    _range = models.Constraint(
        "CHECK(weight >= 0 AND floor <> goal)",
        "A weight is not negative, and the two ends of a measure differ.",
    )

    @api.model
    def _parts(self, company):
        # sudo: agents see how their own reward comes about
        rows = self.sudo().search([("company_id", "=", company.id)])
        return [fair_reward.Part(r.measure, r.weight, r.floor, r.goal) for r in rows]
