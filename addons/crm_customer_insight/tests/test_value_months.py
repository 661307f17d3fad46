"""Monthly facts: revenue, cost and its source, exact and worked out by hand (ROI-3)."""

from datetime import date, datetime

from odoo import Command
from odoo.tests import tagged

from .value_common import TODAY, ValueCommon


@tagged("post_install", "-at_install")
class TestValueMonths(ValueCommon):
    def test_revenue_net_of_credit_notes_and_negative_lines(self):
        self.invoice(self.alma, "2025-10-05", (3, 100), (-1, 20))  # 280
        self.invoice(self.alma, "2025-10-20", (1, 50), move_type="out_refund")  # -50
        self.refresh()
        cell = self.cell(self.alma, "2025-10-01")
        self.assertEqual(cell.revenue, 230)
        self.assertEqual((cell.invoice_count, cell.refund_count), (1, 1))
        self.assertEqual((cell.first_date, cell.last_date), (date(2025, 10, 5), date(2025, 10, 5)))

    def test_contacts_roll_up_to_their_company(self):
        self.invoice(self.contact, "2025-10-05", (1, 70))
        self.invoice(self.alma, "2025-10-06", (1, 30))
        self.refresh()
        self.assertEqual(self.cell(self.alma, "2025-10-01").revenue, 100)
        self.assertFalse(self.cell(self.contact, "2025-10-01"))

    def test_drafts_bills_and_entries_do_not_count(self):
        self.invoice(self.alma, "2025-10-05", (1, 70), post=False)
        self.invoice(self.alma, "2025-10-05", (1, 70), move_type="in_invoice")
        self.refresh()
        self.assertFalse(self.cell(self.alma, "2025-10-01"))
        self.assertFalse(self.row(self.alma))

    def test_a_free_sample_costs_but_is_no_purchase(self):
        self.product.standard_price = 4
        self.invoice(self.alma, "2025-10-05", (2, 0))
        self.refresh()
        cell = self.cell(self.alma, "2025-10-01")
        self.assertEqual((cell.revenue, cell.product_cost, cell.invoice_count), (0, 8, 0))
        self.assertFalse(cell.first_date)
        self.assertEqual(self.row(self.alma).lifecycle_stage, "prospect")

    # Cost and its source

    def test_known_cost_is_what_was_recorded_when_sold(self):
        order = self.order(self.alma, datetime(2025, 10, 1), 10, 30, cost=12)
        self.bill(order, "2025-10-05")
        self.product.standard_price = 99  # today's cost does not matter
        self.refresh()
        cell = self.cell(self.alma, "2025-10-01")
        # 10 × 30 = 300, 10 × 12 = 120
        self.assertEqual((cell.revenue, cell.revenue_known, cell.product_cost), (300, 300, 120))
        self.assertEqual(cell.order_count, 1)
        row = self.row(self.alma)
        self.assertEqual((row.profit, row.margin_rate), (180, 0.6))
        self.assertEqual((row.cost_known_share, row.cost_estimated_share), (1, 0))

    def test_cost_follows_the_quantity_invoiced(self):
        order = self.order(self.alma, datetime(2025, 10, 1), 10, 30, cost=12)
        order.order_line.qty_delivered = 10
        move = order._create_invoices()
        move.invoice_line_ids.quantity = 4
        move.invoice_date = "2025-10-05"
        move.action_post()
        self.refresh()
        cell = self.cell(self.alma, "2025-10-01")
        self.assertEqual((cell.revenue, cell.product_cost), (120, 48))

    def test_cost_in_another_unit_of_measure(self):
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.order(
            self.alma, datetime(2025, 10, 1), 2, 60, cost=36, line={"product_uom_id": dozen.id}
        )
        move = self.bill(order, "2025-10-05")
        self.assertEqual(move.invoice_line_ids.product_uom_id, dozen)
        move.button_draft()
        # 6 units instead of 2 dozens: 6/12 × 36 = 18
        move.invoice_line_ids.write(
            {
                "product_uom_id": self.env.ref("uom.product_uom_unit").id,
                "quantity": 6,
                "price_unit": 5,
            }
        )
        move.action_post()
        self.refresh()
        cell = self.cell(self.alma, "2025-10-01")
        self.assertEqual((cell.revenue, cell.product_cost, cell.revenue_known), (30, 18, 30))

    def test_cost_of_an_order_in_another_currency(self):
        """The order's own rate takes its cost back to company currency."""
        self.env["res.currency.rate"].create(
            {
                "name": "2025-01-01",
                "currency_id": self.euro.id,
                "company_id": self.company.id,
                "rate": 0.5,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": self.euro.id}
        )
        self.product.with_company(self.company).standard_price = 12
        order = self.order(self.alma, datetime(2025, 10, 1), 10, 30, pricelist_id=pricelist.id)
        self.assertEqual(order.order_line.purchase_price, 6)  # 12 $ at 0.5
        self.bill(order, "2025-10-05")
        self.refresh()
        cell = self.cell(self.alma, "2025-10-01")
        # 300 € at 0.5 = 600 $; 10 × 6 € = 120 $
        self.assertEqual((cell.revenue, cell.product_cost), (600, 120))

    def test_estimated_and_missing_cost(self):
        self.product.with_company(self.company).standard_price = 4
        bare = self.env["product.product"].create({"name": "Advice", "type": "service"})
        self.invoice(self.alma, "2025-10-05", (10, 10), (1, 100, bare))
        self.refresh()
        row = self.row(self.alma)
        self.assertEqual((row.revenue, row.product_cost, row.profit), (200, 40, 160))
        self.assertEqual((row.cost_known_share, row.cost_estimated_share), (0, 0.5))

    def test_cost_invented_by_installing_margins_is_only_an_estimate(self):
        """Installing sale_margin writes the cost of its day on every earlier line."""
        order = self.order(self.alma, datetime(2020, 10, 1), 10, 30, cost=12)
        self.bill(order, "2025-10-05")
        self.product.with_company(self.company).standard_price = 5
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order_line SET create_date = '2019-01-01' WHERE id = %s",
            [order.order_line.id],
        )
        self.refresh()
        cell = self.cell(self.alma, "2025-10-01")
        self.assertEqual(
            (cell.revenue_known, cell.revenue_estimated, cell.product_cost), (0, 300, 50)
        )
        self.env["crm.value.setting"].create(
            {"company_id": self.company.id, "costs_recorded_since": "2018-01-01"}
        )
        self.refresh()
        cell.invalidate_recordset()
        self.assertEqual((cell.revenue_known, cell.product_cost), (300, 120))

    def test_a_line_of_two_orders_is_not_counted_twice(self):
        orders = self.order(self.alma, datetime(2025, 10, 1), 5, 30, cost=10)
        other = self.order(self.alma, datetime(2025, 10, 1), 5, 30, cost=14)
        move = self.bill(orders, "2025-10-05")
        line = move.invoice_line_ids
        line.sale_line_ids = [Command.link(other.order_line.id)]
        self.refresh(full=True)
        cell = self.cell(self.alma, "2025-10-01")
        # 150 once; 5 × the average of 10 and 14
        self.assertEqual((cell.revenue, cell.product_cost), (150, 60))

    # Contacts

    def test_direct_cost_comes_from_the_ledger(self):
        self.invoice(self.alma, "2025-10-05", (1, 100))
        values = {
            "company_id": self.company.id,
            "commercial_partner_id": self.alma.id,
            "partner_id": self.contact.id,
            "currency_id": self.company.currency_id.id,
            "kind": "call",
            "event": "test",
            "res_model": "res.partner",
        }
        self.env["crm.touchpoint"].create(
            [
                {**values, "date": "2025-10-07 10:00:00", "cost": 60, "res_id": 1},
                {**values, "date": "2025-10-08 10:00:00", "cost": 30, "res_id": 2},
                {**values, "date": "2025-10-09 10:00:00", "cost": 9, "res_id": 3, "voided": True},
            ]
        )
        self.refresh()
        self.assertEqual(self.cell(self.alma, "2025-10-01").direct_cost, 90)
        self.assertEqual(self.row(self.alma).profit, 10)
        # The ledger says which cells its fills changed.
        self.env["crm.touchpoint"].search([("event", "=", "test")], limit=1, order="id").unlink()
        self.env["crm.touchpoint"]._touchpoints_changed(
            [(self.alma.id, self.company.id, "2025-10-01")]
        )
        self.refresh()
        self.env.invalidate_all()
        self.assertEqual(self.cell(self.alma, "2025-10-01").direct_cost, 30)

    def test_a_contact_taken_back_takes_its_cost_back(self):
        """Direct cost follows the ledger when a touch is voided: 60 - 60 = 0."""
        channel = self.env["crm.contact.channel"].search([], limit=1)
        call = {
            "res_model": "test.call", "res_id": 77, "event": "made", "kind": "call",
            "date": "2025-10-05 09:00:00", "partner_id": self.alma.id, "cost": 60,
            "company_id": self.company.id, "channel": channel.code, "direction": "out",
        }  # fmt: skip
        self.invoice(self.alma, "2025-10-05", (1, 100))
        self.env["crm.touchpoint"]._append([call])
        self.refresh()
        self.assertEqual(self.row(self.alma).direct_cost, 60)
        self.env["crm.touchpoint"]._append([{**call, "voided": True}])
        self.refresh()
        self.assertEqual(self.row(self.alma).direct_cost, 0)

    # Currency at document date

    def test_consolidated_at_the_rate_of_each_document(self):
        rates = self.env["res.currency.rate"]
        rates.search([("currency_id", "in", (self.euro + self.main.currency_id).ids)]).unlink()
        # Units of euro per unit of the main company's currency.
        for day, rate in (("2025-01-01", 0.5), ("2025-07-01", 0.8)):
            rates.create(
                {
                    "name": day,
                    "currency_id": self.euro.id,
                    "company_id": self.main.root_id.id,
                    "rate": rate,
                }
            )
        self.invoice(self.alma, "2025-03-10", (1, 100), company=self.company_eur)  # 200
        self.invoice(self.alma, "2025-08-10", (1, 100), company=self.company_eur)  # 125
        self.invoice(
            self.alma, "2025-08-11", (1, 8), company=self.company_eur, move_type="out_refund"
        )  # -10
        self.invoice(self.alma, "2025-08-12", (1, 1000))
        self.refresh()
        self.assertEqual(self.main.currency_id, self.company.currency_id)
        self.assertEqual(self.row(self.alma, self.company_eur).revenue, 192)
        self.assertEqual(self.row(self.alma, self.company_eur).currency_id, self.euro)
        self.assertEqual(self.row(self.alma).revenue, 1000)
        together = self.row(self.alma, None)
        self.assertEqual(together.revenue, 1000 + 200 + 125 - 10)
        self.assertEqual(together.currency_id, self.main.currency_id)
        self.assertEqual(together.date, TODAY)
