"""ROI-4: what a planner accepts is bought in time, with Odoo's own purchasing."""

from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from odoo.addons.crm_campaign_roi_stock.tests.test_replenishment import ReplenishmentCase


@tagged("standard", "post_install", "-at_install")
class TestCampaignPurchase(ReplenishmentCase):
    """The vendor of the pumps needs ten days; the first 15 are needed on Monday 2 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor = cls.env["res.partner"].create({"name": "Pump works"})
        cls.pump.write(
            {
                "seller_ids": [Command.create({"partner_id": cls.vendor.id, "delay": 10})],
                "route_ids": [Command.link(cls.warehouse.buy_pull_id.route_id.id)],
            }
        )
        cls.company.days_to_purchase = 0

    def _run_scheduler(self):
        self.env.flush_all()
        self.env.invalidate_all()  # a new transaction knows nothing of an earlier day
        self.env["stock.rule"].run_scheduler(company_id=self.company.id)
        self.env.invalidate_all()

    def _lines(self):
        return self.env["purchase.order.line"].search(
            [("partner_id", "=", self.vendor.id), ("state", "!=", "cancel")]
        )

    def test_the_scheduler_proposes_a_purchase(self):
        """Ten days before the Monday, and not a day earlier: 15, to arrive on Monday."""
        self._own_rule(0, 0)
        self.accept()
        with freeze_time("2026-02-19"):
            self._run_scheduler()
            self.assertFalse(self._lines())
        self._run_scheduler()
        self._run_scheduler()
        line = self._lines()
        self.assertEqual(line.product_qty, 15.0)
        self.assertEqual(line.date_planned, datetime(2026, 3, 2, 12))
        self.assertEqual(line.order_id.state, "draft")
        self.assertEqual(line.order_id.date_order.date().isoformat(), "2026-02-20")

    def test_the_manual_proposal_is_ordered_from_the_replenishment_screen(self):
        self.company.horizon_days = 60
        rule = self.accept()
        self.assertEqual((rule.trigger, rule.qty_to_order), ("manual", 75.0))
        rule.action_replenish()
        line = self._lines()
        self.assertEqual((line.product_qty, line.date_planned), (75.0, datetime(2026, 3, 2, 12)))
        self.assertEqual(self.see(self.rule()).qty_to_order, 0.0)

    def test_what_was_bought_and_taken_back_is_not_bought_again(self):
        """The draft order stays for the buyer; nothing more is proposed, before or after."""
        self._own_rule(0, 0)
        self.accept()
        self._run_scheduler()
        self.pumps.with_user(self.paul).action_take_back()
        self._run_scheduler()
        self.assertEqual(self._lines().product_qty, 15.0)
        self.accept()
        self._run_scheduler()
        self.assertEqual(self._lines().product_qty, 15.0)

    def test_an_order_that_is_confirmed_and_received(self):
        """Received, they lie there for the campaign: nothing more is bought for this week."""
        rule = self._own_rule(0, 0)
        self.accept(self.pumps[0])
        self._run_scheduler()
        order = self._lines().order_id
        order.button_confirm()
        self._run_scheduler()
        self.assertEqual(self._lines().product_qty, 15.0)
        order.picking_ids.move_ids.write({"quantity": 15, "picked": True})
        order.picking_ids.button_validate()
        self.assertEqual(self.see(rule).qty_on_hand, 15.0)
        self.assertEqual((rule.qty_forecast, rule.qty_to_order), (0.0, 0.0))
