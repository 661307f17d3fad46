"""The answers of customers are the satisfaction of loyalty (ROI-3, C360-1)."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_voice import VoiceCase

FACT = "satisfaction"


@tagged("post_install", "-at_install")
class TestSatisfactionFact(VoiceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = fields.Date.context_today(cls.env["res.partner"])
        cls.acme = cls.env["res.partner"].create({"name": "Acme Fans", "is_company": True})
        cls.bob, cls.eve = cls.env["res.partner"].create(
            [{"name": name, "parent_id": cls.acme.id} for name in ("Bob", "Eve")]
        )
        cls.silent = cls.env["res.partner"].create({"name": "Silent Ltd", "is_company": True})

    def setUp(self):
        super().setUp()
        today = self.today
        self.patch(self.env.registry["crm.customer.snapshot"], "_data_date", lambda _self: today)

    def _answer(self, partner, score, days=10, **values):
        moment = fields.Datetime.to_datetime(self.today) - timedelta(days=days)
        return self.env["crm.feedback.answer"].create(
            {
                "scheme_id": self.scheme.id,
                "source": "mail",
                "partner_id": partner.id,
                "company_id": self.env.company.id,
                "date": moment,
                "score": score or 0,
                "has_score": score is not None,
                **values,
            }
        )

    def _value(self, partner, params=None, env=None):
        facts = (env or self.env)["crm.customer.fact"]
        asked = (FACT, params) if params else FACT
        [values] = facts._values([asked], partner.ids).values()
        return values.get(partner.id)

    def _loyalty(self, partner):
        """The figure of the 360 view; a purchase gives it its section."""
        self.env["crm.loyalty.indicator"].create(
            {
                "partner_id": partner.id,
                "company_id": self.env.company.id,
                "currency_id": self.env.company.currency_id.id,
                "month": self.today.replace(day=1),
                "date": self.today,
                "is_current": True,
            }
        )
        figures = partner._customer_360_loyalty()["figures"]
        return next(figure for figure in figures if figure["code"] == FACT)

    def test_mean_of_a_year_of_all_people_of_the_customer(self):
        """(90 + 60) ÷ 2; last year's 10, what had no score and an employee's 0 do not count."""
        self._answer(self.bob, 90)
        self._answer(self.eve, 60, days=364)
        self._answer(self.bob, 10, days=366)
        self._answer(self.bob, None)
        self._answer(self.bob, 0, source="employee")
        self.assertEqual(self._value(self.acme), 75)
        self.assertEqual(self._value(self.acme, {"days": 30}), 90)

    def test_full_displeasure_is_known_and_silence_is_not(self):
        self._answer(self.bob, 0)
        self.assertEqual(self._value(self.acme), 0)
        self.assertIsNone(self._value(self.silent))

    def test_answers_to_another_company_stay_there(self):
        branch = self.env["res.company"].create({"name": "Branch"})
        self._answer(self.bob, 20, company_id=branch.id)
        self.assertIsNone(self._value(self.acme))

    def test_selections_ask_it(self):
        self._answer(self.bob, 40)
        self._answer(self.silent, 80)
        unhappy = {"fact": FACT, "operator": "<", "value": 50}
        query = self.env["crm.customer.fact"]._select(unhappy)
        found = {partner for [partner] in self.env.execute_query(query)}
        self.assertIn(self.acme.id, found)
        self.assertNotIn(self.silent.id, found)

    def test_salespeople_learn_it_of_own_customers(self):
        self._answer(self.bob, 40)
        sam = self._user("sam_satisfied", "sales_team.group_sale_salesman")
        self.assertIsNone(self._value(self.acme, env=self.env(user=sam)))
        self.acme.user_id = sam
        self.assertEqual(self._value(self.acme, env=self.env(user=sam)), 40)

    def test_on_the_360_view_with_its_answers(self):
        counted = self._answer(self.bob, 90) | self._answer(self.eve, 60)
        self._answer(self.bob, 10, days=366)
        figure = self._loyalty(self.acme)
        self.assertEqual((figure["kind"], figure["value"]), ("percent", 0.75))
        self.assertEqual(figure["note"], "2 answers in a year")
        found = self.env["crm.feedback.answer"].search(figure["action"]["domain"])
        self.assertEqual(found, counted)

    def test_the_360_view_without_an_answer(self):
        figure = self._loyalty(self.silent)
        self.assertEqual((figure["value"], figure["note"]), (None, "No answer in the last year."))
        self.assertNotIn("action", figure)

    def test_who_may_not_read_answers_is_not_led_to_them(self):
        sam = self._user("sam_alone", "sales_team.group_sale_salesman")
        self.acme.user_id = sam
        self._answer(self.bob, 90)
        self._loyalty(self.acme)
        figure = self.acme.with_user(sam)._customer_360_satisfaction()
        self.assertEqual(figure["value"], 0.9)
        readable = self.env["crm.feedback.answer"].with_user(sam).has_access("read")
        self.assertEqual("action" in figure, readable)
