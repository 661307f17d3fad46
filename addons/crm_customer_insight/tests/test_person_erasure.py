from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import SQL

from .common_person import PersonCase

EMAIL = "ann.secret@example.com"
PHONE = "+33 1 00 00 00 37"
LOG_COLUMNS = {"create_uid", "create_date", "write_uid", "write_date"}


@tagged("post_install", "-at_install")
class TestPersonErasure(PersonCase):
    """A person is found in, and erased from, every table (GDPR articles 15 and 17)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ann = cls.contact(
            "Ann Secret", PHONE, email=EMAIL, street="1 Hidden Lane", vat=False, comment="Nice"
        )
        cls.bob = cls.contact("Bob", "+33 1 00 00 00 99", email="bob@example.com")
        cls.Number._drain()

    def wizard(self):
        return self.env["privacy.lookup.wizard"].create({"name": "Ann Secret", "email": EMAIL})

    def looked_up(self):
        wizard = self.wizard()
        wizard.action_lookup()
        return {(line.res_model, line.res_id) for line in wizard.line_ids}

    def erase(self):
        self.env.flush_all()
        self.ann._erase_person()
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.invalidate_all()

    def both(self, model, column="partner_id", **values):
        """A row of Ann and one of Bob, who must not be touched."""
        rows = self.env[model].create(
            [{column: partner.id, **values} for partner in (self.ann, self.bob)]
        )
        return rows[0], rows[1]

    def assert_found(self, mine, other):
        found = self.looked_up()
        self.assertIn((mine._name, mine.id), found)
        self.assertNotIn((other._name, other.id), found)

    def assert_deleted(self, mine, other):
        self.assert_found(mine, other)
        self.erase()
        self.assertFalse(mine.exists())
        self.assertTrue(other.exists())

    def test_contact_keeps_nothing_that_tells_who_it_was(self):
        self.env["mail.message"].create(
            {"model": "res.partner", "res_id": self.ann.id, "body": "Ann Secret called"}
        )
        self.erase()
        self.assertEqual(self.ann.name, f"Erased contact {self.ann.id}")
        self.assertFalse(self.ann.active)
        kept = (self.ann.email, self.ann.phone, self.ann.street, self.ann.comment)
        self.assertEqual(kept, (False,) * 4)
        self.assertFalse(self.ann.message_ids)
        self.assertEqual(self.found(PHONE), [])

    def test_lead_keeps_its_figures_only(self):
        lead = self.env["crm.lead"].create(
            {
                "name": "Ann Secret's order",
                "partner_id": self.ann.id,
                "expected_revenue": 500,
                "description": "Ann Secret",
                "man_notes": "Ann decides alone",
            }
        )
        stranger = self.env["crm.lead"].create({"name": "Ann again", "email_from": EMAIL})
        self.erase()
        self.assertEqual(lead.name, f"Erased lead {lead.id}")
        self.assertEqual(lead.expected_revenue, 500)
        self.assertFalse(lead.email_from or lead.phone or lead.contact_name or lead.description)
        self.assertFalse(lead.man_notes)
        self.assertFalse(stranger.email_from)
        self.assertFalse(lead.contact_number_ids)

    def test_person_who_logs_in_is_not_erased(self):
        user = self.user("ann", "base.group_user")
        with self.assertRaises(UserError):
            user.partner_id._erase_person()
        self.assertEqual(user.partner_id.name, "ann")

    def test_separate_addresses_of_the_person_are_erased_and_colleagues_are_not(self):
        delivery = self.contact("Ann's garage", parent_id=self.ann.id, type="delivery")
        colleague = self.contact("Carl", parent_id=self.ann.id)
        self.erase()
        self.assertEqual(delivery.name, f"Erased contact {delivery.id}")
        self.assertEqual(colleague.name, "Carl")

    def test_numbers(self):
        rows = [
            self.Number.create({"partner_id": partner.id, "raw": raw})
            for partner, raw in ((self.ann, "0612345678"), (self.bob, "0612345679"))
        ]
        self.assert_deleted(*rows)
        self.assertFalse(self.ann.contact_number_ids)

    def test_permissions(self):
        channel = self.env["crm.contact.channel"].search([], limit=1)
        self.assert_deleted(
            *self.both(
                "crm.contact.permission", channel_id=channel.id, origin="spoken", state="granted"
            )
        )

    def test_profile_facts(self):
        attribute = self.env["crm.profile.attribute"].create(
            {"name": "Shoe size", "code": "test_shoe_size", "type": "number"}
        )
        self.assert_deleted(
            *self.both("crm.profile.value", attribute_id=attribute.id, value_number=42)
        )

    def test_stakeholders(self):
        lead = self.env["crm.lead"].create({"name": "Deal"})
        self.assert_deleted(*self.both("crm.lead.stakeholder", lead_id=lead.id, note="Grumpy"))

    def test_snoozed_proposals(self):
        self.assert_deleted(*self.both("crm.next.action.snooze", code="x", until="2099-05-01"))

    def test_key_account_stays_without_words(self):
        mine, other = self.both("crm.key.account", reason="Ann buys much", strengths="<p>Ann</p>")
        self.assert_found(mine, other)
        self.erase()
        self.assertEqual((mine.reason, mine.strengths), (False, False))
        self.assertEqual(other.reason, "Ann buys much")

    def test_referral_stays_without_words_on_either_side(self):
        third = self.contact("Third")
        rows = self.env["crm.referral"].create(
            [
                {"referrer_id": self.ann.id, "partner_id": third.id, "note": "Ann said so"},
                {"referrer_id": self.bob.id, "partner_id": self.ann.id, "reward_note": "Wine"},
                {"referrer_id": third.id, "partner_id": self.bob.id, "note": "Not Ann"},
            ]
        )
        self.assertEqual(
            {row_id for model, row_id in self.looked_up() if model == "crm.referral"},
            set(rows[:2].ids),
        )
        self.erase()
        self.assertEqual(rows.mapped("note"), [False, False, "Not Ann"])
        self.assertFalse(rows[1].reward_note)

    def test_months_and_snapshots_stay_as_figures_of_nobody(self):
        common = {
            "company_id": self.env.company.id,
            "currency_id": self.env.company.currency_id.id,
            "month": "2026-01-01",
            "revenue": 100,
        }
        month, other_month = self.both("crm.customer.month", **common)
        snapshot, other = self.both("crm.customer.snapshot", date="2026-01-31", **common)
        self.assert_found(month, other_month)
        self.assert_found(snapshot, other)
        self.erase()
        self.assertEqual((month.revenue, snapshot.revenue), (100, 100))
        self.assertEqual(month.partner_id.name, f"Erased contact {self.ann.id}")

    def test_ledger_rows_lose_words_and_keep_figures(self):
        mine = self.touch(self.ann, name="Ann Secret asks for help", amount=10, cost=2)
        other = self.touch(self.bob, name="Bob asks for help")
        self.assert_found(mine, other)
        self.erase()
        self.assertEqual((mine.name, mine.amount, mine.cost), (False, 10, 2))
        self.assertEqual(mine.partner_id, self.ann)
        self.assertEqual(other.name, "Bob asks for help")

    def test_ledger_rows_of_the_unknown_caller_are_hers_too(self):
        by_mail = self.touch(email_normalized=EMAIL, name="A mail")
        by_number = self.touch(e164="+33100000037", name="A call")
        other = self.touch(e164="+33100000099", name="Another call")
        found = self.looked_up()
        self.assertIn(("crm.touchpoint", by_mail.id), found)
        self.assertIn(("crm.touchpoint", by_number.id), found)
        self.assertNotIn(("crm.touchpoint", other.id), found)
        self.erase()
        for row in (by_mail, by_number):
            self.assertFalse(row.name or row.email_normalized or row.e164)
        self.assertEqual((other.name, other.e164), ("Another call", "+33100000099"))

    def test_number_that_others_use_too_identifies_nobody(self):
        self.contact("Colleague", PHONE)
        self.Number._drain()
        shared = self.touch(e164="+33100000037", name="A call")
        self.erase()
        self.assertEqual(shared.e164, "+33100000037")

    def test_fills_bring_nothing_back(self):
        values = {
            "res_model": "test.call",
            "res_id": 4711,
            "event": "made",
            "kind": "call",
            "direction": "in",
            "date": "2026-01-15 10:00:00",
            "partner_id": self.ann.id,
            "name": "Ann Secret asks for help",
            "company_id": self.env.company.id,
        }
        ledger = self.env["crm.touchpoint"]
        ledger._append([values])
        self.erase()
        ledger._append([{**values, "name": "Ann Secret asks again", "amount": 5}])
        row = ledger.search([("res_model", "=", "test.call"), ("res_id", "=", 4711)])
        self.assertEqual((row.name, row.amount), (False, 5))

    def test_wizard_erases_by_address_and_not_by_name(self):
        namesake = self.contact("Ann Secret", email="other.ann@example.com")
        wizard = self.wizard()
        wizard.action_lookup()
        wizard.action_erase_person()
        self.assertEqual(self.ann.name, f"Erased contact {self.ann.id}")
        self.assertEqual(namesake.name, "Ann Secret")
        self.assertIn("1", wizard.log_id.additional_note)

    def test_line_of_the_look_up_erases_its_contact(self):
        wizard = self.wizard()
        wizard.action_lookup()
        line = wizard.line_ids.filtered(lambda one: one.resource_ref == self.ann)
        self.assertTrue(line.can_erase)
        line.action_erase()
        self.assertEqual(self.ann.name, f"Erased contact {self.ann.id}")
        touch = self.touch(self.bob)
        other = self.env["privacy.lookup.wizard.line"].create(
            {
                "wizard_id": wizard.id,
                "res_model_id": self.env["ir.model"]._get_id("crm.touchpoint"),
                "res_id": touch.id,
            }
        )
        with self.assertRaises(UserError):
            other.action_erase()

    def test_deleting_the_contact_leaves_only_figures(self):
        touch = self.touch(self.ann, amount=10)
        number = self.ann.contact_number_ids
        self.env.flush_all()
        self.ann.unlink()
        self.env.invalidate_all()
        self.assertFalse(number.exists())
        self.assertEqual((touch.partner_id.id, touch.amount), (False, 10))

    # Every table that declares something

    def test_every_declared_table_has_a_scenario(self):
        """The next tests plant a row in each: a new table fails here until it has a scenario."""
        names = {model._name for model in self.declared_tables()}
        self.assertEqual(names, set(self.person_scenarios()))
        self.assertIn("crm.customer.dirty", names)

    def stored(self, row):
        """What the table holds in a row, without who wrote it and when."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT * FROM %s WHERE id = %s", SQL.identifier(row._table), row.id)
        )
        [values] = self.env.cr.dictfetchall()
        return {name: value for name, value in values.items() if name not in LOG_COLUMNS}

    def planted(self):
        """``(row of Ann, row of Bob)`` of each declared table and column of a person."""
        scenarios = self.person_scenarios()
        return [
            tuple(
                self.plant(model, scenarios[model._name], column, partner)
                for partner in (self.ann, self.bob)
            )
            for model in self.declared_tables()
            for column in model._person_data.person
        ]

    def test_every_declared_table_is_looked_up(self):
        rows = self.planted()
        found = self.looked_up()
        blacklist = self.wizard()._get_query_models_blacklist()
        for mine, other in rows:
            with self.subTest(model=mine._name):
                self.assertIn((mine._name, mine.id), found)
                self.assertNotIn((other._name, other.id), found)
                self.assertIn(mine._name, blacklist)  # so that core does not list it again

    def test_every_declared_table_is_erased_as_it_declares(self):
        rows = self.planted()
        before = {row: self.stored(row) for pair in rows for row in pair}
        self.erase()
        for mine, other in rows:
            with self.subTest(model=mine._name):
                self.assertEqual(self.stored(other), before[other])
                self.assert_erased(mine, before[mine])

    def assert_erased(self, row, before):
        data = row._person_data
        if data.erase == "delete":
            self.assertFalse(row.exists())
            return
        expected = {**before, **dict.fromkeys(data.blank)}
        if data.mark:
            expected[data.mark] = True
        self.assertEqual(self.stored(row), expected)
        if data.erase == "blank":
            self.assertTrue(any(before[name] for name in data.blank))
