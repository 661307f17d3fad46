from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common_service import MODULE, ServiceCase


@tagged("post_install", "-at_install")
class TestCockpit(ServiceCase):
    """SVC-L1: whose turn it is, levels that explain themselves, work in one line."""

    def test_a_new_request_waits_for_us_since_it_came(self):
        request = self._request()
        self.assertTrue(request.awaiting_us)
        self.assertEqual(request.date_last_customer_message, request.date_open)

    def test_a_proactive_request_waits_for_nobody(self):
        request = self._request(proactive=True)
        self.assertFalse(request.awaiting_us)
        self.assertFalse(request.date_last_customer_message)

    def test_turns_follow_the_messages(self):
        request = self._request()
        start = request.date_open
        request._service_answered(start + timedelta(hours=1))
        self.assertFalse(request.awaiting_us)
        request._service_customer_wrote(start + timedelta(hours=2))
        self.assertTrue(request.awaiting_us)
        self.assertEqual(request.date_last_message, start + timedelta(hours=2))
        request.action_solve()
        self.assertFalse(request.awaiting_us)

    def test_an_internal_note_is_no_answer(self):
        request = self._request(user=self.rita)
        kind = {"message_type": "comment"}
        request.message_post(body="Careful", subtype_xmlid="mail.mt_note", **kind)
        self.assertFalse(request.date_last_answer)
        request.message_post(body="Dear Anna", subtype_xmlid="mail.mt_comment", **kind)
        self.assertTrue(request.date_last_answer)

    def test_steps_tell_when_why_and_who(self):
        request = self._request(user=self.rita)
        request._begin_level("2", "Needs the workshop")
        step = request.level_steps[1]
        self.assertEqual((step["code"], step["used"], step["open"]), ("L2", True, True))
        self.assertEqual((step["reason"], step["who"]), ("Needs the workshop", self.rita.name))
        self.assertFalse(request.level_steps[2]["used"])
        self.assertIsNone(request.level_steps[2]["seconds"])

    def test_cost_of_levels_is_for_team_leaders(self):
        request = self._request(user=self.rita)
        request.log_minutes(30, "Explained")
        # 30 minutes of an hour that costs 60
        self.assertEqual(request.level_steps[0]["minutes"], 30.0)
        self.assertIsNone(request.level_steps[0]["cost"])
        self.assertEqual(request.with_user(self.leo).level_steps[0]["cost"], 30.0)

    def test_minutes_in_one_line(self):
        request = self._request(user=self.rita)
        request.log_minutes(5, "x" * 300)
        request.log_minutes(7.5, level="2")
        self.assertEqual(sorted(request.effort_ids.mapped("level")), ["1", "2"])
        self.assertEqual(request.effort_minutes, 12.5)
        self.assertEqual(request.effort_ids.user_id, self.rita)

    def test_wrong_minutes_are_refused(self):
        request = self._request(user=self.rita)
        for wrong in (0, -5, 100000, "5", None):
            with self.subTest(wrong), self.assertRaises(UserError):
                request.log_minutes(wrong)
        with self.assertRaises(UserError):
            request.log_minutes(5, level="9")

    def test_only_service_staff_notes_work(self):
        request = self._request()
        self.acme.user_id = self.emma
        with self.assertRaises(AccessError):
            request.with_user(self.emma).log_minutes(5)

    def test_steps_of_many_cost_as_many_queries_as_of_one(self):
        requests = self._request() + self._request()
        many = self.env["crm.service.request"]
        for _number in range(20):
            many += self._request()
        self._cost(requests)  # what is cached for good is read once
        self.assertEqual(self._cost(many), self._cost(requests))

    def _cost(self, requests):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        requests.mapped("level_steps")
        requests.mapped("link_list")
        requests.mapped("duplicates_open")
        return self.env.cr.sql_log_count - start

    # Canned answers

    def test_answers_for_the_type_come_first(self):
        request = self._request(user=self.rita, type_id=self.usage.id)
        rows = request.get_service_answers()
        fits = [row["fits"] for row in rows]
        self.assertEqual(fits, sorted(fits, reverse=True))
        names = [row["name"] for row in rows]
        self.assertIn("How it works", names)
        self.assertNotIn("We are sorry", names)
        found = request.get_service_answers("more information")
        self.assertEqual([row["name"] for row in found], ["We need more information"])

    def test_answer_fills_placeholders_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        answer = self.env.ref(f"{MODULE}.answer_received")
        answer.with_context(
            lang="fr_FR"
        ).body_html = (
            '<p>Bonjour <t t-out="object.partner_id.name"/> : <t t-out="object.number"/></p>'
        )
        self.anna.lang = "fr_FR"
        request = self._request(user=self.rita)
        shown = request.render_service_answer(answer.id)
        self.assertEqual(shown["text"], f"Bonjour Anna : {request.number}")
        self.assertIn("Fran", shown["language"])

    def test_no_other_template_is_rendered(self):
        request = self._request(user=self.rita)
        other = self.env["mail.template"].create(
            {"name": "Other", "model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        for wrong in (other.id, 0, 10**9):
            with self.subTest(wrong), self.assertRaises(UserError):
                request.render_service_answer(wrong)
        with self.assertRaises(AccessError):
            request.with_user(self.emma).render_service_answer(
                self.env.ref(f"{MODULE}.answer_solved").id
            )

    def test_samples_render_for_a_representative(self):
        request = self._request(user=self.rita)
        samples = self.env["mail.template"].search([("service_answer", "=", True)])
        self.assertGreaterEqual(len(samples), 6)
        for sample in samples:
            self.assertIn("Anna", request.render_service_answer(sample.id)["text"])

    def test_administrators_of_the_service_write_answers_and_nothing_else(self):
        answer = self.env.ref(f"{MODULE}.answer_solved").with_user(self.ada)
        answer.name = "All done"
        self.assertEqual(answer.name, "All done")
        other = self.env["mail.template"].create(
            {"name": "Other", "model_id": self.env["ir.model"]._get_id("res.partner")}
        )
        with self.assertRaises(AccessError):
            other.with_user(self.ada).name = "Mine"

    # Customer 360

    def test_open_requests_are_in_the_360_view(self):
        request = self._request()
        closed = self._request(name="Old")
        closed.action_solve()
        data = self.env["res.partner"].with_user(self.rita).get_customer_360(self.anna.id)
        section = next(s for s in data["sections"] if s["code"] == "service_requests")
        self.assertEqual([item["res_id"] for item in section["items"]], request.ids)

    def test_waiting_since_a_day(self):
        request = self._request(date_open=fields.Datetime.now() - timedelta(days=2))
        fresh = self._request()
        domain = [
            ("awaiting_us", "=", True),
            ("date_last_customer_message", "<", "now -1d"),
            ("id", "in", (request + fresh).ids),
        ]
        self.assertEqual(self.env["crm.service.request"].search(domain), request)
