"""Call lists with people on them, and an exchange that answers as told (CC-6)."""

from datetime import datetime, timedelta

from odoo import fields

from .call_common import CallCase

#: Tuesday, 12:00 in Berlin and 6:00 in New York (winter).
NOON = datetime(2026, 1, 13, 11, 0)


class DialerCase(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.contact.pressure.rule"].search([]).active = False
        cls.company.partner_id.tz = "Europe/Berlin"
        cls.env["crm.call.list"].search([]).action_archive()  # those of demo data
        (cls.ada | cls.ben | cls.cyd).is_reachable = True
        cls.phone = cls.env.ref("crm_customer_insight.crm_contact_channel_phone")
        cls.germany = cls.env.ref("base.de")
        cls.lists = cls.env["crm.call.list"]
        cls.entries = cls.env["crm.call.list.entry"]

    @classmethod
    def _list(cls, **values):
        """A list for all hours; its agents are those of the queue for support (Ada and Ben)."""
        return cls.env["crm.call.list"].create(
            {
                "name": "Spring",
                "mode": "progressive",
                "queue_id": cls.support.id,
                "exchange_id": cls.exchange.id,
                "hour_from": 0,
                "hour_to": 24,
                "saturday_to": 24,
                "sunday_to": 24,
                "on_holidays": True,
                **values,
            }
        )

    @classmethod
    def _people(cls, *numbers, granted=True, **values):
        """A contact for each number, with permission to be called."""
        partners = cls.env["res.partner"].create(
            [
                {"name": f"P {number}", "phone": number, "country_id": cls.germany.id, **values}
                for number in numbers
            ]
        )
        if granted:
            cls.env["crm.contact.permission"].create(
                [
                    {
                        "partner_id": one.id,
                        "channel_id": cls.phone.id,
                        "state": "granted",
                        "origin": "form",
                    }
                    for one in partners
                ]
            )
        return partners

    def filled(self, count=3, **values):
        """A running list with so many people."""
        one = self._list(**values)
        partners = self._people(*(f"+4940{100_000 + number}" for number in range(count)))
        one._add_partners([("id", "in", partners.ids)])
        one.action_start()
        return one

    def ready(self, *agents):
        for agent in agents:
            self._state(agent, "ready", fields.Datetime.now() - timedelta(minutes=1))

    def exchange_says(self, entry, result="answered", steps=(), talk=0.0, agent=None, **values):
        """A call of the exchange for an entry, over; the fold of its events is tested elsewhere."""
        now = fields.Datetime.now()
        call = self.env["crm.call"].create(
            {
                "exchange_id": self.exchange.id,
                "company_id": self.company.id,
                "linked": entry.command_uid,
                "direction": "outbound",
                "state": "done",
                "number": entry.e164,
                "start": now,
                "end": now,
                "result": result,
                "talk_seconds": talk,
                "agent_id": agent.id if agent else False,
                "path": [{"at": 0, "kind": "ivr", "step": step} for step in steps],
                "leg_ids": [(0, 0, {"uid": entry.command_uid, "kind": "customer"})],
                **values,
            }
        )
        self.entries._follow(self.exchange, [entry.command_uid])
        return call
