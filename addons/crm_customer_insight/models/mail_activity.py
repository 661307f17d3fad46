from odoo import models


class MailActivity(models.Model):
    _name = "mail.activity"
    _inherit = ["crm.alert.activity.mixin", "mail.activity"]

    # By which the touch ledger finds what changed since the last fill.
    _insight_fill_idx = models.Index("(write_date, id)")
