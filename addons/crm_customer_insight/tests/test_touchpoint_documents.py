"""Orders, invoices and payments in the touch ledger (C360-1)."""

from datetime import datetime

from odoo import Command, fields
from odoo.tests import tagged

from . import touchpoint_common


@tagged("post_install", "-at_install")
class TestTouchpointDocuments(touchpoint_common.TouchpointAccountCase):
    # ------------------------------------------------------------------
    # Orders
    # ------------------------------------------------------------------

    def test_quotation_becomes_an_order(self):
        order = self.order(120.0, user_id=self.seller.id)
        self.fill()
        self.assertEqual(
            self.rows(order, "kind", "event", "direction", "amount", "voided"),
            [("quotation", "created", "out", 120.0, False)],
        )
        order.action_confirm()
        order.date_order = "2099-06-01 10:30:00"
        self.fill()
        self.assertEqual(
            self.rows(order, "kind", "event", "direction", "date", "voided"),
            [
                ("order", "confirmed", "in", datetime(2099, 6, 1, 10, 30), False),
                ("quotation", "created", "out", order.create_date, False),
            ],
        )
        [row] = self.rows(
            order.filtered("id"), "partner_id", "commercial_partner_id", "user_id", "currency_id"
        )[:1]
        self.assertEqual(row, (self.anna, self.customer, self.seller, self.company.currency_id))

    def test_order_entered_at_once_was_no_quotation(self):
        order = self.order()
        order.action_confirm()
        self.fill()
        self.assertEqual(self.rows(order, "kind", "voided"), [("order", False)])

    def test_cancelled_order_is_voided_and_comes_back(self):
        order = self.order()
        order.action_confirm()
        order.date_order = "2099-06-01"
        self.fill()
        order._action_cancel()
        self.fill()
        self.assertEqual(
            self.rows(order, "event", "voided"), [("confirmed", True), ("created", True)]
        )
        order.action_draft()
        self.fill()
        self.assertEqual(
            self.rows(order, "event", "voided"), [("confirmed", True), ("created", False)]
        )

    def test_order_cancelled_before_the_first_fill_leaves_no_row(self):
        order = self.order()
        order._action_cancel()
        self.fill()
        self.assertEqual(self.rows(order, "event"), [])

    def test_order_of_a_foreign_currency_counts_in_company_currency(self):
        # 1 dollar is 2 euros: 100 euros are 50 dollars
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": self.euro.id}
        )
        order = self.order(100.0, pricelist_id=pricelist.id)
        order.action_confirm()
        self.assertEqual(order.currency_id, self.euro)
        self.fill()
        self.assertEqual(
            self.rows(order, "amount", "currency_id"), [(50.0, self.company.currency_id)]
        )

    def test_moved_partner_moves_the_touch(self):
        order = self.order()
        self.fill()
        order.partner_id = self.other
        self.fill()
        self.assertEqual(
            self.rows(order, "partner_id", "commercial_partner_id"), [(self.other, self.other)]
        )

    def test_marketing_fields_and_deleted_campaign(self):
        campaign = self.env["utm.campaign"].create({"title": "Spring"})
        source = self.env["utm.source"].create({"name": "Fair"})
        order = self.order(campaign_id=campaign.id, source_id=source.id)
        self.fill()
        self.assertEqual(self.rows(order, "campaign_id", "utm_source_id"), [(campaign, source)])
        # as the database does it: addons that count campaigns refuse to delete one with orders
        self.env.cr.execute("DELETE FROM utm_campaign WHERE id = %s", (campaign.id,))
        self.env.invalidate_all()
        self.assertEqual(self.rows(order, "campaign_id"), [(self.env["utm.campaign"],)])
        self.fill()
        self.assertEqual(self.rows(order, "campaign_id"), [(self.env["utm.campaign"],)])

    def test_archived_customer_keeps_his_touches(self):
        order = self.order()
        self.anna.active = False
        self.fill()
        self.assertEqual(self.rows(order, "partner_id"), [(self.anna,)])

    def test_an_employee_who_buys_is_a_customer(self):
        order = self.order(partner_id=self.colleague.partner_id.id)
        self.fill()
        self.assertEqual(self.rows(order, "partner_id"), [(self.colleague.partner_id,)])

    def test_deleted_order_is_voided_by_the_sweep(self):
        order = self.order()
        self.fill()
        order._action_cancel()
        order_id = order.id
        self.fill()
        self.Ledger.search([("res_id", "=", order_id), ("res_model", "=", "sale.order")]).sudo()
        order.unlink()
        other = self.order()
        self.fill()
        self.Ledger._sweep()
        gone = self.env["sale.order"].browse(order_id)
        self.assertEqual(self.rows(gone, "voided"), [(True,)])
        self.assertEqual(self.rows(other, "voided"), [(False,)])

    # ------------------------------------------------------------------
    # Invoices
    # ------------------------------------------------------------------

    def test_invoice_posted_redrafted_and_posted_again(self):
        invoice = self.invoice(100.0, "2026-03-05")
        self.fill()
        self.assertEqual(self.rows(invoice, "event"), [])
        invoice.action_post()
        self.fill()
        # An invoice of a day before today stands at noon UTC of its day.
        self.assertEqual(
            self.rows(invoice, "kind", "event", "direction", "date", "amount", "voided", "name"),
            [
                (
                    "invoice",
                    "posted",
                    "out",
                    datetime(2026, 3, 5, 12, 0),
                    100.0,
                    False,
                    invoice.name,
                )
            ],
        )
        invoice.button_draft()
        self.fill()
        self.assertEqual(self.rows(invoice, "voided"), [(True,)])
        invoice.invoice_line_ids.price_unit = 80.0
        invoice.action_post()
        self.fill()
        self.assertEqual(self.rows(invoice, "amount", "voided"), [(80.0, False)])

    def test_invoice_of_the_day_it_was_made_has_the_moment(self):
        invoice = self.invoice(day=fields.Date.to_string(self.env.cr.now()))
        invoice.action_post()
        self.fill()
        self.assertEqual(self.rows(invoice, "date"), [(invoice.create_date,)])

    def invoice_of_order(self, confirmed, day="2026-03-05"):
        """A posted invoice dated *day* of an order confirmed at a moment (UTC)."""
        order = self.order()
        order.action_confirm()
        order.date_order = confirmed
        invoice = order._create_invoices()
        invoice.invoice_date = day
        invoice.action_post()
        return invoice

    def test_an_order_of_the_evening_does_not_follow_its_invoice(self):
        # 22:30 of March 5 in New York is 03:30 of March 6 in UTC.
        evening = self.invoice_of_order("2026-03-06 03:30:00")
        morning = self.invoice_of_order("2026-03-05 08:00:00")
        # A day after noon it is no order of that day anywhere: the invoice was dated back.
        last_second = self.invoice_of_order("2026-03-06 11:59:59")
        later = self.invoice_of_order("2026-03-06 12:00:00")
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=evening.ids
        )
        payment = wizard.create({"payment_date": "2026-03-05"})._create_payments()
        self.fill()
        noon = datetime(2026, 3, 5, 12, 0)
        self.assertEqual(
            [self.rows(move, "date")[0][0] for move in (evening, morning, last_second, later)],
            [datetime(2026, 3, 6, 3, 30), noon, datetime(2026, 3, 6, 11, 59, 59), noon],
        )
        self.assertEqual(self.rows(payment, "date"), [(datetime(2026, 3, 6, 3, 30),)])

    def test_credit_note_is_negative_and_foreign_currency_converted(self):
        # 30 euros at 2 euros a dollar: minus 15 dollars
        refund = self.invoice(30.0, move_type="out_refund", currency_id=self.euro.id)
        refund.action_post()
        self.fill()
        self.assertEqual(
            self.rows(refund, "kind", "amount", "currency_id"),
            [("refund", -15.0, self.company.currency_id)],
        )

    def test_negative_and_zero_invoices(self):
        zero, negative = self.invoice(0.0), self.invoice(10.0)
        negative.invoice_line_ids = [
            Command.create({"name": "Discount", "price_unit": -10, "tax_ids": [Command.clear()]})
        ]
        (zero + negative).action_post()
        negative_amount = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.anna.id,
                "invoice_date": "2026-03-05",
                "invoice_line_ids": [
                    Command.create(
                        {"name": "Back", "price_unit": -25, "tax_ids": [Command.clear()]}
                    )
                ],
            }
        )
        self.fill()
        self.assertEqual(
            self.rows(zero + negative, "amount", "voided"), [(0.0, False), (0.0, False)]
        )
        # Odoo refuses to post an invoice below zero; as a draft it is no fact.
        self.assertEqual(self.rows(negative_amount, "amount"), [])

    def test_vendor_bills_and_entries_are_no_touches(self):
        bill = self.invoice(move_type="in_invoice")
        bill.action_post()
        self.fill()
        self.assertEqual(self.rows(bill, "event"), [])

    # ------------------------------------------------------------------
    # Payments
    # ------------------------------------------------------------------

    def payment(self, **values):
        return self.env["account.payment"].create(
            {
                "partner_id": self.anna.id,
                "amount": 60.0,
                "date": "2026-04-02",
                "payment_type": "inbound",
                "partner_type": "customer",
                **values,
            }
        )

    def test_payment_from_its_confirmation_until_it_is_cancelled(self):
        payment = self.payment()
        self.fill()
        self.assertEqual(self.rows(payment, "event"), [])
        payment.action_post()
        self.fill()
        columns = ("kind", "event", "direction", "date", "amount", "partner_id", "voided")
        noon = datetime(2026, 4, 2, 12, 0)
        self.assertEqual(
            self.rows(payment, *columns),
            [("payment", "paid", "in", noon, 60.0, self.anna, False)],
        )
        payment.action_draft()
        self.fill()
        self.assertEqual(self.rows(payment, "voided"), [(True,)])

    def test_money_paid_back_is_negative_and_goes_out(self):
        payment = self.payment(payment_type="outbound", currency_id=self.euro.id)
        payment.action_post()
        self.fill()
        # 60 euros at 2 euros a dollar, going out: minus 30 dollars
        self.assertEqual(self.rows(payment, "direction", "amount"), [("out", -30.0)])

    def test_payments_to_vendors_are_no_touches(self):
        payment = self.payment(payment_type="outbound", partner_type="supplier")
        payment.action_post()
        self.fill()
        self.assertEqual(self.rows(payment, "event"), [])
