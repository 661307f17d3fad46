from collections import defaultdict
from datetime import UTC, timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import entry, inbox, routing

#: States that take an agent's room.
HELD = ("offered", "in_work")
#: Contacts that one run offers at most; those that wait longest.
BATCH = 500
#: After a refusal the same agent is not asked again so soon (seconds).
AGAIN_SECONDS = 120
RULES = routing.Rules(again_seconds=AGAIN_SECONDS)


class CrmCallContactOfferMixin(models.AbstractModel):
    """Contacts are offered to ready agents with the skills and the room; a part of
    ``crm.call.contact`` (CC-7). Who is asked is decided in ``tools/inbox.py``.
    """

    _name = "crm.call.contact.offer.mixin"
    _description = "Offers of contacts"

    @api.model
    def _wake(self):
        """Something changed: have what waits offered in a moment, if anything waits."""
        contacts = self.env["crm.call.contact"].sudo()  # sudo: whoever made it change
        if contacts.search_count([("state", "=", "waiting")], limit=1):
            # sudo: as above
            self.env.ref("crm_callcenter.ir_cron_inbox").sudo()._trigger()

    @api.model
    def _cron_offer(self):
        """End offers whose time is over, and offer what waits."""
        self._end_offers()
        waiting = self._waiting()
        for company, contacts in waiting.grouped("company_id").items():
            contacts.with_company(company)._offer(company)
        if len(waiting) == BATCH:
            self._wake()

    def _waiting(self):
        """What waits and may be offered now, locked against another run of the same."""
        now = fields.Datetime.now()
        contacts = self.search(
            [("state", "=", "waiting"), "|", ("not_before", "=", False), ("not_before", "<=", now)],
            limit=BATCH,
        )
        return contacts.try_lock_for_update(allow_referencing=True) if contacts else contacts

    @api.model
    def _end_offers(self):
        """Offers that nobody answered, and those of agents who are gone, go back into the line."""
        now = fields.Datetime.now()
        over = self.search([("state", "=", "offered"), ("offer_until", "<=", now)])
        lost = self.search(
            [("state", "in", HELD),
             "|", ("agent_id", "=", False), ("agent_id.active", "=", False)]
        )  # fmt: skip
        away = self.search([("state", "=", "offered"), ("agent_id.state", "=", "offline")])
        (over | lost | away)._pass_on()

    def _pass_on(self):
        """Back into the line; who had it is not asked again at once."""
        agents, now = self.agent_id, _seconds(fields.Datetime.now())
        accepted = self.filtered(lambda one: one.state == "in_work")
        for one in self:
            declined = dict(one.declined or {})
            if one.agent_id:
                declined[str(one.agent_id.id)] = now
            one.write({"state": "waiting", "agent_id": False, "offered_at": False,
                       "offer_until": False, "accepted_at": False,
                       "declined": declined})  # fmt: skip
        for record in filter(None, (one._record() for one in accepted)):
            record._inbox_returned()
        agents._tell()
        self._wake()

    def _offer(self, company):
        """Offer these contacts of a company; what nobody can take now goes on waiting."""
        agents = self.env["crm.call.agent"].search(
            [("company_id", "=", company.id), ("state", "=", "ready")]
        )
        if not agents:
            return
        now, readers = fields.Datetime.now(), self._readers(agents)
        desks = self._desks(agents, self.queue_id, frozenset(readers.values()))
        chosen = inbox.offers(self._places(agents, readers), desks, _seconds(now), RULES)
        by_agent = defaultdict(list)
        for choice in chosen:
            by_agent[choice.agent].append(choice.call)
        # Of two runs that give to one agent the later fails to serialize, and is tried again.
        agents.browse(by_agent)._lock_agents()
        for agent, numbers in by_agent.items():
            self.browse(numbers)._offer_to(agents.browse(agent), now)

    def _offer_to(self, agent, now):
        for rule, contacts in self.grouped("rule_id").items():
            until = now + timedelta(seconds=rule.offer_seconds) if rule.offer_seconds else False
            contacts.write({"state": "offered", "agent_id": agent.id, "offered_at": now,
                            "offer_until": until})  # fmt: skip
        agent._tell()

    # -- what the ranking is told

    def _readers(self, agents):
        """``{contact: agents with a right to its record}``; queries grow with agents alone."""
        readers = defaultdict(set)
        for model, contacts in self.grouped("res_model").items():
            if model in self.env:
                by_record = {one.res_id: one.id for one in contacts}
                records = self.env[model].browse(by_record).exists()
                for agent in agents:
                    for record in agent._readable(records).ids:
                        readers[by_record[record]].add(agent.id)
        return {one.id: frozenset(readers[one.id]) for one in self}

    def _places(self, agents, readers):
        """These as ``tools.inbox.Contact``, in a constant number of queries."""
        owners = {agent.user_id.id: agent.id for agent in agents}
        last, spoken = self._last_agents(), agents._spoken_languages()
        now = fields.Datetime.now()
        kind = self.env["crm.call.inbox.rule"]._kind
        return [
            inbox.Contact(one._place(owners, last, spoken, now), kind(one.channel), readers[one.id])
            for one in self
        ]

    def _place(self, owners, last, spoken, now):
        queue = self.queue_id
        skills = queue.skill_ids
        tier = self.partner_id.commercial_partner_id.insight_tier
        points = entry.points(queue.priority, tier, queue.tier_points)
        late = self.answer_by and self.answer_by < now
        return routing.Waiting(
            self.id,
            queue.id,
            _seconds(max(self.since, self.not_before or self.since)),
            needs={row.skill_id.id: int(row.level) for row in skills},
            languages=spoken.get(self.partner_id.lang, frozenset()),
            points=points + (entry.MOST_POINTS if late else 0),
            owner=owners.get(self.owner_id.id, 0),
            last_agent=last.get(self.partner_id.id, 0),
            until={row.skill_id.id: row.until_seconds for row in skills if row.until_seconds},
            tried={int(agent): at for agent, at in (self.declined or {}).items()},
        )

    def _last_agents(self):
        """``{customer: agent who talked to him last}``"""
        if not self.partner_id:
            return {}
        self.env["crm.call"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (partner_id) partner_id, agent_id FROM crm_call
                    WHERE partner_id IN %s AND agent_id IS NOT NULL AND result = 'answered'
                    ORDER BY partner_id, start DESC, id DESC""",
                tuple(self.partner_id.ids),
            )
        )
        return dict(rows)

    @api.model
    def _desks(self, agents, queues, circles=()):
        """Ready agents with their skills, rights and room, as ``tools.inbox.Desk``.

        :param circles: sets of agents with a right to a contact
        """
        skills = {agent: {} for agent in agents}
        for row in agents._released_skills():
            skills[row.agent_id][row.skill_id.id] = int(row.level)
        held = self._held(agents)
        numbers = frozenset(queues.ids)
        return [
            inbox.Desk(
                routing.Agent(agent.id, skills[agent], numbers, _seconds(agent.state_since),
                              load=sum(held[agent.id].values())),
                {"mail": agent.mail_capacity - held[agent.id]["mail"],
                 "chat": agent.chat_capacity - held[agent.id]["chat"]},
                frozenset(["", *(circle for circle in circles if agent.id in circle)]),
            )
            for agent in agents
        ]  # fmt: skip

    def _held(self, agents):
        """``{agent: {kind: how many he has now}}``"""
        kind = self.env["crm.call.inbox.rule"]._kind
        held = {agent: dict.fromkeys(inbox.KINDS, 0) for agent in agents.ids}
        for agent, channel, count in self._read_group(
            [("agent_id", "in", agents.ids), ("state", "in", HELD)],
            ["agent_id", "channel"],
            ["__count"],
        ):
            held[agent.id][kind(channel)] += count
        return held


def _seconds(value):
    """Seconds since 1970 of Odoo's naive UTC."""
    return value.replace(tzinfo=UTC).timestamp()
