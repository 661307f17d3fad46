from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Date
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_forecast import START, ForecastCase


@tagged("post_install", "-at_install")
class TestForecast(ForecastCase):
    """ROI-4: expected demand by product and week, and the decisions of a planner."""

    def test_demand_by_product_and_week(self):
        """15 pumps and 5 filters in each of five weeks, for 1,500 and 50 dollars."""
        rows = self.refresh_demand()
        self.assertEqual(len(rows), 10)
        self.assertEqual(self.weeks(rows), [0, 1, 2, 3, 4])
        for pump, filt in zip(rows[::2], rows[1::2], strict=True):
            self.assertEqual((pump.product_id, filt.product_id), (self.pump, self.filter))
            self.assertAlmostEqual(pump.expected, 15, 9)
            self.assertAlmostEqual(filt.expected, 5, 9)
            self.assertAlmostEqual(pump.expected_revenue, 1500)
            self.assertAlmostEqual(filt.expected_revenue, 50)
            self.assertLess(pump.low, pump.expected)
            self.assertGreater(pump.high, pump.expected)
        self.assertEqual(set(rows.mapped("state")), {"proposed"})
        self.assertEqual(rows.company_id, self.company)

    def test_a_week_that_begins_in_the_middle_of_one(self):
        """From Thursday 5 March: four sevenths of each week's fifth lie in its calendar week."""
        self.campaign.date_start = "2026-03-05"
        pumps = self.refresh_demand().filtered(lambda row: row.product_id == self.pump)
        self.assertEqual(len(pumps), 6)
        self.assertAlmostEqual(pumps[0].expected, 15 * 4 / 7)
        self.assertAlmostEqual(pumps[1].expected, 15)
        self.assertAlmostEqual(pumps[5].expected, 15 * 3 / 7)
        self.assertEqual(pumps[0].week, START)

    def test_computed_again_nothing_changes(self):
        rows = self.refresh_demand()
        before = [(row.id, row.expected, row.write_date) for row in rows]
        again = self.refresh_demand()
        self.assertEqual([(row.id, row.expected, row.write_date) for row in again], before)

    def test_a_cell_stands_once(self):
        self.refresh_demand()
        first = self.rows()[0]
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            first.copy()
            self.env.flush_all()

    def test_targets_come_before_persons_to_reach(self):
        """200 treated targets instead of 1,000: a fifth; the control group buys nothing of us."""
        self.env.cr.execute(
            """INSERT INTO crm_campaign_target (campaign_id, company_id, arm, state)
            SELECT %s, %s, CASE WHEN n <= 200 THEN 'treated' ELSE 'control' END, 'in'
            FROM generate_series(1, 250) n""",
            (self.campaign.id, self.company.id),
        )
        rows = self.refresh_demand()
        self.assertAlmostEqual(sum(rows.mapped("expected")), 20)

    def test_promoted_products_share_evenly_when_nothing_is_known(self):
        self.campaign.mix_ids = [Command.clear()]
        self.campaign.product_ids = self.pump | self.filter
        rows = self.refresh_demand()
        self.assertAlmostEqual(rows[0].expected, 10)
        self.assertAlmostEqual(rows[1].expected, 10)

    def test_a_campaign_without_products(self):
        self.campaign.mix_ids = [Command.clear()]
        self.assertFalse(self.refresh_demand())
        self.assertEqual(self.campaign.forecast_word, "Choose the promoted products.")

    def test_what_is_missing_is_said(self):
        self.assertFalse(self.campaign.forecast_word)
        for values, word in (
            ({"forecast_by_hand": False}, "No finished campaign of this kind"),
            ({"expected_reach": 0}, "Choose the targets, or say"),
            ({"date_start": False}, "Say when the campaign starts."),
        ):
            self.campaign.write(values)
            self.assertIn(word, self.campaign.forecast_word)
        self.assertFalse(self.refresh_demand())

    def test_an_entered_price(self):
        self.campaign.mix_ids.filtered(lambda line: line.product_id == self.pump).price = 80
        self.assertAlmostEqual(self.refresh_demand()[0].expected_revenue, 15 * 80)

    # -- a campaign that runs ------------------------------------------------------------------

    def test_a_running_campaign_moves_its_own_forecast(self):
        """On 16 March two of five weeks are over: 1,000 persons weigh 400.

        Ten customers bought 30 pumps: response (10 + 10) / (100 + 400), conversion
        (5 + 10) / (10 + 10), quantity (10 + 30) / (5 + 10): 1,000 · 0.04 · 0.75 · 8/3 = 80 units.
        """
        self._to_phase(self.campaign, "running")
        self.refresh_demand()
        for number in range(10):
            buyer = self.env["res.partner"].create({"name": f"Buyer {number}"})
            self.sell(self.campaign, self.pump, 3, "2026-03-10", buyer)
        with freeze_time("2026-03-16"):
            rows = self.refresh_demand()
        # weeks 0 to 1 are over and keep their forecast; week 2 has begun and keeps it, too
        self.assertEqual([round(row.expected, 6) for row in rows[:6]], [15.0, 5.0] * 3)
        self.assertAlmostEqual(rows[6].expected, 80 * 0.75 / 5)
        self.assertAlmostEqual(rows[9].expected, 80 * 0.25 / 5)
        self.assertEqual([row.sold_quantity for row in rows[:4:2]], [0.0, 30.0])
        self.assertEqual(rows[2].sold_revenue, 3000.0)

    def test_weeks_that_are_over_are_not_made_up(self):
        with freeze_time("2026-03-16"):
            self.assertEqual(self.weeks(self.refresh_demand()), [2, 3, 4])

    def test_units_of_the_product(self):
        """A dozen pumps are twelve."""
        order = self.sell(self.campaign, self.pump, 1, "2026-03-03")
        order.order_line.product_uom_id = self.env.ref("uom.product_uom_dozen")
        self.refresh_demand()
        self.assertEqual(self.rows()[0].sold_quantity, 12)

    # -- late credit notes -----------------------------------------------------------------------

    def test_a_late_credit_note_takes_back_what_was_sold(self):
        """Ten pumps ordered on 3 March; four credited in June count less in the week of March."""
        self.refresh_demand()
        invoice = self.bill(self.sell(self.campaign, self.pump, 10, "2026-03-03"), "2026-03-10")
        self.assertEqual(self._sold(), (10.0, 1000.0))
        refund = invoice._reverse_moves([{"invoice_date": "2026-06-20"}])
        refund.invoice_line_ids.quantity = 4
        refund.action_post()
        self.assertEqual(self._sold(), (6.0, 600.0))

    def test_an_invoice_that_was_replaced_is_no_return(self):
        self.refresh_demand()
        order = self.sell(self.campaign, self.pump, 10, "2026-03-03")
        self.bill(order, "2026-03-10")._reverse_moves(
            [{"invoice_date": "2026-03-11"}]
        ).action_post()
        self.assertEqual(self._sold()[0], 0.0)
        self.bill(order, "2026-03-12")
        self.assertEqual(self._sold()[0], 10.0)

    def test_sales_without_an_order(self):
        """Five on an invoice alone, one credited later."""
        self.refresh_demand()
        invoice = self.invoice(self.alma, "2026-03-04", (5, 100.0, self.pump), post=False)
        invoice.campaign_id = self.campaign
        invoice.action_post()
        refund = invoice._reverse_moves([{"invoice_date": "2026-05-20"}])
        refund.invoice_line_ids.quantity = 1
        refund.action_post()
        self.assertEqual(self._sold(), (4.0, 400.0))

    def _sold(self):
        """(units, revenue) of pumps in the first week, after the daily job."""
        self.Demand._cron_sold()
        return self.rows()[0].sold_quantity, self.rows()[0].sold_revenue

    # -- decisions -------------------------------------------------------------------------------

    def test_accept_change_refuse_take_back(self):
        rows = self.refresh_demand().with_user(self.paul)
        rows[0].action_accept()
        self.assertEqual((rows[0].state, rows[0].planned_quantity), ("accepted", 15.0))
        self.assertEqual(rows[0].decided_by, self.paul)
        rows[2].action_change({rows[2].id: 20.0}, "The fair is twice as large")
        self.assertEqual((rows[2].state, rows[2].planned_quantity), ("changed", 20.0))
        rows[4].action_refuse("The pump is discontinued")
        self.assertEqual((rows[4].state, rows[4].planned_quantity), ("refused", 0.0))
        self.assertEqual(rows[4].reason, "The pump is discontinued")
        rows[0].action_take_back()
        self.assertEqual((rows[0].state, rows[0].planned_quantity), ("proposed", 0.0))

    def test_a_reason_is_wanted(self):
        row = self.refresh_demand()[0].with_user(self.paul)
        with self.assertRaises(ValidationError):
            row.action_refuse("  ")
        with self.assertRaises(ValidationError):
            row.action_change({row.id: 3.0}, False)
        with self.assertRaises(ValidationError):
            row.action_change({row.id: -3.0}, "Less than nothing")
        self.assertEqual(row.state, "proposed")

    def test_many_at_once(self):
        """60 pumps in all for three weeks: 20 each."""
        pumps = self.refresh_demand().filtered(lambda row: row.product_id == self.pump)[:3]
        form = Form(
            self.env["crm.campaign.demand.decide"]
            .with_user(self.paul)
            .with_context(default_demand_ids=pumps.ids)
        )
        self.assertAlmostEqual(form.quantity, 45)
        form.quantity = 60
        form.reason = "More stands"
        form.save().action_decide()
        for row in pumps:
            self.assertAlmostEqual(row.planned_quantity, 20)
            self.assertEqual(row.state, "changed")

    def test_decisions_survive_the_next_computation(self):
        """Twice the persons: 30 pumps instead of the 15 that were accepted, shown as moved."""
        rows = self.refresh_demand()
        rows[:4].with_user(self.paul).action_accept()
        rows[4].with_user(self.paul).action_refuse("Too late")
        self.campaign.expected_reach = 2000
        self.refresh_demand()
        self.assertEqual(rows[0].state, "accepted")
        self.assertAlmostEqual(rows[0].expected, 30)
        self.assertAlmostEqual(rows[0].planned_quantity, 15)
        self.assertAlmostEqual(rows[0].decided_expected, 15)
        self.assertTrue(rows[0].has_moved)
        self.assertTrue(rows[0].to_decide)
        self.assertEqual((rows[4].state, rows[4].reason), ("refused", "Too late"))
        rows[0].with_user(self.paul).action_accept()
        self.assertFalse(rows[0].to_decide)
        self.assertAlmostEqual(rows[0].planned_quantity, 30)

    def test_a_small_move_asks_nobody(self):
        """A tenth more persons: 16.5 instead of 15."""
        rows = self.refresh_demand()
        rows.with_user(self.paul).action_accept()
        self.campaign.expected_reach = 1100
        self.refresh_demand()
        self.assertAlmostEqual(rows[0].expected, 16.5)
        self.assertFalse(rows[0].has_moved)

    def test_cancelled_after_it_was_accepted(self):
        """What was accepted is withdrawn, what was only proposed is gone; the planner is told."""
        rows = self.refresh_demand()
        rows[0].with_user(self.paul).action_accept()
        self.campaign.with_user(self.mara).action_cancel()
        left = self.rows()
        self.assertEqual(left, rows[0])
        self.assertEqual((left.state, left.expected), ("withdrawn", 0.0))
        self.assertEqual((left.decided_by, left.planned_quantity), (self.paul, 15.0))
        note = self.campaign.message_ids.filtered(lambda m: "no longer expected" in (m.body or ""))
        self.assertEqual(note.partner_ids, self.paul.partner_id)
        with self.assertRaises(UserError):
            left.with_user(self.paul).action_accept()

    def test_a_campaign_that_is_moved(self):
        """Two weeks later: the accepted first week is withdrawn, week 5 and 6 are new."""
        rows = self.refresh_demand()
        rows[0].with_user(self.paul).action_accept()
        self.campaign.date_start = "2026-03-16"
        self.refresh_demand()
        self.assertEqual(self.weeks(self.rows(state="withdrawn")), [0])
        self.assertEqual(self.weeks(self.rows(state="proposed")), [2, 3, 4, 5, 6])
        self.campaign.date_start = START
        self.refresh_demand()
        self.assertEqual((rows[0].state, rows[0].planned_quantity), ("accepted", 15.0))
        self.assertEqual(rows[0].decided_by, self.paul)
        self.assertTrue(rows[0].has_moved)

    def test_decisions_survive_a_night_without_targets(self):
        """Withdrawn and expected again: each decision stands, and the planner looks once more."""
        rows = self.refresh_demand().with_user(self.paul)
        rows[0].action_accept()
        rows[2].action_change({rows[2].id: 20.0}, "The fair is twice as large")
        rows[4].action_refuse("The pump is discontinued")
        rows[6].action_accept()
        rows[6].action_take_back()
        decided = [rows[number] for number in (0, 2, 4)]
        self._to_phase(self.campaign, "cancelled")
        self.refresh_demand()
        self.assertEqual({row.state for row in decided}, {"withdrawn"})
        self._to_phase(self.campaign, "approved")
        self.refresh_demand()
        self.assertEqual(
            [(row.state, row.planned_quantity, row.expected) for row in decided],
            [("accepted", 15.0, 15.0), ("changed", 20.0, 15.0), ("refused", 0.0, 15.0)],
        )
        self.assertEqual(decided[2].reason, "The pump is discontinued")
        self.assertTrue(all(row.has_moved and row.to_decide for row in decided))
        again = self.rows(state="proposed")
        self.assertEqual(len(again), 7)
        self.assertFalse(any(again.mapped("has_moved")))

    def test_what_is_not_approved_is_seen_and_not_decided(self):
        draft = self._campaign("Summer", phase="draft")
        rows = self.refresh_demand(draft)
        self.assertEqual(len(rows), 10)
        self.assertFalse(any(rows.mapped("to_decide")))
        with self.assertRaises(UserError):
            rows.with_user(self.paul).action_accept()

    def test_a_week_that_is_over_is_not_decided(self):
        row = self.refresh_demand()[0]
        with freeze_time("2026-03-16"), self.assertRaises(UserError):
            row.with_user(self.paul).action_accept()

    def test_what_waits(self):
        rows = self.refresh_demand()
        self._campaign("Summer", phase="draft")
        self.Demand._refresh()
        rows[0].with_user(self.paul).action_accept()
        own = [("company_id", "=", self.company.id)]
        waiting = self.Demand.search([*own, ("to_decide", "=", True)])
        self.assertEqual(waiting, self.Demand.browse(rows[1:].ids).sorted("id") & waiting)
        self.assertEqual(len(waiting), 9)
        others = self.Demand.search([*own, ("to_decide", "=", False)])
        self.assertIn(rows[0], others)
        self.assertEqual(self.campaign.with_user(self.paul).demand_count, 9)

    def test_starting_computes(self):
        """The buttons of the campaign bring its demand along."""
        self.assertFalse(self.rows())
        self.campaign.with_user(self.mara).action_start()
        self.assertEqual(self.campaign.date_published, START)
        self.assertEqual(len(self.rows()), 10)

    def test_templates_have_no_demand(self):
        self.campaign.is_template = True
        self.assertFalse(self.refresh_demand())

    # -- the number of queries -------------------------------------------------------------------

    def test_the_same_queries_for_ten_times_the_campaigns(self):
        few = self.env["utm.campaign"].union(*(self._campaign(f"A{n}") for n in range(2)))
        many = self.env["utm.campaign"].union(*(self._campaign(f"B{n}") for n in range(20)))
        self.refresh_demand(self.campaign)  # currencies, parameters, access are known then
        self.assertEqual(self._queries(few), self._queries(many))

    def _queries(self, campaigns):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.Demand._refresh(campaigns)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def test_deciding_takes_the_same_queries(self):
        many = self.env["utm.campaign"].union(*(self._campaign(f"B{n}") for n in range(10)))
        self.Demand._refresh(self.campaign | many)
        few, rows = self.rows(), self.Demand.search([("campaign_id", "in", many.ids)])
        self.assertEqual(len(rows), 100)
        self._decide_queries(few[:1])  # what the planner may do is known then
        self.assertEqual(self._decide_queries(few), self._decide_queries(rows))

    def _decide_queries(self, rows):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        rows.with_user(self.paul).action_accept()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    # -- sales forecast --------------------------------------------------------------------------

    def test_campaigns_beside_the_pipeline(self):
        """7,750 dollars of the campaign from March; an opportunity of 10,000 at 40 % beside it."""
        self.refresh_demand()
        self._chance(10_000, 40)
        self.assertEqual(self._expected(), {"pipeline": 4000.0, "campaign": 7750.0})

    def test_opportunities_of_the_campaign_count_once(self):
        """One of its own is expected to bring 3,000: the campaign adds 4,750, 7,750 in all."""
        self.refresh_demand()
        self._chance(6_000, 50, self.campaign)
        self.assertEqual(self._expected(), {"pipeline": 3000.0, "campaign": 4750.0})
        self._chance(20_000, 50, self.campaign)
        self.assertEqual(self._expected(), {"pipeline": 13000.0, "campaign": 0.0})

    def test_opportunities_of_another_company_take_nothing_off(self):
        """10,000 euros expected in the other company are none of the 7,750 dollars here."""
        self.refresh_demand()
        chance = self._chance(20_000, 50, self.campaign)
        chance.company_id = self.company_eur
        self.assertEqual(self._expected(), {"campaign": 7750.0})

    def test_what_is_sold_is_expected_no_more(self):
        """Ten pumps of the first week for 1,000 of its 1,550 dollars: 6,750 are left."""
        self.refresh_demand()
        self.sell(self.campaign, self.pump, 10, "2026-03-03")
        self.Demand._cron_sold()
        self.assertEqual(self._expected()["campaign"], 6750.0)

    def test_expected_revenue_by_month(self):
        """Weeks of 2, 9, 16, 23 and 30 March: all five Mondays lie in March."""
        self.refresh_demand()
        rows = self.env["crm.campaign.sales.forecast"]._read_group(
            [("campaign_id", "=", self.campaign.id)], ["date:month"], ["revenue:sum"]
        )
        self.assertEqual([(day, round(sum_, 2)) for day, sum_ in rows], [
            (Date.to_date("2026-03-01"), 7750.0)
        ])  # fmt: skip

    def _chance(self, revenue, probability, campaign=None):
        return self.env["crm.lead"].create(
            {
                "name": "Chance",
                "type": "opportunity",
                "company_id": self.company.id,
                "expected_revenue": revenue,
                "probability": probability,
                "date_deadline": "2026-04-15",
                "campaign_id": campaign.id if campaign else False,
            }
        )

    def _expected(self):
        self.env.flush_all()
        rows = self.env["crm.campaign.sales.forecast"]._read_group(
            [("company_id", "=", self.company.id)], ["source"], ["revenue:sum"]
        )
        return {source: round(revenue, 2) for source, revenue in rows}

    # -- forecast and actual ---------------------------------------------------------------------

    def test_forecast_and_actual(self):
        """Two weeks are over. Pumps: 15 and 15 expected, 18 and 9 sold; filters 5 and 5, none.

        Error without sign 3 + 6 + 5 + 5 = 19 of 27 sold; with sign 40 − 27 = 13 of 27.
        """
        self.refresh_demand()
        self.sell(self.campaign, self.pump, 18, "2026-03-03")
        self.sell(self.campaign, self.pump, 9, "2026-03-10")
        self.Demand._cron_sold()
        with freeze_time("2026-03-16"):
            accuracy = self.env["crm.campaign.demand.accuracy"]
            [[expected, actual, error, bias]] = accuracy._read_group(
                [("kind_id", "=", self.kind.id)],
                [],
                ["expected:sum", "actual:sum", "error_rate:avg", "bias_rate:avg"],
            )
            rows = accuracy.search([("campaign_id", "=", self.campaign.id)])
        self.assertEqual(len(rows), 4)
        self.assertAlmostEqual(expected, 40)
        self.assertAlmostEqual(actual, 27)
        self.assertAlmostEqual(error, 100 * 19 / 27)
        self.assertAlmostEqual(bias, 100 * 13 / 27)

    def test_no_error_where_nothing_was_sold(self):
        self.refresh_demand()
        with freeze_time("2026-03-10"):
            [[rate, cells]] = self.env["crm.campaign.demand.accuracy"]._read_group(
                [("kind_id", "=", self.kind.id)], [], ["error_rate:avg", "cells:sum"]
            )
        self.assertEqual((rate, cells), (False, 2))
