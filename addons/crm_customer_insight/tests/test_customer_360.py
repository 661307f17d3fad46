from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.tests import tagged

from .common_360 import Customer360Case


@tagged("post_install", "-at_install")
class TestCustomer360(Customer360Case):
    """Sections of the 360 view: what they say and to whom (C360-1)."""

    def test_who_he_is(self):
        self.customer.write({"city": "Hamburg", "country_id": self.env.ref("base.de").id})
        who = self._sections(self.sandra, self.customer)["identity"]
        self.assertEqual(who["title"], "Nordwind")
        self.assertEqual(who["place"], "Hamburg, Germany")
        self.assertEqual(who["salesperson"], {"id": self.sandra.id, "name": "Sandra"})
        self.assertIsNone(who["company"])

    def test_contact_shows_his_company(self):
        self.anna.function = "Head of purchasing"
        who = self._sections(self.sandra, self.anna)["identity"]
        self.assertEqual(who["function"], "Head of purchasing")
        self.assertEqual(who["company"], {"id": self.customer.id, "name": "Nordwind"})

    def test_key_account_team_is_named_with_roles(self):
        self.env["crm.key.account"].create(
            {
                "partner_id": self.customer.id,
                "user_id": self.sandra.id,
                "member_ids": [(0, 0, {"user_id": self.otto.id, "role": "technical"})],
            }
        )
        team = self._sections(self.otto, self.customer)["identity"]["team"]
        self.assertEqual(
            [(member["name"], member["role"]) for member in team],
            [("Sandra", "Key account manager"), ("Otto", "Technical")],
        )

    def test_permissions_and_blacklist_per_channel(self):
        channels = {channel.code: channel for channel in self.env["crm.contact.channel"].search([])}
        self.customer.write(
            {
                "email": "info@nordwind.example",
                "phone": "+49 40 1234567",
                "street": "Am Kai 1",
                "city": "Kiel",
            }
        )
        self.env["mail.blacklist"]._add("info@nordwind.example")
        self.env["crm.contact.permission"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "channel_id": channels[code].id,
                    "origin": "written",
                    **values,
                }
                for code, values in (
                    ("email", {"state": "granted"}),
                    ("phone", {"state": "denied"}),
                    ("visit", {"state": "granted", "preferred": True}),
                )
            ]
        )
        rows = self._sections(self.sandra, self.customer)["identity"]["channels"]
        # The preferred channel comes first; the blacklist outweighs the permission.
        self.assertEqual((rows[0]["name"], rows[0]["preferred"]), ("Visit", True))
        states = {row["name"]: row["state"] for row in rows}
        self.assertEqual(states["Visit"], "allowed")
        self.assertEqual(states["E-mail"], "blocked")
        self.assertEqual(states["Phone"], "denied")

    # Value

    def test_value_cards_with_reason_and_period(self):
        self._new_snapshot(self.customer)
        scope = self._sections(self.sandra, self.customer)["value"]["scopes"][0]
        cards = {card["code"]: card for card in scope["cards"]}
        self.assertEqual(scope["tier"], "B")
        self.assertEqual(scope["tier_before"], "C")
        self.assertEqual(cards["revenue"]["value"], 1000.0)
        # From 800 to 1,000 is a quarter more.
        self.assertEqual(cards["revenue"]["change"], 0.25)
        self.assertEqual(cards["profit"]["value"], 300.0)
        self.assertEqual([part["value"] for part in cards["profit"]["parts"]], [600.0, 30.0, 70.0])
        self.assertEqual(cards["margin"]["value"], 0.3)
        self.assertIn("75 %", cards["margin"]["why"])
        self.assertEqual(cards["rfm"]["value"], "543")
        self.assertEqual(cards["stage"]["value"], "Growing")
        self.assertTrue(all(card["period"] for card in cards.values()))

    def test_trend_tells_no_data_from_no_business(self):
        self._new_snapshot(self.customer)
        month = {"partner_id": self.customer.id, "company_id": self.company.id}
        self.env["crm.customer.month"].sudo().create(
            [
                {
                    **month,
                    "currency_id": self.currency.id,
                    "month": "2026-03-01",
                    "revenue": 400.0,
                    "product_cost": 250.0,
                    "direct_cost": 10.0,
                    "allocated_cost": 20.0,
                },
                {
                    **month,
                    "currency_id": self.currency.id,
                    "month": "2026-06-01",
                    "revenue": 600.0,
                    "product_cost": 350.0,
                },
            ]
        )
        trend = self._sections(self.sandra, self.customer)["value"]["scopes"][0]["trend"]
        self.assertEqual(trend["months"][0], "2025-07-01")
        self.assertEqual(trend["months"][-1], "2026-06-01")
        # Eight months before the first purchase in March are unknown, April and May are zero.
        self.assertEqual(trend["revenue"], [None] * 8 + [400.0, 0.0, 0.0, 600.0])
        self.assertEqual(trend["profit"], [None] * 8 + [120.0, 0.0, 0.0, 250.0])

    def test_without_figures_it_says_what_to_do(self):
        value = self._sections(self.manager, self.customer)["value"]
        self.assertEqual(value["scopes"], [])
        self.assertIn("Not enough data", value["empty"])

    def test_every_card_opens_what_is_behind_it(self):
        snapshot = self._new_snapshot(self.customer)
        scope = self._sections(self.manager, self.customer)["value"]["scopes"][0]
        self.assertEqual(scope["snapshot_id"], snapshot.id)
        models = {
            card["code"]: getattr(snapshot, card["method"])()["res_model"]
            for card in scope["cards"]
        }
        self.assertEqual(models["revenue"], "account.move")
        self.assertEqual(models["profit"], "crm.customer.month")
        self.assertEqual(models["stage"], "crm.customer.snapshot")

    def test_list_of_customers_opens_the_360_view(self):
        action = self._new_snapshot(self.customer).action_open_customer()
        self.assertEqual(action["tag"], "crm_customer_360")
        self.assertEqual(action["context"], {"partner_id": self.customer.id})

    def test_notes_on_the_data_are_shown(self):
        self.env["ir.config_parameter"].set_param(
            "crm_customer_insight.data_notes", "Cost is estimated.\n\nNo returns."
        )
        notes = self._sections(self.sandra, self.customer)["value"]["notes"]
        self.assertEqual(notes, ["Cost is estimated.", "No returns."])

    def test_contact_shows_the_figures_of_his_company(self):
        self._new_snapshot(self.customer)
        value = self._sections(self.sandra, self.anna)["value"]
        self.assertEqual(value["of"], "Nordwind")
        self.assertEqual(len(value["scopes"]), 1)

    # Rights

    def test_salesperson_sees_figures_of_own_customers_only(self):
        self._new_snapshot(self.customer)
        self._new_snapshot(self.foreign)
        self.assertTrue(self._sections(self.sandra, self.customer)["value"]["scopes"])
        self.assertFalse(self._sections(self.sandra, self.foreign)["value"]["scopes"])
        self.assertTrue(self._sections(self.manager, self.foreign)["value"]["scopes"])

    def test_salesperson_sees_own_quotations_only(self):
        mine = self._new_order(self.customer, self.sandra, 100.0)
        self._new_order(self.customer, self.otto, 250.0)
        section = self._sections(self.sandra, self.customer)["quotations"]
        self.assertEqual([item["res_id"] for item in section["items"]], [mine.id])
        self.assertEqual(section["count"], 1)
        self.assertEqual(section["totals"][0]["amount"], 100.0)
        self.assertEqual(self._sections(self.manager, self.customer)["quotations"]["count"], 2)

    def test_employee_without_sales_rights_gets_no_documents(self):
        self._new_order(self.customer, self.sandra)
        employee = self.env["res.users"].create(
            {
                "name": "Eva",
                "login": "employee_360",
                "group_ids": [(6, 0, self.env.ref("base.group_user").ids)],
            }
        )
        sections = self._sections(employee, self.customer)
        for code in ("quotations", "overdue", "opportunities", "value", "facts"):
            self.assertNotIn(code, sections)
        self.assertEqual(sections["identity"]["title"], "Nordwind")

    def test_portal_visitor_gets_nothing(self):
        partners = self.env["res.partner"].with_user(self.portal)
        with self.assertRaises(AccessError):
            partners.get_customer_360(self.portal.partner_id.id)
        with self.assertRaises(AccessError):
            partners.find_customer_360("Nord")
        ledger = self.env["crm.touchpoint"].with_user(self.portal)
        with self.assertRaises(AccessError):
            ledger.get_timeline(self.portal.partner_id.id)
        with self.assertRaises(AccessError):
            ledger.get_timeline_counts(self.portal.partner_id.id)

    def test_deleted_contact_and_nonsense_are_refused(self):
        gone = self.env["res.partner"].create({"name": "Gone"})
        gone_id = gone.id
        gone.unlink()
        partners = self.env["res.partner"].with_user(self.sandra)
        with self.assertRaises(MissingError):
            partners.get_customer_360(gone_id)
        for nonsense in (False, "7", None, True):
            with self.assertRaises(UserError):
                partners.get_customer_360(nonsense)

    def test_figures_and_documents_of_other_companies_stay_away(self):
        other = self.env["res.company"].create({"name": "Second company"})
        self._new_snapshot(self.customer)
        self._new_snapshot(self.customer, company_id=other.id, revenue=77.0)
        scopes = self._sections(self.sandra, self.customer)["value"]["scopes"]
        self.assertEqual([scope["company_id"] for scope in scopes], [self.company.id])
        self.manager.company_ids |= other
        both = (
            self.env["res.partner"]
            .with_user(self.manager)
            .with_context(allowed_company_ids=[self.company.id, other.id])
            .get_customer_360(self.customer.id)
        )
        value = next(section for section in both["sections"] if section["code"] == "value")
        self.assertEqual(
            {scope["company_id"] for scope in value["scopes"]}, {self.company.id, other.id}
        )

    # Open matters

    def test_overdue_invoice_with_days_and_amount(self):
        today = fields.Date.context_today(self.customer)
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.anna.id,
                "invoice_user_id": self.sandra.id,
                "invoice_date": today - timedelta(days=40),
                "invoice_date_due": today - timedelta(days=10),
                "invoice_line_ids": [
                    (0, 0, {"name": "Pump", "quantity": 2, "price_unit": 50.0, "tax_ids": False})
                ],
            }
        )
        invoice.action_post()
        section = self._sections(self.sandra, self.customer)["overdue"]
        self.assertEqual(section["count"], 1)
        self.assertEqual(section["items"][0]["note"], "10 days overdue")
        self.assertEqual(section["items"][0]["level"], "late")
        self.assertEqual(
            section["totals"], [{"amount": 100.0, "currency_id": invoice.currency_id.id}]
        )

    def test_opportunities_of_all_contacts(self):
        leads = self.env["crm.lead"].create(
            [
                {
                    "name": name,
                    "type": "opportunity",
                    "partner_id": partner.id,
                    "user_id": self.sandra.id,
                    "date_deadline": deadline,
                }
                for name, partner, deadline in (
                    ("Late", self.anna, "2020-01-01"),
                    ("Later", self.customer, "2099-01-01"),
                    ("Lost", self.jon, "2020-01-01"),
                )
            ]
        )
        leads[2].action_set_lost()
        section = self._sections(self.sandra, self.customer)["opportunities"]
        self.assertEqual([item["name"] for item in section["items"]], ["Late", "Later"])
        self.assertEqual([item["level"] for item in section["items"]], ["late", ""])
        only_anna = self._sections(self.sandra, self.anna)["opportunities"]
        self.assertEqual([item["name"] for item in only_anna["items"]], ["Late"])

    def test_agenda_joins_meetings_and_activities(self):
        now = fields.Datetime.now()
        lead = self._new_leads(self.anna, self.sandra, 1)
        lead.with_user(self.sandra).activity_schedule(
            "mail.mail_activity_data_todo",
            fields.Date.context_today(lead) - timedelta(days=1),
            summary="Send drawing",
            user_id=self.sandra.id,
        )
        self.env["calendar.event"].with_user(self.sandra).create(
            {
                "name": "Review",
                "start": now + timedelta(days=3),
                "stop": now + timedelta(days=3, hours=1),
                "partner_ids": [(6, 0, [self.jon.id, self.sandra.partner_id.id])],
            }
        )
        agenda = self._sections(self.sandra, self.customer)["agenda"]["items"]
        self.assertEqual([item["name"] for item in agenda], ["Send drawing", "Review"])
        self.assertEqual(agenda[0]["level"], "late")

    def test_facts_with_source_and_date(self):
        attribute = self.env["crm.profile.attribute"].create(
            {
                "name": "Machine park",
                "code": "machine_park_360",
                "type": "char",
                "applies_to": "all",
            }
        )
        self.env["crm.profile.value"].create(
            {
                "partner_id": self.customer.id,
                "attribute_id": attribute.id,
                "value": "12 presses",
                "date": "2026-02-03",
            }
        )
        facts = self._sections(self.sandra, self.anna)["facts"]["facts"]
        self.assertEqual(
            facts,
            [
                {
                    "label": "Machine park",
                    "value": "12 presses",
                    "source": "Told us",
                    "confirmer": "",
                    "date": "2026-02-03",
                }
            ],
        )

    # Finding

    def test_find_by_name_and_number(self):
        self.customer.write({"phone": "+49 40 1234567", "country_id": self.env.ref("base.de").id})
        partners = self.env["res.partner"].with_user(self.sandra)
        self.assertIn(self.customer.id, [row["id"] for row in partners.find_customer_360("Nordw")])
        for writing in ("+49 40 1234567", "040 1234567", "0049401234567"):
            found = [row["id"] for row in partners.find_customer_360(writing)]
            self.assertIn(self.customer.id, found, writing)
        self.assertEqual(partners.find_customer_360("zzzz no such customer"), [])
        # A second number, entered by hand, and a trunk prefix that nobody dials from abroad.
        self.customer.contact_number_ids = [
            Command.create({"raw": "030/987 65-40", "kind": "direct"})
        ]
        found = partners.find_customer_360("+49 (0)30 9876540")
        self.assertEqual([row["id"] for row in found], [self.customer.id])

    def test_finder_offers_own_customers_first(self):
        found = self.env["res.partner"].with_user(self.sandra).find_customer_360()
        ids = [row["id"] for row in found]
        self.assertIn(self.customer.id, ids)
        self.assertNotIn(self.foreign.id, ids)
