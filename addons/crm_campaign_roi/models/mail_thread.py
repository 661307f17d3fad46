from odoo import api, models
from odoo.tools import email_normalize

from ..tools.automatic_mail import is_automatic


class MailThread(models.AbstractModel):
    """What a machine sends back to a mailing is no reply of its recipient (ROI-1, ROI-5)."""

    _inherit = "mail.thread"

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        sender = email_normalize(message_dict.get("email_from")) or ""
        automatic = is_automatic(message, message_dict.get("subject"), sender)
        threads = self.with_context(campaign_automatic_mail=True) if automatic else self
        return super(MailThread, threads)._message_route_process(message, message_dict, routes)
