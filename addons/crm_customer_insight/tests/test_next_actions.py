"""Next best actions: due, ranked, explained, within rights, snoozed (C360-3, C360-4)."""

import datetime
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ..models.crm_next_action import CrmNextAction
from ..tools.next_action import Provider
from .common_accounts import AccountsCase


@tagged("post_install", "-at_install")
class TestNextActions(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # A permission on record, so that only what a test prepares is proposed.
        cls.phone = cls.env.ref("crm_customer_insight.crm_contact_channel_phone")
        for partner in cls.acme | cls.bolt:
            cls.env["crm.contact.permission"].create(
                {
                    "partner_id": partner.id,
                    "channel_id": cls.phone.id,
                    "state": "granted",
                    "origin": "spoken",
                }
            )

    def proposals(self, partners=None, user=None):
        actions = self.env["crm.next.action"].with_user(user or self.sam)
        return actions.get_next_actions((partners or self.acme).ids)

    def codes(self, **options):
        return [proposal["code"] for proposal in self.proposals(**options)]

    def test_silent_for_longer_than_the_own_rhythm(self):
        # five contacts every 10 days, the last 40 days ago: 40 > 3 × 10 is urgent
        for days in (40, 50, 60, 70, 80):
            self._touch(self.acme, days)
        [proposal] = self.proposals()
        self.assertEqual(
            (proposal["code"], proposal["urgency"], proposal["expected_value"]),
            ("silence", "high", False),
        )
        self.assertEqual(proposal["reason"], "No contact for 40 days; usually every 10 days.")
        self.assertEqual(proposal["partner_id"], self.acme.id)

    def test_contact_within_the_rhythm_is_left_in_peace(self):
        for days in (12, 22, 32, 42, 52):
            self._touch(self.acme, days)
        self.assertFalse(self.proposals())

    def test_open_quotation_with_its_value(self):
        quotation = self._order(self.bob, self.widget, quantity=2, days_ago=20, confirm=False)
        quotation.user_id = self.sam
        young = self._order(self.acme, self.widget, days_ago=2, confirm=False)
        young.user_id = self.sam
        [proposal] = self.proposals()
        self.assertEqual(
            (proposal["code"], proposal["urgency"], proposal["expected_value"]),
            ("quotation", "high", 200.0),
        )
        action = (
            self.env["crm.next.action"]
            .with_user(self.sam)
            .execute_next_action("quotation", self.bob.id)
        )
        self.assertEqual(self.env["sale.order"].search(action["domain"]), quotation)

    def test_quotations_of_a_colleague_stay_his(self):
        quotation = self._order(self.acme, self.widget, days_ago=20, confirm=False)
        quotation.user_id = self.tom
        self.assertFalse(self.proposals())
        self.assertEqual(self.codes(user=self.mia), ["quotation"])

    def test_overdue_invoice(self):
        self._invoice(self.acme, 150.0, due=self._days_ago(40))
        self._invoice(self.acme, 50.0, due=self._days_ago(3))
        self._invoice(self.acme, 70.0, due=self.today + datetime.timedelta(days=5))
        [proposal] = self.proposals(user=self.mia)
        self.assertEqual(
            (proposal["code"], proposal["urgency"], proposal["expected_value"]),
            ("overdue", "high", 200.0),
        )
        self.assertRegex(
            proposal["reason"], r"^Overdue invoices: 2 for .*200.*, the oldest for 40 days\.$"
        )

    def _invoice(self, partner, amount, due):
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": partner.id,
                "invoice_date": self._days_ago(60),
                "invoice_date_due": due,
                "invoice_line_ids": [
                    (0, 0, {"name": "Work", "quantity": 1, "price_unit": amount, "tax_ids": False})
                ],
            }
        )
        move.action_post()
        return move

    def test_declining_customer_with_what_was_lost(self):
        self._snapshot(
            self.acme, tier="A", lifecycle_stage="declining", revenue=600, revenue_previous=1000
        )
        [proposal] = self.proposals()
        self.assertEqual(
            (proposal["code"], proposal["urgency"], proposal["expected_value"]),
            ("decline", "high", 400.0),
        )
        self.assertIn("fell by 40 %", proposal["reason"])

    def test_review_facts_birthday_and_permission(self):
        self.env["crm.key.account"].create(
            {
                "partner_id": self.acme.id,
                "user_id": self.sam.id,
                "next_review_date": self._days_ago(1),
            }
        )
        attributes = self.env["crm.profile.attribute"]
        birthday = attributes.search([("code", "=", "birthday")]) or attributes.create(
            {"name": "Birthday", "code": "birthday", "type": "date"}
        )
        fleet = self.env["crm.profile.attribute"].create(
            {"name": "Fleet", "code": "test_fleet", "type": "number", "valid_months": 6}
        )
        tomorrow = self.today + datetime.timedelta(days=1)
        self.env["crm.profile.value"].create(
            [
                {
                    "partner_id": self.bob.id,
                    "attribute_id": birthday.id,
                    "value_date": tomorrow.replace(year=1984, day=min(tomorrow.day, 28)),
                },
                {
                    "partner_id": self.acme.id,
                    "attribute_id": fleet.id,
                    "value_number": 4,
                    "date": self._days_ago(400),
                },
            ]
        )
        self.env["crm.contact.permission"].search([("partner_id", "=", self.acme.id)]).unlink()
        codes = self.codes()
        self.assertEqual(
            [code for code in codes if code != "birthday"], ["review", "confirm", "permission"]
        )
        if tomorrow.day <= 28:
            self.assertEqual(codes[1], "birthday")

    def test_ranking_by_urgency_then_money(self):
        self._snapshot(
            self.acme, tier="A", lifecycle_stage="declining", revenue=600, revenue_previous=1000
        )
        self._order(
            self.acme, self.widget, quantity=9, days_ago=20, confirm=False
        ).user_id = self.sam
        for days in (15, 20, 25, 30):
            self._touch(self.acme, days)  # 15 days silent at a rhythm of 5: medium
        self.assertEqual(self.codes(), ["quotation", "decline", "silence"])

    def test_not_now_hides_it_for_this_user_only(self):
        self._snapshot(
            self.acme, tier="A", lifecycle_stage="declining", revenue=600, revenue_previous=1000
        )
        actions = self.env["crm.next.action"].with_user(self.sam)
        actions.snooze_next_action("decline", self.bob.id, days=10)
        actions.snooze_next_action("decline", self.acme.id, days=5)
        self.assertFalse(self.proposals())
        self.assertEqual(self.codes(user=self.mia), ["decline"])
        snooze = self.env["crm.next.action.snooze"].search([("user_id", "=", self.sam.id)])
        self.assertEqual(snooze.until, self.today + datetime.timedelta(days=5))
        snooze.until = self._days_ago(1)
        self.assertEqual(self.codes(), ["decline"])
        self.env["crm.next.action.snooze"]._gc_expired()
        self.assertFalse(snooze.exists())

    def test_a_planned_call_is_an_activity_and_no_longer_proposed(self):
        self._snapshot(
            self.acme, tier="A", lifecycle_stage="declining", revenue=600, revenue_previous=1000
        )
        actions = self.env["crm.next.action"].with_user(self.sam)
        answer = actions.execute_next_action("decline", self.acme.id)
        self.assertEqual(answer["tag"], "display_notification")
        activity = self.acme.activity_ids
        self.assertEqual(
            (activity.user_id, activity.date_deadline),
            (self.sam, fields.Date.context_today(self.acme)),
        )
        self.assertFalse(self.proposals())

    def test_bad_calls_are_refused(self):
        actions = self.env["crm.next.action"].with_user(self.sam)
        with self.assertRaisesRegex(UserError, "dance"):
            actions.execute_next_action("dance", self.acme.id)
        for days in (0, -1, 1000, True, "3"):
            with self.assertRaises(UserError):
                actions.snooze_next_action("silence", self.acme.id, days=days)
        self.acme.company_id = self.other_company
        self.assertFalse(self.proposals())
        with self.assertRaises(AccessError):
            actions.execute_next_action("silence", self.acme.id)

    def test_a_sibling_adds_a_provider_by_super(self):
        def providers(registry):
            mine = Provider(
                "wave", "fa-hand-paper-o", "Wave",
                lambda ids: [{"partner_id": ids[0]}],
                lambda row: {"title": "Wave", "reason": "Because", "urgency": "low"},
                lambda partner: {"waved": partner.id},
            )  # fmt: skip
            return [*original(registry), mine]

        original = CrmNextAction._providers
        with patch.object(CrmNextAction, "_providers", providers):
            self.assertEqual(self.codes(), ["wave"])
            done = self.env["crm.next.action"].execute_next_action("wave", self.bob.id)
            self.assertEqual(done, {"waved": self.acme.id})

    def test_as_many_queries_for_a_hundred_customers_as_for_ten(self):
        customers = self.env["res.partner"].create(
            [{"name": f"Customer {i}", "user_id": self.sam.id} for i in range(100)]
        )
        self.env["crm.key.account"].create(
            [
                {"partner_id": customer.id, "next_review_date": self._days_ago(1)}
                for customer in customers
            ]
        )
        self.env.flush_all()

        def queries(partners):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            found = self.proposals(partners=partners, user=self.mia)
            return self.cr.sql_log_count - before, len(found)

        queries(customers)
        few, found_few = queries(customers[:10])
        many, found_many = queries(customers)
        self.assertEqual((found_few, found_many), (20, 200))  # review and permission each
        self.assertEqual(few, many)
        self.assertLessEqual(many, 30)

    def test_nobody_asked_nothing_answered(self):
        self.assertEqual(self.env["crm.next.action"].get_next_actions([]), [])
