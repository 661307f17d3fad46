from odoo.tests import tagged

from odoo.addons.crm_customer_insight.report import person_merge
from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from .common_person import PersonCase


@tagged("post_install", "-at_install")
class TestPersonDataConformity(PersonCase):
    """Whoever adds a table with a person in it must say what a merge and an erasure do to it."""

    def undeclared(self):
        """Stored models of our addons that point to a contact or hold an address or number, and
        declare nothing."""
        ours = self.env["ir.module.module"].search([("author", "=", "CRM suite for Odoo")])
        names = set(ours.mapped("name"))
        declared = {model._name for model in person_merge.tables(self.env)}
        return {
            name
            for name in self.env.registry
            if self.env[name]._auto
            and not self.env[name]._transient
            and self.env[name]._original_module in names
            and name not in declared
            and self.has_person(self.env[name])
        }

    def has_person(self, model):
        return bool(
            person_merge.partner_columns(model)
            or {
                name
                for name, field in model._fields.items()
                if field.store
                and name in ("email", "email_normalized", "email_from", "e164", "phone")
            }
        )

    def test_every_table_with_a_person_is_declared(self):
        self.assertEqual(self.undeclared(), set())

    def test_a_table_without_declaration_would_be_found(self):
        model = self.env.registry["crm.touchpoint"]
        declaration = model._person_data
        self.addCleanup(setattr, model, "_person_data", declaration)
        model._person_data = None
        self.assertEqual(self.undeclared(), {"crm.touchpoint"})

    def test_declarations_name_columns_that_exist(self):
        for model in person_merge.tables(self.env):
            data = model._person_data
            stored = {name for name, field in model._fields.items() if field.store}
            named = {
                *data.person,
                *data.reference,
                *data.reference_key,
                *data.blank,
                *data.earliest,
                *data.latest,
                *data.averages,
                *filter(None, (data.email, data.number, data.mark)),
            }
            self.assertFalse(named - stored, model._name)

    def test_unique_indexes_with_a_contact_are_covered(self):
        """A model that only moves its rows must have no unique index with the contact in it."""
        for model in person_merge.tables(self.env):
            if model._person_data.merge != "move":
                continue
            self.env.cr.execute(
                "SELECT indexdef FROM pg_indexes WHERE tablename = %s AND indexdef ILIKE %s",
                [model._table, "%unique%"],
            )
            for [definition] in self.env.cr.fetchall():
                columns = definition.partition("(")[2]
                for column in model._person_data.person:
                    self.assertNotIn(column, columns, definition)

    def test_wrong_declarations_are_refused(self):
        for wrong in ({"merge": "guess"}, {"merge": "sum"}, {"erase": "blank"}, {"blank": ("x",)}):
            with self.assertRaises(ValueError):
                PersonData(**wrong)


@tagged("post_install", "-at_install")
class TestPersonMerge(PersonCase):
    """Every table with a person in it follows a merged contact."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.phone_channel = cls.env.ref("crm_customer_insight.contact_channel_phone", False) or (
            cls.env["crm.contact.channel"].search([], limit=1)
        )

    def pair(self, **values):
        return self.contact("Double", **values), self.contact("Ann", **values)

    # Numbers

    def test_numbers_of_both_stay_and_duplicates_collapse(self):
        double = self.contact("Double", "0100000037")
        ann = self.contact("Ann", "0100000038")
        self.Number.create({"partner_id": double.id, "raw": "0033100000038"})
        self.Number.create({"partner_id": double.id, "raw": "06 12 34 56 78"})
        self.merge(double, ann)
        self.assertEqual(ann.phone, "0100000038")
        self.assertEqual(
            {(number[1], number[4]) for number in self.numbers(ann)},
            {("+33100000038", "phone"), ("+33100000037", "manual"), ("+33612345678", "manual")},
        )
        self.assertEqual(len(ann.contact_number_ids), 3)

    def test_same_number_in_two_writings_is_one(self):
        double, ann = self.contact("Double", "0100000037"), self.contact("Ann", "+33 1 00000037")
        self.merge(double, ann)
        self.assertEqual(
            [(number[0], number[4]) for number in self.numbers(ann)], [("+33 1 00000037", "phone")]
        )

    def test_contact_without_phone_takes_that_of_the_merged_one(self):
        double, ann = self.contact("Double", "0100000037"), self.contact("Ann")
        self.merge(double, ann)
        self.assertEqual(ann.phone, "0100000037")
        self.assertEqual(
            [(number[1], number[4]) for number in self.numbers(ann)], [("+33100000037", "phone")]
        )

    def test_three_contacts_at_once(self):
        first, second = self.contact("One", "0100000031"), self.contact("Two", "0100000032")
        ann = self.contact("Ann", "0100000033")
        self.merge(first | second, ann)
        self.assertEqual(
            {number[1] for number in self.numbers(ann)},
            {"+33100000031", "+33100000032", "+33100000033"},
        )

    # Permissions

    def permission(self, partner, state, date):
        return self.env["crm.contact.permission"].create(
            {
                "partner_id": partner.id,
                "channel_id": self.phone_channel.id,
                "state": state,
                "origin": "spoken",
                "date": date,
            }
        )

    def current(self, partner):
        return self.env["crm.contact.permission"].search([("partner_id", "=", partner.id)])

    def test_denied_permission_beats_a_newer_granted_one(self):
        double, ann = self.pair()
        denied = self.permission(double, "denied", "2026-01-01")
        granted = self.permission(ann, "granted", "2026-02-01")
        self.merge(double, ann)
        self.assertEqual(self.current(ann), denied)
        self.assertFalse(granted.active)
        self.assertEqual(granted.partner_id, ann)

    def test_newer_permission_of_the_same_kind_is_current(self):
        double, ann = self.pair()
        newer = self.permission(double, "granted", "2026-02-01")
        older = self.permission(ann, "granted", "2026-01-01")
        self.merge(double, ann)
        self.assertEqual(self.current(ann), newer)
        self.assertFalse(older.active)

    # Value

    def month(self, partner, month, **values):
        return self.env["crm.customer.month"].create(
            {
                "partner_id": partner.id,
                "company_id": self.env.company.id,
                "currency_id": self.env.company.currency_id.id,
                "month": month,
                **values,
            }
        )

    def test_months_are_added_up(self):
        double, ann = self.pair()
        self.month(
            double, "2026-01-01", revenue=100, invoice_count=1, first_date="2026-01-03",
            last_date="2026-01-03",
        )  # fmt: skip
        self.month(double, "2026-02-01", revenue=7, invoice_count=1)
        self.month(
            ann, "2026-01-01", revenue=50, invoice_count=2, first_date="2026-01-05",
            last_date="2026-01-20",
        )  # fmt: skip
        self.merge(double, ann)
        months = self.env["crm.customer.month"].search([("partner_id", "=", ann.id)], order="month")
        self.assertEqual(months.mapped("revenue"), [150, 7])
        self.assertEqual(months.mapped("invoice_count"), [3, 1])
        self.assertEqual(
            [str(months[0].first_date), str(months[0].last_date)], ["2026-01-03", "2026-01-20"]
        )

    def snapshot(self, partner, month="2026-01-01", **values):
        return self.env["crm.customer.snapshot"].create(
            {
                "partner_id": partner.id,
                "company_id": self.env.company.id,
                "currency_id": self.env.company.currency_id.id,
                "month": month,
                "date": month,
                **values,
            }
        )

    def test_current_snapshots_of_both_are_computed_anew(self):
        double, ann = self.pair()
        rows = self.snapshot(double, is_current=True) + self.snapshot(ann, is_current=True)
        self.merge(double, ann)
        self.assertFalse(rows.exists())

    def test_closed_months_of_both_are_added_up(self):
        double, ann = self.pair()
        small, big = {"tier": "C", "rfm": "511"}, {"tier": "A", "rfm": "155"}
        self.snapshot(
            ann, revenue=100, profit=10, margin_rate=0.1, cost_known_share=1, frequency=2,
            recency_days=5, first_purchase="2025-03-01", last_purchase="2026-01-26", **small,
        )  # fmt: skip
        self.snapshot(
            double, revenue=300, profit=90, margin_rate=0.3, cost_known_share=0, frequency=1,
            recency_days=20, first_purchase="2024-03-01", last_purchase="2026-01-11", **big,
        )  # fmt: skip
        self.snapshot(double, month="2025-12-01", revenue=7, tier="D")
        self.merge(double, ann)
        rows = self.env["crm.customer.snapshot"].search(
            [("partner_id", "in", (double | ann).ids)], order="month"
        )
        # December was double's alone; January: 100 + 300, known 100 of 400, margin 100 of 400.
        self.assertEqual(
            rows.mapped(lambda row: (row.partner_id, row.revenue, row.tier)),
            [(ann, 7, "D"), (ann, 400, "A")],
        )
        january = rows[1]
        self.assertEqual((january.profit, january.frequency, january.recency_days), (100, 3, 5))
        self.assertEqual((january.margin_rate, january.cost_known_share), (0.25, 0.25))
        self.assertEqual((january.rfm, january.is_current), ("155", False))
        self.assertEqual(
            [str(january.first_purchase), str(january.last_purchase)], ["2024-03-01", "2026-01-26"]
        )

    # Ledger

    def test_ledger_rows_follow_with_the_company_they_now_belong_to(self):
        big, small = self.contact("Big", is_company=True), self.contact("Small", is_company=True)
        double = self.contact("Double", parent_id=small.id)
        ann = self.contact("Ann", parent_id=big.id)
        touch = self.touch(double)
        self.assertEqual(touch.commercial_partner_id, small)
        self.merge(double, ann)
        self.assertEqual((touch.partner_id, touch.commercial_partner_id), (ann, big))

    def test_ledger_rows_of_the_contacts_of_a_merged_company_follow(self):
        big, small = self.contact("Big", is_company=True), self.contact("Small", is_company=True)
        touch = self.touch(self.contact("Ann", parent_id=small.id))
        self.merge(small, big)
        self.assertEqual(touch.commercial_partner_id, big)

    def test_events_of_the_contact_itself_stay_unique(self):
        double, ann = self.pair()
        rows = [
            self.touch(partner, res_model="res.partner", res_id=partner.id, event=event)
            for partner, event in ((double, "created"), (ann, "created"), (double, "moved"))
        ]
        self.merge(double, ann)
        self.assertFalse(rows[0].exists())
        self.assertEqual([row.res_id for row in rows[1:]], [ann.id, ann.id])

    def test_contact_who_changes_company_takes_the_ledger_along(self):
        big, small = self.contact("Big", is_company=True), self.contact("Small", is_company=True)
        ann = self.contact("Ann", parent_id=small.id)
        touch = self.touch(ann)
        ann.parent_id = big
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertEqual(touch.commercial_partner_id, big)

    def test_company_that_becomes_a_subsidiary_takes_all_its_contacts_along(self):
        big, small = self.contact("Big", is_company=True), self.contact("Small", is_company=True)
        ann = self.contact("Ann", parent_id=small.id)
        touch = self.touch(ann)
        small.write({"is_company": False, "parent_id": big.id})
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.assertEqual(touch.commercial_partner_id, big)

    # Facts, key accounts, deals, referrals, proposals

    def test_later_profile_fact_is_current(self):
        attribute = self.env["crm.profile.attribute"].create(
            {"name": "Shoe size", "code": "test_shoe_size", "type": "number"}
        )
        double, ann = self.pair()
        facts = self.env["crm.profile.value"].create(
            [
                {
                    "partner_id": partner.id,
                    "attribute_id": attribute.id,
                    "value_number": size,
                    "date": date,
                }
                for partner, size, date in ((double, 43, "2026-02-01"), (ann, 42, "2026-01-01"))
            ]
        )
        self.merge(double, ann)
        self.assertEqual(facts.partner_id, ann)
        self.assertEqual(facts.mapped("active"), [True, False])

    def test_one_key_account_stays_with_all_goals_and_the_whole_team(self):
        double, ann = self.pair()
        sam, mia = (self.user(name, "sales_team.group_sale_salesman") for name in ("sam", "mia"))
        accounts = self.env["crm.key.account"].create(
            [
                {"partner_id": double.id, "since": "2026-02-01"},
                {"partner_id": ann.id, "since": "2026-01-01"},
            ]
        )
        self.env["crm.key.account.member"].create(
            [
                {"account_id": accounts[0].id, "user_id": sam.id, "role": "sales"},
                {"account_id": accounts[0].id, "user_id": mia.id, "role": "sales"},
                {"account_id": accounts[1].id, "user_id": sam.id, "role": "sales"},
            ]
        )
        self.env["crm.key.account.goal"].create(
            {"account_id": accounts[0].id, "name": "More", "target": 1}
        )
        self.merge(double, ann)
        self.assertEqual(accounts.exists(), accounts[1])
        self.assertEqual(accounts[1].member_ids.user_id, sam | mia)
        self.assertEqual(len(accounts[1].member_ids), 2)
        self.assertEqual(accounts[1].goal_ids.mapped("name"), ["More"])

    def test_running_key_account_beats_an_ended_one(self):
        double, ann = self.pair()
        accounts = self.env["crm.key.account"].create(
            [
                {"partner_id": double.id, "since": "2026-02-01"},
                {"partner_id": ann.id, "since": "2026-01-01", "state": "ended"},
            ]
        )
        self.merge(double, ann)
        self.assertEqual(accounts.exists(), accounts[0])
        self.assertEqual(accounts[0].partner_id, ann)

    def test_stakeholder_is_in_a_deal_once_with_a_known_attitude(self):
        double, ann = self.pair()
        lead = self.env["crm.lead"].create({"name": "Deal"})
        rows = self.env["crm.lead.stakeholder"].create(
            [
                {"lead_id": lead.id, "partner_id": ann.id, "role": "decider"},
                {
                    "lead_id": lead.id,
                    "partner_id": double.id,
                    "role": "decider",
                    "attitude": "critic",
                },
                {"lead_id": lead.id, "partner_id": double.id, "role": "user"},
            ]
        )
        self.merge(double, ann)
        self.assertEqual(rows.exists(), rows[1:])
        self.assertEqual(rows[1:].partner_id, ann)

    def test_referrals_follow_and_nobody_refers_himself(self):
        double, ann = self.pair()
        third = self.contact("Third")
        referral = self.env["crm.referral"]
        among = referral.create({"referrer_id": ann.id, "partner_id": double.id})
        other = referral.create({"referrer_id": double.id, "partner_id": third.id})
        self.merge(double, ann)
        self.assertFalse(among.exists())
        self.assertEqual(other.referrer_id, ann)

    def test_later_snooze_stays(self):
        double, ann = self.pair()
        snoozes = self.env["crm.next.action.snooze"].create(
            [
                {"partner_id": double.id, "code": "x", "until": "2099-05-01"},
                {"partner_id": ann.id, "code": "x", "until": "2099-04-01"},
            ]
        )
        self.merge(double, ann)
        self.assertEqual(snoozes.exists(), snoozes[0])
        self.assertEqual(snoozes[0].partner_id, ann)

    def test_one_channel_stays_preferred(self):
        double, ann = self.pair()
        channels = self.env["crm.contact.channel"].search([], limit=2)
        rows = self.env["crm.contact.permission"].create(
            [
                {
                    "partner_id": partner.id,
                    "channel_id": channel.id,
                    "origin": "spoken",
                    "state": "granted",
                    "preferred": True,
                    "date": date,
                }
                for partner, channel, date in zip(
                    double | ann, channels, ("2026-02-01", "2026-01-01"), strict=True
                )
            ]
        )
        self.merge(double, ann)
        self.assertEqual(rows.mapped("preferred"), [True, False])
        self.assertEqual(rows.partner_id, ann)

    def test_value_of_both_customers_is_computed_anew(self):
        double, ann = self.pair()
        dirty = self.env["crm.customer.dirty"]
        dirty.search([]).unlink()
        waiting = dirty.create({"partner_id": double.id})
        self.merge(double, ann)
        self.assertEqual(waiting.partner_id, ann)
        self.assertIn(ann, dirty.search([("month", "=", False)]).partner_id)

    # Every table that declares something

    def test_every_declared_table_has_a_scenario(self):
        """The next tests plant rows in each: a new table fails here until it has a scenario."""
        names = {model._name for model in self.declared_tables()}
        self.assertEqual(names, set(self.person_scenarios()))

    def merged(self, partners):
        """Rows of each declared table and column of a person, one per partner, after a merge."""
        double, ann = self.pair()
        scenarios = self.person_scenarios()
        rows = {
            (model._name, column): model.concat(
                *(
                    self.plant(model, scenarios[model._name], column, partner)
                    for partner in (double, ann)[:partners]
                )
            )
            for model in self.declared_tables()
            for column in model._person_data.person
        }
        self.merge(double, ann)
        return ann, rows

    def test_every_declared_table_follows(self):
        ann, rows = self.merged(1)
        for (name, column), row in rows.items():
            with self.subTest(model=name, column=column):
                if row._person_data.merge == "recompute":
                    self.assertFalse(row.exists())
                else:
                    self.assertEqual(row[column], ann)

    def test_every_declared_table_with_rows_of_both(self):
        """Rows with the same key become one as declared; the others all stay."""
        ann, rows = self.merged(2)
        for (name, column), both in rows.items():
            with self.subTest(model=name, column=column):
                data, left = both._person_data, both.exists()
                if data.merge == "recompute":
                    self.assertFalse(left)
                    continue
                same_key = data.merge in ("keep_best", "sum") and column == data.person[0]
                self.assertEqual(len(left), 1 if same_key and not data.loser else 2)
                self.assertEqual(left[column], ann)
                if data.loser == "active = FALSE":
                    self.assertEqual(sorted(left.mapped("active")), [False, True])
