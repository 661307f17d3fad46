from datetime import timedelta

from odoo import fields, models

from ..tools import queue_sync
from ..tools.queue_sync import Asked, Member, Worker

#: After a refusal the same is asked for again after so many minutes: a queue may be there by then.
REST_MINUTES = 5
#: A command whose result never came is not waited for longer than that (minutes).
LOST_MINUTES = 1
#: States in which a new member begins paused.
AWAY = ("offline", "paused", "wrap_up")


class CrmCallQueueExchangeMixin(models.AbstractModel):
    """Members of queues follow the skills entered in Odoo; a part of ``crm.call.exchange`` (CC-3).

    The listener's question for commands, every two seconds, compares what there should be with
    what the exchange said last, and asks for the difference alone. So every cause takes effect
    (an agent, a skill, a certificate that expired, a restart of the exchange) without being named.
    """

    _name = "crm.call.queue.exchange.mixin"
    _description = "Members of the queues of an exchange"

    def _follow_members(self, rows):
        """Note what the exchange says of members of queues.

        :param rows: those of :meth:`listener_events`, in their order
        """
        messages = [row["message"] for row in rows if _is_told(row["message"])]
        if not messages:
            return
        rows = self._members_there()
        before = {place: _member(row) for place, row in rows.items()}
        after = queue_sync.heard(before, messages)
        gone = [row.id for place, row in rows.items() if place not in after]
        members = self.env["crm.call.queue.member"]
        members.browse(gone).unlink()
        members.create(
            [
                {"exchange_id": self.id, "queue": queue, "interface": phone, **_values(member)}
                for (queue, phone), member in after.items()
                if (queue, phone) not in before
            ]
        )
        for place, member in after.items():
            if place in before and before[place] != member:
                rows[place].write(_values(member))
        if any(message.get("Event") == queue_sync.MEMBERS for message in messages):
            self._pause_again(after)

    def _pause_again(self, members):
        """After a restart the exchange has forgotten who pauses, or was never told (CC-1).

        Of agents who have never logged on in Odoo the exchange alone decides.
        """
        called = {phone for (_queue, phone), member in members.items() if not member.paused}
        agents = self.env["crm.call.agent"].search([("exchange_id", "=", self.id)])
        away = agents.filtered(lambda one: f"PJSIP/{one.extension}" in called and one.state in AWAY)
        states = self.env["crm.call.agent.state"]
        for [agent] in states._read_group([("agent_id", "in", away.ids)], ["agent_id"]):
            values = {"interface": f"PJSIP/{agent.extension}", "reason": agent.state}
            self.env["crm.call.command"]._ask(self, "queue_pause", values)

    def _members_there(self):
        rows = self.env["crm.call.queue.member"].search([("exchange_id", "=", self.id)])
        return rows._by_place()

    def _sync_members(self):
        """Ask the exchange for what is missing in its queues, or too much."""
        queues = self._queues_of_odoo()
        if not queues or self._asks_already():
            return
        there = {place: _member(row) for place, row in self._members_there().items()}
        wanted = {
            place: (_as_paused(member, there.get(place)), worker)
            for place, (member, worker) in queue_sync.wanted(
                [_asked(queue) for queue in queues], self._workers()
            ).items()
        }
        refused = self._refused()
        for action, values in queue_sync.changes(wanted, there, queues.mapped("code")):
            if (action, values["queue"], values["interface"]) not in refused:
                self.env["crm.call.command"]._ask(self, action, values)

    def _queues_of_odoo(self):
        """Queues of this exchange whose members are made from skills.

        Of an archived one the members stay until its callers are served.
        """
        queues = self.env["crm.call.queue"].search(
            [("company_id", "=", self.company_id.id), ("members_by", "=", "odoo")]
        )
        return queues.filtered(lambda queue: not queue.exchange_ids or self in queue.exchange_ids)

    def _workers(self):
        """Agents of this exchange with the skills for which they are released."""
        agents = self.env["crm.call.agent"].search([("exchange_id", "=", self.id)])
        skills = {agent: {} for agent in agents}
        for row in agents._released_skills():
            skills[row.agent_id][row.skill_id.id] = int(row.level)
        return [
            Worker(f"PJSIP/{agent.extension}", _plain(agent.name), skills[agent], _pause(agent))
            for agent in agents
        ]

    def _asks_already(self):
        """Whether the answer to an earlier question is still to come."""
        limit = fields.Datetime.now() - timedelta(minutes=LOST_MINUTES)
        return self._member_commands(["waiting", "sent"], limit, limit=1)

    def _refused(self):
        limit = fields.Datetime.now() - timedelta(minutes=REST_MINUTES)
        found = self._member_commands(["failed"], limit)
        return {(one.action, one.values.get("queue"), one.values.get("interface")) for one in found}

    def _member_commands(self, states, since, limit=None):
        actions = ["queue_add", "queue_remove", "queue_penalty", "queue_pause", "queue_unpause"]
        return self.env["crm.call.command"].search(
            [
                ("exchange_id", "=", self.id),
                ("state", "in", states),
                ("action", "in", actions),
                ("create_date", ">", since),
            ],
            limit=limit,
        )


def _is_told(message):
    event = str(message.get("Event", ""))
    return event == queue_sync.MEMBERS or event.startswith("QueueMember")


def _member(row):
    return Member(row.penalty, row.paused, row.fixed)


def _values(member):
    return {"penalty": member.penalty, "paused": member.paused, "fixed": member.fixed}


def _as_paused(member, there):
    """Whether a member is paused is told by the states of agents; only a new one begins here."""
    return Member(member.penalty, there.paused) if there else member


def _asked(queue):
    return Asked(queue.code, {row.skill_id.id: int(row.level) for row in queue.skill_ids})


def _pause(agent):
    return agent.state if agent.state in AWAY else ""


def _plain(name):
    """A name as the exchange takes it: a comma would begin the next argument."""
    return " ".join(str(name or "").replace(",", " ").split())[:80]
