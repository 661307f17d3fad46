"""The worklist of data issues: what is found, what it does to figures, what solves it (C360-6)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..tools import data_quality as rules
from .common_accounts import AccountsCase

NAMES = [
    "Müller & Söhne GmbH", "Muller Sohne", "ACME S.A.", "Acme", "Nordic Pumps Ltd.", "Nordic Pump",
    "上海水泵有限公司", "上海水泵", "GmbH", "",
    "A.B.C. Trading Co., Ltd", "ABC trading", "O'Neill plc",
]  # fmt: skip


@tagged("post_install", "-at_install")
class TestDataQuality(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.country = cls.env.ref("base.de")
        (cls.acme | cls.bolt | cls.corn).write({"country_id": cls.country.id})
        cls.mail = cls.env["crm.contact.channel"].search([("address_kind", "=", "email")], limit=1)

    def find(self):
        self.env["crm.insight.run"]._run_now(["data_quality"])

    def issues(self, partners, *codes, state="open"):
        return self.env["crm.data.issue"].search(
            [
                ("partner_id", "in", partners.ids),
                ("code", "in", codes),
                ("state", "=", state),
            ]
        )

    def permission(self, partner, state, **values):
        return self.env["crm.contact.permission"].create(
            {
                "partner_id": partner.id,
                "channel_id": self.mail.id,
                "state": state,
                "origin": "spoken",
                **values,
            }
        )

    # Duplicates

    def twins(self, **values):
        return self.env["res.partner"].create(
            [
                {"name": "Nordic Pumps Ltd.", "is_company": True, "user_id": self.sam.id, **values},
                {"name": "Nordic Pumps", "is_company": True, "user_id": self.sam.id, **values},
            ]
        )

    def test_same_name_and_address_are_a_duplicate(self):
        """45 for the equal name (without its legal form) + 35 for the e-mail = 80."""
        left, right = self.twins(email="info@nordic.example.com")
        self.find()
        [issue] = self.issues(left, "duplicate")
        self.assertEqual(issue.other_id, right)
        self.assertEqual(issue.score, 80)
        self.assertEqual(set(issue.reasons.split(",")), {"email", "name"})
        self.assertEqual(issue.user_id, self.sam)
        self.assertIn("same e-mail", issue.text)

    def test_same_address_with_another_name_is_none(self):
        """Only 35 for the e-mail: an office may have one address for several customers."""
        values = {"email": "office@house.example.com", "is_company": True}
        one, two = self.env["res.partner"].create(
            [{"name": "Alpha Bakery", **values}, {"name": "Zenith Yachts", **values}]
        )
        self.find()
        self.assertFalse(self.issues(one | two, "duplicate"))

    def test_another_vat_number_speaks_against_it(self):
        """45 name + 15 postal code − 30 other VAT number = 30 < 60."""
        left, right = self.twins(zip="20095")
        left.vat, right.vat = "DE123456788", "DE129274202"
        self.find()
        self.assertFalse(self.issues(left, "duplicate"))

    def test_contact_persons_are_no_duplicates_of_their_company(self):
        company, _other = self.twins(email="info@nordic.example.com")
        person = self.env["res.partner"].create(
            {"name": "Nordic Pumps", "parent_id": company.id, "email": "info@nordic.example.com"}
        )
        self.find()
        self.assertFalse(self.issues(person, "duplicate"))

    def test_records_that_two_companies_keep_apart_are_none(self):
        left, right = self.twins(email="info@nordic.example.com")
        left.company_id, right.company_id = self.company, self.other_company
        self.find()
        self.assertFalse(self.issues(left | right, "duplicate"))

    def test_names_are_normalized_as_the_rules_say(self):
        partners = self.env["res.partner"].create(
            [{"name": name, "type": "contact"} for name in NAMES if name]
        )
        self.find()
        self.env.cr.execute("SELECT id, name FROM dq_person WHERE id = ANY(%s)", [partners.ids])
        found = dict(self.env.cr.fetchall())
        for partner in partners:
            with self.subTest(name=partner.name):
                self.assertEqual(found[partner.id], rules.normalize(partner.name))

    def test_points_are_those_of_the_rules(self):
        """SQL and ``tools/data_quality.py`` agree about every pair that was found."""
        base = {"zip": "20095", "is_company": True, "street": "Dock 1"}
        partners = self.env["res.partner"].create(
            [
                {**base, "name": "Harbor Crane Service", "email": "a@harbor.example.com"},
                {**base, "name": "Harbor Cranes Services", "email": "a@harbor.example.com"},
                {**base, "name": "Harbor Crane Svc", "phone": "+4940123456"},
                {**base, "name": "Harbour Crane Service", "phone": "+4940123456"},
            ]
        )
        self.find()
        issues = self.issues(partners, "duplicate")
        self.assertGreaterEqual(len(issues), 2)
        for issue in issues:
            left, right = (
                {
                    "name": rules.normalize(one.name),
                    "email": one.email_normalized,
                    "vat": one.vat,
                    "zip": one.zip,
                    "street": "dock1",
                }
                for one in (issue.partner_id, issue.other_id)
            )
            same = issue.partner_id.phone and issue.partner_id.phone == issue.other_id.phone
            expected, _reasons = rules.points(left, right, same_number=bool(same))
            self.assertAlmostEqual(issue.score, expected, delta=1)

    def test_an_address_shared_by_many_is_told_once_and_not_compared(self):
        """60 contacts with one address: no pair of 60 × 59 / 2, one row that says so."""
        partners = self.env["res.partner"].create(
            [
                {"name": f"Guest {number}", "email": "reception@hotel.example.com"}
                for number in range(60)
            ]
        )
        self.find()
        self.assertFalse(self.issues(partners, "duplicate"))
        [shared] = self.issues(partners, "shared_value")
        self.assertEqual((shared.score, shared.detail), (60, "reception@hotel.example.com"))
        action = shared.with_user(self.ann).action_open_sharing()
        self.assertEqual(self.env["res.partner"].search_count(action["domain"]), 60)

    def test_merging_opens_the_wizard_with_both_and_solves_it(self):
        left, right = self.twins(email="info@nordic.example.com")
        self.find()
        action = self.issues(left, "duplicate").with_user(self.sam).action_merge()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        self.assertEqual(wizard.partner_ids, left | right)
        wizard.action_merge()
        kept = (left | right).exists()
        self.assertEqual(len(kept), 1)
        self.find()
        self.assertFalse(self.issues(left | right, "duplicate"))

    def test_only_duplicates_can_be_merged(self):
        self.corn.country_id = False
        self.find()
        with self.assertRaises(UserError):
            self.issues(self.corn, "no_country").action_merge()

    def test_tier_of_both_together(self):
        """Two with 60 each: 120 reaches the 100 at which tier A begins."""
        left, right = self.twins(email="info@nordic.example.com")
        self._snapshot(self.acme, profit=100, tier="A")
        self._snapshot(self.bolt, profit=10, tier="C")
        for partner in (left, right):
            self._snapshot(partner, profit=60, revenue=200, tier="B")
        self.find()
        issue = self.issues(left, "duplicate").with_user(self.sam)
        self.assertEqual(issue.combined_tier, "A")
        self.assertEqual(issue.effect, "Together they would be tier A.")
        self.assertEqual(issue.revenue, 200)

    # Missing

    def test_gaps_of_a_customer(self):
        bare = self.env["res.partner"].create({"name": "Bare", "is_company": True})
        self.find()
        codes = ("no_address", "no_salesperson", "no_country", "no_contact")
        self.assertEqual(set(self.issues(bare, *codes).mapped("code")), set(codes))
        self.assertFalse(self.issues(self.acme, "no_address", "no_salesperson", "no_contact"))

    def test_suppliers_addresses_and_own_companies_are_left_alone(self):
        supplier = self.env["res.partner"].create({"name": "Vendor", "supplier_rank": 1})
        address = self.env["res.partner"].create(
            {"name": "Ramp 3", "type": "delivery", "parent_id": self.acme.id}
        )
        self.find()
        partners = supplier | address | self.company.partner_id
        self.assertFalse(self.env["crm.data.issue"].search([("partner_id", "in", partners.ids)]))

    def test_a_fact_that_must_be_known_for_the_tier(self):
        attribute = self.env["crm.profile.attribute"].create(
            {"name": "Fleet", "code": "fleet_dq", "type": "number", "required_for": "B"}
        )
        for partner, tier in ((self.acme, "B"), (self.bolt, "C")):
            self._snapshot(partner, tier=tier)
        self.find()
        self.assertEqual(self.issues(self.acme, "fact_missing").attribute_id, attribute)
        self.assertFalse(self.issues(self.bolt, "fact_missing"))
        self.env["crm.profile.value"].create(
            {"partner_id": self.acme.id, "attribute_id": attribute.id, "value": "4"}
        )
        self.find()
        self.assertFalse(self.issues(self.acme, "fact_missing"))
        self.assertTrue(self.issues(self.acme, "fact_missing", state="solved"))

    def test_a_fact_past_its_day(self):
        attribute = self.env["crm.profile.attribute"].create(
            {"name": "Plan", "code": "plan_dq", "valid_months": 6}
        )
        fact = self.env["crm.profile.value"].create(
            {
                "partner_id": self.acme.id,
                "attribute_id": attribute.id,
                "value": "New hall",
                "date": self._days_ago(400),
            }
        )
        self.find()
        self.assertEqual(self.issues(self.acme, "fact_stale").since, fact.confirm_due)

    def test_best_customers_without_permission_and_preferred_channel(self):
        self._snapshot(self.acme, tier="A")
        self._snapshot(self.bolt, tier="D")
        self.find()
        both = ("no_permission", "no_preferred")
        self.assertEqual(set(self.issues(self.acme, *both).mapped("code")), set(both))
        self.assertFalse(self.issues(self.bolt, *both))
        self.permission(self.bob, "granted", preferred=True)
        self.find()
        self.assertFalse(self.issues(self.acme, *both))

    # Contradictions

    def test_permission_against_the_blacklist(self):
        self.permission(self.bob, "granted")
        self.env["mail.blacklist"]._add("bob@acme.example.com")
        self.find()
        self.assertEqual(self.issues(self.bob, "blacklisted").channel_id, self.mail)

    def test_person_and_company_contradict(self):
        self.permission(self.acme, "denied")
        self.permission(self.bob, "granted")
        self.find()
        self.assertEqual(self.issues(self.bob, "company_differs").other_id, self.acme)
        self.env["crm.contact.permission"].search(
            [("partner_id", "=", self.bob.id)]
        ).preferred = True
        self.find()
        self.assertFalse(self.issues(self.bob, "company_differs"))
        self.assertTrue(self.issues(self.bob, "preferred_denied"))

    def test_preferred_channel_without_an_address(self):
        self.permission(self.corn, "granted", preferred=True)
        self.find()
        self.assertTrue(self.issues(self.corn, "preferred_unreachable"))
        self.corn.email = "corn@corn.example.com"
        self.find()
        self.assertFalse(self.issues(self.corn, "preferred_unreachable"))

    def test_facts_of_person_and_company_differ(self):
        attribute = self.env["crm.profile.attribute"].create(
            {"name": "Plants", "code": "plants_dq", "type": "number"}
        )
        for partner, value in ((self.acme, "2"), (self.bob, "3")):
            self.env["crm.profile.value"].create(
                {"partner_id": partner.id, "attribute_id": attribute.id, "value": value}
            )
        self.find()
        self.assertEqual(self.issues(self.bob, "facts_differ").attribute_id, attribute)

    def test_vat_number_of_another_country(self):
        self.env.cr.execute(
            "UPDATE res_partner SET vat = 'FR23334175221' WHERE id = %s", [self.corn.id]
        )
        self.env.invalidate_all()
        self.find()
        self.assertIn("FR", self.issues(self.corn, "vat_country").text)

    # Life of an issue

    def test_ignored_stays_ignored_and_solved_comes_again(self):
        self.corn.country_id = False
        self.find()
        issue = self.issues(self.corn, "no_country")
        issue.action_ignore()
        self.find()
        self.assertEqual(issue.state, "ignored")
        issue.action_reopen()
        self.corn.country_id = self.country
        self.find()
        self.assertEqual((issue.state, issue.solved_date), ("solved", self.today))
        self.corn.country_id = False
        self.find()
        self.assertEqual((issue.state, issue.solved_date), ("open", False))
        self.assertEqual(len(self.env["crm.data.issue"].search([("id", "=", issue.id)])), 1)

    def test_a_second_run_changes_nothing(self):
        self.twins(email="info@nordic.example.com")
        self.find()
        self.assertEqual(self.env["crm.insight.run"]._run_now(["data_quality"])["data_quality"], 0)

    def test_archived_and_deleted_contacts(self):
        self.corn.country_id = False
        self.find()
        self.corn.active = False
        self.find()
        self.assertFalse(self.issues(self.corn, "no_country"))
        self.corn.unlink()
        self.assertFalse(
            self.env["crm.data.issue"].search([("partner_id", "=", self.corn.id)]).exists()
        )

    # Completeness

    def test_share_of_complete_records_by_tier(self):
        """Tier A: Acme complete once a permission is recorded, Bolt without country: 1 of 2."""
        for partner in (self.acme, self.bolt):
            self._snapshot(partner, tier="A")
        self.bolt.write({"country_id": False, "email": "bolt@bolt.example.com"})
        self.permission(self.acme, "granted", preferred=True)
        self.acme.email = "acme@acme.example.com"
        self.find()
        months = self.env["crm.data.quality.month"].search(
            [("company_id", "=", self.company.id), ("tier", "=", "A")]
        )
        self.assertEqual((months.customer_count, months.complete_count), (2, 1))
        self.assertEqual(months.complete_share, 0.5)
        self.assertTrue(months.is_current)
        page = self.env["crm.data.quality.month"].with_user(self.ann).get_data_quality()
        [tier] = [row for row in page["tiers"] if row["tier"] == "A"]
        self.assertEqual((tier["complete_share"], len(tier["months"])), (0.5, 1))

    # Rights

    def test_salespeople_see_and_change_their_own(self):
        (self.acme | self.bolt).write({"country_id": False})
        self.find()
        issues = self.env["crm.data.issue"].search(
            [("partner_id", "in", (self.acme | self.bolt).ids), ("code", "=", "no_country")]
        )
        own = self.env["crm.data.issue"].with_user(self.sam).search([("id", "in", issues.ids)])
        self.assertEqual(own.partner_id, self.acme)
        own.action_ignore()
        self.assertEqual(own.ignored_by, self.sam)
        with self.assertRaises(AccessError):
            own.write({"found_date": "2020-01-01"})
        with self.assertRaises(AccessError):
            (issues - own).with_user(self.sam).action_ignore()
        self.assertEqual(len(issues.with_user(self.ann).mapped("text")), 2)

    def test_as_many_statements_for_ten_times_the_customers(self):
        def count():
            before = self.env.cr.sql_log_count
            self.find()
            return self.env.cr.sql_log_count - before

        self.twins(email="info@nordic.example.com")
        self.find()
        few = count()
        self.env["res.partner"].create(
            [{"name": f"Crowd {n}", "email": f"c{n // 2}@x.example.com"} for n in range(50)]
        )
        self.find()
        self.assertEqual(count(), few)
