from odoo import fields, models


class ResUsersSettings(models.Model):
    _inherit = "res.users.settings"

    insight_first_steps_closed = fields.Boolean(
        "First steps of customer insight closed",
        help="Its reader closed the list of first steps for good.",
    )
