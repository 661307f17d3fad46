"""The day's list of a salesperson (C360-4): what is on it, its order, whose it is, its cost."""

import datetime

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_accounts import AccountsCase
from .test_alerts import AlertCase


class MyDayCase(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        phone = cls.env.ref("crm_customer_insight.crm_contact_channel_phone")
        cls.granted = {"channel_id": phone.id, "state": "granted", "origin": "spoken"}
        # a permission on record, so that only what a test prepares is proposed
        cls.env["crm.contact.permission"].create(
            [{"partner_id": partner.id, **cls.granted} for partner in cls.acme | cls.bolt]
        )

    def day(self, user=None, **options):
        return self.env["crm.my.day"].with_user(user or self.sam).get_my_day(**options)

    def keys(self, **options):
        return [item["key"] for item in self.day(**options)["items"]]

    def _activity(self, record, days, user=None, summary="Call"):
        return record.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=self.today + datetime.timedelta(days=days),
            user_id=(user or self.sam).id,
            summary=summary,
        )

    def _lead(self, revenue, probability, **values):
        return self.env["crm.lead"].create(
            {
                "name": "Deal",
                "type": "opportunity",
                "partner_id": self.acme.id,
                "user_id": self.sam.id,
                "expected_revenue": revenue,
                "probability": probability,
                **values,
            }
        )

    def _visit(self, days, partner=None, **values):
        day = self.today + datetime.timedelta(days=days)
        customer = partner or self.acme
        return self.env["crm.visit"].create(
            {"partner_id": customer.id, "user_id": self.sam.id, "date": day, **values}
        )

    def _quotation(self, amount, days=20, partner=None):
        order = self._order(
            partner or self.acme, self.widget, amount / 100, days_ago=days, confirm=False
        )
        order.user_id = self.sam
        return order


@tagged("post_install", "-at_install")
class TestMyDay(MyDayCase):
    def test_an_empty_day(self):
        day = self.day()
        self.assertEqual((day["items"], day["total"], day["kinds"]), ([], 0, []))
        self.assertEqual([group["count"] for group in day["groups"]], [0, 0, 0])
        self.assertEqual(day["colleagues"], [])

    def test_order_by_group_urgency_and_expected_value(self):
        small = self._activity(self._lead(1000, 20), 0)  # 1,000 × 0.2 = 200
        large = self._activity(self._lead(1000, 60), 0)  # 1,000 × 0.6 = 600
        late = self._activity(self.acme, -1)
        soon = self._activity(self.acme, 3)
        self._activity(self.acme, 8)  # later than a week
        visit = self._visit(0)
        self._quotation(5000)  # 5,000 × 0.3 = 1,500, urgent: it is being decided now
        self.assertEqual(
            self.keys(),
            [
                f"activity:{late.id}",
                f"action:quotation:{self.acme.id}",
                f"activity:{large.id}",
                f"activity:{small.id}",
                f"visit:{visit.id}",
                f"activity:{soon.id}",
            ],
        )
        day = self.day()
        self.assertEqual([group["count"] for group in day["groups"]], [1, 4, 1])
        self.assertEqual(
            [item["expected_value"] for item in day["items"]],
            [False, 1500.0, 600.0, 200.0, False, False],
        )

    def test_what_a_line_says(self):
        self.acme.phone = "+49 40 123456"
        self._snapshot(self.acme, tier="A")
        lead = self._lead(1000, 50, name="Ten pumps")
        activity = self._activity(lead, -2, summary="Ask about the pumps")
        [item] = self.day()["items"]
        self.assertEqual(
            item,
            {
                "key": f"activity:{activity.id}",
                "kind": "activity",
                "icon": "fa-tasks",
                "tier": "A",
                "title": "Ask about the pumps",
                "reason": "Ten pumps",
                "urgency": "high",
                "group": "overdue",
                "partner_id": self.acme.id,
                "name": "Acme",
                "phone": "+49 40 123456",
                "due": str(self._days_ago(2)),
                "expected_value": 500.0,
                "action_label": "Open",
                "can_finish": True,
            },
        )

    def test_a_lead_without_a_contact_is_called_by_its_name(self):
        lead = self._lead(10, 50, partner_id=False, phone="+49 40 99", name="From the fair")
        self._activity(lead, 0)
        [item] = self.day()["items"]
        self.assertEqual(
            (item["partner_id"], item["name"], item["phone"]),
            (False, "From the fair", "+49 40 99"),
        )

    def test_filters_and_pages(self):
        for days in (-2, -1, 0, 0, 1):
            self._activity(self.acme, days)
        visit = self._visit(0)
        self.assertEqual(self.keys(kind="visit"), [f"visit:{visit.id}"])
        self.assertEqual(len(self.keys(group="overdue")), 2)
        pages = [self.keys(offset=offset, limit=2) for offset in (0, 2, 4)]
        self.assertEqual([key for page in pages for key in page], self.keys())
        self.assertEqual(self.day(limit=2)["total"], 6)
        self.assertEqual(
            [(kind["code"], kind["count"]) for kind in self.day()["kinds"]],
            [("activity", 5), ("visit", 1)],
        )

    def test_a_page_has_fifty_lines_at_most(self):
        for _number in range(51):
            self._activity(self.acme, 0)
        self.assertEqual(len(self.day(limit=1000)["items"]), 50)

    def test_only_own_customers(self):
        self._quotation(1000, partner=self.bolt)
        self._activity(self.bolt, 0, user=self.tom)
        self._visit(0, partner=self.bolt, user_id=self.tom.id)
        self.assertEqual(self.keys(), [])
        self.env["crm.key.account"].create(
            {
                "partner_id": self.bolt.id,
                "user_id": self.tom.id,
                "member_ids": [(0, 0, {"user_id": self.sam.id, "role": "manager"})],
            }
        )
        self.assertEqual(self.keys(), [f"action:quotation:{self.bolt.id}"])

    def test_customers_of_another_company_are_not_of_this_day(self):
        self._quotation(1000)
        self.sam.company_ids |= self.other_company
        elsewhere = (
            self.env["crm.my.day"]
            .with_user(self.sam)
            .with_context(allowed_company_ids=self.other_company.ids)
        )
        self.assertEqual(elsewhere.get_my_day()["items"], [])

    def test_managers_see_the_day_of_a_colleague(self):
        activity = self._activity(self.acme, 0)
        self._quotation(1000)
        day = self.day(user=self.mia, user_id=self.sam.id)
        self.assertEqual(
            [item["key"] for item in day["items"]],
            [f"action:quotation:{self.acme.id}", f"activity:{activity.id}"],
        )
        self.assertEqual((day["user"]["id"], day["user"]["own"]), (self.sam.id, False))
        self.assertIn(self.tom.id, [colleague["id"] for colleague in day["colleagues"]])
        self.assertEqual(self.day(user=self.mia)["items"], [])

    def test_nobody_else_does(self):
        for user in (self.tom, self.ann):
            with self.subTest(user.login), self.assertRaises(AccessError):
                self.day(user=user, user_id=self.sam.id)
        plain = self._user("pia", "base.group_user")
        with self.assertRaises(AccessError):
            self.day(user=plain)
        portal = self._user("pete", "base.group_user")
        with self.assertRaises(AccessError):
            self.day(user=self.mia, user_id=portal.id)

    def test_an_archived_salesperson_has_no_day(self):
        self.sam.active = False
        with self.assertRaises(AccessError):
            self.day(user=self.mia, user_id=self.sam.id)

    @freeze_time("2026-03-10 20:00:00")
    def test_today_is_that_of_the_salesperson(self):
        # 20:00 UTC on the 10th is 4:00 on the 11th in Shanghai and noon of the 10th in Los Angeles
        day = datetime.date(2026, 3, 11)
        self.env["crm.visit"].create(
            {"partner_id": self.acme.id, "user_id": self.sam.id, "date": day}
        )
        self.sam.tz = "Asia/Shanghai"
        found = self.day(user=self.mia, user_id=self.sam.id)
        self.assertEqual((found["today"], found["items"][0]["group"]), ("2026-03-11", "today"))
        self.sam.tz = "America/Los_Angeles"
        found = self.day(user=self.mia, user_id=self.sam.id)
        self.assertEqual((found["today"], found["items"][0]["group"]), ("2026-03-10", "week"))

    def test_queries_do_not_grow_with_the_customers(self):
        def fill(number):
            partners = self.env["res.partner"].create(
                [
                    {"name": f"C{i}", "is_company": True, "user_id": self.sam.id}
                    for i in range(number)
                ]
            )
            for partner in partners:
                self._activity(partner, 0)
                self._visit(0, partner=partner)
                self._quotation(500, partner=partner)
                self._snapshot(partner, tier="B", lifecycle_stage="declining",
                               revenue=1, revenue_previous=9)  # fmt: skip
            self.env.flush_all()

        def queries():
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.day(limit=20)
            return self.env.cr.sql_log_count - before

        fill(2)
        queries()  # fills caches of the registry, which are no part of the day
        few = queries()
        fill(20)
        self.assertEqual(queries(), few)
        self.assertLess(few, 80)


@tagged("post_install", "-at_install")
class TestMyDayLines(MyDayCase):
    """What the buttons of a line do."""

    def setUp(self):
        super().setUp()
        self.days = self.env["crm.my.day"].with_user(self.sam)

    def test_activity_done_with_a_note(self):
        activity = self._activity(self.acme, 0)
        self.days.done_item("activity", activity.id, note="They want ten")
        self.assertEqual((activity.active, activity.feedback), (False, "They want ten"))
        self.assertEqual(self.keys(), [])

    def test_put_off(self):
        activity, visit = self._activity(self.acme, 0), self._visit(0)
        self.days.snooze_item("activity", activity.id, days=10)
        self.days.snooze_item("visit", visit.id, days=3)
        later = self.today + datetime.timedelta(days=10)
        self.assertEqual(activity.date_deadline, later)
        self.assertEqual(visit.date, self.today + datetime.timedelta(days=3))
        self._quotation(1000)
        self.days.snooze_item("action", self.acme.id, "quotation", 5)
        self.assertEqual(self.keys(), [f"visit:{visit.id}"])
        # what Sam put off is off his day whoever looks at it
        self.assertEqual(len(self.day(user=self.mia, user_id=self.sam.id)["items"]), 1)

    def test_a_proposal_that_was_followed(self):
        self._quotation(1000)
        self.days.done_item("action", self.acme.id, "quotation", "He will order on Monday")
        self.assertEqual(self.keys(), [])
        done = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search([("res_model", "=", "res.partner"), ("res_id", "=", self.acme.id)])
        )
        self.assertEqual(
            (done.active, done.summary, done.user_id),
            (False, "He will order on Monday", self.sam),
        )

    def test_do_it(self):
        visit = self._visit(0)
        action = self.days.do_item("visit", visit.id)
        self.assertEqual((action["res_model"], action["res_id"]), ("crm.visit", visit.id))
        activity = self._activity(self.acme, 0)
        action = self.days.do_item("activity", activity.id)
        self.assertEqual((action["res_model"], action["res_id"]), ("res.partner", self.acme.id))
        quotation = self._quotation(1000)
        action = self.days.do_item("action", self.acme.id, "quotation")
        self.assertEqual(self.env["sale.order"].search(action["domain"]), quotation)

    def test_a_visit_is_closed_with_its_facts(self):
        with self.assertRaisesRegex(UserError, "updated facts"):
            self.days.done_item("visit", self._visit(0).id)

    def test_lines_that_do_not_exist(self):
        for line in (("", 1), ("deal", 1), ("activity", "x"), ("activity", 0), ("visit", -1),
                     ("visit", None), ("visit", True), ("action", 0, "quotation"),
                     ("action", self.acme.id, "magic")):  # fmt: skip
            with self.subTest(line), self.assertRaises(UserError):
                self.days.do_item(*line)
        for days in (0, -1, 367, True, "7"):
            with self.subTest(days), self.assertRaisesRegex(UserError, "366"):
                self.days.snooze_item("visit", self._visit(0).id, days=days)

    def test_lines_of_others(self):
        visit = self._visit(0, partner=self.bolt, user_id=self.tom.id)
        with self.assertRaises(AccessError):
            self.days.snooze_item("visit", visit.id, days=3)
        activity = self._activity(self._lead(1, 1, user_id=self.tom.id), 0, user=self.tom)
        with self.assertRaises(AccessError):
            self.days.done_item("activity", activity.id)


@tagged("post_install", "-at_install")
class TestMyDayAlerts(AlertCase):
    """An alert is one line of the day: that of its activity, with what is known of it (C360-3)."""

    def setUp(self):
        super().setUp()
        self.alert = self._raised(kind="sum_leaving", amount=500, user_id=self.sam.id)
        self.day = self.env["crm.my.day"].with_user(self.sam)

    def lines(self):
        return [item for item in self.day.get_my_day()["items"] if item["kind"] == "alert"]

    def test_one_line_with_its_reason_and_value(self):
        [line] = self.lines()
        self.assertEqual(line["key"], f"activity:{self.alert.activity_id.id}")
        self.assertEqual(line["title"], self.alert.rule_id.name)
        self.assertEqual(line["reason"], self.alert.reason)
        self.assertEqual(line["urgency"], "high")  # tier A
        self.assertEqual(line["expected_value"], 100)  # 500 × 0.2
        self.assertFalse(line["can_finish"])  # it asks what came of it

    def test_it_opens_the_alert(self):
        action = self.day.do_item("activity", self.alert.activity_id.id)
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("crm.customer.alert", self.alert.id)
        )

    def test_without_its_activity_it_is_proposed(self):
        self.alert.activity_id.unlink()
        [line] = self.lines()
        self.assertEqual(line["key"], f"action:alert:{self.acme.id}")

    def test_done_it_is_gone(self):
        self.alert.with_user(self.sam)._settle("kept")
        self.assertFalse(self.lines())
