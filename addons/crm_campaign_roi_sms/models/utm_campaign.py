from odoo import fields, models


class UtmCampaign(models.Model):
    """Controllers open campaigns, too, and have no right to read mailings: Odoo's own counts."""

    _inherit = "utm.campaign"

    mailing_sms_count = fields.Integer(compute_sudo=True)
    ab_testing_mailings_sms_count = fields.Integer(compute_sudo=True)
