from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.fields import Date
from odoo.tests import Form, tagged

from .common_forecast import ForecastCase


@tagged("post_install", "-at_install")
class TestForecastLearning(ForecastCase):
    """ROI-4: finished campaigns teach what the next one of their kind will do, each once."""

    abroad = False

    def learn(self):
        self.env["crm.campaign.lesson"]._learn(Date.context_today(self.env.user))
        return self.env["crm.campaign.prior"].search(
            [("kind_id", "=", self.kind.id), ("company_id", "=", self.company.id)]
        )

    def lessons(self):
        return self.env["crm.campaign.lesson"].search([("kind_id", "=", self.kind.id)])

    def test_learned_from_a_finished_campaign(self):
        """100 persons, ten buyers of three pumps: Jeffreys' (0.5 + 10) / 101 respond,
        (0.5 + 10) / 11 of them buy, three each."""
        campaign = self._finished("Autumn")
        prior = self.learn()
        self.assertAlmostEqual(prior.response_rate, 100 * 10.5 / 101)
        self.assertAlmostEqual(prior.conversion_rate, 100 * 10.5 / 11)
        self.assertAlmostEqual(prior.quantity_mean, 3)
        self.assertEqual(
            (prior.campaign_count, prior.persons, prior.responses, prior.buyers, prior.units),
            (1, 100, 10, 10, 30.0),
        )
        self.assertEqual(prior.explanation, "Finished campaigns: 1, persons: 100, buyers: 10")
        lesson = self.lessons()
        self.assertEqual((lesson.campaign_id, lesson.revenue), (campaign, 3000.0))
        self.assertEqual(
            [(line.product_id, line.week, line.units) for line in lesson.line_ids],
            [(self.pump, 1, 30.0)],
        )

    def test_learned_exactly_once(self):
        self._finished("Autumn")
        self.learn()
        lesson = self.lessons()
        lines = lesson.line_ids
        prior = self.learn()
        self.learn()
        self.assertEqual((self.lessons(), self.lessons().line_ids), (lesson, lines))
        self.assertEqual((prior.campaign_count, prior.persons), (1, 100))

    def test_a_late_credit_note_corrects_the_lesson(self):
        """One of ten buyers returns his three pumps: nine buyers, 27 pumps, still one lesson."""
        campaign = self._finished("Autumn")
        prior = self.learn()
        order = self.env["sale.order"].search([("campaign_id", "=", campaign.id)], limit=1)
        self.bill(order, "2025-09-20")._reverse_moves(
            [{"invoice_date": "2026-02-10"}]
        ).action_post()
        prior = self.learn()
        self.assertEqual(len(self.lessons()), 1)
        self.assertEqual((prior.buyers, prior.units), (9, 27.0))

    def test_what_runs_or_has_an_open_window_teaches_nothing(self):
        self._finished("Open", date_start="2026-02-01")
        running = self._finished("Running")
        self._to_phase(running, "running")
        self._to_phase(self._finished("Given up"), "cancelled")
        self.learn()
        self.assertFalse(self.lessons())

    def test_a_campaign_that_runs_again_is_unlearned(self):
        campaign = self._finished("Autumn")
        self.learn()
        self._to_phase(campaign, "running")
        prior = self.learn()
        self.assertFalse(self.lessons())
        self.assertFalse(prior.is_known)
        self.assertIn("Not enough data", prior.explanation)

    def test_persons_who_responded_and_did_not_buy(self):
        """Of 40 targets eight answer, two of whom buy; one buyer is no target: 9 responded."""
        campaign = self._finished("Autumn", buyers=0)
        people = self.env["res.partner"].create([{"name": f"Person {n}"} for n in range(40)])
        targets = self.env["crm.campaign.target"].create(
            [
                {
                    "campaign_id": campaign.id,
                    "company_id": self.company.id,
                    "partner_id": person.id,
                    "commercial_partner_id": person.id,
                }
                for person in people
            ]
        )
        clicked = self.env["crm.campaign.response.kind"].search([("code", "=", "clicked")])
        opened = self.env["crm.campaign.response.kind"].search([("code", "=", "opened")])
        self.env.flush_all()
        for kind, some in ((clicked, targets[:8]), (opened, targets)):
            self.env.cr.execute(
                """INSERT INTO crm_campaign_response (campaign_id, target_id, kind_id, date)
                SELECT %s, unnest(%s), %s, '2025-09-03'""",
                (campaign.id, some.ids, kind.id),
            )
        for buyer in (people[0], people[1], self.alma):
            self.sell(campaign, self.pump, 2, "2025-09-04", buyer)
        self.learn()
        lesson = self.lessons()
        self.assertEqual((lesson.persons, lesson.responses, lesson.buyers), (40, 9, 3))

    def test_the_next_campaign_follows_the_kind(self):
        """1,000 · 10.5/101 · 10.5/11 · 3 pumps, all in week 1 of the publication."""
        self._finished("Autumn")
        self.learn()
        self.campaign.write({"forecast_by_hand": False, "mix_ids": [(5,)]})
        rows = self.refresh_demand()
        self.assertEqual((rows.product_id, self.weeks(rows)), (self.pump, [1]))
        self.assertAlmostEqual(rows.expected, 1000 * 10.5 / 101 * 10.5 / 11 * 3)
        # the pumps went for 100 each then
        self.assertAlmostEqual(rows.expected_revenue, rows.expected * 100, 1)

    def test_campaigns_that_differ_make_a_wide_range(self):
        """The same mean from ten and from two buyers a hundred is less sure than six twice."""
        self._finished("Same 1", 6)
        self._finished("Same 2", 6)
        self.learn()
        self.campaign.write({"forecast_by_hand": False, "mix_ids": [(5,)]})
        even = self.refresh_demand()
        narrow = even.high / even.low
        self.lessons().action_leave_out()
        self._finished("High", 11)
        self._finished("Low", 1)
        self.learn()
        uneven = self.refresh_demand()
        self.assertGreater(uneven.high / uneven.low, narrow)

    # -- by hand ---------------------------------------------------------------------------------

    def test_corrected_with_a_reason(self):
        """5 % of 200 persons respond, 40 % buy two each; lessons until today count no more."""
        self._finished("Autumn")
        prior = self.learn().with_user(self.paul)
        with freeze_time("2026-02-21"):
            prior._correct(5, 40, 2, 200, "The fair moved to a smaller hall")
        self.assertAlmostEqual(prior.response_rate, 5)
        self.assertAlmostEqual(prior.conversion_rate, 40)
        self.assertAlmostEqual(prior.quantity_mean, 2)
        self.assertEqual((prior.corrected_by, prior.campaign_count), (self.paul, 0))
        self.assertIn("By hand, worth 200 persons", prior.explanation)

    def test_what_is_learned_later_is_added_to_the_correction(self):
        """(10 + 10) / (200 + 100) respond, (4 + 10) / (10 + 10) buy, (8 + 30) / (4 + 10) each."""
        prior = self.learn()
        prior.with_user(self.mona)._correct(5, 40, 2, 200, "A smaller hall")
        self._finished("Autumn")
        with freeze_time("2026-02-22"):
            self.learn()
        prior.invalidate_recordset()
        self.assertAlmostEqual(prior.response_rate, 100 * 20 / 300)
        self.assertAlmostEqual(prior.conversion_rate, 100 * 14 / 20)
        self.assertAlmostEqual(prior.quantity_mean, 38 / 14)

    def test_the_correction_is_forgotten(self):
        self._finished("Autumn")
        prior = self.learn()
        before = prior.response_rate
        with freeze_time("2026-02-21"):
            prior._correct(5, 40, 2, 200, "A smaller hall")
        prior.action_reset()
        prior.invalidate_recordset()
        self.assertEqual((prior.response_rate, prior.corrected), (before, False))

    def test_a_correction_needs_a_reason_and_sense(self):
        prior = self.learn()
        for numbers in ((0, 40, 2, 200), (100, 40, 2, 200), (5, 0, 2, 200), (5, 40, 0, 200)):
            with self.assertRaises(ValidationError):
                prior._correct(*numbers, "Why not")
        with self.assertRaises(ValidationError):
            prior._correct(5, 40, 2, 200, " ")
        self.assertFalse(prior.corrected)

    def test_a_campaign_that_is_not_typical_is_left_out(self):
        self._finished("Autumn")
        self._finished("Strange", buyers=60)
        prior = self.learn()
        self.assertEqual(prior.buyers, 70)
        strange = self.lessons().filtered(lambda lesson: lesson.buyers == 60)
        strange.with_user(self.paul).action_leave_out()
        prior.invalidate_recordset()
        self.assertEqual((prior.buyers, prior.campaign_count), (10, 1))
        self.assertEqual(strange.left_out_by, self.paul)
        self.learn()
        self.assertTrue(strange.left_out)

    def test_the_dialog(self):
        self._finished("Autumn")
        prior = self.learn()
        dialog = self.env["crm.campaign.prior.correct"].with_user(self.paul)
        form = Form(dialog.with_context(default_prior_id=prior.id))
        self.assertAlmostEqual(form.conversion, prior.conversion_rate)
        form.response, form.reason = 20, "A larger hall"
        form.save().action_correct()
        self.assertAlmostEqual(prior.hand_response, 20)

    def test_the_same_queries_for_ten_times_the_campaigns(self):
        for number in range(2):
            self._finished(f"Few {number}", buyers=2)
        self.learn()
        few = self._queries()
        for number in range(20):
            self._finished(f"Many {number}", buyers=1)
        self.assertEqual(self._queries(), few)
        self.assertEqual(len(self.lessons()), 22)

    def _queries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self.learn()
        return self.env.cr.sql_log_count - before
