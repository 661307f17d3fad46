from datetime import UTC

from odoo import api, fields, models

from odoo.addons.crm_callcenter.models.crm_call_contact_offer_mixin import RULES
from odoo.addons.crm_callcenter.tools import inbox, routing


class CrmCallInboxRule(models.Model):
    """Live chats go to operators by the skills of a queue, their state and room (CC-7).

    A chat is not offered as a mail is: whoever is chosen has it at once, for its customer waits in
    front of the screen.
    """

    _inherit = "crm.call.inbox.rule"

    channel = fields.Selection(selection_add=[("chat", "Live chat")], ondelete={"chat": "cascade"})
    livechat_channel_id = fields.Many2one(
        "im_livechat.channel",
        "Live chat channel",
        ondelete="cascade",
        index="btree_not_null",
        help="Only chats of this channel. Empty: of all.",
    )

    def _fits(self, record):
        own = self.livechat_channel_id
        if record._name == "discuss.channel" and own and record.livechat_channel_id != own:
            return False
        return super()._fits(record)

    @api.model
    def _of_livechat(self, channel):
        """The rule for chats of a live chat channel, or an empty record."""
        wanted = [("channel", "=", "chat"), ("livechat_channel_id", "in", (False, channel.id))]
        # sudo: visitors start chats
        return self.sudo().search(wanted, limit=1)

    def _free_agents(self, users):
        """Who of the users can take one more chat: ready, with the skills and the room.

        :return: ``{agent: tools.inbox.Desk}``
        """
        agents = self.env["crm.call.agent"].search(
            [("user_id", "in", users.ids), ("company_id", "=", self.company_id.id),
             ("state", "=", "ready")]
        )  # fmt: skip
        desks = self.env["crm.call.contact"]._desks(agents, self.queue_id)
        now, chat = _now(), self._chat(0, "")
        return {
            agents.browse(desk.agent.agent): desk
            for desk in desks
            if inbox.offers([chat], [desk], now, RULES)
        }

    def _agents_of(self, users):
        return self.env["crm.call.agent"].search(
            [("user_id", "in", users.ids), ("company_id", "=", self.company_id.id)]
        )

    def _without_agents(self, users):
        """Those who are no agents."""
        return users - self._agents_of(users).user_id.with_env(users.env)

    def _without_busy(self, users):
        """Those who are no agents, and agents who can take a chat; without a rule all."""
        if not self or not users:
            return users
        free = self.env["crm.call.agent"].union(*self._free_agents(users))
        busy = (self._agents_of(users) - free).user_id
        return users - busy.with_env(users.env)

    def _choose_agent(self, users, previous, lang):
        """Who gets a new chat: the ranking of calls; who has few chats comes before others.

        :param previous: operator (``res.users``) with whom the visitor chatted before
        :param lang: code of the visitor's language; preferred where somebody free speaks it
        """
        free = self._free_agents(users)
        before = next((one.id for one in free if one.user_id == previous), 0)
        chat = self._chat(before, lang)
        spoken = inbox.offers([chat], list(free.values()), _now(), RULES)
        found = spoken or inbox.offers([self._chat(before, "")], list(free.values()), _now(), RULES)
        return self.env["crm.call.agent"].browse(choice.agent for choice in found)

    def _chat(self, before, lang):
        """A chat as the ranking sees it."""
        skills = self.queue_id.skill_ids
        languages = self.env["crm.call.agent"].search(
            [("company_id", "=", self.company_id.id)], limit=1
        )._spoken_languages() if lang else {}  # fmt: skip
        place = routing.Waiting(
            0,
            self.queue_id.id,
            _now(),
            needs={row.skill_id.id: int(row.level) for row in skills},
            languages=languages.get(lang, frozenset()),
            last_agent=before,
        )
        return inbox.Contact(place, "chat")


def _now():
    """Seconds since 1970."""
    return fields.Datetime.now().replace(tzinfo=UTC).timestamp()
