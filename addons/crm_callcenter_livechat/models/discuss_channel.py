from odoo import api, fields, models

from odoo.addons.mail.tools.discuss import Store


class DiscussChannel(models.Model):
    """A live chat is in the inbox of the agent who has it, and takes his room (CC-7)."""

    _name = "discuss.channel"
    _inherit = ["discuss.channel", "crm.call.inbox.source.mixin"]

    @api.model_create_multi
    def create(self, vals_list):
        channels = super().create(vals_list)
        channels._follow_chat()
        return channels

    def write(self, vals):
        result = super().write(vals)
        if {"livechat_end_dt", "livechat_operator_id"} & vals.keys():
            self._follow_chat()
        return result

    def _follow_chat(self):
        """The chat is with its operator, as long as it runs."""
        # sudo: visitors write here; the inbox is the agents'
        for chat in self.sudo().filtered(lambda one: one.channel_type == "livechat"):
            contact = self.env["crm.call.contact"].sudo()._of(chat)  # sudo: as above
            if chat.livechat_end_dt:
                contact._end("done")
            elif agent := chat._chat_agent():
                (contact or chat._inbox_enter("chat"))._give(agent.user_id)
            else:
                contact._leave()

    def _chat_agent(self):
        """The agent whom the visitor talks to: none for a bot, or an operator who is no agent."""
        users = self.livechat_operator_id.user_ids
        return self.env["crm.call.agent"].search([("user_id", "in", users.ids)], limit=1)

    def _inbox_company(self):
        return self._chat_agent().company_id

    def _inbox_partner(self):
        people = self.channel_partner_ids.filtered(lambda one: one.partner_share)
        return people[:1] if len(people) == 1 and not people.is_public else people[:0]

    def _inbox_since(self):
        return self.create_date or fields.Datetime.now()

    def _inbox_done(self, user):
        """The agent ends the chat; the visitor sees it."""
        if not self.livechat_end_dt:
            self.livechat_end_dt = fields.Datetime.now()
            Store(bus_channel=self).add(self, "livechat_end_dt").bus_send()

    def _inbox_open(self):
        return {
            "type": "ir.actions.client",
            "tag": "mail.action_discuss",
            "params": {"active_id": self.id},
        }
