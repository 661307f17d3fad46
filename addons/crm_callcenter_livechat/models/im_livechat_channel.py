from odoo import models


class ImLivechatChannel(models.Model):
    """Operators who are agents of the call center are chosen by its rules (CC-7)."""

    _inherit = "im_livechat.channel"

    def _get_available_operators_by_livechat_channel(self, users=None):
        """An agent is available while he is ready and has the skills and the room.

        Operators who are no agents are left as Odoo has them.
        """
        found = super()._get_available_operators_by_livechat_channel(users)
        rules = self.env["crm.call.inbox.rule"]
        return {
            channel: rules._of_livechat(channel)._without_busy(operators)
            for channel, operators in found.items()
        }

    def _get_operator(
        self, previous_operator_id=None, lang=None, country_id=None, expertises=None, users=None
    ):
        rule = self.env["crm.call.inbox.rule"]._of_livechat(self)
        others = users if users is not None else self.available_operator_ids
        if rule and others:
            before = others.filtered(lambda user: user.partner_id.id == previous_operator_id)
            if agent := rule._choose_agent(others, before, lang):
                return agent.user_id.with_env(self.env)
            others = rule._without_agents(others)
        return super()._get_operator(previous_operator_id, lang, country_id, expertises, others)
