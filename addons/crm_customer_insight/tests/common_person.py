from odoo.fields import Command
from odoo.tests import TransactionCase


class PersonCase(TransactionCase):
    """A French company of ours, and people to call, merge and erase."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.france = cls.env.ref("base.fr")
        cls.usa = cls.env.ref("base.us")
        cls.env.company.country_id = cls.france
        cls.Number = cls.env["crm.contact.number"]
        cls.Partner = cls.env["res.partner"]

    @classmethod
    def contact(cls, name, phone=False, **values):
        return cls.Partner.create(
            {"name": name, "phone": phone, "country_id": cls.france.id, **values}
        )

    @classmethod
    def user(cls, login, *groups, **values):
        return cls.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "email": f"{login}@example.com",
                "group_ids": [Command.set([cls.env.ref(group).id for group in groups])],
                **values,
            }
        )

    def numbers(self, owner):
        """``(raw, e164, extension, kind, origin)`` of the numbers of a contact or lead."""
        self.Number._drain()
        return [
            (number.raw, number.e164, number.extension or None, number.kind, number.origin)
            for number in owner.contact_number_ids
        ]

    def found(self, raw, **arguments):
        """Names of the candidates in their order."""
        return [candidate["name"] for candidate in self.Number._lookup(raw, **arguments)]

    def merge(self, sources, target):
        self.env["base.partner.merge.automatic.wizard"]._merge(
            (sources | target).ids, dst_partner=target
        )
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()

    def touch(self, partner=None, **values):
        """A ledger row."""
        self.env.flush_all()
        self.env.cr.execute("SELECT COALESCE(max(res_id), 0) + 1 FROM crm_touchpoint")
        [next_id] = self.env.cr.fetchone()
        return self.env["crm.touchpoint"].create(
            {
                "partner_id": partner.id if partner else False,
                "commercial_partner_id": partner.commercial_partner_id.id if partner else False,
                "date": "2026-01-15 10:00:00",
                "kind": "call",
                "event": "made",
                "direction": "in",
                "res_model": "test.call",
                "res_id": next_id,
                "company_id": self.env.company.id,
                "currency_id": self.env.company.currency_id.id,
                **values,
            }
        )
