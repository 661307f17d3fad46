"""Baskets whose rules are worked out by hand."""

from datetime import date, datetime

from odoo import Command

from .value_common import TODAY, ValueCommon

__all__ = ["TODAY", "AssociationCommon"]


class AssociationCommon(ValueCommon):
    """A company with the products Pump, Filter, Hose, and as many orders as a test makes."""

    abroad = False
    PRODUCTS = (("Pump A", 100), ("Filter B", 10), ("Hose C", 5), ("Valve D", 8))

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param(
            "crm_customer_insight.data_date", TODAY.isoformat()
        )
        cls.pump, cls.filter, cls.hose, cls.valve = cls.env["product.product"].create(
            [
                {"name": name, "type": "consu", "list_price": price, "taxes_id": False}
                for name, price in cls.PRODUCTS
            ]
        )
        cls.Rule = cls.env["crm.product.rule"]
        cls.Offer = cls.env["crm.product.offer"]
        cls.Suggestion = cls.env["crm.product.suggestion"]
        cls.Forecast = cls.env["crm.reorder.forecast"]

    @classmethod
    def baskets(cls, *groups, partner=None, day=date(2025, 11, 3), company=None, quantity=1):
        """Confirmed orders; each group is (how many, product, …)."""
        company = company or cls.company
        orders = cls.env["sale.order"].create(
            [
                {
                    "partner_id": (partner or cls.alma).id,
                    "company_id": company.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "product_uom_qty": quantity,
                                "tax_ids": [Command.clear()],
                            }
                        )
                        for product in products
                    ],
                }
                for count, *products in groups
                for _number in range(count)
            ]
        )
        orders.write({"state": "sale", "date_order": datetime(day.year, day.month, day.day, 12)})
        return orders

    @classmethod
    def twenty_baskets(cls, **options):
        """8 with pump and filter, 2 with the pump alone, 2 with the filter alone, 8 with a hose."""
        return cls.baskets(
            (8, cls.pump, cls.filter), (2, cls.pump), (2, cls.filter), (8, cls.hose), **options
        )

    @classmethod
    def find_rules(cls, **settings):
        if settings:
            cls.set_rules(**settings)
        return cls.env["crm.insight.run"]._run_now(["association"])["association"]

    @classmethod
    def set_rules(cls, **settings):
        cls.env["crm.value.setting"].create({"company_id": cls.company.id, **settings})

    def rules(self, *more):
        """The current rules of the company, of everybody all year."""
        domain = [
            ("company_id", "=", self.company.id),
            ("is_current", "=", True),
            ("segment", "=", "none"),
            ("season", "=", "none"),
            *more,
        ]
        return self.Rule.search(domain)

    def rule(self, product, offered):
        return self.rules(("antecedent_key", "=", str(product.id)), ("offered_id", "=", offered.id))

    def quotation(self, *products, partner=None, user=None):
        """An open quotation, made by *user*."""
        orders = self.env["sale.order"]
        if user:
            orders = orders.with_user(user)
        return orders.create(
            {
                "partner_id": (partner or self.alma).id,
                "company_id": self.company.id,
                "order_line": [Command.create({"product_id": p.id}) for p in products],
            }
        )
