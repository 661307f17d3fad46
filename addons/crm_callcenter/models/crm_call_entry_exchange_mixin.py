import time
from datetime import timedelta

from odoo import api, fields, models

from ..tools import entry
from ..tools.opening import Hours, overflows

#: Whom a caller talked to longer ago than that is nobody he expects (days).
REMEMBERED = 30


class CrmCallEntryExchangeMixin(models.AbstractModel):
    """A caller at the door of a queue, asked by the listener; of ``crm.call.exchange`` (CC-3).

    One question for one call, answered within a second or not at all: then the exchange goes on
    with its own queue (``pbx/conf/queue.conf``).
    """

    _name = "crm.call.entry.exchange.mixin"
    _description = "Callers at the door of a queue"

    @api.model
    def listener_enter(self, exchange_code, queue, number="", linked=""):
        """Where a caller goes, with which priority, and to whom first.

        :param queue: code of the queue that was called
        :param number: of the caller; empty: anonymous
        :param linked: the call, by which chance decides whether it is recorded (CC-5)
        :return: dict: state (open, closed; empty: no such queue), queue (code of the open one),
            priority, seconds (longest wait), overflow (code), agent (interface), agent_seconds,
            record (announce, ask, or empty), record_sound, menu (code, when closed)
        """
        exchange = self._of_listener(exchange_code)
        own = [("company_id", "=", exchange.company_id.id)]
        queues = exchange.env["crm.call.queue"].search(own)
        called = queues.filtered(lambda one: one.code.lower() == str(queue).lower())
        if not called:
            return {"state": ""}
        following = [(one.id, one.overflow_queue_id.id) for one in queues]
        path = queues.browse(overflows(following, called.id)) & queues
        doors = {one.id: exchange._door(one) for one in path}
        door = entry.open_door(doors, called.id, time.time())
        if not door:
            return {"state": "closed", "menu": called.closed_menu_id.code or ""}
        partner = exchange._caller(str(number or ""))
        queue = exchange._in_his_language(queues.browse(door.queue), queues, partner)
        found = exchange._through(queue, partner, str(number or ""), str(linked or ""))
        if queue.id != door.queue:  # nobody of his language has time: the queue that he called
            found["overflow"] = found["overflow"] or queues.browse(door.queue).code
        return found

    def _door(self, queue):
        spans = self._opening(queue.calendar_id.id)["opening"] if queue.calendar_id else None
        hours = Hours(spans and tuple(tuple(span) for span in spans))
        return entry.Door(queue.id, hours, queue.overflow_queue_id.id or 0)

    def _in_his_language(self, queue, queues, partner):
        """The queue that does the same in the caller's language, while somebody is there for it."""
        skills = self.env["crm.call.skill"].search([("lang_id.code", "=", partner.lang or "")])
        if not skills:
            return queue
        needs = {one.id: set(one.skill_ids.skill_id.ids) for one in queue | queues}
        for other in queues.browse(entry.in_language(needs, queue.id, skills[0].id)):
            at_work = other._agents().filtered(lambda agent: agent.state != "offline")
            if at_work and self._door(other).hours.is_open(time.time()):
                return other
        return queue

    def _through(self, queue, partner, number, linked):
        agent = self._own_agent(queue, partner, number)
        rules = self.env["crm.call.recording.rule"]
        rule = rules._for_call(self.company_id, queue, "inbound", linked)
        return {
            "state": "open",
            "queue": queue.code,
            "priority": entry.points(queue.priority, partner.insight_tier, queue.tier_points),
            "seconds": queue.longest_wait,
            "overflow": queue.overflow_queue_id.code or "",
            "agent": f"PJSIP/{agent.extension}" if agent else "",
            "agent_seconds": queue.own_agent_seconds,
            **rule._at_the_door(),
        }

    def _caller(self, number):
        """The one customer who has this number; several or none: nobody."""
        found = self.env["crm.contact.number"]._lookup(
            number, self.country_id or self.company_id.country_id, limit=2
        )
        partners = {row["partner_id"] for row in found if row["partner_id"]}
        return self.env["res.partner"].browse(partners if len(partners) == 1 else [])

    def _own_agent(self, queue, partner, number):
        """Who works for him, else who talked to him last, while he is ready and able."""
        if not queue.own_agent_seconds:
            return self.env["crm.call.agent"]
        for agent in (*self._owners(partner), self._last_agent(partner, number)):
            here = agent.exchange_id == self and agent.state == "ready"
            if here and agent._meets(queue.skill_ids):
                return agent
        return self.env["crm.call.agent"]

    def _owners(self, partner):
        """Agents who have something open with the customer; addons tell."""
        return self.env["crm.call.agent"]

    def _last_agent(self, partner, number):
        """Who answered the last call of the customer or number."""
        country = self.country_id or self.company_id.country_id
        since = fields.Datetime.now() - timedelta(days=REMEMBERED)
        return self.env["crm.call"]._last_agent(self.company_id, partner, number, country, since)
