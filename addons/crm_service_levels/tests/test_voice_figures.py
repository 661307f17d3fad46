from datetime import timedelta
from math import sqrt

from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools.feedback import Z95
from .common_voice import VoiceCase


@tagged("post_install", "-at_install")
class TestVoiceFigures(VoiceCase):
    """SVC-L5: figures with interval and number of answers; nothing below five answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.feedback.answer"].search([]).unlink()
        cls.env["crm.service.request"].search([]).unlink()
        cls.domain = [("team_id", "=", cls.team.id)]

    def _answers(self, points, **values):
        """One answer per number of *points* to the recommendation, in a request each."""
        for number in points:
            self._answered({self.recommend: number, self.solution: 4}, self._solved(**values))
        self.env.flush_all()

    def _dashboard(self, user=None, **arguments):
        board = self.env["crm.feedback.dashboard"].with_user(user or self.leo)
        return board.get_feedback_dashboard(**arguments)

    def _report(self, *measures):
        rows = self.env["crm.feedback.report"]._read_group(self.domain, ["team_id"], measures)
        return rows[0][1:]

    def test_report_is_empty_below_five_answers(self):
        self._answers([10, 9, 8, 0])
        self.assertEqual(
            self._report("answers:sum", "nps:avg", "nps_margin:avg"), (4, False, False)
        )

    def test_report_has_nps_and_its_margin(self):
        self._answers([10, 9, 8, 7, 0])
        # 2 promoters, 2 passives, 1 detractor: 20; variance 0.6 − 0.04 = 0.56
        count, nps, margin, satisfied = self._report(
            "answers:sum", "nps:avg", "nps_margin:avg", "csat_share:avg"
        )
        self.assertEqual((count, nps, satisfied), (5, 20, 100))
        self.assertAlmostEqual(margin, 100 * Z95 * sqrt(0.56 / 5))

    def test_dashboard_agrees_with_the_report(self):
        self._answers([10, 9, 8, 7, 0])
        board = self._dashboard()
        figures = board["figures"]
        self.assertEqual(figures["answers"], 5)
        self.assertAlmostEqual(figures["nps"]["value"], 20)
        self.assertEqual(figures["csat"]["count"], 5)
        self.assertIsNone(figures["ces"]["value"])
        # CSAT 4 is 0.75 with weight 2; points ÷ 10 with weight 1: mean of the tenths is 0.68
        self.assertAlmostEqual(figures["score"]["value"], 100 * (2 * 0.75 + 0.68) / 3)
        self.assertAlmostEqual(figures["ratio"]["value"], 1)
        self.assertEqual([row["name"] for row in board["groups"]], ["Service"])
        self.assertEqual(board["loops"]["open"], 1)

    def test_calibrated_by_complaints_and_repairs(self):
        self._answers([10] * 5)
        for kind in (self.complaint, self.complaint, self.complaint, self.fault, self.fault):
            self._solved(type_id=kind.id)
        complaints = self.env["crm.service.complaint"].search([], order="id desc", limit=3)
        for complaint, validity in zip(complaints, ("valid", "invalid", False), strict=True):
            complaint._set({"validity": validity})
        self.env.flush_all()
        figures = self._dashboard()["figures"]
        # CSAT 4 is 0.75 with weight 2, ten points are 1 with weight 1: 100 × 2.5 / 3 = 83.33. Of 10
        # closed requests 1 is a valid complaint (of three) and 2 are faults:
        # 83.33 × (1 − 1/10) × (1 − 2/10) = 60.
        self.assertAlmostEqual(figures["score"]["value"], 250 / 3)
        calibrated = figures["calibrated"]
        self.assertAlmostEqual(calibrated["value"], 60)
        # all answers are alike: the interval has no width, and is calibrated as the score is
        self.assertAlmostEqual(calibrated["low"], 60)
        self.assertAlmostEqual(calibrated["high"], 60)
        self.assertEqual(calibrated["count"], 5)

    def test_a_repair_told_by_the_history_calibrates_once(self):
        self._answers([10] * 8)
        asked, fault = self._solved(), self._solved(type_id=self.fault.id)
        asset = self.env["crm.customer.asset"].create(
            {"name": "Pump", "partner_id": self.anna.id, "company_id": self.company.id}
        )
        self.env["crm.customer.asset.maintenance"].create(
            [
                {"asset_id": asset.id, "request_id": one.id, "kind": kind, "name": kind}
                for one, kind in (
                    (asked, "repair"),
                    (asked, "swap"),
                    (fault, "repair"),
                    (self._solved(), "maintenance"),
                    (self._solved(), "maintenance"),
                )
            ]
        )
        self.env.flush_all()
        # 12 closed requests; one repaired twice and a fault: 83.33 × (1 − 2/12) = 69.44
        figures = self._dashboard()["figures"]
        self.assertAlmostEqual(figures["calibrated"]["value"], 2500 / 36)

    def test_every_figure_has_its_interval(self):
        self._answers([10, 9, 8, 7, 0])
        board = self._dashboard()
        figures = board["figures"]
        for name in ("score", "calibrated", "nps", "csat", "ratio"):
            figure = figures[name]
            self.assertLessEqual(figure["low"], figure["value"], name)
            self.assertGreaterEqual(figure["high"], figure["value"], name)
            self.assertEqual(figure["count"], 5, name)
        aspects = {row["id"]: row for row in board["aspects"]}
        # places 100, 90, 80, 70, 0: mean 68; sum of squares of the distances 6280; Student's t
        # with 4 degrees of freedom 2.7764: 2.7764 × √(6280 ÷ 4 ÷ 5) = 49.198
        told = aspects[self.recommend.id]
        self.assertAlmostEqual(told["value"], 68)
        self.assertAlmostEqual(told["high"] - told["value"], 49.198, places=2)
        self.assertEqual((told["count"], len(aspects)), (5, 2))
        self.assertEqual([row["score"]["count"] for row in board["trend"]], [5])

    def test_margins_of_csat_ces_and_expectation(self):
        for points in (5, 5, 5, 1, 1):
            self._answered({self.solution: points})
        self.env.flush_all()
        # shares 100 and 0: mean 60, variance 2400; points 5 and 1: mean 3.4, variance 3.84;
        # ratio to the expected 4: an eighth … a fourth of it: variance 3.84 ÷ 16
        found = self._report(
            "csat_share:avg", "csat_share_margin:avg", "csat:avg", "csat_margin:avg",
            "ratio:avg", "ratio_margin:avg", "ces:avg", "ces_margin:avg",
        )  # fmt: skip
        expected = (60, Z95 * sqrt(2400 / 5), 3.4, Z95 * sqrt(3.84 / 5), 0.85, Z95 * sqrt(0.24 / 5))
        for value, wanted in zip(found, expected, strict=False):
            self.assertAlmostEqual(value, wanted)
        self.assertEqual(found[6:], (False, False))  # nobody was asked how easy it was

    def _by(self, model, dimension, *measures):
        rows = self.env[model]._read_group(self.domain, [dimension], measures)
        return {row[0]: row[1:] for row in rows}

    def test_by_type_model_level_and_service_level(self):
        """NPS and aspects of five answers on a pump, well served, and five on none, late."""
        pump = self.env["product.product"].create({"name": "Pump"})
        asset = self.env["crm.customer.asset"].create(
            {"name": "Pump 1", "product_id": pump.id, "partner_id": self.anna.id}
        )
        self._answers([10] * 5, asset_id=asset.id, type_id=self.fault.id)
        self._answers([0] * 5)
        answers = self.env["crm.feedback.answer"].search(self.domain)
        good = answers.filtered("asset_id")
        (answers - good).sudo().sla_met = "no"
        good.sudo().sla_met = "yes"
        self.env.flush_all()
        none = pump.browse()
        expected = {
            "type_id": {self.fault: 100, self.usage: -100},
            "product_id": {pump: 100, none: -100},
            "model_id": {pump: 100, none: -100},
            "level": {"5": 0},
            "sla_met": {"yes": 100, "no": -100},
        }
        for dimension, nps in expected.items():
            found = self._by("crm.feedback.report", dimension, "nps:avg")
            self.assertEqual({key: row[0] for key, row in found.items()}, nps, dimension)
            # by aspect: solution 75 % each, recommendation 100 % or 0 %
            found = self._by("crm.feedback.answer.line", dimension, "place:avg", "__count")
            places = {key: (75 + (nps_value + 100) / 2) / 2 for key, nps_value in nps.items()}
            self.assertEqual({key: row[0] for key, row in found.items()}, places, dimension)
        for dimension in ("type_id", "product_id", "level", "sla_met"):
            rows = self._dashboard(dimension=dimension)["groups"]
            found = {row["id"]: row["nps"]["value"] for row in rows}
            wanted = {getattr(key, "id", key): nps for key, nps in expected[dimension].items()}
            wanted.pop(False, None)  # answers about no product are in the total only
            self.assertEqual(found, wanted, dimension)

    def test_aspects_are_empty_below_five_answers(self):
        self._answers([10, 9, 8, 0])
        measures = ("place:avg", "place_margin:avg", "__count")
        found = self._by("crm.feedback.answer.line", "aspect_id", *measures)
        self.assertEqual(found[self.recommend], (False, False, 4))
        self._answers([7])
        found = self._by("crm.feedback.answer.line", "aspect_id", *measures)
        # places 100, 90, 80, 0, 70: mean 68, variance 6280 ÷ 5
        place, margin, count = found[self.recommend]
        self.assertAlmostEqual(place, 68)
        self.assertAlmostEqual(margin, Z95 * sqrt(6280 / 5 / 5))
        self.assertEqual(count, 5)
        described = self.env["crm.feedback.answer.line"].fields_get(["place_margin", "model_id"])
        self.assertEqual(described["place_margin"]["aggregator"], "avg")
        self.assertTrue(described["model_id"]["groupable"])

    def test_customers_with_many_requests(self):
        other = self.env["res.partner"].create({"name": "Rarely", "is_company": True})
        for partner in (self.anna, self.anna, self.acme, other):
            self._request(partner_id=partner.id)
        self._request(partner_id=other.id).action_cancel()
        self.env.flush_all()
        rows = self._dashboard()["customers"]
        self.assertEqual(
            [(row["id"], row["count"]) for row in rows], [(self.acme.id, 3), (other.id, 1)]
        )

    def test_a_recurring_cause_becomes_a_measure(self):
        """SVC-E: from the Pareto chart, for the model on which the cause recurs most."""
        seal, lip = self.env["crm.service.cause"].create([{"name": "Seal"}, {"name": "Lip"}])
        lip.parent_id = seal
        often, once = self.env["product.product"].create([{"name": "Often"}, {"name": "Once"}])
        for cause, product in ((seal, often), (lip, often), (seal, once)):
            self._solved(cause_id=cause.id, product_id=product.id)
        self._solved(cause_id=seal.id, product_id=once.id).action_cancel()
        self.env.flush_all()
        self.assertTrue(self._dashboard()["may_educate"])
        self.assertFalse(self._dashboard(self.rita)["may_educate"])
        with self.assertRaises(AccessError):
            seal.with_user(self.rita).action_educate()
        action = seal.with_user(self.leo).action_educate()
        measures = self.env["crm.service.education"].with_user(self.leo)
        measure = measures.with_context(**action["context"]).create({})
        self.assertEqual((measure.name, measure.cause_id), ("Seal", seal))
        self.assertEqual(measure.product_id, often)
        self.assertEqual(measure.kind, "mail")

    def test_dimensions_and_wrong_arguments(self):
        self._answers([10, 9])
        for name in ("type_id", "product_id", "level", "sla_met", "source", "id; DROP"):
            board = self._dashboard(dimension=name, months=0)
            expected = "team_id" if ";" in name else name
            self.assertEqual(board["dimension"], expected)
            self.assertEqual(board["figures"]["answers"], 2)

    def test_dashboard_is_for_service_staff(self):
        with self.assertRaises(AccessError):
            self._dashboard(self.emma)

    def test_no_answers_at_all(self):
        self.assertEqual(self._dashboard()["figures"], {"answers": 0})

    def _queries(self):
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self._dashboard()
        return self.env.cr.sql_log_count - start

    def test_queries_do_not_grow_with_answers(self):
        self._answers([10] * 2)
        self._queries()
        few = self._queries()
        self._answers([10] * 18)
        self.assertLessEqual(self._queries(), few)

    def test_causes_in_the_order_of_pareto(self):
        many, few = self.env["crm.service.cause"].create([{"name": "Seal"}, {"name": "Fuse"}])
        for cause in (many, many, many, few):
            self._solved(cause_id=cause.id)
        self.env.flush_all()
        rows = self._dashboard()["causes"]
        self.assertEqual(
            [(row["name"], row["count"], row["together"]) for row in rows],
            [("Seal", 3, 75), ("Fuse", 1, 100)],
        )

    def test_first_contact_reopened_and_cost(self):
        solved, again = self._solved(), self._solved()
        again.action_reopen()
        open_one = self._request(team_id=self.team.id)
        solved.log_minutes(30)
        self.env.flush_all()
        rows = self.env["crm.service.insight.report"].search([("team_id", "=", self.team.id)])
        found = {row.request_id: (row.first_contact, row.reopened, row.cost) for row in rows}
        self.assertEqual(found[solved], (100, 0, 30))  # 30 minutes at 60 an hour
        self.assertEqual(found[again][1], 100)
        [(count, first, reopened)] = self.env["crm.service.insight.report"]._read_group(
            [("team_id", "=", self.team.id)],
            [],
            ["__count", "first_contact:avg", "reopened:avg"],
        )
        self.assertEqual((count, first, reopened), (3, 100, 50))
        self.assertIn(open_one, found)


@tagged("post_install", "-at_install")
class TestVoiceWarning(VoiceCase):
    """SVC-L5: a rate above its own normal range raises an activity. SVC-E: education."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.env["product.product"].create({"name": "Warned pump"})
        today = fields.Date.today()
        partners = cls.env["res.partner"].create([{"name": f"Owner {i}"} for i in range(10)])
        cls.assets = cls.env["crm.customer.asset"].create(
            [
                {
                    "name": f"Pump {i}",
                    "product_id": cls.product.id,
                    "partner_id": partner.id,
                    "installed_on": today - relativedelta(years=3),
                }
                for i, partner in enumerate(partners)
            ]
        )

    def _faults(self, count, days_ago):
        when = fields.Datetime.now() - timedelta(days=days_ago)
        return self.env["crm.service.request"].create(
            [
                {
                    "name": "Fault",
                    "type_id": self.fault.id,
                    "asset_id": self.assets[i % 10].id,
                    "team_id": self.team.id,
                    "date_open": when,
                }
                for i in range(count)
            ]
        )

    def _warn(self):
        return (
            self.env["crm.service.warning"]
            ._cron_warn()
            .filtered(lambda one: one.product_id == self.product)
        )

    def test_usual_rate_is_no_warning(self):
        for period in range(13):
            self._faults(2, 30 * period + 5)
        self.assertFalse(self._warn())

    def test_rate_above_the_limit_warns_once(self):
        for period in range(1, 13):
            self._faults(2, 30 * period + 5)
        # ū = 24 ÷ 120 = 0.2; limit 0.2 + 3 √(0.2 ÷ 10) = 0.6243; seen 7 ÷ 10
        self._faults(7, 5)
        warning = self._warn()
        self.assertAlmostEqual(warning.rate, 70)
        self.assertAlmostEqual(warning.center, 20)
        self.assertAlmostEqual(warning.upper, 62.43, places=2)
        self.assertTrue(warning.activity_ids)
        self.assertFalse(self._warn())
        domain = warning.action_open_requests()["domain"]
        self.assertEqual(self.env["crm.service.request"].search_count(domain), 7)
        warning.with_user(self.leo).action_done()
        self.assertFalse(warning.activity_ids)

    def test_a_team_that_reopens_more_than_usual_is_warned_of(self):
        requests = self.env["crm.service.request"]
        requests.search([("team_id", "=", self.team.id)]).unlink()
        for period in range(13):
            # 1 of 10 reopened in each of twelve periods, 6 of 10 in the last one:
            # limit 0.1 + 3 √(0.1 × 0.9 ÷ 10) = 0.3846
            when = fields.Datetime.now() - timedelta(days=30 * period + 5)
            values = {"name": "x", "team_id": self.team.id, "date_open": when}
            made = requests.create([dict(values) for _n in range(10)])
            made.action_solve()
            made[: 6 if period == 0 else 1].action_reopen()
        self.env.flush_all()
        found = self.env["crm.service.warning"]._cron_warn()
        warning = found.filtered(lambda one: one.team_id == self.team)
        self.assertEqual((warning.kind, warning.rate, warning.center), ("reopened", 60, 10))
        self.assertAlmostEqual(warning.upper, 38.46, places=2)
        self.assertEqual(warning.activity_ids.user_id, self.leo)
        domain = warning.action_open_requests()["domain"]
        self.assertEqual(requests.search_count(domain), 6)

    def test_a_warning_becomes_a_measure(self):
        for period in range(1, 13):
            self._faults(2, 30 * period + 5)
        self._faults(7, 5)
        action = self._warn().with_user(self.leo).action_educate()
        measure = self.env["crm.service.education"].with_context(**action["context"]).create({})
        self.assertEqual(measure.product_id, self.product)

    def test_education_measures_its_effect(self):
        day = fields.Date.today() - relativedelta(months=4)
        measure = self.env["crm.service.education"].create(
            {
                "name": "Clean the filter",
                "product_id": self.product.id,
                "date": day,
                "months": 3,
            }
        )
        self.assertEqual(measure.effect_text, "Not enough data")
        measure.action_done()
        before = (fields.Date.today() - (day - timedelta(days=20))).days
        self._faults(8, before)
        self._faults(2, before - 40)
        measure.invalidate_recordset()
        self.assertEqual(measure.owner_count, 10)
        # Ten owners, as many days before as after: 8 and 2 requests.
        days = (day + relativedelta(months=3) - day).days
        self.assertAlmostEqual(measure.before, 8 / 10 / (days / 30.4375) * 100)
        self.assertAlmostEqual(measure.after / measure.before, 0.25)
        # 0.25 × exp(± 1.96 √(1/8 + 1/2)) is 0.053 … 1.177
        self.assertIn("-75 % (-95 … +18 %)", measure.effect_text)

    def test_few_requests_say_nothing_about_an_effect(self):
        day = fields.Date.today() - relativedelta(months=4)
        measure = self.env["crm.service.education"].create(
            {"name": "Clean the filter", "product_id": self.product.id, "date": day}
        )
        measure.action_done()
        before = (fields.Date.today() - (day - timedelta(days=20))).days
        self._faults(4, before)
        measure.invalidate_recordset()
        self.assertEqual(measure.effect_text, "Not enough data")
        self._faults(1, before - 40)
        measure.invalidate_recordset()
        self.assertIn("-75 %", measure.effect_text)

    def test_an_article_is_chosen_before_it_was_carried_out(self):
        article = self.env["crm.service.article"].create({"name": "Filter"})
        measure = self.env["crm.service.education"].create(
            {"name": "Filter", "product_id": self.product.id, "kind": "article"}
        )
        for chosen in (False, article):
            measure.article_id = chosen
            with self.assertRaisesRegex(UserError, "published article"):
                measure.action_done()
        article._release({"state": "published"})
        measure.action_done()
        self.assertEqual(measure.state, "done")

    def _permit(self, owners, state):
        self.env["crm.contact.permission"].create(
            [
                {
                    "partner_id": owner.id,
                    "channel_id": self.env["crm.contact.channel"]._of_code("email").id,
                    "state": state,
                    "origin": "spoken",
                }
                for owner in owners
            ]
        )

    def test_owners_who_may_be_mailed_are_mailed_once(self):
        owners = self.assets.partner_id
        for number, owner in enumerate(owners[:6]):
            owner.email = f"owner{number}@example.com"
        self._permit(owners[:4], "granted")
        self._permit(owners[4:5], "denied")
        self.env["mail.blacklist"]._add("owner3@example.com")
        measure = self.env["crm.service.education"].create(
            {"name": "Clean the filter", "product_id": self.product.id}
        )
        with self.assertRaisesRegex(UserError, "Write what owners"):
            measure.with_user(self.leo).action_mail_owners()
        measure.content = "<p>Once a month</p>"
        mails = self.env["mail.mail"]
        last = mails.search([], order="id desc", limit=1).id or 0
        notice = measure.with_user(self.leo).action_mail_owners()
        # Of ten owners three have a permission, an address and are on no blacklist.
        self.assertEqual(measure.told_ids.partner_id, owners[:3])
        self.assertIn("3 owners are mailed; 7", notice["params"]["message"])
        sent = mails.search([("id", ">", last)])
        self.assertEqual(sent.recipient_ids, owners[:3])
        self.assertIn("Once a month", sent[0].body_html)
        with self.assertRaisesRegex(UserError, "No owner may be mailed"):
            measure.with_user(self.leo).action_mail_owners()

    def test_owners_are_told_once_and_proactively(self):
        measure = self.env["crm.service.education"].create(
            {"name": "Clean the filter", "product_id": self.product.id}
        )
        measure.with_user(self.leo).action_tell_owners()
        self.assertEqual(len(measure.request_ids), 10)
        self.assertTrue(all(measure.request_ids.mapped("proactive")))
        with self.assertRaisesRegex(Exception, "already"):
            measure.action_tell_owners()
        self.assertFalse(measure._requests_between(*self._span()))

    @staticmethod
    def _span():
        now = fields.Datetime.now()
        return now - timedelta(days=1), now + timedelta(days=1)
