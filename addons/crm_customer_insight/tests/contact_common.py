from datetime import datetime, timedelta

from odoo.tests import TransactionCase

from .common_users import new_users

# Wednesday 4 March 2026, 12:00 UTC: 13:00 in Brussels, 20:00 in Shanghai, 07:00 in New York.
NOON = datetime(2026, 3, 4, 12, 0)


class ContactCase(TransactionCase):
    """A company with two people, one of whom keeps his own permissions, and a consumer.

    Staff: sam and sue sell (Acme is sam's), ana reads figures, mia manages, ada administers.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True, "tz": "UTC"})
        cls._make_staff()
        cls._make_contacts()
        cls._find_channels()
        cls.env["crm.contact.pressure.rule"].search([]).active = False

    @classmethod
    def _make_staff(cls):
        app = "crm_customer_insight.group_insight_"
        cls.sam, cls.sue, cls.ana, cls.mia, cls.ada, cls.bob = new_users(
            cls.env,
            {
                "sam": "sales_team.group_sale_salesman",
                "sue": "sales_team.group_sale_salesman",
                "ana": f"base.group_partner_manager,{app}analyst",
                "mia": "sales_team.group_sale_manager",
                "ada": f"{app}admin",
                "bob": "base.group_user",
            },
        )

    @classmethod
    def _make_contacts(cls):
        partner = cls.env["res.partner"]
        address = {"street": "Main street 1", "country_id": cls.env.ref("base.be").id}
        cls.acme = partner.create(
            {
                **address,
                "name": "Acme",
                "is_company": True,
                "user_id": cls.sam.id,
                "email": "info@acme.example",
                "phone": "+32 2 290 34 90",
                "tz": "Europe/Brussels",
            }
        )
        cls.anna = partner.create(
            {
                "name": "Anna",
                "parent_id": cls.acme.id,
                "email": "anna@acme.example",
                "phone": "+32 470 12 34 56",
                "tz": "Asia/Shanghai",
            }
        )
        cls.bert = partner.create(
            {"name": "Bert", "parent_id": cls.acme.id, "email": "bert@acme.example", "tz": False}
        )
        cls.carl = partner.create(
            {**address, "name": "Carl", "email": "carl@home.example", "tz": "America/New_York"}
        )

    @classmethod
    def _find_channels(cls):
        for code in ("phone", "email", "sms", "letter", "visit", "branch", "web", "ivr", "atm"):
            xmlid = f"crm_customer_insight.crm_contact_channel_{code}"
            setattr(cls, code, cls.env.ref(xmlid))

    @classmethod
    def permit(cls, partner, channel, state="granted", **values):
        return cls.env["crm.contact.permission"].create(
            {
                "partner_id": partner.id,
                "channel_id": channel.id,
                "state": state,
                "origin": "spoken",
                "date": datetime(2026, 1, 1),
                **values,
            }
        )

    @classmethod
    def touch(cls, partner, channel, days_ago, **values):
        """A contact made by us so many days before NOON."""
        number = cls.env["crm.touchpoint"].search_count([]) + 1
        return cls.env["crm.touchpoint"].create(
            {
                "partner_id": partner.id,
                "commercial_partner_id": partner.commercial_partner_id.id,
                "date": NOON - timedelta(days=days_ago),
                "channel_id": channel and channel.id,
                "direction": "out",
                "kind": "call",
                "event": "done",
                "res_model": "res.partner",
                "res_id": 10_000_000 + number,
                **values,
            }
        )

    @classmethod
    def pressure(cls, limit, days, **values):
        return cls.env["crm.contact.pressure.rule"].create(
            {"name": f"{limit} in {days}", "max_contacts": limit, "window_days": days, **values}
        )

    @classmethod
    def tier(cls, partner, tier, company=None):
        return cls.env["crm.customer.snapshot"].create(
            {
                "partner_id": partner.id,
                "company_id": company and company.id,
                "currency_id": cls.env.company.currency_id.id,
                "month": NOON.date().replace(day=1),
                "date": NOON.date(),
                "is_current": True,
                "tier": tier,
            }
        )

    def decide(self, partner, channel, when=NOON, marketing=True):
        return partner._contact_decisions(channel, when, marketing)[partner.id]

    def codes(self, partner, channel, when=NOON, marketing=True):
        return [r.code for r in self.decide(partner, channel, when, marketing).reasons]
