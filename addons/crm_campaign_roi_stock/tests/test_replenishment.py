from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.fields import Date
from odoo.tests import tagged

from odoo.addons.crm_campaign_roi.tests.common_forecast import START, ForecastCase


class ReplenishmentCase(ForecastCase):
    """The pumps of the campaign are stored: 15 in each of five weeks from 2 March 2026.

    The replenishment horizon is zero unless a test says otherwise: just in time.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.horizon_days = 0
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.pump.is_storable = True
        cls.Rule = cls.env["stock.warehouse.orderpoint"]
        cls.Demand._refresh(cls.campaign)
        cls.pumps = cls.Demand.search(
            [("campaign_id", "=", cls.campaign.id), ("product_id", "=", cls.pump.id)]
        )

    def rule(self, product=None):
        return self.Rule.search([("product_id", "=", (product or self.pump).id)])

    def accept(self, rows=None):
        (rows or self.pumps).with_user(self.paul).action_accept()
        return self.rule()

    def see(self, rule):
        """The rule as the replenishment screen computes it."""
        rule.invalidate_recordset()
        rule._compute_qty_to_order_computed()
        rule._compute_deadline_date()
        return rule

    @classmethod
    def _own_rule(cls, minimum=5, maximum=10, warehouse=None, **values):
        warehouse = warehouse or cls.warehouse
        return cls.Rule.create(
            {
                "product_id": cls.pump.id,
                "warehouse_id": warehouse.id,
                "location_id": warehouse.lot_stock_id.id,
                "company_id": cls.company.id,
                "product_min_qty": minimum,
                "product_max_qty": maximum,
                **values,
            }
        )

    @classmethod
    def _store(cls, quantity, warehouse=None):
        place = (warehouse or cls.warehouse).lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(cls.pump, place, quantity)


@tagged("post_install", "-at_install")
class TestReplenishment(ReplenishmentCase):
    """ROI-4: what a planner accepts is replenished in time, once, and not when taken back."""

    abroad = False

    def test_by_warehouse(self):
        self.assertEqual(self.pumps.warehouse_id, self.warehouse)
        filters = self.rows().filtered(lambda row: row.product_id == self.filter)
        self.assertFalse(filters.warehouse_id)

    def test_nothing_is_replenished_before_somebody_decides(self):
        self.assertFalse(self.rule())

    def test_accepted_demand_is_a_proposal_on_replenishment(self):
        """With a horizon of a month all five weeks are due: 75, needed from 2 March on."""
        self.company.horizon_days = 60
        rule = self.accept()
        self.assertEqual((rule.trigger, rule.for_campaigns), ("manual", True))
        self.assertEqual((rule.product_min_qty, rule.product_max_qty), (0.0, 0.0))
        self.assertEqual(rule.campaign_quantity, 75.0)
        self.assertEqual((rule.qty_forecast, rule.qty_to_order), (-75.0, 75.0))
        self.assertEqual((rule.campaign_week, rule.deadline_date), (START, START))

    def test_week_by_week_just_in_time(self):
        """Without lead time a week is due on its Monday: 15, a week later 30 in all."""
        rule = self.accept()
        self.assertEqual(rule.qty_to_order, 0.0)
        for day, due in (("2026-03-01", 0), ("2026-03-02", 15), ("2026-03-08", 15)):
            with freeze_time(day):
                self.assertEqual(self.see(rule).qty_to_order, due, day)
        with freeze_time("2026-03-09"):
            # the first week is over: what was not sold of it is expected no more
            self.assertEqual(self.see(rule).qty_to_order, 15)

    def test_the_users_minimum_stays(self):
        """Eight in stock, 15 leave: up to the maximum of 10 it takes 17. Taken back: nothing."""
        rule = self._own_rule()
        self._store(8)
        with freeze_time("2026-03-02"):
            self.accept(self.pumps[0])
            self.assertEqual(rule.qty_to_order, 17.0)
            self.assertEqual((rule.product_min_qty, rule.product_max_qty), (5.0, 10.0))
            self.pumps[0].with_user(self.paul).action_take_back()
            self.assertEqual((rule.qty_to_order, rule.campaign_quantity), (0.0, 0.0))
        self.assertEqual(self.rule(), rule)

    def test_taken_back_the_rule_goes(self):
        self.accept()
        self.assertTrue(self.rule())
        self.pumps[0].with_user(self.paul).action_take_back()
        self.assertTrue(self.rule())
        self.pumps.with_user(self.paul).action_refuse("The fair is called off")
        self.assertFalse(self.rule())

    def test_a_rule_that_somebody_uses_stays(self):
        rule = self.accept()
        rule.product_max_qty = 20
        self.pumps.with_user(self.paul).action_take_back()
        self.assertEqual(self.rule(), rule)

    def test_a_changed_quantity(self):
        self.company.horizon_days = 60
        first = self.pumps[0].with_user(self.paul)
        first.action_change({first.id: 40.0}, "Twice the stands")
        self.assertEqual(self.rule().qty_to_order, 40.0)
        first.action_change({first.id: 10.0}, "Half of them")
        self.assertEqual(self.see(self.rule()).qty_to_order, 10.0)

    def test_what_is_ordered_is_not_counted_twice(self):
        """Six of the first 15 are ordered: 6 leave by the order, 9 are wanted beside it.

        By hand: an automatic rule would order them as soon as the order is confirmed.
        """
        rule = self._own_rule(0, 0, trigger="manual")
        with freeze_time("2026-03-02"):
            self.accept(self.pumps[0])
            self.assertEqual(rule.qty_to_order, 15.0)
            self.sell(self.campaign, self.pump, 6, "2026-03-02")
            self.see(rule)
            self.assertEqual((rule.campaign_quantity, rule.qty_to_order), (9.0, 15.0))

    def test_more_is_ordered_than_was_planned(self):
        """20 are ordered where 15 were planned: 20 leave, nothing more is wanted."""
        rule = self._own_rule(0, 0, trigger="manual")
        with freeze_time("2026-03-02"):
            self.accept(self.pumps[0])
            self.sell(self.campaign, self.pump, 20, "2026-03-02")
            self.see(rule)
            self.assertEqual((rule.campaign_quantity, rule.qty_to_order), (0.0, 20.0))

    def test_computing_again_adds_nothing(self):
        self.company.horizon_days = 60
        rule = self.accept()
        self.Demand._refresh(self.campaign)
        self.Demand._cron_sold()
        self.assertEqual(self.rule(), rule)
        self.assertEqual(self.see(rule).qty_to_order, 75.0)

    def test_a_campaign_that_is_cancelled_buys_nothing(self):
        self.company.horizon_days = 60
        own = self._own_rule(0, 0)
        self.accept()
        self.assertEqual(own.qty_to_order, 75.0)
        self.campaign.with_user(self.mara).action_cancel()
        self.assertEqual((own.qty_to_order, own.campaign_quantity), (0.0, 0.0))

    def test_two_campaigns_add_up(self):
        self.company.horizon_days = 60
        other = self._campaign("Garden week")
        self.Demand._refresh(other)
        self.accept()
        self.accept(self.rows(other).filtered(lambda row: row.product_id == self.pump))
        self.assertEqual(self.rule().qty_to_order, 150.0)
        other.with_user(self.mara).action_cancel()
        self.assertEqual(self.rule().qty_to_order, 75.0)

    def test_whole_pieces(self):
        """3.2 + 0 pumps are four, 3.2 kilograms are 3.2."""
        self.company.horizon_days = 60
        first = self.pumps[0].with_user(self.paul)
        first.action_change({first.id: 3.2}, "A small fair")
        self.assertEqual(self.rule().qty_to_order, 4.0)
        sand = self.env["product.product"].create(
            {
                "name": "Sand",
                "is_storable": True,
                "uom_id": self.env.ref("uom.product_uom_kgm").id,
            }
        )
        self.assertEqual(self.Rule.new({"product_id": sand.id})._whole_units(3.2), 3.2)

    def test_services_are_not_stored(self):
        filters = self.rows().filtered(lambda row: row.product_id == self.filter)
        filters.with_user(self.paul).action_accept()
        self.assertFalse(self.rule(self.filter))

    # -- warehouses ------------------------------------------------------------------------------

    def test_divided_as_it_was_shipped(self):
        """30 and 10 were ordered from two warehouses: 11.25 and 3.75 a week."""
        north = self._north()
        for warehouse, quantity in ((self.warehouse, 30), (north, 10)):
            self.order(
                self.alma, "2026-01-10 12:00:00", quantity, 100.0,
                line={"product_id": self.pump.id}, warehouse_id=warehouse.id,
            )  # fmt: skip
        self.refresh_demand()
        first = self.rows(week=START, product_id=self.pump.id)
        self.assertEqual(
            {row.warehouse_id: round(row.expected, 6) for row in first},
            {self.warehouse: 11.25, north: 3.75},
        )

    def test_the_campaigns_own_warehouse(self):
        north = self._north()
        self.accept(self.pumps[0])
        self.campaign.with_user(self.paul).warehouse_id = north
        self.refresh_demand()
        expected = self.rows(product_id=self.pump.id).filtered("expected")
        self.assertEqual(expected.warehouse_id, north)
        # the accepted one of the other warehouse is withdrawn, the others are gone
        self.assertEqual(self.pumps.exists().mapped("state"), ["withdrawn"])
        self.assertFalse(self.rule())

    def _north(self):
        return self.env["stock.warehouse"].create(
            {"name": "North", "code": "NRT", "company_id": self.company.id}
        )

    # -- the scheduler ---------------------------------------------------------------------------

    def test_the_scheduler_moves_goods_between_warehouses(self):
        """North is supplied from the main warehouse: 30 for the two weeks of the horizon, on
        2 March; the next run, and another one a day later, adds nothing."""
        north, rule = self._supplied_north()
        self.company.horizon_days = 20
        self.accept()
        self._run_scheduler()
        moves = self._transfers(north)
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 30.0)
        self.assertEqual(set(moves.mapped("date")), {datetime(2026, 3, 2, 12)})
        self._run_scheduler()
        with freeze_time("2026-02-21"):
            self._run_scheduler()
        self.assertEqual(sum(self._transfers(north).mapped("product_uom_qty")), 30.0)
        self.assertEqual(rule.qty_to_order, 0.0)

    def test_each_week_when_it_is_due(self):
        """Just in time: nothing on 1 March, 15 on the 2nd; a week later 15 more, if the first
        were sold."""
        north, _rule = self._supplied_north()
        self.accept()
        for day, moved in (("2026-03-01", 0), ("2026-03-02", 15), ("2026-03-03", 15)):
            with freeze_time(day):
                self._run_scheduler()
                found = sum(self._transfers(north).mapped("product_uom_qty"))
                self.assertEqual(found, moved, day)
        with freeze_time("2026-03-04"):
            self.order(
                self.alma, "2026-03-04 12:00:00", 15, 100.0, line={"product_id": self.pump.id},
                warehouse_id=north.id, campaign_id=self.campaign.id,
            )  # fmt: skip
        with freeze_time("2026-03-09"):
            self._run_scheduler()
        self.assertEqual(sum(self._transfers(north).mapped("product_uom_qty")), 30.0)

    def test_taken_back_before_the_scheduler_runs(self):
        north, _rule = self._supplied_north()
        self.company.horizon_days = 60
        self.accept()
        self.pumps.with_user(self.paul).action_take_back()
        self._run_scheduler()
        self.assertFalse(self._transfers(north))

    def test_the_lead_time_counts(self):
        """It takes ten days: the first week is due on 20 February, not the second one."""
        north, rule = self._supplied_north()
        rule.rule_ids.delay = 0
        rule.rule_ids[:1].delay = 10
        self.accept()
        self.see(rule)
        self.assertEqual(rule.lead_horizon_date, START)
        self.assertEqual(rule.qty_to_order, 15.0)
        self.assertEqual(rule.deadline_date, Date.to_date("2026-02-20"))
        self._run_scheduler()
        self.assertEqual(sum(self._transfers(north).mapped("product_uom_qty")), 15.0)

    def _supplied_north(self):
        """(North, its automatic rule): the campaign ships from there."""
        north = self._north()
        north.resupply_wh_ids = [Command.link(self.warehouse.id)]
        self.pump.route_ids = [Command.link(north.resupply_route_ids.id)]
        rule = self._own_rule(0, 0, north, route_id=north.resupply_route_ids.id)
        self.campaign.warehouse_id = north
        self.refresh_demand()
        self.pumps = self.rows(product_id=self.pump.id)
        return north, rule

    def _run_scheduler(self):
        self.env.flush_all()
        self.env.invalidate_all()  # a new transaction knows nothing of an earlier day
        self.env["stock.rule"].run_scheduler(company_id=self.company.id)
        self.env.invalidate_all()

    def _transfers(self, warehouse):
        """Moves into the stock of a warehouse."""
        return self.env["stock.move"].search(
            [
                ("product_id", "=", self.pump.id),
                ("location_dest_id", "=", warehouse.lot_stock_id.id),
                ("state", "!=", "cancel"),
            ]
        )

    # -- queries ---------------------------------------------------------------------------------

    def test_the_same_queries_whatever_the_number_of_rules(self):
        self.accept()
        products = self.env["product.product"].create(
            [{"name": f"Part {number}", "is_storable": True} for number in range(20)]
        )
        rules = self.Rule.create(
            [
                {
                    "product_id": product.id,
                    "warehouse_id": self.warehouse.id,
                    "location_id": self.warehouse.lot_stock_id.id,
                }
                for product in products
            ]
        )
        self.assertEqual(self._queries(rules[:2]), self._queries(rules))

    def _queries(self, rules):
        rules.mapped("lead_horizon_date")
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        rules._campaign_due()
        return self.env.cr.sql_log_count - before
