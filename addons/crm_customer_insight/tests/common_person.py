from odoo.fields import Command
from odoo.tests import TransactionCase

from odoo.addons.crm_customer_insight.report import person_merge

from .matrix_parts import PARTS


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

    # Rows of every table that declares how it follows a person

    #: Addon whose tables have scenarios; the tests of another addon name their own.
    PERSON_MODULE = "crm_customer_insight"

    def person_scenarios(self):
        """Values of a row of each declared table, without the columns that hold the person."""
        attribute = self.env["crm.profile.attribute"].create(
            {"name": "Hat size", "code": "test_hat_size", "type": "number"}
        )
        company = {
            "company_id": self.env.company.id,
            "currency_id": self.env.company.currency_id.id,
            "revenue": 100,
        }
        return {
            "crm.contact.number": {"raw": "06 12 34 56 70"},
            "crm.contact.permission": {
                "channel_id": self.env["crm.contact.channel"].search([], limit=1).id,
                "origin": "spoken",
                "state": "granted",
            },
            "crm.customer.dirty": {"company_id": self.env.company.id, "month": "2026-01-01"},
            "crm.customer.month": {**company, "month": "2026-01-01"},
            "crm.customer.snapshot": {**company, "month": "2026-01-01", "date": "2026-01-31"},
            "crm.key.account": {},
            "crm.lead.stakeholder": {"lead_id": self.env["crm.lead"].create({"name": "Deal"}).id},
            "crm.next.action.snooze": {"code": "x", "until": "2099-05-01"},
            "crm.profile.value": {"attribute_id": attribute.id, "value_number": 58},
            "crm.referral": {},
            "crm.touchpoint": {
                "company_id": self.env.company.id,
                "date": "2026-01-15 10:00:00",
                "kind": "call",
                "event": "made",
                "direction": "in",
                "res_model": "test.call",
            },
            **self.scenarios_of_parts(),
        }

    def scenarios_of_parts(self):
        """The same of the parts that keep their lines in modules of their own (``persons``)."""
        found = {}
        for part in PARTS:
            if hasattr(part, "persons"):
                found |= part.persons(self)
        return found

    def declared_tables(self):
        return [
            model
            for model in person_merge.tables(self.env)
            if model._original_module == self.PERSON_MODULE
        ]

    def plant(self, model, values, column, partner):
        """A row of *partner* by *column*, with words in every column that an erasure blanks."""
        data = model._person_data
        others = {name: self.contact("Third").id for name in data.person if name != column}
        words = {name: "Ann Secret" for name in data.blank if name not in (data.email, data.number)}
        if data.reference:
            values = {**values, data.reference[1]: partner.id}
        if "commercial_partner_id" in model:
            values = {**values, "commercial_partner_id": partner.commercial_partner_id.id}
        row = model.create({**values, **others, **words, column: partner.id})
        self.env.flush_all()
        return row
