from odoo import fields, models


class CrmCallPauseReason(models.Model):
    """Why agents pause; what they choose is kept with the time it took (CC-1, CC-8)."""

    _name = "crm.call.pause.reason"
    _description = "Reason of a pause"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
