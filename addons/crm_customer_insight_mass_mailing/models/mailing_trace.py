from odoo import models


class MailingTrace(models.Model):
    _inherit = "mailing.trace"

    # The ledger reads what changed since its last fill, and tells mailings from single mails.
    _insight_fill_idx = models.Index("(write_date, id)")
    _insight_message_idx = models.Index("(message_id) WHERE message_id IS NOT NULL")
