from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_person import PersonCase


@tagged("post_install", "-at_install")
class TestContactNumber(PersonCase):
    """Numbers follow the phone fields and keep what was typed (C360-1)."""

    def test_phone_of_a_new_contact_becomes_a_number(self):
        ann = self.contact("Ann", "01 00 00 00 37")
        self.assertEqual(
            self.numbers(ann), [("01 00 00 00 37", "+33100000037", None, "main", "phone")]
        )

    def test_mobile_number_is_recognized(self):
        ann = self.contact("Ann", "+33 6 12 34 56 78")
        self.assertEqual(
            self.numbers(ann), [("+33 6 12 34 56 78", "+33612345678", None, "mobile", "phone")]
        )

    def test_changed_phone_keeps_the_row_and_the_kind_people_chose_for_the_same_number(self):
        ann = self.contact("Ann", "0100000037")
        self.numbers(ann)
        row = ann.contact_number_ids
        row.kind = "switchboard"
        ann.phone = "+33 1 00 00 00 37"
        self.assertEqual(
            self.numbers(ann),
            [("+33 1 00 00 00 37", "+33100000037", None, "switchboard", "phone")],
        )
        self.assertEqual(ann.contact_number_ids, row)

    def test_cleared_phone_removes_its_number_and_leaves_those_entered_by_hand(self):
        ann = self.contact("Ann", "0100000037")
        self.Number.create({"partner_id": ann.id, "raw": "0612345678"})
        ann.phone = False
        self.assertEqual(
            self.numbers(ann), [("0612345678", "+33612345678", None, "mobile", "manual")]
        )

    def test_two_numbers_in_the_phone_field(self):
        ann = self.contact("Ann", "01 00 00 00 37 / 06 12 34 56 78")
        self.assertEqual(
            [(number[1], number[3]) for number in self.numbers(ann)],
            [("+33100000037", "main"), ("+33612345678", "mobile")],
        )

    def test_change_of_country_reads_all_numbers_anew(self):
        # 202-555-0143 is no French number, and the number for fiction in Washington.
        ann = self.contact("Ann", "202-555-0143")
        by_hand = self.Number.create({"partner_id": ann.id, "raw": "(202) 555-0144"})
        self.assertFalse(self.numbers(ann)[0][1])
        self.assertFalse(by_hand.e164)
        ann.country_id = self.usa
        self.assertEqual(
            {number[1] for number in self.numbers(ann)}, {"+12025550143", "+12025550144"}
        )

    def test_contact_without_country_takes_that_of_the_company_he_works_for(self):
        company = self.contact("Big Inc.", is_company=True, country_id=self.usa.id)
        ann = self.contact("Ann", "202-555-0143", parent_id=company.id, country_id=False)
        ann.country_id = False
        self.assertEqual(self.numbers(ann)[0][1], "+12025550143")
        company.country_id = self.france
        ann.country_id = False
        self.assertFalse(self.numbers(ann)[0][1])

    def test_country_of_our_company_is_the_last_resort(self):
        ann = self.contact("Ann", "0100000037", country_id=False)
        main = self.env["res.company"].search([], order="id", limit=1)
        main.partner_id.country_id = self.france
        self.env["crm.contact.number"]._reconcile()
        self.assertEqual(self.numbers(ann)[0][1], "+33100000037")

    def test_lead_with_a_phone_of_its_own(self):
        lead = self.env["crm.lead"].create(
            {"name": "Interested", "phone": "06 12 34 56 78", "country_id": self.france.id}
        )
        self.assertEqual(
            self.numbers(lead), [("06 12 34 56 78", "+33612345678", None, "mobile", "phone")]
        )

    def test_lead_takes_and_follows_the_phone_of_its_contact(self):
        ann = self.contact("Ann", "+33 1 00 00 00 37")
        lead = self.env["crm.lead"].create({"name": "Order", "partner_id": ann.id})
        self.assertEqual(self.numbers(lead)[0][1], "+33100000037")
        ann.phone = "+33 1 00 00 00 38"
        self.assertEqual(self.numbers(lead)[0][1], "+33100000038")

    def test_what_is_no_number_is_kept_as_typed(self):
        wrong = {
            "010000": "too_short",
            "9" * 200: "too_long",
            "call me": "letters",
            "unknown": "anonymous",
            "37": "internal",
            "+999 12345678": "country",
            "x" * 1000: "too_long",
        }
        people = {text: self.contact("Ann", text) for text in wrong}
        self.Number._drain()
        for text, problem in wrong.items():
            row = people[text].contact_number_ids
            self.assertEqual((row.raw, row.e164, row.problem), (text, False, problem), text[:20])
            self.assertFalse(row.valid)

    def test_same_number_twice_in_one_contact_is_refused(self):
        ann = self.contact("Ann")
        self.Number.create({"partner_id": ann.id, "raw": "0100000037"})
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaisesRegex(IntegrityError, "partner_number_uniq"),
        ):
            self.Number.create({"partner_id": ann.id, "raw": "+33 1 00 00 00 37"})

    def test_number_of_the_phone_field_is_not_entered_again_by_hand(self):
        ann = self.contact("Ann", "0100000037")
        self.Number._drain()
        with self.assertRaisesRegex(ValidationError, r"Ann has the number \+33100000037 already"):
            self.Number.create({"partner_id": ann.id, "raw": "0033100000037"})

    def test_database_refuses_the_same_number_twice(self):
        ann = self.contact("Ann", "0100000037")
        self.Number._drain()
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(IntegrityError),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                """INSERT INTO crm_contact_number (partner_id, raw, e164, kind, origin)
                   VALUES (%s, 'x', '+33100000037', 'main', 'phone')""",
                [ann.id],
            )

    def test_same_number_with_another_extension_is_another_number(self):
        ann = self.contact("Ann", "0100000037")
        self.Number.create({"partner_id": ann.id, "raw": "0100000037 ext. 12"})
        self.assertEqual(
            {(number[1], number[2]) for number in self.numbers(ann)},
            {("+33100000037", None), ("+33100000037", "12")},
        )

    def test_number_needs_one_owner(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.Number.create({"raw": "0100000037"})

    def test_number_of_the_phone_field_is_changed_there(self):
        ann = self.contact("Ann", "0100000037")
        self.Number._drain()
        salesperson = self.user("sam", "sales_team.group_sale_salesman")
        row = ann.contact_number_ids.with_user(salesperson)
        with self.assertRaises(UserError):
            row.raw = "0100000038"
        with self.assertRaises(UserError):
            row.unlink()

    def test_contact_form_reads_a_number_while_it_is_typed(self):
        with Form(self.contact("Ann")) as form, form.contact_number_ids.new() as line:
            line.raw = "06.12.34.56.78"
            self.assertEqual(line.e164, "+33612345678")
            line.kind = "private"
        number = form.record.contact_number_ids
        self.assertEqual((number.raw, number.kind), ("06.12.34.56.78", "private"))

    def test_reconcile_repairs_what_sql_changed_and_then_finds_nothing(self):
        ann, bob, cleo = (self.contact(name, "0100000037") for name in ("Ann", "Bob", "Cleo"))
        self.Number._drain()
        self.Number._reconcile()
        self.env.cr.execute("UPDATE res_partner SET phone = '0100000038' WHERE id = %s", [ann.id])
        self.env.cr.execute("UPDATE res_partner SET phone = NULL WHERE id = %s", [bob.id])
        self.env.cr.execute("DELETE FROM crm_contact_number WHERE partner_id = %s", [cleo.id])
        self.env.invalidate_all()
        self.assertEqual(self.Number._reconcile(), 3)
        self.assertEqual(self.numbers(ann)[0][1], "+33100000038")
        self.assertEqual(self.numbers(bob), [])
        self.assertEqual(self.numbers(cleo)[0][1], "+33100000037")
        self.assertEqual(self.Number._reconcile(), 0)

    def test_cron_reconciles_and_commits(self):
        ann = self.contact("Ann", "0100000037")
        self.Number._drain()
        self.env.cr.execute("DELETE FROM crm_contact_number WHERE partner_id = %s", [ann.id])
        cron = self.env.ref("crm_customer_insight.ir_cron_reconcile_numbers")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.numbers(ann)[0][1], "+33100000037")

    def test_rolled_back_contact_leaves_nothing_to_do(self):
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.contact("Ann", "0100000037")
            raise ZeroDivisionError
        self.Number._drain()
        self.assertEqual(self.found("0100000037"), [])

    def test_deleted_contact_takes_the_numbers_along(self):
        ann = self.contact("Ann", "0100000037")
        numbers = self.Number.browse()
        self.Number._drain()
        numbers = ann.contact_number_ids
        ann.unlink()
        self.assertFalse(numbers.exists())

    def test_queries_do_not_grow_with_the_contacts(self):
        def queries(count):
            vals = [
                {"name": f"P{i}", "phone": f"01000000{i:02d}", "country_id": self.france.id}
                for i in range(count)
            ]
            self.Partner.create(vals)
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.Number._drain()
            return self.env.cr.sql_log_count - before

        queries(1)
        self.assertEqual(queries(3), queries(30))
        self.assertLessEqual(queries(5), 2)

    def test_look_up_of_a_number_needs_no_join(self):
        query = self.Number._search([("e164", "=", "+33100000037")], order=self.Number._order)
        self.assertEqual(list(query._joins), [])
        # Created first, so before, whatever the names.
        self.contact("Zoe", "0100000037")
        self.contact("Ann", "0100000037")
        self.Number._drain()
        found = self.Number.search([("e164", "=", "+33100000037")])
        self.assertEqual(found.partner_id.mapped("name"), ["Zoe", "Ann"])
        self.assertEqual(found.sorted(), found)
