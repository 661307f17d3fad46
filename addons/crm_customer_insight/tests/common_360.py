from datetime import datetime, timedelta

from odoo.fields import Command
from odoo.tests import TransactionCase, new_test_user

#: Neither messages for each change nor invitations, which take time to render.
QUIET = {"tracking_disable": True, "mail_create_nolog": True, "no_reset_password": True}
START = datetime(2026, 1, 1, 8, 0)


class Customer360Case(TransactionCase):
    """A customer of Sandra's with three contacts, one of Otto's, a manager, a portal visitor.

    Documents and figures are written directly, so that every expected value can be worked out here.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, **QUIET})
        cls.sandra = new_test_user(
            cls.env, "sandra_360", "base.group_user,sales_team.group_sale_salesman", name="Sandra"
        )
        cls.otto = new_test_user(
            cls.env, "otto_360", "base.group_user,sales_team.group_sale_salesman", name="Otto"
        )
        cls.manager = new_test_user(
            cls.env, "manager_360", "base.group_user,sales_team.group_sale_manager", name="Maria"
        )
        cls.portal = new_test_user(cls.env, "portal_360", "base.group_portal", name="Peter")
        cls.company = cls.env.company
        cls.currency = cls.company.currency_id
        cls.customer = cls._new_customer("Nordwind", cls.sandra)
        cls.anna, cls.jon, cls.kim = cls.env["res.partner"].create(
            [{"name": name, "parent_id": cls.customer.id} for name in ("Anna", "Jon", "Kim")]
        )
        cls.foreign = cls._new_customer("Ostwind", cls.otto)
        cls.product = cls.env["product.product"].create({"name": "Pump", "list_price": 100.0})

    @classmethod
    def _new_customer(cls, name, user):
        return cls.env["res.partner"].create({"name": name, "is_company": True, "user_id": user.id})

    @classmethod
    def _new_order(cls, partner, user, price=100.0):
        return cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "user_id": user.id,
                "order_line": [
                    Command.create(
                        {"product_id": cls.product.id, "price_unit": price, "tax_ids": False}
                    )
                ],
            }
        )

    @classmethod
    def _new_touches(cls, sources, partner, **values):
        """One ledger row per source record, an hour apart from the start of 2026 on."""
        return (
            cls.env["crm.touchpoint"]
            .sudo()
            .create(
                [
                    {
                        "company_id": cls.company.id,
                        "partner_id": partner.id,
                        "commercial_partner_id": partner.commercial_partner_id.id,
                        "date": START + timedelta(hours=index),
                        "kind": "order",
                        "event": "confirmed",
                        "direction": "in",
                        "name": source.display_name,
                        "amount": 100.0,
                        "currency_id": cls.currency.id,
                        "res_model": source._name,
                        "res_id": source.id,
                        **values,
                    }
                    for index, source in enumerate(sources)
                ]
            )
        )

    @classmethod
    def _new_leads(cls, partner, user, count):
        """Leads are the cheapest documents to make a long history of."""
        return cls.env["crm.lead"].create(
            [
                {"name": f"Inquiry {index}", "partner_id": partner.id, "user_id": user.id}
                for index in range(count)
            ]
        )

    @classmethod
    def _new_snapshot(cls, partner, **values):
        return (
            cls.env["crm.customer.snapshot"]
            .sudo()
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "currency_id": cls.currency.id,
                    "month": "2026-06-01",
                    "date": "2026-06-15",
                    "is_current": True,
                    "revenue": 1000.0,
                    "revenue_previous": 800.0,
                    "product_cost": 600.0,
                    "direct_cost": 30.0,
                    "allocated_cost": 70.0,
                    "profit": 300.0,
                    "margin_rate": 0.3,
                    "cost_known_share": 0.75,
                    "cost_estimated_share": 0.2,
                    "first_purchase": "2026-03-10",
                    "last_purchase": "2026-06-05",
                    "recency_days": 10,
                    "frequency": 4,
                    "r_score": 5,
                    "f_score": 4,
                    "m_score": 3,
                    "rfm": "543",
                    "tier": "B",
                    "previous_tier": "C",
                    "lifecycle_stage": "growing",
                    "cooperation_state": "active",
                    **values,
                }
            )
        )

    def _sections(self, user, partner):
        data = self.env["res.partner"].with_user(user).get_customer_360(partner.id)
        return {section["code"]: section for section in data["sections"]}

    def _timeline(self, user, partner, **arguments):
        return self.env["crm.touchpoint"].with_user(user).get_timeline(partner.id, **arguments)
