from odoo import fields, models


class CrmCallDialKind(models.Model):
    """A kind of number, as ``tools/number_plan.py`` tells them apart (CC-6)."""

    _name = "crm.call.dial.kind"
    _description = "Kind of number"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)

    _code_uniq = models.UniqueIndex("(code)", "This kind of number is there already.")
