from random import randint

from odoo import fields, models


class CrmServiceTag(models.Model):
    """Free keyword on requests."""

    _name = "crm.service.tag"
    _description = "Service tag"
    _order = "name"

    name = fields.Char(required=True, translate=True)
    color = fields.Integer(default=lambda self: randint(1, 11))

    _name_uniq = models.Constraint("UNIQUE(name)", "This tag exists already.")
