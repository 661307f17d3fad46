"""Mailings on the time line (C360-1): who sees that one was sent, and what a click opens."""

from datetime import datetime

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from odoo.addons.crm_customer_insight.tests import touchpoint_common

SELLER = "base.group_user,sales_team.group_sale_salesman"
ANALYST = "base.group_user,crm_customer_insight.group_insight_analyst"
MARKETER = "base.group_user,mass_mailing.group_mass_mailing_user"


@tagged("post_install", "-at_install")
class TestTimelineMailing(touchpoint_common.TouchpointCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rival = new_test_user(cls.env, "mailing_rival", SELLER)
        cls.analyst = new_test_user(cls.env, "mailing_analyst", ANALYST)
        cls.marketer = new_test_user(cls.env, "mailing_marketer", MARKETER)
        cls.customer.user_id = cls.seller
        cls.mailing = cls.env["mailing.mailing"].create(
            {
                "subject": "New roofs",
                "mailing_model_id": cls.env["ir.model"]._get_id("res.partner"),
                "user_id": cls.marketer.id,
                "body_html": "<p>secret text</p>",
            }
        )

    def setUp(self):
        super().setUp()
        self.trace = self._new_trace(self.anna)
        self.fill()

    def _new_trace(self, contact):
        return self.env["mailing.trace"].create(
            {
                "mass_mailing_id": self.mailing.id,
                "model": "res.partner",
                "res_id": contact.id,
                "email": contact.email,
                "trace_status": "open",
                "sent_datetime": datetime(2026, 5, 4, 8, 0),
                "open_datetime": datetime(2026, 5, 4, 9, 0),
            }
        )

    def _rows(self, user, partner, *names):
        ledger = self.env["crm.touchpoint"].with_user(user)
        rows = ledger.get_timeline(partner.id, kinds=["mailing"])["rows"]
        return [tuple(row[name] for name in names) for row in rows]

    def test_salesperson_sees_that_his_customer_got_and_opened_it(self):
        self.assertFalse(self.trace.with_user(self.seller).has_access("read"))
        self.assertEqual(
            self._rows(self.seller, self.customer, "event", "name", "date"),
            [
                ("opened", "New roofs", "2026-05-04 09:00:00"),
                ("sent", "New roofs", "2026-05-04 08:00:00"),
            ],
        )

    def test_other_salesperson_sees_nothing_of_it(self):
        self.assertEqual(self._rows(self.rival, self.customer, "event"), [])
        ledger = self.env["crm.touchpoint"].with_user(self.rival)
        self.assertEqual(ledger.get_timeline_counts(self.customer.id)["kinds"], [])

    def test_member_of_the_account_team_sees_it(self):
        account = self.env["crm.key.account"].create(
            {"partner_id": self.customer.id, "user_id": self.seller.id}
        )
        self.env["crm.key.account.member"].create(
            {"account_id": account.id, "user_id": self.rival.id}
        )
        self.assertEqual(self._rows(self.rival, self.customer, "event"), [("opened",), ("sent",)])

    def test_analyst_sees_it_of_all_customers(self):
        self.assertEqual(self._rows(self.analyst, self.customer, "event"), [("opened",), ("sent",)])
        [mailings] = (
            self.env["crm.touchpoint"]
            .with_user(self.analyst)
            .get_timeline_counts(self.customer.id)["kinds"]
        )
        self.assertEqual((mailings["kind"], mailings["count"]), ("mailing", 2))

    def test_whoever_reads_no_ledger_sees_nothing_of_it(self):
        self.assertEqual(self._rows(self.colleague, self.customer, "event"), [])

    def test_click_opens_the_mailing_for_those_who_may_read_it(self):
        self.assertEqual(
            set(self._rows(self.marketer, self.customer, "res_model", "res_id")),
            {("mailing.mailing", self.mailing.id)},
        )

    def test_click_opens_the_contact_for_the_others(self):
        for user in (self.seller, self.analyst):
            self.assertEqual(
                set(self._rows(user, self.customer, "res_model", "res_id")),
                {("res.partner", self.anna.id)},
            )

    def test_on_the_page_of_the_contact_nothing_opens(self):
        self.assertEqual(
            set(self._rows(self.seller, self.anna, "res_model", "res_id")), {(False, False)}
        )

    def test_touch_opens_the_mailing_or_the_contact(self):
        touch = self.Ledger.search([("res_model", "=", "mailing.trace"), ("event", "=", "sent")])
        for user, document in ((self.seller, self.anna), (self.analyst, self.anna)):
            action = touch.with_user(user).action_open_source()
            self.assertEqual((action["res_model"], action["res_id"]), (document._name, document.id))
        action = touch.action_open_source()
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("mailing.mailing", self.mailing.id)
        )
        with self.assertRaises(AccessError):
            touch.with_user(self.rival).action_open_source()

    def test_deleted_mailing_is_left_out_before_the_sweep_too(self):
        self.mailing.unlink()
        self.assertEqual(self._rows(self.seller, self.customer, "event"), [])

    def test_query_count_does_not_grow(self):
        def queries():
            self._rows(self.seller, self.customer, "event")  # what is remembered is asked once
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self._rows(self.seller, self.customer, "event")
            return len(found), self.env.cr.sql_log_count - before

        few, queries_of_few = queries()
        for _mailing in range(9):
            self._new_trace(self.anna)
        self.fill()
        many, queries_of_many = queries()
        self.assertEqual((few, many), (2, 20))
        self.assertEqual(queries_of_many, queries_of_few)
