from odoo import models

from ..report import message_persons as sql


class ResPartner(models.Model):
    """Text messages to erased people (GDPR article 17)."""

    _inherit = "res.partner"

    def _erase_beside(self, leads, addresses):
        """Messages that wait are taken back; all lose number and words."""
        result = super()._erase_beside(leads, addresses)
        self.env.flush_all()
        found = self.env.execute_query(sql.messages_of(self.ids, leads.ids))
        # sudo: whoever may erase people need not be able to read messages
        messages = self.env["sms.sms"].sudo().browse(row_id for (row_id,) in found)
        messages.filtered(lambda one: one.state == "outgoing").action_set_canceled()
        self._execute_on_campaigns(sql.erase_messages(messages.ids, self.ids, leads.ids))
        return result
