from odoo import fields, models


class CrmCallCostClass(models.Model):
    """What a minute to some destinations costs, for the bill and for whoever dials (CC-6, CC-9)."""

    _name = "crm.call.cost.class"
    _description = "Cost class of calls"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", help="Empty: for all companies.", default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    per_minute = fields.Monetary("Price of a minute")
    per_call = fields.Monetary("Price of a call")

    _not_negative = models.Constraint(
        "CHECK(per_minute >= 0 AND per_call >= 0)", "A price is not negative."
    )
