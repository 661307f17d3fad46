from odoo import fields, models


class ResUsersSettings(models.Model):
    """What the user closed for good on our pages."""

    _inherit = "res.users.settings"

    campaign_first_steps_closed = fields.Boolean("First steps in campaigns closed")
