"""Profile facts: typed values, origin, history, confirmation, import (C360-2, C360-6)."""

import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_accounts import AccountsCase


@tagged("post_install", "-at_install")
class TestProfile(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fleet = cls._attribute("Fleet size (test)", "test_fleet_size", "number", valid_months=6)
        cls.drive = cls._attribute(
            "Drive (test)",
            "test_drive",
            "selection",
            option_ids=[
                (0, 0, {"name": "Electric", "code": "electric"}),
                (0, 0, {"name": "Diesel", "code": "diesel"}),
            ],
        )

    @classmethod
    def _attribute(cls, name, code, kind, **values):
        return cls.env["crm.profile.attribute"].create(
            {"name": name, "code": code, "type": kind, **values}
        )

    def _fact(self, attribute, value, partner=None, **values):
        return self.env["crm.profile.value"].create(
            {
                "partner_id": (partner or self.acme).id,
                "attribute_id": attribute.id,
                "value": value,
                **values,
            }
        )

    def _history(self, attribute, partner=None):
        facts = self.env["crm.profile.value"].with_context(active_test=False)
        found = facts.search(
            [("partner_id", "=", (partner or self.acme).id), ("attribute_id", "=", attribute.id)],
            order="id",
        )
        return [(fact.value, fact.active) for fact in found]

    def test_each_type_reads_and_shows_its_text(self):
        cases = [
            ("char", "Loves trains", "value_char", "Loves trains", "Loves trains"),
            ("number", "12.50", "value_number", 12.5, "12.5"),
            ("date", "2026-05-31", "value_date", datetime.date(2026, 5, 31), "2026-05-31"),
            ("boolean", "yes", "value_boolean", True, "Yes"),
            ("boolean", "No", "value_boolean", False, "No"),
        ]
        for index, (kind, text, column, value, shown) in enumerate(cases):
            with self.subTest(kind, text=text):
                fact = self._fact(self._attribute(text, f"test_a{index}", kind), text)
                self.assertEqual((fact[column], fact.value), (value, shown))
        self.assertEqual(self._fact(self.drive, "diesel").value_option_id.code, "diesel")
        self.assertEqual(self._fact(self.drive, "ELECTRIC").value, "Electric")

    def test_a_wrong_text_says_what_is_expected(self):
        with self.assertRaisesRegex(ValidationError, "Fleet size .*many.*a number"):
            self._fact(self.fleet, "many")
        with self.assertRaisesRegex(ValidationError, "Drive .*steam.*Electric, Diesel"):
            self._fact(self.drive, "steam")

    def test_a_new_value_archives_the_former(self):
        self._fact(self.fleet, "10")
        self._fact(self.fleet, "12")
        self.assertEqual(self._history(self.fleet), [("10", False), ("12", True)])
        self.assertEqual(self.acme.profile_value_ids.value, "12")

    def test_a_corrected_value_keeps_what_was_said_before(self):
        fact = self._fact(self.fleet, "10", source="document")
        fact.action_confirm()
        fact.write({"value": "15", "source": "told"})
        self.assertEqual(self._history(self.fleet), [("15", True), ("10", False)])
        self.assertFalse(fact.confirmed_on, "the new value was not confirmed by anybody")
        former = (
            self.env["crm.profile.value"]
            .with_context(active_test=False)
            .search([("active", "=", False), ("attribute_id", "=", self.fleet.id)])
        )
        self.assertEqual((former.source, former.confirmed_by), ("document", self.env.user))

    def test_a_corrected_value_is_known_since_the_day_it_is_said(self):
        fact = self._fact(self.fleet, "10", date="2026-01-31")
        fact.source_note = "offer letter"
        self.assertEqual(str(fact.date), "2026-01-31", "the same value, known since then")
        fact.value = "15"
        self.assertEqual(fact.date, self.today)
        fact.value_number = 16
        self.assertEqual((fact.value, fact.date), ("16", self.today))
        fact.write({"value": "17", "date": "2026-02-28"})
        self.assertEqual(str(fact.date), "2026-02-28", "a day that was given stays")
        former = self.env["crm.profile.value"].search(
            [("active", "=", False), ("value_number", "=", 10)], limit=1
        )
        self.assertEqual(str(former.date), "2026-01-31")
        former.with_user(self.mia).write({"value": "11"})
        self.assertEqual(str(former.date), "2026-01-31", "history keeps its days")

    def test_one_current_value_whatever_happens_at_the_same_time(self):
        self._fact(self.fleet, "10")
        former = self._fact(self.fleet, "12", active=False)
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.cr.savepoint(),
        ):
            former.active = True
            self.env.flush_all()

    def test_of_two_in_one_import_the_later_is_current(self):
        values = [
            {"partner_id": self.acme.id, "attribute_id": self.fleet.id, "value": value}
            for value in ("1", "2", "3")
        ]
        self.env["crm.profile.value"].create(values)
        self.assertEqual(self._history(self.fleet), [("1", False), ("2", False), ("3", True)])

    def test_import_through_load(self):
        self._fact(self.fleet, "10")
        answer = self.env["crm.profile.value"].load(
            ["partner_id/.id", "attribute_id", "value", "source", "source_note", "date"],
            [
                [str(self.acme.id), "Fleet size (test)", "20", "Import", "list.xlsx", "2026-01-31"],
                [str(self.bolt.id), "Drive (test)", "Diesel", "Import", "list.xlsx", "2026-01-31"],
            ],
        )
        self.assertFalse(answer["messages"])
        self.assertEqual(self._history(self.fleet), [("10", False), ("20", True)])
        imported = self.bolt.profile_value_ids
        self.assertEqual(
            (imported.value, imported.source, imported.source_note, str(imported.date)),
            ("Diesel", "import", "list.xlsx", "2026-01-31"),
        )

    def test_due_for_confirmation_after_the_valid_months(self):
        fact = self._fact(self.fleet, "10", date="2026-08-31")
        self.assertEqual(str(fact.confirm_due), "2027-02-28")
        self.assertFalse(self._fact(self.drive, "diesel").confirm_due)
        fact.with_user(self.sam).action_confirm()
        self.assertEqual((fact.confirmed_by, fact.confirmed_on), (self.sam, self.today))
        self.fleet.valid_months = 0
        self.assertFalse(fact.confirm_due)

    def test_facts_about_companies_are_not_asked_of_persons(self):
        self.fleet.applies_to = "company"
        self._fact(self.fleet, "3")
        with self.assertRaisesRegex(ValidationError, "does not apply"):
            self._fact(self.fleet, "3", partner=self.bob)

    def test_a_choice_of_another_attribute_is_refused(self):
        other = self._attribute(
            "Color", "test_color", "selection", option_ids=[(0, 0, {"name": "Red", "code": "red"})]
        )
        fact = self._fact(self.drive, "diesel")
        with self.assertRaises(ValidationError):
            fact.value_option_id = other.option_ids

    def test_codes_and_types_are_guarded(self):
        with self.assertRaises(ValidationError):
            self._attribute("Bad", "Bad code!", "char")
        self._fact(self.fleet, "3")
        with self.assertRaises(ValidationError):
            self.fleet.type = "char"

    def test_hundred_facts_cost_as_many_queries_as_ten(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {i}", "is_company": True} for i in range(220)]
        )

        def queries(some):
            values = [
                {"partner_id": partner.id, "attribute_id": self.fleet.id, "value": "1"}
                for partner in some
            ]
            before = self.cr.sql_log_count
            self.env["crm.profile.value"].create(values)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        queries(partners[:10])
        self.assertEqual(queries(partners[10:20]), queries(partners[20:120]))
