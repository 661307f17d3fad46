"""Forms ask only what fits the occasion; answers have source, date and confirmer (C360-6)."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common_accounts import AccountsCase


@tagged("post_install", "-at_install")
class TestFactOccasion(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fleet, cls.plan, cls.hobby, cls.size = cls.env["crm.profile.attribute"].create(
            [
                {"name": "Fleet", "code": "fleet_fo", "type": "number", "sequence": 1},
                {"name": "Plan", "code": "plan_fo", "type": "date", "sequence": 2,
                 "valid_months": 6},
                {"name": "Hobby", "code": "hobby_fo", "applies_to": "person", "sequence": 3},
                {"name": "Size", "code": "size_fo", "type": "selection", "sequence": 4,
                 "required_for": "B",
                 "option_ids": [(0, 0, {"name": "Big", "code": "big"}),
                                (0, 0, {"name": "Small", "code": "small"})]},
            ]
        )  # fmt: skip
        cls.attributes = cls.fleet | cls.plan | cls.hobby | cls.size
        cls.visit = cls.env["crm.fact.occasion"].create(
            {
                "name": "Fair",
                "sequence": -1,
                "question_limit": 2,
                "again_months": 6,
                "attribute_ids": [(6, 0, cls.attributes.ids)],
            }
        )

    def ask(self, partner=None, user=None):
        occasions = self.env["crm.fact.occasion"].with_user(user or self.sam)
        return occasions.get_questions((partner or self.acme).id, self.visit.id)

    def names(self, partner=None):
        return [question["name"] for question in self.ask(partner)["questions"]]

    def say(self, attribute, answer, value=None):
        return (
            self.env["crm.fact.occasion"]
            .with_user(self.sam)
            .save_answers(
                self.acme.id,
                self.visit.id,
                [{"attribute_id": attribute.id, "answer": answer, "value": value}],
            )
        )

    def test_asks_what_is_missing_and_applies_at_most_two(self):
        """Hobby is for persons; of Fleet, Plan and Size two are asked, one is left."""
        found = self.ask()
        self.assertEqual([q["name"] for q in found["questions"]], ["Fleet", "Plan"])
        self.assertEqual(found["more"], 1)

    def test_what_must_be_known_for_the_tier_comes_first(self):
        self._snapshot(self.acme, tier="A")
        self.assertEqual(self.names(), ["Size", "Fleet"])

    def test_answers_have_source_date_and_confirmer(self):
        self.assertEqual(self.say(self.fleet, "value", "12"), 1)
        fact = self.acme.profile_value_ids
        self.assertEqual(fact.value_number, 12)
        self.assertEqual((fact.source, fact.source_note), ("told", "Fair"))
        self.assertEqual(fact.user_id | fact.confirmed_by, self.sam)
        self.assertEqual((fact.date, fact.confirmed_on), (self.today, self.today))
        self.assertEqual(self.names(), ["Plan", "Size"])

    def test_stale_facts_are_asked_again_and_may_be_the_same(self):
        """Known for 400 days, to be confirmed after 6 months: asked after the missing ones."""
        fact = self.env["crm.profile.value"].create(
            {"partner_id": self.acme.id, "attribute_id": self.plan.id, "value": "2026-05-31",
             "date": self._days_ago(400)}
        )  # fmt: skip
        self.say(self.fleet, "value", "12")
        found = self.ask()["questions"]
        self.assertEqual([q["name"] for q in found], ["Size", "Plan"])
        self.assertEqual(found[1]["value"], "2026-05-31")
        self.say(self.plan, "same")
        self.assertEqual((fact.confirmed_on, fact.confirmed_by), (self.today, self.sam))
        self.assertEqual(self.names(), ["Size"])

    def test_not_now_and_never(self):
        self.say(self.fleet, "later")
        self.say(self.plan, "declined")
        refusals = self.env["crm.fact.refusal"].search([("partner_id", "=", self.acme.id)])
        until = {refusal.attribute_id: refusal.until for refusal in refusals}
        self.assertEqual(until[self.fleet], self.today + timedelta(days=14))
        self.assertEqual(until[self.plan], self.today + relativedelta(months=6))
        self.assertEqual(self.names(), ["Size"])
        refusals.write({"until": self.today})
        self.assertEqual(self.names(), ["Fleet", "Plan"])
        self.say(self.plan, "later")
        self.assertEqual(len(refusals.exists()), 2)
        self.say(self.plan, "value", "2027-01-31")
        self.assertEqual(refusals.exists().attribute_id, self.fleet)

    def test_what_does_not_fit_is_told_and_nothing_is_saved(self):
        with self.assertRaises(ValidationError):
            self.say(self.fleet, "value", "many")
        with self.assertRaises(UserError):
            self.say(self.fleet, "value", "")
        with self.assertRaises(UserError):
            self.say(self.fleet, "perhaps")
        self.assertFalse(self.acme.profile_value_ids)

    def test_occasions_for_persons_and_for_the_best(self):
        self.visit.applies_to = "person"
        self.assertNotIn(self.visit.id, [row["id"] for row in self.ask()["occasions"]])
        self.assertIn(self.visit.id, [row["id"] for row in self.ask(self.bob)["occasions"]])
        self.visit.write({"applies_to": "all", "lowest_tier": "A"})
        self.assertNotIn(self.visit.id, [row["id"] for row in self.ask()["occasions"]])
        self._snapshot(self.acme, tier="A")
        self.env.invalidate_all()
        self.assertIn(self.visit.id, [row["id"] for row in self.ask()["occasions"]])

    def test_persons_are_asked_for_what_is_theirs(self):
        self.visit.question_limit = 9
        self.assertIn("Hobby", self.names(self.bob))
        self.assertNotIn("Hobby", self.names(self.acme))

    def test_only_who_may_record_facts_asks(self):
        with self.assertRaises(AccessError):
            self.ask(self.acme, self.tom)
        with self.assertRaises(AccessError):
            self.acme.with_user(self.tom).action_ask_now()
        self.assertEqual(self.acme.with_user(self.sam).action_ask_now()["tag"], "crm_ask_now")
        self.assertTrue(self.ask(self.acme, self.mia)["questions"])

    def test_the_next_action_asks_for_what_must_be_known(self):
        self._snapshot(self.acme, tier="A")
        self.env["crm.insight.run"]._run_now(["data_quality"])
        actions = self.env["crm.next.action"].with_user(self.sam)
        [found] = [a for a in actions.get_next_actions(self.acme.ids) if a["code"] == "ask"]
        self.assertIn("Size", found["reason"])
        self.assertEqual(actions.execute_next_action("ask", self.acme.id)["tag"], "crm_ask_now")
