from odoo import models


class MailMessage(models.Model):
    _inherit = "mail.message"

    # The touch ledger finds what was said about requests since its last fill.
    _service_fill_idx = models.Index(
        "(write_date, id) WHERE model = 'crm.service.request'"
        " AND message_type IN ('comment', 'email', 'email_outgoing')"
    )
