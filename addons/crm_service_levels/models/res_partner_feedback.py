from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    feedback_opt_out = fields.Boolean(
        "No feedback questions", help="This contact does not want to be asked what he thinks."
    )
