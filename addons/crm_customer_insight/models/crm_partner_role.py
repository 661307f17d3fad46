from odoo import fields, models


class CrmPartnerRole(models.Model):
    """What a business partner is to us (C360-9): read from facts, or given by hand."""

    _name = "crm.partner.role"
    _description = "Role of a business partner"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    color = fields.Integer()
    by_hand = fields.Boolean("Given by hand", help="Others are read from what was done.")
    description = fields.Text("Meaning", translate=True)

    _code_uniq = models.UniqueIndex("(code)", "There is a role with this code already.")
