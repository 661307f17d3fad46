from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestExpectedReorders(TransactionCase):
    """Expected reorders stand beside the replenishment, by week, without customers (C360-5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.company.horizon_days = 0
        cls.product = cls.env["product.product"].create({"name": "Pump", "is_storable": True})
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.rule = cls.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": cls.product.id,
                "warehouse_id": cls.warehouse.id,
                "location_id": cls.warehouse.lot_stock_id.id,
            }
        )
        cls.today = fields.Date.context_today(cls.rule)

    def expect(self, days, quantity, **values):
        partner = self.env["res.partner"].create({"name": "Alma"})
        return self.env["crm.reorder.forecast"].create(
            {
                "partner_id": partner.id,
                "product_id": self.product.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "month": self.today.replace(day=1),
                "date": self.today,
                "is_current": True,
                "expected_date": self.today + timedelta(days=days),
                "quantity": quantity,
                "expected_value": 10 * quantity,
                "state": "due",
                **values,
            }
        )

    def quantity(self):
        self.env.flush_all()
        self.rule.invalidate_recordset()
        return self.rule.expected_reorder_quantity

    def test_within_the_lead_time(self):
        """3 overdue and 4 of today are of this week; 50 in two months are too far ahead."""
        self.assertEqual(self.quantity(), 0)
        self.expect(-5, 3)
        self.expect(0, 4)
        self.expect(60, 50)
        self.assertEqual(self.quantity(), 7)
        self.company.horizon_days = 70
        self.assertEqual(self.quantity(), 57)

    def test_neither_broken_rhythms_nor_earlier_months_nor_other_companies(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.expect(0, 3, state="broken")
        self.expect(0, 4, is_current=False)
        self.expect(0, 5, company_id=other.id)
        self.assertEqual(self.quantity(), 0)

    def test_the_forecast_of_stock_stays(self):
        before = self.rule.qty_forecast
        self.expect(0, 4)
        self.assertEqual(self.quantity(), 4)
        self.assertEqual(self.rule.qty_forecast, before)

    def test_the_weeks_behind_it_without_customers(self):
        self.expect(0, 4)
        planner = new_test_user(self.env, "reorder_planner", groups="stock.group_stock_user")
        action = self.rule.with_user(planner).action_open_expected_reorders()
        row = self.env[action["res_model"]].with_user(planner).search(action["domain"])
        self.assertEqual((row.quantity, row.customers, row.expected_value), (4, 1, 40))
        with self.assertRaises(AccessError):
            self.env["crm.reorder.forecast"].with_user(planner).search([])

    def test_one_query_for_all_rules(self):
        second = self.env["product.product"].create({"name": "Hose", "is_storable": True})
        other = self.rule.create(
            {
                "product_id": second.id,
                "warehouse_id": self.warehouse.id,
                "location_id": self.warehouse.lot_stock_id.id,
            }
        )
        rules = self.rule | other
        self.expect(0, 4)
        self.env.flush_all()
        self.env.invalidate_all()
        rules.mapped("lead_horizon_date")
        with self.assertQueryCount(1):
            rules._expected_reorders()
