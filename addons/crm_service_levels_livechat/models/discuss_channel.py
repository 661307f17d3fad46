from markupsafe import Markup

from odoo import models
from odoo.tools import html2plaintext

COMMAND = "/request"
NAME_LENGTH = 250


class DiscussChannel(models.Model):
    _inherit = "discuss.channel"

    def execute_command_request(self, **kwargs):
        """Command ``/request subject`` of a live chat: a request with the conversation (SVC-L1)."""
        self.ensure_one()
        body = html2plaintext(kwargs.get("body") or "").strip()
        subject = body.removeprefix(COMMAND).strip()
        if not self.env["crm.service.request"].has_access("create"):
            told = self.env._("Only service staff open requests.")
        elif not subject:
            example = Markup("<pre>%s <i>%s</i></pre>") % (COMMAND, self.env._("subject"))
            told = self.env._("Open a request with: %s", example)
        else:
            request = self._service_request_of_chat(subject)
            told = self.env._("Request opened: %s", request._get_html_link())
        self.env.user._bus_send_transient_message(self, told)

    def _service_request_of_chat(self, subject):
        channel = self.env.ref("crm_service_levels.channel_chat", raise_if_not_found=False)
        return self.env["crm.service.request"].create(
            {
                "name": subject[:NAME_LENGTH],
                "description": self._get_channel_history(),
                "partner_id": self._service_visitor().id,
                "channel_id": channel.id if channel else False,
                "user_id": self.env.user.id,
            }
        )

    def _service_visitor(self):
        """The one customer who chats; nobody when it is a stranger or there are several."""
        # sudo: who takes part in the chat is known to whoever chats in it
        people = self.sudo().with_context(active_test=False).channel_partner_ids
        customers = people.filtered(lambda partner: partner.partner_share)
        if len(customers) != 1 or customers.is_public:
            return self.env["res.partner"]
        return customers.sudo(False)
