from odoo import fields, models


class CrmServiceSlaCause(models.Model):
    """Why a promise was not kept, for the attainment report (SVC-S)."""

    _name = "crm.service.sla.cause"
    _description = "Cause of a missed service level"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    code = fields.Char()
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    _code_uniq = models.UniqueIndex("(code) WHERE code IS NOT NULL", "This code is in use already.")
