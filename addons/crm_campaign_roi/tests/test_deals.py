from unittest.mock import patch

from odoo import Command
from odoo.fields import Date, Domain
from odoo.tests import tagged

from odoo.addons.crm_customer_insight.tests.value_common import ValueCommon

FIRST = Date.to_date("2026-03-01")
FEW = "odoo.addons.crm_campaign_roi.report.crm_campaign_deal.FEW"


class DealCase(ValueCommon):
    """A campaign from 1 March to 31 May 2026 (window) and another one, in dollars."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.spring, cls.summer = cls.env["utm.campaign"].create(
            [
                {"title": title, "date_start": FIRST, "company_id": cls.company.id}
                for title in ("Spring", "Summer")
            ]
        )
        cls.product.standard_price = 6

    @classmethod
    def sold(cls, campaign, quantity=10, price=10.0, day="2026-03-10", **values):
        """An order of the campaign, confirmed on *day*, with a cost of 4 a piece recorded."""
        return cls.order(
            cls.alma, f"{day} 12:00:00", quantity, price, 4.0, campaign_id=campaign.id, **values
        )

    def rows(self, basis, campaign=None):
        self.env.flush_all()
        self.env["crm.campaign.deal"].invalidate_model()  # documents changed, its rows with them
        domain = [("basis", "=", basis), ("campaign_id", "=", (campaign or self.spring).id)]
        return self.env["crm.campaign.deal"].search(domain, order="date, id")

    def totals(self, basis, campaign=None):
        """(revenue, product cost, profit) of all rows."""
        rows = self.rows(basis, campaign)
        return tuple(
            round(sum(rows.mapped(name)), 2) for name in ("revenue", "product_cost", "profit")
        )

    @classmethod
    def pay(cls, move, amount, day):
        """Register a payment of *amount* on *day*."""
        wizard = cls.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({"amount": amount, "payment_date": day})._create_payments()


@tagged("post_install", "-at_install")
class TestDeals(DealCase):
    """ROI-2: revenue, product cost and profit of campaigns by line, on three bases."""

    def test_an_order_counts_when_confirmed(self):
        self.sold(self.spring)
        self.assertEqual(self.totals("ordered"), (100.0, 40.0, 60.0))
        self.assertEqual(self.totals("invoiced"), (0.0, 0.0, 0.0))

    def test_an_invoice_takes_the_recorded_cost(self):
        move = self.bill(self.sold(self.spring), "2026-03-20")
        self.assertEqual(move.campaign_id, self.spring)
        self.assertEqual(self.totals("invoiced"), (100.0, 40.0, 60.0))
        row = self.rows("invoiced")
        self.assertEqual((row.partner_id, row.date), (self.alma, Date.to_date("2026-03-20")))
        self.assertEqual((row.quantity, row.in_window), (10.0, True))

    def test_without_an_order_the_standard_cost_stands(self):
        """6 a piece; a line without product has no cost, and its revenue no profit."""
        move = self.invoice(self.alma, "2026-03-20", (3, 20.0), post=False)
        move.campaign_id = self.spring
        move.action_post()
        self.assertEqual(self.totals("invoiced"), (60.0, 18.0, 42.0))
        free = self.env["product.product"].create({"name": "Advice", "type": "service"})
        move = self.invoice(self.alma, "2026-03-21", (1, 50.0, free), post=False)
        move.campaign_id = self.spring
        move.action_post()
        self.assertEqual(self.totals("invoiced"), (110.0, 18.0, 42.0))
        self.assertEqual(sum(self.rows("invoiced").mapped("revenue_known")), 60.0)

    def test_a_credit_note_takes_revenue_and_cost_back(self):
        move = self.bill(self.sold(self.spring), "2026-03-20")
        refund = move._reverse_moves([{"invoice_date": "2026-04-01"}])
        refund.invoice_line_ids.quantity = 3
        refund.action_post()
        self.assertEqual(self.totals("invoiced"), (70.0, 28.0, 42.0))

    def test_an_invoice_of_two_campaigns_is_shared(self):
        orders = self.sold(self.spring) | self.sold(self.summer, 5, 30.0)
        orders.order_line.qty_delivered = 10
        for line in orders.order_line:
            line.qty_delivered = line.product_uom_qty
        move = orders._create_invoices(grouped=False)
        self.assertEqual(len(move), 1)
        move.invoice_date = "2026-03-25"
        move.action_post()
        self.assertEqual(self.totals("invoiced"), (100.0, 40.0, 60.0))
        self.assertEqual(self.totals("invoiced", self.summer), (150.0, 20.0, 130.0))

    def test_the_window_ends_with_its_last_day(self):
        for day, inside in (
            ("2026-02-28", False),
            ("2026-03-01", True),
            ("2026-05-31", True),
            ("2026-06-01", False),
        ):
            move = self.bill(self.sold(self.spring), day)
            row = self.rows("invoiced").filtered(lambda row, move=move: row.move_id == move)
            self.assertEqual(row.in_window, inside, day)

    def test_an_invoice_in_another_currency_counts_at_its_rate(self):
        """setup: 1 dollar is 0.5 euros on that day; 100 euros are 200 dollars."""
        self.env["res.currency.rate"].create(
            {
                "name": "2026-03-01",
                "rate": 0.5,
                "currency_id": self.euro.id,
                "company_id": self.company.id,
            }
        )
        move = self.invoice(self.alma, "2026-03-20", (10, 10.0), post=False)
        move.write({"campaign_id": self.spring.id, "currency_id": self.euro.id})
        move.action_post()
        self.assertEqual(self.totals("invoiced"), (200.0, 60.0, 140.0))

    def test_paid_is_what_came_in_and_when(self):
        """Of 100, 25 are paid in March and 75 in June, when the window is over."""
        move = self.bill(self.sold(self.spring), "2026-03-20")
        self.pay(move, 25.0, "2026-03-28")
        self.assertEqual(self.totals("paid"), (25.0, 10.0, 15.0))
        self.pay(move, 75.0, "2026-06-02")
        rows = self.rows("paid")
        self.assertEqual(rows.mapped("revenue"), [25.0, 75.0])
        self.assertEqual(rows.mapped("in_window"), [True, False])

    def test_a_credit_note_is_no_payment(self):
        move = self.bill(self.sold(self.spring), "2026-03-20")
        refund = move._reverse_moves([{"invoice_date": "2026-04-01"}])
        refund.invoice_line_ids.quantity = 3
        refund.action_post()
        lines = (move | refund).line_ids.filtered(lambda line: line.display_type == "payment_term")
        lines.reconcile()
        self.pay(move, 70.0, "2026-04-10")
        self.assertEqual(self.totals("paid"), (70.0, 28.0, 42.0))

    def _write_off(self, move, amount):
        """An entry of the miscellaneous journal that clears *amount* of the invoice."""
        own = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        lost = self.company_data["default_account_expense"]
        entry = self.env["account.move"].create(
            {
                "move_type": "entry",
                "date": "2026-04-01",
                "journal_id": self.company_data["default_journal_misc"].id,
                "line_ids": [
                    Command.create({"account_id": lost.id, "debit": amount}),
                    Command.create(
                        {
                            "account_id": own.account_id.id,
                            "partner_id": own.partner_id.id,
                            "credit": amount,
                        }
                    ),
                ],
            }
        )
        entry.action_post()
        (own | entry.line_ids.filtered("credit")).reconcile()

    def test_what_is_written_off_was_not_paid(self):
        """40 of 100 are a bad debt; the 60 that come in carry 24 of the cost."""
        move = self.bill(self.sold(self.spring), "2026-03-20")
        self._write_off(move, 40.0)
        self.assertEqual(self.totals("paid"), (0.0, 0.0, 0.0))
        self.pay(move, 60.0, "2026-04-10")
        self.assertEqual(self.totals("paid"), (60.0, 24.0, 36.0))

    def test_what_came_back_was_not_ordered(self):
        """3 of 10 pumps come back: 70, 28 and 42; the same when all campaigns are read."""
        order = self.sold(self.spring)
        move = self.bill(order, "2026-03-20")
        self.assertEqual(self.totals("ordered"), (100.0, 40.0, 60.0))
        refund = move._reverse_moves([{"invoice_date": "2026-04-01"}])
        refund.invoice_line_ids.quantity = 3
        refund.action_post()
        self.assertEqual(self.totals("ordered"), (70.0, 28.0, 42.0))
        rows = self.env["crm.campaign.deal"].search(
            [("basis", "=", "ordered"), ("order_id", "=", order.id)]
        )
        self.assertEqual((rows.quantity, rows.revenue, rows.profit), (7.0, 70.0, 42.0))

    def test_what_is_invoiced_anew_is_ordered_still(self):
        """The invoice was wrong, was taken back and written again: 10 pumps are ordered."""
        order = self.sold(self.spring)
        move = self.bill(order, "2026-03-20")
        move._reverse_moves([{"invoice_date": "2026-04-01"}]).action_post()
        self.assertEqual(self.totals("ordered"), (0.0, 0.0, 0.0))
        self.bill(order, "2026-04-02")
        self.assertEqual(self.totals("ordered"), (100.0, 40.0, 60.0))

    def test_drafts_and_cancelled_documents_do_not_count(self):
        order = self.sold(self.spring)
        order._action_cancel()
        self.invoice(self.alma, "2026-03-20", (1, 10.0), post=False).campaign_id = self.spring
        for basis in ("ordered", "invoiced", "paid"):
            self.assertFalse(self.rows(basis), basis)

    def test_down_payments_are_not_ordered_twice(self):
        order = self.sold(self.spring)
        wizard = self.env["sale.advance.payment.inv"].with_context(active_ids=order.ids)
        wizard.create({"advance_payment_method": "percentage", "amount": 10}).create_invoices()
        self.assertEqual(self.totals("ordered"), (100.0, 40.0, 60.0))

    def test_rows_have_ids_of_their_own(self):
        move = self.bill(self.sold(self.spring), "2026-03-20")
        self.pay(move, 25.0, "2026-03-28")
        self.pay(move, 75.0, "2026-03-29")
        rows = self.env["crm.campaign.deal"].search([("campaign_id", "=", self.spring.id)])
        self.assertEqual(len(rows), 4)
        self.assertEqual(len(set(rows.ids)), 4)

    def _sums(self, *conditions):
        """Sums of the rows of both campaigns by document, sorted."""
        rows = self.env["crm.campaign.deal"]._read_group(
            [("campaign_id", "in", (self.spring | self.summer).ids), *conditions],
            ["basis", "campaign_id", "order_id", "move_id", "in_window"],
            [
                "revenue:sum",
                "revenue_known:sum",
                "product_cost:sum",
                "profit:sum",
                "quantity:sum",
                "document:count_distinct",
                "id:min",
            ],
        )
        return sorted(
            [*(part.id if hasattr(part, "id") else part for part in row[:5]), *map(float, row[5:])]
            for row in rows
        )

    def test_figures_are_the_same_however_lines_are_found(self):
        """Of few campaigns, of all at once, and of many in some days; all bases or one."""
        move = self.bill(self.sold(self.spring), "2026-03-20")
        other = self.sold(self.summer)
        move.invoice_line_ids.sale_line_ids |= other.order_line
        self.pay(move, 50.0, "2026-03-28")
        refund = self.bill(self.sold(self.spring), "2026-04-20")._reverse_moves(
            [{"invoice_date": "2026-04-21"}]
        )
        refund.invoice_line_ids.quantity = 3
        refund.action_post()
        self.env.flush_all()
        since = ("date", ">=", "2000-01-01")
        few = self._sums()
        with patch(FEW, -1):
            wide, some = self._sums(), self._sums(since)
            by_basis = sorted(
                row
                for basis in ("ordered", "invoiced", "paid")
                for row in self._sums(("basis", "=", basis))
            )
        self.assertEqual(wide, few)
        self.assertEqual(some, few)
        self.assertEqual(by_basis, few)
        # 10 × 10 invoiced for lines of two orders: half each, with half of the cost of 10 × 4
        half = [row[5:11] for row in few if row[:2] == ["invoiced", self.summer.id]]
        self.assertEqual(half, [[50.0, 50.0, 20.0, 30.0, 5.0, 1.0]])

    def test_of_a_search_only_what_it_asks_for_is_read(self):
        deals, wide = self.env["crm.campaign.deal"], Domain("in_window", "=", True)
        narrowed = deals._narrowed(Domain(self.spring._deal_domain()))
        self.assertEqual(narrowed, {"deal_bases": ["invoiced"], "deal_campaigns": [self.spring.id]})
        self.assertEqual(deals._narrowed(wide), {"deal_all_read": True})
        day = wide & Domain("date", "=", "2026-03-20")
        self.assertEqual(deals._narrowed(day), {"deal_all_read": False})
        statement = deals.with_context(deal_bases=["ordered"])._table_query.code
        self.assertNotIn("account_partial_reconcile", statement)
        self.assertIn("account_partial_reconcile", deals._table_query.code)

    def test_who_may_read_deals(self):
        self.bill(self.sold(self.spring), "2026-03-20")
        self.env.flush_all()
        deals = self.env["crm.campaign.deal"]
        marketer = self.make_user("mara_deals", "crm_campaign_roi.group_campaign_user")
        self.assertTrue(deals.with_user(marketer).search([("campaign_id", "=", self.spring.id)]))
        self.assertTrue(self.make_user("emma_deals", "base.group_user"))
        self.assertFalse(deals.with_user(self._elsewhere()).search([("date", "!=", False)]))

    def _elsewhere(self):
        user = self.make_user("mia_deals", "crm_campaign_roi.group_campaign_user")
        user.write(
            {
                "company_id": self.company_eur.id,
                "company_ids": [Command.set(self.company_eur.ids)],
            }
        )
        return user
