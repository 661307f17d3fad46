from odoo import api, fields, models
from odoo.tools import SQL


class CrmCallTrainingBudget(models.Model):
    """Money for learning in a year, against what was spent (CC-10)."""

    _name = "crm.call.training.budget"
    _description = "Learning budget"
    _order = "year desc, id"
    _rec_name = "year"

    year = fields.Integer(
        required=True, default=lambda self: fields.Date.today().year, aggregator=None
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary("Budget", required=True)
    spent = fields.Monetary(
        compute="_compute_spent", help="Costs of training plans that began in the year."
    )
    remaining = fields.Monetary(compute="_compute_spent")

    _year_uniq = models.UniqueIndex("(company_id, year)", "This year has a budget already.")
    _plain = models.Constraint(
        "CHECK(amount >= 0 AND year BETWEEN 2000 AND 2200)", "A budget is not negative."
    )

    @api.depends("year", "company_id", "amount")
    def _compute_spent(self):
        self.env["crm.call.training.plan"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT company_id, extract(year FROM start)::int, sum(cost)
                     FROM crm_call_training_plan
                    WHERE company_id = ANY(%s) AND state <> 'cancelled' GROUP BY 1, 2""",
                self.company_id.ids,
            )
        )
        spent = {(company, year): amount for company, year, amount in rows}
        for budget in self:
            budget.spent = spent.get((budget.company_id.id, budget.year), 0)
            budget.remaining = budget.amount - budget.spent

    def action_plans(self):
        """The plans behind what was spent."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Training plans of %s", self.year),
            "res_model": "crm.call.training.plan",
            "view_mode": "list,form",
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("state", "!=", "cancelled"),
                ("start", ">=", f"{self.year}-01-01"),
                ("start", "<=", f"{self.year}-12-31"),
            ],
        }
