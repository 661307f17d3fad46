from odoo import Command
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.fields import Date
from odoo.tests import tagged

from odoo.addons.crm_campaign_roi.tests.common_campaign import MODULE
from odoo.addons.crm_campaign_roi.tests.common_costs import SpendingCase


class PurchaseCase(SpendingCase):
    """Pia buys."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.user.group_ids |= cls.env.ref("purchase.group_purchase_manager")
        cls.pia = cls.make_user("pia_buys", "purchase.group_purchase_user")
        cls.flyers = cls._service("Flyers", purchase_method="purchase")

    @classmethod
    def purchase(cls, *lines, share=100, campaign=None, confirm=True, **values):
        """Order lines of (quantity, price), *share* per cent of them for spring's account."""
        order = cls.env["purchase.order"].create(
            {
                "partner_id": cls.bert.id,
                "company_id": cls.company.id,
                "campaign_id": campaign and campaign.id,
                "date_order": "2026-03-04 12:00:00",
                "order_line": [
                    Command.create(
                        {
                            "product_id": cls.flyers.id,
                            "product_qty": quantity,
                            "price_unit": price,
                            "tax_ids": [Command.clear()],
                            **cls._for_spring(share),
                        }
                    )
                    for quantity, price in lines
                ],
                **values,
            }
        )
        if confirm:
            order.button_confirm()
        return order

    @classmethod
    def billed(cls, order, quantity=None, post=True):
        """The bill of an order, of *quantity* of each line."""
        order.action_create_invoice()
        bill = order.invoice_ids.sorted("id")[-1:]
        bill.invoice_date = "2026-03-20"
        if quantity is not None:
            bill.invoice_line_ids.quantity = quantity
        if post:
            bill.action_post()
        return bill


@tagged("post_install", "-at_install")
class TestPurchaseCosts(PurchaseCase):
    """ROI-2: what is ordered is committed cost until it is billed."""

    own_plan = True

    def test_a_confirmed_order_is_committed(self):
        """10 at 30, 60 % for spring: 180, of the cost kind of the account."""
        order = self.purchase((10, 30.0), share=60, confirm=False)
        self.assertEqual(self.staged(), {})
        order.button_confirm()
        cost = self.Cost.search([("campaign_id", "=", self.spring.id)])
        self.assertEqual((cost.source, cost.stage, cost.amount), ("purchase", "committed", 180.0))
        self.assertEqual(cost.kind_id, self.printing)
        self.assertEqual(cost.action_open_document()["res_id"], order.id)

    def test_the_bill_takes_over_part_by_part(self):
        """10 at 30: 4 billed leave 180 committed; a draft takes nothing over, the rest all."""
        order = self.purchase((10, 30.0))
        draft = self.billed(order, 4, post=False)
        self.assertEqual(self.staged(), {"committed": 300.0})
        draft.action_post()
        self.assertEqual(self.staged(), {"actual": 120.0, "committed": 180.0})
        self.billed(order)
        self.assertEqual(self.staged(), {"actual": 300.0})

    def test_the_bill_costs_more_than_what_was_ordered(self):
        """10 at 30 ordered, billed at 33: 330 are spent and nothing is committed."""
        order = self.purchase((10, 30.0))
        bill = self.billed(order, post=False)
        bill.invoice_line_ids.price_unit = 33.0
        bill.action_post()
        self.assertEqual(self.staged(), {"actual": 330.0})

    def test_a_credit_note_of_the_vendor_gives_back(self):
        """All billed, 4 credited: 120 are to be billed anew, as Odoo counts it."""
        order = self.purchase((10, 30.0))
        bill = self.billed(order)
        refund = bill._reverse_moves([{"invoice_date": "2026-03-25"}])
        refund.invoice_line_ids.quantity = 4
        refund.action_post()
        self.assertEqual(self.staged(), {"actual": 180.0, "committed": 120.0})

    def test_the_price_or_quantity_changed(self):
        order = self.purchase((10, 30.0))
        order.order_line.price_unit = 31.0
        self.assertEqual(self.staged(), {"committed": 310.0})
        order.order_line.product_qty = 5
        self.assertEqual(self.staged(), {"committed": 155.0})

    def test_cancelled_orders_vanish(self):
        order = self.purchase((10, 30.0))
        order.button_cancel()
        row = [("campaign_id", "=", self.spring.id)]
        self.assertFalse(self.Cost.search(row), "at once, not at night")

    def test_an_order_that_names_the_campaign(self):
        """Its bill names it, too; a line for another campaign's account goes there."""
        self.summer.analytic_account_id = self.other_analytic
        order = self.purchase((1, 100.0), (1, 50.0), share=0, campaign=self.spring, confirm=False)
        order.order_line[1].analytic_distribution = {str(self.other_analytic.id): 100}
        self.assertEqual(
            [line.campaign_ids for line in order.order_line], [self.spring, self.summer]
        )
        found = self.env["purchase.order.line"].search([("campaign_ids", "in", self.spring.ids)])
        self.assertEqual(found, order.order_line[0])
        self._approve(self.summer, 50.0)
        order.button_confirm()
        self.assertEqual(self.staged(), {"committed": 100.0})
        self.assertEqual(self.staged(self.summer), {"committed": 50.0})
        bill = self.billed(order)
        self.assertEqual(bill.campaign_id, self.spring)
        self.assertEqual(self.staged(), {"actual": 100.0})
        self.assertEqual(self.staged(self.summer), {"actual": 50.0})

    def test_one_bill_for_the_orders_of_two_campaigns(self):
        """The bill carries one of them; each line goes to the campaign of its own order."""
        self._approve(self.summer, 50.0)
        orders = self.purchase((1, 100.0), share=0, campaign=self.spring)
        orders |= self.purchase((1, 50.0), share=0, campaign=self.summer)
        self.billed(orders)
        self.assertEqual(len(orders.invoice_ids), 1)
        self.assertEqual(self.staged(), {"actual": 100.0})
        self.assertEqual(self.staged(self.summer), {"actual": 50.0})

    def test_a_bill_that_was_given_to_another_campaign_by_hand(self):
        bill = self.billed(self.purchase((1, 100.0), share=0, campaign=self.spring), post=False)
        bill.campaign_id = self.summer
        bill.action_post()
        self.assertEqual(self.staged(), {})
        self.assertEqual(self.staged(self.summer), {"actual": 100.0})

    def test_taxes_that_are_not_deductible(self):
        """100 and 20 % tax, half of it without an account: 110, ordered and billed."""
        tax = self._half_tax()
        for share, campaign in ((100, None), (0, self.spring)):
            order = self.purchase((1, 100.0), share=share, campaign=campaign, confirm=False)
            order.order_line.tax_ids = tax
            order.button_confirm()
            self.assertEqual(self.staged()["committed"], 110.0)
            before = self.staged().get("actual", 0.0)
            self.billed(order)
            self.assertEqual(self.staged(), {"actual": before + 110.0})

    def test_shares_add_up_to_the_cent(self):
        """100.01 in thirds (33.33, 33.33, 33.34 %): 33.33 + 33.34 + 33.34."""
        third = self.env["account.analytic.account"].create(
            {"name": "Third", "plan_id": self.analytic.plan_id.id, "company_id": self.company.id}
        )
        self.summer.analytic_account_id = self.other_analytic
        autumn = self.env["utm.campaign"].create(
            {"title": "Autumn", "company_id": self.company.id, "analytic_account_id": third.id}
        )
        campaigns = self.spring | self.summer | autumn
        for campaign in campaigns - self.spring:
            self._approve(campaign, 50.0)
        order = self.purchase((1, 100.01), share=0, confirm=False)
        order.order_line.analytic_distribution = {
            str(self.analytic.id): 33.33,
            str(self.other_analytic.id): 33.33,
            str(third.id): 33.34,
        }
        order.button_confirm()
        parts = [self.staged(campaign)["committed"] for campaign in campaigns]
        self.assertEqual(parts, [33.33, 33.34, 33.34])
        self.billed(order)
        actual = [self.staged(campaign)["actual"] for campaign in campaigns]
        self.assertEqual(round(sum(actual), 2), 100.01)

    def test_in_another_currency_and_unit(self):
        """Half a euro to the dollar: 2 dozen at 120 euros are 480 dollars; 12 pieces billed: half
        a dozen is open … of two: 360."""
        self._two_dollars_a_euro()
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.purchase((2, 120.0), currency_id=self.euro.id, confirm=False)
        order.order_line.product_uom_id = dozen
        order.order_line.price_unit = 120.0
        order.button_confirm()
        self.assertEqual(self.staged(), {"committed": 480.0})
        bill = self.billed(order, post=False)
        line = bill.invoice_line_ids
        line.write({"product_uom_id": self.env.ref("uom.product_uom_unit").id, "quantity": 6})
        line.price_unit = 10.0
        bill.action_post()
        self.assertEqual(self.staged(), {"actual": 120.0, "committed": 360.0})

    def test_a_currency_without_a_rate(self):
        order = self.purchase((1, 100.0), currency_id=self._without_rate().id, confirm=False)
        with self.assertRaisesRegex(UserError, "no rate of QQQ"), self.env.cr.savepoint():
            order.button_confirm()
        order.invalidate_recordset()
        self.assertEqual((order.state, len(order.order_line)), ("draft", 1), "nothing is lost")

    def test_what_is_no_expense_when_it_is_billed(self):
        asset = self.company_data["default_account_assets"]
        self.flyers.property_account_expense_id = asset
        self.purchase((1, 100.0))
        self.assertEqual(self.staged(), {})

    def test_queries_do_not_grow_with_orders(self):
        self.purchase((1, 1.0), (1, 1.0))
        self._queries_of_fill()  # fills the caches that outlive a transaction
        few = self._queries_of_fill()
        for _number in range(4):
            self.purchase(*[(1, 1.0)] * 5)
        self.assertEqual(self.staged(), {"committed": 22.0})
        self.assertEqual(self._queries_of_fill(), few)


@tagged("post_install", "-at_install")
class TestPurchaseBudget(PurchaseCase):
    """ROI-1: the budget is asked when an order is confirmed."""

    abroad = False

    def test_beyond_the_budget(self):
        """900 of 1,000 are committed: 101 more are one too much, 100 fit."""
        self.purchase((1, 900.0))
        order = self.purchase((1, 101.0), confirm=False)
        with self.assertRaisesRegex(UserError, "1.00 more than"), self.env.cr.savepoint():
            order.with_user(self.pia).button_confirm()
        order.invalidate_recordset()
        self.assertEqual(order.state, "draft")
        order.order_line.price_unit = 100.0
        order.with_user(self.pia).button_confirm()
        self.assertEqual(order.state, "purchase")
        with self.assertRaisesRegex(UserError, "1.00 more than"), self.env.cr.savepoint():
            order.with_user(self.pia).order_line.price_unit = 101.0
        order.order_line.price_unit = 99.0
        with self.assertRaisesRegex(UserError, "more than"), self.env.cr.savepoint():
            order.order_line.copy({"order_id": order.id, "price_unit": 2.0})

    def test_what_is_less_is_never_refused(self):
        """The budget was overdrawn by a bill; an order may still be cut or cancelled."""
        order = self.purchase((10, 90.0))
        self.vendor_bill(5_000.0, share=100)
        order.order_line.product_qty = 5
        self.assertEqual(self.staged(), {"actual": 5_000.0, "committed": 450.0})
        order.button_cancel()
        self.assertEqual(self.staged(), {"actual": 5_000.0})

    def test_a_bill_of_today_counts(self):
        """A bill that the nightly fill has not seen: 950 spent, 51 are too much."""
        self.vendor_bill(950.0, share=100)
        with self.assertRaisesRegex(UserError, "1.00 more than"):
            self.purchase((1, 51.0))

    def test_a_campaign_that_was_not_approved_or_is_settled(self):
        with self.assertRaisesRegex(UserError, "Summer is not approved"), self.env.cr.savepoint():
            self.purchase((1, 1.0), share=0, campaign=self.summer)
        self.spring._set_phase("finished")
        self.purchase((1, 1.0))
        self.spring._set_phase("settled")
        with self.assertRaisesRegex(UserError, "Spring is settled"):
            self.purchase((1, 1.0))

    def test_companies_that_only_want_to_be_told(self):
        self.company.campaign_budget_action = "warn"
        order = self.purchase((1, 1_200.0))
        self.assertEqual(order.state, "purchase")
        self.assertIn("200.00 more than what is left", self.spring.message_ids[:1].body)

    def test_companies_that_ask_for_changes_by_kind(self):
        """Gifts have no budget: a marketer is led to a change that gives them 40."""
        self.company.write({"campaign_budget_scope": "kind", "campaign_budget_action": "ask"})
        gifts = self.expense.copy({"code": "699902", "name": "Gifts"})
        kind = self.env["crm.campaign.cost.kind"].create(
            {"name": "Gifts", "account_ids": [Command.set(gifts.ids)]}
        )
        self.flyers.property_account_expense_id = gifts
        both = self.make_user(
            "both_buys", f"purchase.group_purchase_user,{MODULE}.group_campaign_user"
        )
        order = self.purchase((1, 40.0), confirm=False)
        with self.assertRaises(RedirectWarning) as caught, self.env.cr.savepoint():
            order.with_user(both).button_confirm()
        message, action = caught.exception.args[:2]
        self.assertIn("40.00 more than what is left for Gifts in the budget of Spring", message)
        change = self.env["crm.campaign.change"].with_user(both).with_context(**action["context"])
        line = change.create({"reason": "Gifts for the guests"}).line_ids
        self.assertEqual((line.kind_id, line.amount), (kind, 40.0))
        with self.assertRaisesRegex(UserError, "Ask for a change"):
            order.with_user(self.pia).button_confirm()


@tagged("post_install", "-at_install")
class TestPurchaseAccess(PurchaseCase):
    """Buyers see for which campaign; costs stay with marketers and controllers."""

    def test_buyers_see_the_campaign_and_no_costs(self):
        order = self.purchase((10, 30.0))
        line = order.order_line.with_user(self.pia)
        self.assertEqual(line.campaign_ids, self.spring)
        with self.assertRaises(AccessError):
            self.Cost.with_user(self.pia).search([])
        self.assertEqual(self.spring.with_user(self.pia).purchase_line_count, 1)
        action = self.spring.with_user(self.pia).action_open_purchase_lines()
        found = self.env["purchase.order.line"].with_user(self.pia).search(action["domain"])
        self.assertEqual(found, line)

    def test_marketers_see_the_cost_and_no_purchase(self):
        self.purchase((10, 30.0))
        marketer = self.make_user("mara_buys", f"{MODULE}.group_campaign_user")
        spring = self.spring.with_user(marketer)
        self.assertEqual(spring.cost_committed, 300.0)
        with self.assertRaises(AccessError):
            spring.cost_ids.action_open_document()["res_id"]
            self.env["purchase.order"].with_user(marketer).search([])
        with self.assertRaises(AccessError):
            _count = spring.purchase_line_count

    def test_a_buyer_of_another_company(self):
        self.purchase((10, 30.0))
        other = self._from_abroad("other_buys", "purchase.group_purchase_user")
        self.assertEqual(self.spring.with_user(other).purchase_line_count, 0)

    def test_who_asks_for_hours_reads_no_purchase(self):
        """ROI-2: the taxes of every open order line are not worked out for an hour."""
        for source, asked in (("hours", []), ("purchase", [self.spring])):
            found = self._asked_by_fill("purchase.order.line", "_campaign_lines", {source})
            self.assertEqual(found, asked)

    def test_a_campaign_that_was_ordered_for_is_not_deleted(self):
        self.purchase((1, 1.0), share=0, campaign=self.summer, confirm=False)
        with self.assertRaisesRegex(UserError, "Summer has purchase orders: archive it"):
            self.summer.unlink()

    def test_the_form_of_the_order_and_the_campaign(self):
        order = self.purchase((10, 30.0))
        for record, name in ((order, "campaign_id"), (self.spring, "purchase_line_count")):
            view = record.get_view(view_type="form")
            self.assertIn(f'name="{name}"', view["arch"])
        self.assertEqual(order.date_approve.date(), Date.today())
