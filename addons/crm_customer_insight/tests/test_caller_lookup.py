from odoo import fields
from odoo.fields import Command
from odoo.tests import tagged

from .common_person import PersonCase

NUMBER = "+33 1 00 00 00 37"


@tagged("post_install", "-at_install")
class TestCallerLookup(PersonCase):
    """Who calls from this number? (C360-1)"""

    def test_every_writing_finds_the_contact(self):
        self.contact("Ann", NUMBER)
        for writing in (
            "+33100000037",
            "0033100000037",
            "01133100000037",
            "0100000037",
            "01/00 00.00-37",
            "tel:+33-1-00000037",
            "sip:+33100000037@exchange.example",
            "０１００００００３７",
        ):
            self.assertEqual(self.found(writing), ["Ann"], writing)

    def test_odoo_search_misses_the_national_writing_and_ours_does_not(self):
        ann = self.contact("Ann", "+33 1 00000037")
        self.assertFalse(self.Partner.search([("phone_mobile_search", "=", "0100000037")]))
        self.assertEqual(self.Partner.search([("number_in_any_writing", "=", "0100000037")]), ann)

    def test_number_is_read_from_the_country_of_the_line(self):
        self.contact("Bill", "+1 202 555 0143")
        self.assertEqual(self.found("(202) 555-0143"), [])
        self.assertEqual(self.found("(202) 555-0143", country=self.usa), ["Bill"])
        self.assertEqual(self.found("(202) 555-0143", country="US"), ["Bill"])

    def test_hidden_callers_and_nonsense_find_nobody(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        country = self.france.code
        for raw in ("anonymous", "unknown", "", None, "Private number", "abc", "010000", "9" * 200):
            with self.assertQueryCount(0):
                found = self.Number._lookup(raw, country)
            self.assertEqual(found, [], raw)

    def test_internal_number_finds_colleagues_not_extensions_of_customers(self):
        self.contact("Colleague", "37")
        self.contact("Customer", f"{NUMBER} ext. 37")
        self.assertEqual(self.found("37"), ["Colleague"])

    def test_numbers_of_this_transaction_are_found(self):
        ann = self.contact("Ann", NUMBER)
        self.assertEqual(self.found(NUMBER), ["Ann"])
        ann.phone = False
        self.assertEqual(self.found(NUMBER), [])

    def test_extension_decides(self):
        self.contact("Ann", f"{NUMBER} ext. 11")
        self.contact("Zoe", f"{NUMBER} ext. 12")
        # Same extension +100, other extension -50: see the weights in tools/caller_ranking.py.
        self.assertEqual(self.found(f"{NUMBER};ext=12"), ["Zoe", "Ann"])
        self.assertEqual(self.found(f"{NUMBER};ext=11"), ["Ann", "Zoe"])

    def test_open_deal_quotation_touch_and_key_account_come_first(self):
        quiet = self.contact("Quiet", NUMBER)
        touched, deal, quoted, key = (
            self.contact(name, NUMBER) for name in ("Touched", "Deal", "Quoted", "Key")
        )
        self.touch(touched, date=fields.Datetime.now())
        self.env["crm.lead"].create({"name": "Open", "partner_id": deal.id})
        self.env["sale.order"].create({"partner_id": quoted.id})
        self.env["crm.key.account"].create({"partner_id": key.id})
        found = self.Number._lookup(NUMBER)
        self.assertEqual(
            [(one["name"], one["score"], one["reasons"]) for one in found],
            [
                ("Key", 40, ["key_account"]),
                ("Deal", 30, ["open_deal"]),
                ("Quoted", 25, ["open_quotation"]),
                ("Touched", 24, ["touch_week"]),
                ("Quiet", 0, []),
            ],
        )
        self.assertEqual(found[-1]["partner_id"], quiet.id)
        self.assertEqual(found[1]["reason_labels"], ["Open opportunity"])

    def test_person_of_a_key_account_counts_as_one(self):
        company = self.contact("Big SA", is_company=True)
        self.contact("Ann", NUMBER, parent_id=company.id)
        self.env["crm.key.account"].create({"partner_id": company.id})
        self.assertEqual(self.Number._lookup(NUMBER)[0]["reasons"], ["key_account"])

    def test_lead_without_contact_is_found(self):
        lead = self.env["crm.lead"].create(
            {"name": "Asks for a price", "phone": NUMBER, "contact_name": "Lee"}
        )
        [found] = self.Number._lookup("0100000037")
        self.assertEqual((found["lead_id"], found["partner_id"]), (lead.id, None))
        self.assertEqual((found["name"], found["reasons"]), ("Lee", ["open_deal", "lead"]))

    def test_deal_of_a_known_contact_is_not_a_caller_of_its_own(self):
        ann = self.contact("Ann", NUMBER)
        self.env["crm.lead"].create({"name": "Open", "partner_id": ann.id})
        self.assertEqual(self.found(NUMBER), ["Ann"])

    def test_archived_contact_comes_last(self):
        self.contact("Ann", NUMBER).active = False
        self.contact("Zoe", NUMBER)
        self.assertEqual(self.found(NUMBER), ["Zoe", "Ann"])

    def test_number_shared_by_fifty(self):
        for place in range(50):
            self.contact(f"P{place:02d}", NUMBER)
        self.assertEqual(len(self.found(NUMBER)), 20)
        self.assertEqual(self.found(NUMBER, limit=50), [f"P{place:02d}" for place in range(50)])

    def test_merged_contact_is_found_once(self):
        ann, double = self.contact("Ann", NUMBER), self.contact("Ann", "0100000037")
        self.merge(double, ann)
        self.assertEqual(self.found(NUMBER), ["Ann"])

    def test_queries_are_few_and_do_not_grow(self):
        def queries(count, phone):
            for _place in range(count):
                partner = self.contact("P", phone)
                self.env["crm.lead"].create({"name": "Open", "partner_id": partner.id})
                self.touch(partner)
            self.Number._drain()
            self.Number._lookup(phone)
            self.env.flush_all()
            self.env.invalidate_all()
            self.env.company.country_id.code  # noqa: B018 what every request has read
            before = self.env.cr.sql_log_count
            self.assertEqual(len(self.Number._lookup(phone)), min(count, 20))
            return self.env.cr.sql_log_count - before

        few = queries(2, "+33 1 00 00 00 41")
        self.assertEqual(few, queries(20, "+33 1 00 00 00 42"))
        # The match, the contacts, the leads, what is going on with them.
        self.assertEqual(few, 4)

    def test_nothing_going_on_costs_two_queries(self):
        """The match, which sees that there is nothing, and the contacts."""
        self.contact("Ann", NUMBER)
        self.Number._lookup(NUMBER)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(2):
            found = self.Number._lookup(NUMBER)
        self.assertEqual([(one["name"], one["reasons"]) for one in found], [("Ann", [])])

    def test_voided_touch_and_closed_deal_tell_nothing(self):
        ann = self.contact("Ann", NUMBER)
        self.touch(ann, date=fields.Datetime.now(), voided=True)
        self.env["crm.lead"].create({"name": "Closed", "partner_id": ann.id}).action_set_lost()
        self.env["sale.order"].create({"partner_id": ann.id}).action_cancel()
        self.assertEqual(self.Number._lookup(NUMBER)[0]["reasons"], [])


@tagged("post_install", "-at_install")
class TestCallerLookupRights(PersonCase):
    """Nobody learns through a number what he may not read otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sam = cls.user("sam", "sales_team.group_sale_salesman")
        cls.mia = cls.user("mia", "sales_team.group_sale_manager")
        cls.ida = cls.user("ida", "base.group_user")
        cls.other_company = cls.env["res.company"].create({"name": "Other"})

    def test_contact_of_another_company_is_not_shown(self):
        self.contact("Ours", NUMBER)
        theirs = self.contact("Theirs", NUMBER, company_id=self.other_company.id)
        self.Number._drain()
        self.assertEqual(self.names(self.sam), ["Ours"])
        self.assertFalse(theirs.contact_number_ids.with_user(self.sam).has_access("read"))
        self.sam.company_ids = [Command.link(self.other_company.id)]
        both = self.Number.with_user(self.sam).with_context(
            allowed_company_ids=[self.env.company.id, self.other_company.id]
        )
        self.assertEqual({one["name"] for one in both._lookup(NUMBER)}, {"Ours", "Theirs"})

    def test_salesperson_finds_own_leads_and_manager_all(self):
        self.env["crm.lead"].create(
            {"name": "L", "phone": NUMBER, "contact_name": "Lee", "user_id": self.mia.id}
        )
        self.Number._drain()
        self.assertEqual(self.names(self.sam), [])
        self.assertEqual(self.names(self.mia), ["Lee"])
        self.assertEqual(self.names(self.ida), [])
        by_rules = [("e164", "=", "+33100000037")]
        self.assertEqual(self.Number.with_user(self.sam).search_count(by_rules), 0)
        self.assertEqual(self.Number.with_user(self.mia).search_count(by_rules), 1)
        self.assertEqual(self.Number.with_user(self.ida).search_count(by_rules), 0)

    def test_deals_that_one_may_not_read_tell_nothing(self):
        ann = self.contact("Ann", NUMBER)
        self.env["crm.lead"].create(
            {"name": "Secret", "partner_id": ann.id, "user_id": self.mia.id}
        )
        self.Number._drain()
        self.assertEqual(
            self.Number.with_user(self.mia)._lookup(NUMBER)[0]["reasons"], ["open_deal"]
        )
        self.assertEqual(self.Number.with_user(self.sam)._lookup(NUMBER)[0]["reasons"], [])

    def test_who_may_write_numbers(self):
        ann = self.contact("Ann")
        expected = {self.ida: False, self.sam: True, self.mia: True}
        for user, allowed in expected.items():
            numbers = self.Number.with_user(user)
            self.assertTrue(numbers.has_access("read"))
            for operation in ("create", "write", "unlink"):
                self.assertEqual(numbers.has_access(operation), allowed, (user.login, operation))
        row = self.Number.with_user(self.sam).create({"partner_id": ann.id, "raw": NUMBER})
        self.assertEqual(row.e164, "+33100000037")

    def test_portal_user_reads_no_numbers(self):
        portal = self.user("pat", "base.group_portal")
        self.assertFalse(self.Number.with_user(portal).has_access("read"))

    def test_dialog_says_how_it_understood_the_number(self):
        self.contact("Ann", NUMBER)
        found = self.Number.with_user(self.sam).find_caller("0100000037")
        self.assertEqual((found["e164"], found["problem"]), ("+33100000037", None))
        self.assertEqual([one["name"] for one in found["candidates"]], ["Ann"])
        nothing = self.Number.with_user(self.sam).find_caller("0100")
        self.assertEqual((nothing["problem"], nothing["candidates"]), ("internal", []))
        hidden = self.Number.with_user(self.sam).find_caller("anonymous")
        self.assertEqual(hidden["problem_label"], "No number")

    def names(self, user):
        return [one["name"] for one in self.Number.with_user(user)._lookup(NUMBER)]


@tagged("post_install", "-at_install")
class TestPartnerSearch(PersonCase):
    """Contacts are found by number wherever they are searched."""

    def test_number_typed_where_a_contact_is_chosen(self):
        ann = self.contact("Ann", NUMBER)
        self.Number._drain()
        self.assertEqual(self.Partner.name_search("00 33 1 00 00 00 37"), [(ann.id, "Ann")])
        self.assertEqual(self.Partner.name_search("Ann")[0][0], ann.id)

    def test_further_numbers_are_searched_too(self):
        ann = self.contact("Ann", NUMBER)
        self.Number.create({"partner_id": ann.id, "raw": "06 12 34 56 78"})
        for domain in (
            [("number_in_any_writing", "ilike", "0612345678")],
            [("number_in_any_writing", "=", "+33612345678")],
            [("number_in_any_writing", "in", ["+33612345678", "nobody"])],
        ):
            self.assertEqual(self.Partner.search(domain), ann, domain)

    def test_internal_number_and_half_a_number(self):
        colleague = self.contact("Colleague", "37")
        ann = self.contact("Ann", "+33 1 00 98 76 54")
        self.Number._drain()
        self.assertEqual(self.Partner.search([("number_in_any_writing", "=", "37")]), colleague)
        self.assertEqual(self.Partner.search([("number_in_any_writing", "ilike", "987654")]), ann)
        self.assertFalse(self.Partner.search([("number_in_any_writing", "=", "anonymous")]))
