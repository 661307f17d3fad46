"""The world of the account tests: two companies, staff of each role, three customers."""

import datetime

from odoo import fields
from odoo.tests import TransactionCase

from .common_users import new_users


class AccountsCase(TransactionCase):
    """Sam sells to Acme, Tom sells to Bolt; Ann analyses, Mia manages, Ada administers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(
            context={**cls.env.context, "tracking_disable": True, "no_reset_password": True}
        )
        cls.company = cls.env.company
        cls.other_company = cls.env["res.company"].create({"name": "Northern branch"})
        cls.today = fields.Date.context_today(cls.env["res.partner"])
        cls.sam, cls.tom, cls.ann, cls.mia, cls.ada = cls._users(
            sam="sales_team.group_sale_salesman",
            tom="sales_team.group_sale_salesman",
            ann="crm_customer_insight.group_insight_analyst",
            mia="sales_team.group_sale_manager",
            ada="crm_customer_insight.group_insight_admin",
        )
        cls.acme = cls._customer("Acme", cls.sam)
        cls.bolt = cls._customer("Bolt", cls.tom)
        cls.corn = cls._customer("Corn", cls.env["res.users"])
        cls.bob = cls.env["res.partner"].create(
            {"name": "Bob", "parent_id": cls.acme.id, "email": "bob@acme.example.com"}
        )
        cls.widget = cls.env["product.product"].create({"name": "Widget", "list_price": 100.0})
        cls.gadget = cls.env["product.product"].create({"name": "Gadget", "list_price": 10.0})

    @classmethod
    def _users(cls, **groups):
        common = "base.group_user,base.group_partner_manager"
        return new_users(cls.env, {login: f"{common},{own}" for login, own in groups.items()})

    @classmethod
    def _user(cls, login, group):
        return cls._users(**{login: group})

    @classmethod
    def _customer(cls, name, salesperson, **values):
        return cls.env["res.partner"].create(
            {"name": name, "is_company": True, "user_id": salesperson.id, **values}
        )

    @classmethod
    def _days_ago(cls, days):
        return cls.today - datetime.timedelta(days=days)

    @classmethod
    def _order(cls, partner, product, quantity=1, days_ago=10, confirm=True):
        order = cls.env["sale.order"].create(
            {
                "partner_id": partner.id,
                "order_line": [
                    (
                        0,
                        0,
                        {"product_id": product.id, "product_uom_qty": quantity, "tax_ids": False},
                    )
                ],
            }
        )
        if confirm:
            order.action_confirm()
        order.date_order = fields.Datetime.to_datetime(cls._days_ago(days_ago))
        return order

    @classmethod
    def _snapshot(cls, partner, **values):
        month = values.pop("month", cls.today.replace(day=1))
        return cls.env["crm.customer.snapshot"].create(
            {
                "partner_id": partner.id,
                "company_id": cls.company.id,
                "currency_id": cls.company.currency_id.id,
                "month": month,
                "date": cls.today,
                "is_current": True,
                **values,
            }
        )

    @classmethod
    def _touch(cls, partner, days_ago, kind="call", direction="out", **values):
        cls.touch_number = getattr(cls, "touch_number", 0) + 1
        return cls.env["crm.touchpoint"].create(
            {
                "partner_id": partner.id,
                "commercial_partner_id": partner.commercial_partner_id.id,
                "company_id": cls.company.id,
                "date": fields.Datetime.to_datetime(cls._days_ago(days_ago)),
                "kind": kind,
                "direction": direction,
                "event": "test",
                "res_model": "res.partner",
                "res_id": cls.touch_number,
                **values,
            }
        )
