from odoo import fields, models


class CrmServiceResult(models.Model):
    """How a request ended: solved, explained, refused, not reproducible …"""

    _name = "crm.service.result"
    _description = "Result of a request"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    is_solution = fields.Boolean(
        "Counts as solved", default=True, help="First-contact resolution counts these results."
    )

    _code_uniq = models.Constraint("UNIQUE(code)", "This code is in use already.")
