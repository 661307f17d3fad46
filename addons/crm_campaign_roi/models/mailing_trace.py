from odoo import models


class MailingTrace(models.Model):
    """Replies to the mails of waves (ROI-1, ROI-5)."""

    _inherit = "mailing.trace"

    def set_opened(self, domain=None):
        """Not by what a machine sent back."""
        if self.env.context.get("campaign_automatic_mail"):
            return self.browse()
        return super().set_opened(domain)

    def set_replied(self, domain=None):
        """Not by what a machine sent back; automatic answers go out in a moment."""
        if self.env.context.get("campaign_automatic_mail"):
            return self.browse()
        traces = super().set_replied(domain)
        # sudo: the gateway has no rights in campaigns; it only wakes the job
        traces.sudo().mass_mailing_id.wave_id._wake_answers()
        return traces
