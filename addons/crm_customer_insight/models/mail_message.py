from odoo import models


class MailMessage(models.Model):
    _inherit = "mail.message"

    # By which the touch ledger finds what changed since the last fill. Only what may be a contact
    # with a customer: most messages are notices of the system.
    _insight_fill_idx = models.Index(
        "(write_date, id) WHERE model IN ('res.partner', 'crm.lead', 'sale.order', 'account.move')"
        " AND message_type IN ('comment', 'email', 'email_outgoing')"
    )
