"""Monthly samples of calls and customers (CC-5)."""

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .quality_common import MONTH, QualityCase

FIRST, LATER = f"{MONTH}-01", "2026-06-02 08:00:00"


@tagged("post_install", "-at_install")
@freeze_time(LATER)
class TestSample(QualityCase):
    def _sample(self, kind="agent", **values):
        return self.env["crm.call.review.sample"].create({"kind": kind, "month": FIRST, **values})

    def _many(self, count=12):
        for agent in (self.ada, self.ben):
            for number in range(count):
                self._call(f"{agent.extension}-{number}", agent)

    def test_five_calls_of_each_agent(self):
        self._many()
        self._call("short", self.cyd, talk=29)
        self._call("june", self.cyd, start="2026-06-01 00:00:00")
        self._call("internal", self.cyd, direction="internal")
        self._call("running", self.cyd, state="running")
        sample = self._sample()
        sample.action_draw()
        self.assertEqual(sample.population, 25)  # 2·12 and the one of the set-up
        drawn = sample.line_ids.mapped("agent_id.extension")
        counts = [len(sample.line_ids.filtered_domain([("agent_id", "=", agent.id)]))
                  for agent in (self.ada, self.ben)]  # fmt: skip
        self.assertEqual((sorted(drawn), counts), (["1001", "1002"], [5, 5]))
        self.assertEqual(sample.seed, f"agent {MONTH} company {self.company.id}")

    def test_drawn_again_the_same(self):
        self._many()
        sample = self._sample()
        sample.action_draw()
        calls = sample.line_ids.call_id
        with self.assertRaises(UserError):
            sample.action_draw()
        sample.unlink()
        again = self._sample()
        again.action_draw()
        self.assertEqual(again.line_ids.call_id, calls)

    def test_the_month_has_to_be_over(self):
        with self.assertRaises(UserError):
            self._sample(month="2026-06-01").action_draw()

    def test_queries_do_not_grow(self):
        self._many(6)
        sample = self._sample()
        self.env.flush_all()
        with self.assertQueryCount(80):
            sample.action_draw()
            self.env.flush_all()

    def test_from_sample_to_review(self):
        self._many(2)
        sample = self._sample().with_user(self.quinn)
        sample.action_draw()
        line = sample.line_ids[0]
        line.action_review()
        review = line.review_id
        self.assertEqual((review.call_id, review.agent_id), (line.call_id, line.agent_id))
        self.assertEqual(line.action_review()["res_id"], review.id)
        for answer in review.answer_ids:
            answer.rating = "1"
        review.action_score()
        self.assertEqual(line.state, "done")
        self.assertEqual(sample.due_count, len(sample.line_ids) - 1)

    def test_no_scorecard(self):
        self.card.action_retire()
        sample = self._sample()
        sample.action_draw()
        with self.assertRaisesRegex(UserError, "No scorecard"):
            sample.line_ids.action_review()

    def test_customers_called_back(self):
        """Five, once each, and nobody who does not want to be called."""
        people = self.env["res.partner"].create(
            [{"name": f"P{n}", "phone": f"+4940111{n:03d}"} for n in range(9)]
        )
        for number, person in enumerate(people):
            for time in ("10", "11"):
                self._call(f"p{number}-{time}", self.ada, partner_id=person.id,
                           start=f"{MONTH}-10 {time}:00:00")  # fmt: skip
        self.env["phone.blacklist"]._add([people[0].phone])
        people[1].active = False
        sample = self._sample("customer")
        sample.action_draw()
        self.assertEqual((sample.population, sample.left_out), (8, 1))
        drawn = sample.line_ids.partner_id
        self.assertEqual(len(drawn), 5)
        self.assertFalse(drawn & people[:2])
        self.assertEqual({str(call.start)[11:13] for call in sample.line_ids.call_id}, {"11"})

    def test_questionnaire(self):
        person = self.env["res.partner"].create({"name": "Ann", "phone": "+4940111222"})
        self._call("ann", self.ada, partner_id=person.id)
        sample = self._sample("customer").with_user(self.quinn)
        sample.action_draw()
        [line] = sample.line_ids
        with self.assertRaises(UserError):
            line.action_review()
        with self.assertRaises(UserError):
            line.action_asked()
        with self.assertRaises(UserError):
            line.action_excuse()
        line.write({"service": "4", "needs": "Spare parts by night", "suggestions": "A chat"})
        line.action_asked()
        self.assertEqual((line.state, line.user_id), ("done", self.quinn))
        person._erase_person()
        self.env.invalidate_all()
        self.assertEqual((line.needs, line.suggestions, line.service), (False, False, "4"))

    def test_drawn_by_the_cron_once(self):
        self._many()
        samples = self.env["crm.call.review.sample"]
        for _time in (1, 2):
            samples._cron_draw()
        own = samples.search([("company_id", "=", self.company.id)])
        self.assertEqual(sorted(own.mapped("kind")), ["agent", "customer"])
        self.assertTrue(all(own.mapped("drawn_on")))
        self.assertEqual({str(day)[:7] for day in own.mapped("month")}, {MONTH})
