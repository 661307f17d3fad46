from odoo import fields, models


class CrmCallTraining(models.Model):
    """A program after which an agent may answer for a skill: class, practice, first calls with an
    experienced colleague, examination (CC-10).
    """

    _name = "crm.call.training"
    _description = "Training program"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    skill_ids = fields.Many2many(
        "crm.call.skill", string="Skills", help="Released by passing the examination."
    )
    class_hours = fields.Float(default=40, string="Class hours")
    practice_hours = fields.Float(default=80, string="Practice hours")
    accompanied_calls = fields.Integer(
        default=5,
        help="First calls with an experienced colleague beside.",
        string="Accompanied calls",
    )
    pass_mark = fields.Float(
        default=80, required=True, help="Of the examination, 0 to 100.", string="Pass mark"
    )
    valid_months = fields.Integer(
        default=24, help="0: the certificate does not expire.", string="Valid months"
    )
    remind_days = fields.Integer("Remind (days before)", default=30)
    cost = fields.Monetary("Cost per agent", help="Proposed for each plan.")
    description = fields.Html(translate=True)
    plan_ids = fields.One2many("crm.call.training.plan", "training_id", "Plans")

    _limits = models.Constraint(
        "CHECK(class_hours >= 0 AND practice_hours >= 0 AND accompanied_calls >= 0"
        " AND pass_mark BETWEEN 0 AND 100 AND valid_months >= 0 AND remind_days >= 0)",
        "Hours, calls and months are not negative; the pass mark lies between 0 and 100.",
    )
