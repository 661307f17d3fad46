"""Alerts (C360-3): what raises them, once per cause, who is told, and what came of them."""

import datetime

from psycopg2 import IntegrityError

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_accounts import AccountsCase

#: What the issue names, without what the service adds.
KINDS = {"sum_leaving", "silence", "key_contact_left", "usage_fall"}


class AlertCase(AccountsCase):
    """Acme (Sam's, tier A) and Bolt (Tom's, tier D); rules of the data only when a test asks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Alert = cls.env["crm.customer.alert"]
        cls.rules = cls.env["crm.customer.alert.rule"].search([])
        cls.rules.active = False
        cls._snapshot(cls.acme, tier="A", revenue=1000)
        cls._snapshot(cls.bolt, tier="D", revenue=10)

    @classmethod
    def _rule(cls, kind, **values):
        return cls.env["crm.customer.alert.rule"].create(
            {"name": kind, "kind": kind, "threshold_a": 1, **values}
        )

    def _run(self):
        """Compute; the alerts that were raised now."""
        before = self.Alert.search([])
        found = self.env["crm.insight.run"]._run_now(["alerts"])
        raised = self.Alert.search([]) - before
        self.assertEqual(found["alerts"], len(raised))
        return raised

    @classmethod
    def _invoice(cls, partner, amount, days_ago, kind="out_invoice", company=None):
        company = company or cls.company
        income = cls.env["account.account"].search(
            [("account_type", "=", "income"), ("company_ids", "=", company.id)], limit=1
        )
        move = (
            cls.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": kind,
                    "partner_id": partner.id,
                    "invoice_date": cls._days_ago(days_ago),
                    "invoice_line_ids": [
                        (
                            0,
                            0,
                            {
                                "name": "Line",
                                "quantity": 1,
                                "price_unit": amount,
                                "tax_ids": False,
                                **({"account_id": income.id} if income else {}),
                            },
                        )
                    ],
                }
            )
        )
        move.action_post()
        return move

    @classmethod
    def _purchases(cls, partner, *days):
        for day in days:
            cls._touch(partner, day, kind="order", event="confirmed", amount=100)

    def _raised(self, partner=None, **values):
        """An alert as the calculation writes it."""
        rule = values.pop("rule_id", False) or self._rule("silence").id
        alert = self.Alert.create(
            {
                "rule_id": rule,
                "kind": "silence",
                "partner_id": (partner or self.acme).id,
                "company_id": self.company.id,
                "cause": "silence@2026-01-01",
                "date": "2026-01-01",
                "raised_on": self.today,
                "figure": 90,
                "usual": 30,
                "measure": 3,
                "tier": "A",
                **values,
            }
        )
        if alert.state != "done":
            alert._plan_activities()
        return alert


@tagged("post_install", "-at_install")
class TestSumLeaving(AlertCase):
    def test_a_credit_note_against_the_revenue_of_twelve_months(self):
        # 150 of 1000 invoiced in the twelve months before: 15 %, and tier A is told from 10 % on
        self._invoice(self.acme, 600, 200)
        self._invoice(self.acme, 400, 100)
        self._invoice(self.acme, 5000, 400)  # longer ago than twelve months
        note = self._invoice(self.acme, 150, 5, "out_refund")
        self._rule("sum_leaving", threshold_a=10)
        alert = self._run()
        self.assertEqual(alert.cause, f"account.move:{note.id}")
        self.assertEqual((alert.figure, alert.usual, alert.measure), (150, 1000, 15))
        self.assertEqual((alert.tier, alert.threshold, alert.amount), ("A", 10, 150))
        self.assertEqual(alert.date, self._days_ago(5))
        self.assertIn("15 % of the", alert.reason)
        self.assertEqual(alert.action_open_source()["res_id"], note.id)

    def test_below_the_threshold_and_the_minimum_nothing_is_raised(self):
        self._invoice(self.acme, 1000, 100)
        self._invoice(self.acme, 99, 5, "out_refund")  # 9.9 %
        rule = self._rule("sum_leaving", threshold_a=10)
        self.assertFalse(self._run())
        rule.write({"threshold_a": 5, "minimum": 100})
        self.assertFalse(self._run())
        rule.minimum = 99
        self.assertEqual(self._run().amount, 99)

    def test_each_tier_has_its_threshold(self):
        for partner in (self.acme, self.bolt, self.corn):
            self._invoice(partner, 1000, 100)
            self._invoice(partner, 300, 5, "out_refund")  # 30 %
        rule = self._rule("sum_leaving", threshold_a=30, threshold_d=31, threshold_none=0)
        self.assertEqual(self._run().partner_id, self.acme)
        rule.write({"threshold_d": 30, "threshold_none": 25})
        self.assertEqual(self._run().partner_id, self.bolt | self.corn)

    def test_an_amount_counts_by_itself(self):
        self._invoice(self.acme, 10000, 100)
        self._invoice(self.acme, 500, 5, "out_refund")  # 5 %, but 500
        self._rule("sum_leaving", threshold_a=50, amount_a=500, amount_d=1)
        self.assertEqual(self._run().measure, 5)

    def test_without_revenue_before_only_the_amount_counts(self):
        self._invoice(self.acme, 500, 5, "out_refund")
        rule = self._rule("sum_leaving", threshold_a=1)
        self.assertFalse(self._run())
        rule.amount_a = 400
        alert = self._run()
        self.assertFalse(alert.usual)
        self.assertIn("nothing was invoiced", alert.reason)

    def test_drafts_old_and_future_credit_notes_do_not_count(self):
        self._invoice(self.acme, 1000, 100)
        self._invoice(self.acme, 500, 32, "out_refund")
        draft = self._invoice(self.acme, 500, 5, "out_refund")
        draft.button_draft()
        self._invoice(self.acme, 500, -3, "out_refund")
        self._rule("sum_leaving", threshold_a=10, window_days=31)
        self.assertFalse(self._run())

    def test_a_refund_paid_is_told_unless_its_credit_note_was(self):
        self._invoice(self.acme, 1000, 100)
        note = self._invoice(self.acme, 300, 5, "out_refund")
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=note.ids
        )
        register.create({})._create_payments()
        free = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.acme.id,
                "amount": 200,
                "date": self._days_ago(2),
            }
        )
        free.action_post()
        self._rule("sum_leaving", threshold_a=10)
        causes = set(self._run().mapped("cause"))
        self.assertEqual(causes, {f"account.move:{note.id}", f"account.payment:{free.id}"})


@tagged("post_install", "-at_install")
class TestUsage(AlertCase):
    """Usage falling against its own trend (C360-3, C360-7)."""

    def _contract(self, *quantities, partner=None, step=30, **values):
        """A running contract with a reading every *step* days, the last one today."""
        contract = self.env["crm.customer.contract"].create(
            {
                "name": "Maintenance",
                "partner_id": (partner or self.acme).id,
                "date_start": self._days_ago(700),
                "monthly_value": 100,
                "usage_unit": "hours a month",
                **values,
            }
        )
        contract.state = "running"
        self.env["crm.usage.reading"].create(
            [
                {
                    "contract_id": contract.id,
                    "date": self._days_ago(step * place),
                    "quantity": quantity,
                }
                for place, quantity in enumerate(reversed(quantities))
            ]
        )
        return contract

    def _usage_rule(self, **values):
        return self._rule("usage_fall", **{"window_days": 29, "threshold_a": 25, **values})

    def test_less_than_usual(self):
        # 12 instead of (31 + 29 + 30 + 30) / 4 = 30: 60 % less; steps -2, 1, 0: the band is
        # 2 · √((4 + 1 + 0) / 3 / 2) = 1.8
        contract = self._contract(31, 29, 30, 30, 12)
        self._usage_rule(threshold_a=60)
        alert = self._run()
        self.assertEqual((alert.figure, alert.usual), (12, 30))
        self.assertAlmostEqual(alert.measure, 60)
        self.assertEqual(
            alert.reason, "Maintenance: 12 instead of 30 hours a month, 60 % less than usual."
        )
        self.assertEqual(alert.cause, f"crm.customer.contract:{contract.id}@{self._days_ago(30)}")
        self.assertFalse(self._run())

    def test_the_next_low_reading_is_the_same_cause(self):
        contract = self._contract(30, 30, 30, 30, 12)
        rule = self._usage_rule()
        self.assertTrue(self._run())
        before = {"contract_id": contract.id, "date": self._days_ago(29), "quantity": 12}
        self.env["crm.usage.reading"].create(before)
        rule.window_days = 15
        self.assertFalse(self._run())

    def test_usual_ups_and_downs_are_no_fall(self):
        # mean 30, steps ±20: the band is 2 · √(400 / 2) = 28.3; 20 is 33 % less, but not below 1.7
        self._contract(40, 20, 40, 20, 20)
        self._usage_rule()
        self.assertFalse(self._run())

    def test_a_slow_decline_is_a_fall(self):
        # mean of 30, 27, 24, 21 is 25.5; 15 is 41 % less; the band of steps of 3 is 4.2
        self._contract(30, 27, 24, 21, 15)
        self._usage_rule(threshold_a=41)
        self.assertAlmostEqual(self._run().measure, 100 * (1 - 15 / 25.5), 3)

    def test_who_grew_is_compared_with_where_he_was_going(self):
        # 10, 15, …, 35 leads to 40, more than ever before: usual is the highest, 35
        self._contract(10, 15, 20, 25, 30, 35, 21)
        self._usage_rule(threshold_a=40)
        alert = self._run()
        self.assertAlmostEqual(alert.usual, 35)
        self.assertAlmostEqual(alert.measure, 40)

    def test_a_renewal_goes_on_with_the_readings_before(self):
        former = self._contract(30, 30, 30, 30, step=40)
        former.state = "renewed"
        self.env["crm.usage.reading"].search(
            [("contract_id", "=", former.id), ("date", "=", self.today)]
        ).date = self._days_ago(30)
        renewal = self._contract(10, renewed_from_id=former.id)
        self._usage_rule()
        self.assertIn(f":{renewal.id}@", self._run().cause)

    def test_nothing_to_compare(self):
        self._contract(30, 30, 12)  # too few
        self._contract(0, 0, 0, 0, 0)  # never used
        self._contract(30, 30, 30, 30, 30)  # as ever
        ended = self._contract(30, 30, 30, 30, 1)
        ended.state = "ended"
        silent = self._contract(30, 30, 30, 30)
        silent.reading_ids.filtered(lambda r: r.date == self.today).unlink()
        self._usage_rule()
        self.assertFalse(self._run())

    def test_a_cancelled_contract_takes_a_year_along(self):
        contract = self._contract()
        contract.write({"state": "cancelled", "closed_on": self._days_ago(3)})
        self._invoice(self.acme, 2400, 50)
        self._rule("sum_leaving", threshold_a=50)
        alert = self._run()
        # 12 · 100 of 2400
        self.assertEqual((alert.amount, alert.measure), (1200, 50))
        self.assertEqual(alert.action_open_source()["res_id"], contract.id)

    def test_a_contract_that_ends(self):
        last = self.today + datetime.timedelta(days=60)
        self._contract(date_end=last)
        self._contract(date_end=last, renewal_kind="automatic")
        self._contract(date_end=last + datetime.timedelta(days=1))
        self._rule("contract_end", threshold_a=60)
        alert = self._run()
        self.assertEqual((alert.figure, alert.date), (60, last))
        self.assertIn("does not renew itself", alert.reason)


@tagged("post_install", "-at_install")
class TestSilence(AlertCase):
    def test_longer_than_the_own_rhythm(self):
        # purchases every 20 days, silent for 50: 2.5 times as long as usual
        self._purchases(self.acme, 110, 90, 70, 50)
        self._rule("silence", threshold_a=2.5, window_days=365)
        alert = self._run()
        self.assertEqual((alert.figure, alert.usual, alert.measure), (50, 20, 2.5))
        self.assertEqual(alert.date, self._days_ago(50))
        self.assertIn("No purchase for 50 days instead of every 20 days", alert.reason)

    def test_the_same_silence_of_a_slow_buyer_is_none(self):
        # every 60 days: 50 days are 0.83 times the usual
        self._purchases(self.acme, 230, 170, 110, 50)
        self._rule("silence", threshold_a=1, window_days=365)
        self.assertFalse(self._run())

    def test_too_few_purchases_and_all_on_one_day_are_no_rhythm(self):
        self._purchases(self.acme, 110, 80, 50)
        self._purchases(self.bolt, 50, 50, 50, 50)
        self._rule("silence", threshold_d=1, window_days=365, observations=4)
        self.assertFalse(self._run())

    def test_who_is_silent_beyond_the_window_is_lost(self):
        self._purchases(self.acme, 430, 410, 390, 370)
        self._rule("silence", window_days=365, history_days=730)
        self.assertFalse(self._run())

    def test_voided_and_negative_purchases_do_not_count(self):
        self._purchases(self.acme, 110, 90, 70, 50)
        self._touch(self.acme, 2, kind="order", event="confirmed", amount=100, voided=True)
        self._touch(self.acme, 1, kind="order", event="confirmed", amount=-100)
        self._rule("silence", threshold_a=2.5, window_days=365)
        self.assertEqual(self._run().figure, 50)

    def test_another_company_is_another_customer(self):
        self._purchases(self.acme, 110, 90, 70, 50)
        self._touch(
            self.acme, 1, kind="order", event="confirmed", amount=1,
            company_id=self.other_company.id,
        )  # fmt: skip
        self._rule("silence", threshold_a=2, window_days=365, company_id=self.other_company.id)
        self.assertFalse(self._run())
        self._rule("silence", threshold_a=2, window_days=365, company_id=self.company.id)
        self.assertEqual(self._run().company_id, self.company)


@tagged("post_install", "-at_install")
class TestKeyContact(AlertCase):
    def test_who_had_most_contacts_is_archived(self):
        # 3 of 4 contacts of the last year are Bob's: 75 %
        for day in (10, 20, 30):
            self._touch(self.bob, day)
        self._touch(self.acme, 40)
        self._touch(self.acme, 400)
        self.bob.active = False
        self._rule("key_contact_left", threshold_a=75)
        alert = self._run()
        self.assertEqual((alert.figure, alert.usual, alert.measure), (3, 4, 75))
        self.assertEqual((alert.partner_id, alert.contact_id), (self.acme, self.bob))
        self.assertEqual(alert.reason, "Bob left. He had 3 of 4 contacts of the last year.")

    def test_who_moved_to_another_company_left_the_first(self):
        self._touch(self.bob, 10)
        self.env.flush_all()
        self.bob.parent_id = self.bolt
        self._rule("key_contact_left", threshold_a=100)
        alert = self._run()
        self.assertEqual((alert.partner_id, alert.measure), (self.acme, 100))
        self.assertIn("Bob moved to another company", alert.reason)

    def test_who_decides_counts_for_all_contacts(self):
        lead = self.env["crm.lead"].create({"name": "Deal", "partner_id": self.acme.id})
        self.env["crm.lead.stakeholder"].create(
            {"lead_id": lead.id, "partner_id": self.bob.id, "role": "decider"}
        )
        self._touch(self.acme, 10)
        self.bob.active = False
        self._rule("key_contact_left", threshold_a=100)
        alert = self._run()
        self.assertEqual(alert.measure, 100)
        self.assertEqual(alert.reason, "Bob left. He decides on a deal.")

    def test_somebody_without_contacts_is_no_key_contact(self):
        self._touch(self.acme, 10)
        self.bob.active = False
        self._rule("key_contact_left", threshold_a=1)
        self.assertFalse(self._run())

    def test_an_address_that_moves_with_its_company_left_nobody(self):
        self.bob.parent_id = self.acme  # the same again
        self.acme.write({"active": False})
        self.assertFalse(self.env["crm.contact.departure"].search([]))

    def test_mails_that_come_back_are_a_hint(self):
        self._touch(self.bob, 10)
        message = self.acme.message_post(body="Hello", message_type="comment")
        self.env["mail.notification"].create(
            {
                "mail_message_id": message.id,
                "res_partner_id": self.bob.id,
                "notification_type": "email",
                "notification_status": "bounce",
            }
        )
        self._rule("key_contact_left", threshold_a=50)
        self.assertFalse(self._run(), "his address works again")
        self.bob.message_bounce = 1
        self.assertIn("come back", self._run().reason)


@tagged("post_install", "-at_install")
class TestOncePerCause(AlertCase):
    def setUp(self):
        super().setUp()
        self._purchases(self.acme, 110, 90, 70, 50)
        self.rule = self._rule("silence", threshold_a=2, window_days=365)

    def test_a_second_run_tells_nothing(self):
        alert = self._run()
        self.assertEqual(len(alert), 1)
        self.assertFalse(self._run())
        alert._settle("false_alarm")
        self.assertFalse(self._run())

    def test_a_new_cause_waits_while_the_matter_is_open_and_rests(self):
        alert = self._run()
        # he buys once more and falls silent again: 61 days later the rhythm is (110 - 0) / 4
        self.rule.threshold_a = 0.01
        self._purchases(self.acme, 1)
        self.assertFalse(self._run(), "one of it is open")
        alert._settle("kept")
        self.assertFalse(self._run(), "it rests for 90 days")
        alert.raised_on = self._days_ago(90)
        self.assertEqual(self._run().cause, f"silence@{self._days_ago(1)}")

    def test_the_index_refuses_a_second_of_the_same_cause(self):
        alert = self._run()
        with self.assertRaises(IntegrityError), self.cr.savepoint(), mute_logger("odoo.sql_db"):
            self._raised(rule_id=self.rule.id, cause=alert.cause)
            self.env.flush_all()

    def test_an_archived_rule_and_one_without_an_addon_find_nothing(self):
        self.rule.active = False
        self.env.cr.execute(
            "UPDATE crm_customer_alert_rule SET kind = 'gone', active = TRUE WHERE id = %s",
            [self._rule("silence").id],
        )
        self.env.invalidate_all()
        self.assertFalse(self._run())

    def test_archived_customers_colleagues_and_own_companies_raise_none(self):
        self.acme.active = False
        self._purchases(self.sam.partner_id, 110, 90, 70, 50)
        self._purchases(self.company.partner_id, 110, 90, 70, 50)
        self.rule.threshold_none = 1
        self.assertFalse(self._run())

    def test_at_most_so_many_at_once_the_best_first(self):
        self._purchases(self.bolt, 110, 90, 70, 50)
        self.rule.write({"threshold_d": 1, "most_a_night": 1})
        self.assertEqual(self._run().partner_id, self.acme)
        self.assertEqual(self._run().partner_id, self.bolt)

    def test_the_number_of_queries_does_not_grow(self):
        def customers(count):
            for number in range(count):
                partner = self._customer(f"C{number}", self.sam)
                self._purchases(partner, 110, 90, 70, 50)
            self.env.flush_all()
            self.env.invalidate_all()

        self.rule.threshold_none = 2
        self._run()
        customers(2)
        self.env.flush_all()
        few = self._queries()
        customers(20)
        self.assertLessEqual(self._queries() - few, 2)

    def _queries(self):
        before = self.env.cr.sql_log_count
        self.Alert.sudo()._recalculate(self.env["crm.insight.run"])
        self.env.flush_all()
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestReadyRules(AlertCase):
    def test_better_customers_raise_an_alert_earlier(self):
        rules = self.rules.filtered(lambda rule: rule.kind in KINDS)
        self.assertEqual(set(rules.mapped("kind")), KINDS)
        for rule in rules:
            with self.subTest(rule=rule.name):
                limits = [rule.threshold_a, rule.threshold_b, rule.threshold_c]
                self.assertEqual(limits, sorted(limits))
                self.assertGreater(rule.threshold_a, 0)
                self.assertTrue(rule.threshold_meaning and rule.template_ids)
                self.assertTrue(rule.activity_type_id)
                self.assertFalse(rule.company_id)

    def test_each_form_asks_what_its_signal_needs(self):
        by_kind = {rule.kind: rule for rule in self.rules}
        self.assertTrue(by_kind["sum_leaving"].asks_amount)
        self.assertFalse(by_kind["sum_leaving"].asks_history)
        self.assertTrue(by_kind["silence"].asks_history and by_kind["silence"].minimum_meaning)
        self.assertFalse(by_kind["key_contact_left"].asks_amount)


@tagged("post_install", "-at_install")
class TestWhoIsTold(AlertCase):
    def setUp(self):
        super().setUp()
        self.env["crm.team"].search([]).user_id = False
        self._purchases(self.acme, 110, 90, 70, 50)

    def _told(self, **values):
        self._rule("silence", threshold_a=2, window_days=365, **values)
        return self._run()

    def test_the_salesperson_gets_one_activity_on_the_customer(self):
        alert = self._told(deadline_days=3)
        self.assertEqual(alert.user_id, self.sam)
        activity = alert.activity_id
        self.assertEqual((activity.res_model, activity.res_id), ("res.partner", self.acme.id))
        self.assertEqual(activity.user_id, self.sam)
        self.assertEqual(activity.date_deadline, self.today + datetime.timedelta(days=3))
        self.assertIn("instead of every 20 days", activity.note)
        self.assertEqual(len(self.acme.activity_ids), 1)

    def test_the_owner_of_the_key_account(self):
        self.env["crm.key.account"].create({"partner_id": self.acme.id, "user_id": self.mia.id})
        self.assertEqual(self._told(recipient="owner").user_id, self.mia)

    def test_a_certain_colleague(self):
        self.assertEqual(self._told(recipient="user", user_id=self.ann.id).user_id, self.ann)

    def test_without_a_salesperson_it_escalates(self):
        self.acme.user_id = False
        self.assertEqual(self._told(escalation_user_id=self.mia.id).user_id, self.mia)

    def test_an_archived_salesperson_and_one_of_another_company_are_passed_over(self):
        self.sam.active = False
        self.tom.write(
            {"company_ids": [(6, 0, self.other_company.ids)], "company_id": self.other_company.id}
        )
        self.env["crm.team"].create({"name": "North", "user_id": self.tom.id, "sequence": 1})
        self.env["crm.team"].create({"name": "South", "user_id": self.mia.id, "sequence": 2})
        alert = self._told(escalation_user_id=self.tom.id)
        self.assertFalse(alert.user_id, "the first team's leader does not enter the company")

    def test_the_leader_of_the_first_team_is_told_last(self):
        self.acme.user_id = False
        self.env["crm.team"].create({"name": "South", "user_id": self.mia.id})
        self.assertEqual(self._told().user_id, self.mia)

    def test_nobody_responsible(self):
        self.acme.user_id = False
        alert = self._told()
        self.assertFalse(alert.user_id or alert.activity_id)
        self.assertEqual(alert.state, "new")
        alert.with_user(self.mia).user_id = self.tom
        self.assertEqual(alert.user_id, self.tom)


@tagged("post_install", "-at_install")
class TestLife(AlertCase):
    def test_the_outcome_ends_the_alert_and_its_activity(self):
        alert = self._raised()
        wizard = self.env["crm.alert.outcome"].with_user(self.sam)
        context = alert.with_user(self.sam).action_outcome()["context"]
        wizard = wizard.with_context(**context).create({"outcome": "kept", "note": "New contract"})
        wizard.action_save()
        self.assertEqual((alert.state, alert.outcome, alert.note), ("done", "kept", "New contract"))
        self.assertEqual((alert.judged_by, alert.judged_on), (self.sam, self.today))
        self.assertFalse(alert.activity_id.active)
        self.assertEqual(alert.activity_id.feedback, "Customer kept: New contract")

    def test_the_activity_ends_the_alert_and_asks_what_came_of_it(self):
        alert = self._raised()
        activity = alert.activity_id
        activity.with_user(self.sam).action_feedback(feedback="He is on holiday")
        self.assertEqual((alert.state, alert.outcome), ("done", False))
        self.assertEqual((alert.note, alert.judged_by), ("He is on holiday", self.sam))
        asked = self.Alert.with_user(self.sam).get_outcome_action(activity.id)
        self.assertEqual(asked["res_model"], "crm.alert.outcome")
        alert._settle("false_alarm")
        self.assertEqual(alert.outcome, "false_alarm")
        self.assertFalse(self.Alert.with_user(self.sam).get_outcome_action(activity.id))

    def test_other_activities_ask_nothing(self):
        alert = self._raised()
        other = self.acme.activity_schedule("mail.mail_activity_data_call", user_id=self.sam.id)
        other.action_feedback()
        self.assertEqual(alert.state, "new")
        self.assertFalse(self.Alert.get_outcome_action(other.id))

    def test_snoozed_alerts_come_back_with_their_activity(self):
        alert = self._raised()
        until = self.today + datetime.timedelta(days=10)
        wizard = (
            self.env["crm.alert.snooze"]
            .with_user(self.sam)
            .create({"alert_ids": alert.ids, "until": until})
        )
        wizard.action_snooze()
        self.assertEqual((alert.state, alert.snooze_until), ("snoozed", until))
        self.assertEqual(alert.activity_id.date_deadline, until)
        self.Alert._wake_up()
        self.assertEqual(alert.state, "snoozed")
        alert.snooze_until = self.today
        alert.activity_id.unlink()
        self.Alert._wake_up()
        self.assertEqual((alert.state, alert.snooze_until), ("new", False))
        self.assertTrue(alert.activity_id.active)

    def test_days_that_make_no_sense_are_refused(self):
        alert = self._raised()
        for until in (self.today, self._days_ago(1), self.today + datetime.timedelta(days=400)):
            wizard = self.env["crm.alert.snooze"].create({"alert_ids": alert.ids, "until": until})
            with self.assertRaises(UserError):
                wizard.action_snooze()

    def test_an_alert_is_taken_up_again(self):
        alert = self._raised()
        alert._settle("no_answer")
        alert.with_user(self.sam).action_reopen()
        self.assertEqual((alert.state, alert.outcome), ("in_progress", False))
        self.assertTrue(alert.activity_id.active)

    def test_an_archived_customer_needs_nobody(self):
        alert = self._raised()
        activity = alert.activity_id
        self.acme.active = False
        self._run()
        self.assertEqual((alert.state, alert.outcome), ("done", "obsolete"))
        self.assertFalse(activity.exists())

    def test_thresholds(self):
        for values in ({"threshold_a": -1}, {"minimum": -5}, {"threshold_a": 0}):
            with self.assertRaises(ValidationError), self.cr.savepoint():
                self._rule("silence", **values)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self._rule("silence", recipient="user")
        rule = self._raised().rule_id
        with self.assertRaises(UserError):
            rule.unlink()


@tagged("post_install", "-at_install")
class TestPersons(AlertCase):
    def test_merged_customers_keep_one_alert_per_cause(self):
        rule = self._rule("silence")
        judged = self._raised(self.bolt, rule_id=rule.id, state="done", outcome="kept")
        twice = self._raised(self.acme, rule_id=rule.id)
        other = self._raised(self.bolt, rule_id=rule.id, cause="silence@2025-01-01")
        activity = twice.activity_id
        wizard = self.env["base.partner.merge.automatic.wizard"]
        wizard._merge([self.bolt.id, self.acme.id], self.acme)
        self.assertFalse(twice.exists())
        self.assertFalse(activity.exists())
        self.assertEqual((judged | other).partner_id, self.acme)
        self.assertEqual(other.activity_id.res_id, self.acme.id)

    def test_an_erased_person_leaves_figures_only(self):
        alert = self._raised(self.corn, note="He told me", opening="Dear Corn", subject="Corn")
        self.corn._erase_person()
        self.env.invalidate_all()
        self.assertEqual((alert.note, alert.opening, alert.subject), (False, False, False))
        self._run()
        self.assertEqual((alert.state, alert.measure), ("done", 3))

    def test_an_erased_contact_is_forgotten_as_the_one_who_left(self):
        self._touch(self.bob, 3)
        self.bob.active = False
        self.bob._erase_person()
        self.assertFalse(
            self.env["crm.contact.departure"].search([("contact_id", "=", self.bob.id)])
        )


@tagged("post_install", "-at_install")
class TestAlertAccess(AlertCase):
    def setUp(self):
        super().setUp()
        self.mine = self._raised(self.acme)
        self.others = self._raised(self.bolt)

    def test_salespeople_see_those_of_their_customers(self):
        self.assertEqual(self.Alert.with_user(self.sam).search([]), self.mine)
        self.assertEqual(
            self.Alert.with_user(self.ann).search([("id", "in", (self.mine | self.others).ids)]),
            self.mine | self.others,
        )
        self.env["crm.key.account"].create(
            {
                "partner_id": self.bolt.id,
                "user_id": self.mia.id,
                "member_ids": [(0, 0, {"user_id": self.sam.id})],
            }
        )
        self.assertIn(self.others, self.Alert.with_user(self.sam).search([]))

    def test_nobody_writes_figures_and_states_by_hand(self):
        mine = self.mine.with_user(self.sam)
        mine.note = "Spoke to him"
        for values in ({"outcome": "kept"}, {"state": "done"}, {"measure": 0}):
            with self.assertRaises(AccessError):
                mine.write(values)

    @mute_logger("odoo.addons.base.models.ir_rule")
    def test_a_colleagues_alert_is_not_worked_on(self):
        for work in (
            lambda: self.others.with_user(self.sam).action_start(),
            lambda: self.others.with_user(self.ann).action_start(),
            lambda: self.others.with_user(self.sam)._settle("kept"),
            lambda: self.env["crm.alert.outcome"].with_user(self.sam).create(
                {"alert_ids": self.others.ids, "outcome": "lost"}
            ).action_save(),
        ):  # fmt: skip
            with self.assertRaises(AccessError), self.cr.savepoint():
                work()
        self.others.with_user(self.mia).action_start()
        self.assertEqual(self.others.state, "in_progress")

    def test_other_companies(self):
        self.mine.company_id = self.other_company
        self.assertFalse(self.Alert.with_user(self.sam).search([]))

    def test_handing_over_moves_the_activity(self):
        self.mine.with_user(self.mia).user_id = self.tom
        self.assertEqual(self.mine.activity_id.user_id, self.tom)
        self.assertIn(self.mine, self.Alert.with_user(self.tom).search([]))


@tagged("post_install", "-at_install")
class TestWhereAlertsShow(AlertCase):
    def test_the_360_view_the_contact_and_the_next_actions(self):
        alert = self._raised()
        data = self.acme.with_user(self.sam).get_customer_360(self.acme.id)
        section = next(item for item in data["sections"] if item["code"] == "alerts")
        self.assertEqual([item["note"] for item in section["items"]], [alert.reason])
        self.assertEqual(self.bob.with_user(self.sam).open_alert_count, 1)
        actions = self.env["crm.next.action"].with_user(self.sam)
        proposal = next(a for a in actions.get_next_actions(self.acme.ids) if a["code"] == "alert")
        self.assertEqual((proposal["reason"], proposal["urgency"]), (alert.reason, "high"))
        self.assertEqual(actions.execute_next_action("alert", self.acme.id)["res_id"], alert.id)
        alert._settle("kept")
        codes = [a["code"] for a in actions.get_next_actions(self.acme.ids)]
        self.assertNotIn("alert", codes)

    def test_the_fact_counts_open_alerts(self):
        self._raised()
        self._raised(cause="silence@2020-01-01")
        self._raised(self.bolt, state="done", outcome="kept")
        values = self.env["crm.customer.fact"]._values(["open_alerts"], (self.acme + self.bolt).ids)
        self.assertEqual(values["open_alerts"], {self.acme.id: 2, self.bolt.id: 0})
        found = self.env["crm.customer.fact"]._count(
            {"fact": "open_alerts", "operator": ">", "value": 1}
        )
        self.assertEqual(found, 1)


@tagged("post_install", "-at_install")
class TestPrecision(AlertCase):
    def _judged(self, rule, outcomes, **values):
        for number, (outcome, count) in enumerate(outcomes.items()):
            for place in range(count):
                self._raised(
                    rule_id=rule.id, state="done", outcome=outcome,
                    cause=f"silence@{number}-{place}-{len(values)}", **values,
                )  # fmt: skip

    def test_true_alarms_of_the_judged(self):
        # (5 kept + 2 lost) of 10 judged: 70 %; the 3 without an answer judge nothing
        rule = self._rule("silence")
        outcomes = {"kept": 5, "lost": 2, "false_alarm": 3, "no_answer": 2, "obsolete": 1}
        self._judged(rule, outcomes)
        self.assertEqual((rule.alert_count, rule.judged_count, rule.precision), (13, 10, 70))
        # Wilson for 7 of 10: 0.3968 to 0.8922 (Agresti and Coull 1998 give the same formula)
        self.assertEqual(rule.precision_text, "70 % (40 to 89 %)")
        self.assertFalse(rule.is_loose)

    def test_nine_judged_are_not_enough(self):
        rule = self._rule("silence")
        self._judged(rule, {"kept": 9, "no_answer": 5})
        self.assertEqual(rule.precision_text, "Not enough data (9 of 10 judged)")
        self.assertFalse(rule.precision)

    def test_a_rule_that_is_mostly_wrong_says_so(self):
        # 2 of 12: 4.7 to 44.8 %, all below 50 %
        rule = self._rule("silence")
        self._judged(rule, {"kept": 2, "false_alarm": 10})
        self.assertTrue(rule.is_loose)

    def test_by_tier_and_month(self):
        rule = self._rule("silence")
        last = fields.Date.subtract(self.today.replace(day=1), days=1)
        self._judged(rule, {"kept": 1, "false_alarm": 1})
        self._judged(rule, {"kept": 10}, tier="B", raised_on=last)
        rows = self.env["crm.customer.alert.precision"].search([("rule_id", "=", rule.id)])
        found = {(row.tier, row.month): (row.alerts, row.judged, row.hits) for row in rows}
        self.assertEqual(
            found,
            {
                ("A", self.today.replace(day=1)): (2, 2, 1),
                ("B", last.replace(day=1)): (10, 10, 10),
            },
        )
        row = rows.filtered(lambda r: r.tier == "B")
        # 10 of 10: from 72.2 % on
        self.assertEqual(row.precision, "100 % (72 to 100 %)")
        opened = self.Alert.search(row.action_open_alerts()["domain"])
        self.assertEqual(len(opened), 10)
        chart = rule.precision_chart
        self.assertEqual([bar["judged"] for bar in chart["tiers"]], [2, 10, 0, 0, 0])
        self.assertEqual(len(chart["months"]), 2)
