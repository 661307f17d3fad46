from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.crm_customer_insight.models import crm_touchpoint_fill

from .common_service import ServiceCase


@tagged("post_install", "-at_install")
class TestIntakeLedger(ServiceCase):
    """C360-1, SVC-L1: what happened with requests is in the touch ledger, each contact once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ledger = cls.env["crm.touchpoint"].sudo()
        cls.letter = cls.env.ref("crm_customer_insight.crm_contact_channel_letter")
        cls.mail = cls.env.ref("crm_customer_insight.crm_contact_channel_email")

    def setUp(self):
        super().setUp()
        # All of a test is one transaction and carries its time: read it again in every fill.
        overlap = patch.object(crm_touchpoint_fill, "OVERLAP", timedelta(days=1))
        overlap.start()
        self.addCleanup(overlap.stop)

    def _fill(self):
        self.ledger._fill(["crm_service_request", "crm_service_message", "mail_message"])
        failed = self.env["crm.touchpoint.fill"].sudo().search([("error", "!=", False)])
        self.assertFalse(failed.mapped("error"))

    def _rows(self, source):
        domain = [("res_model", "=", source._name), ("res_id", "in", source.ids)]
        return {row.event: row for row in self.ledger.search(domain)}

    def test_opened_solved_reopened(self):
        request = self._request(channel_id=self.letter.id)
        self._fill()
        rows = self._rows(request)
        self.assertEqual(set(rows), {"created"})
        row = rows["created"]
        self.assertEqual((row.kind, row.direction), ("request", "in"))
        self.assertEqual((row.channel_id, row.partner_id), (self.letter, self.anna))
        self.assertEqual(row.commercial_partner_id, self.acme)
        request.action_solve()
        self._fill()
        self.assertEqual(set(self._rows(request)), {"created", "solved"})
        request.action_reopen()
        self._fill()
        rows = self._rows(request)
        self.assertTrue(rows["solved"].voided)
        self.assertFalse(rows["reopened"].voided)

    def test_what_we_opened_ourselves_came_by_no_channel(self):
        request = self._request(proactive=True, channel_id=self.letter.id)
        self._fill()
        row = self._rows(request)["created"]
        self.assertEqual((row.direction, row.channel_id.code), ("none", False))

    def test_a_mail_costs_once(self):
        """The request of a letter costs; that of a mail does not, for its message does."""
        for channel, cost in ((self.letter, 2.0), (self.mail, 0.5)):
            self.env["crm.contact.channel.rate"].create(
                {
                    "channel_id": channel.id,
                    "company_id": self.company.id,
                    "date_from": "2000-01-01",
                    "cost": cost,
                }
            )
        by_letter = self._request(channel_id=self.letter.id)
        by_mail = self._request(channel_id=self.mail.id)
        message = by_mail.message_post(
            body="Help",
            author_id=self.anna.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self._fill()
        self.assertEqual(self._rows(by_letter)["created"].cost, 2.0)
        self.assertFalse(self._rows(by_mail)["created"].cost)
        self.assertEqual(self._rows(message)["exchanged"].cost, 0.5)

    def test_messages_are_counted_once_and_notes_never(self):
        request = self._request()
        said = request.message_post(
            body="Help",
            author_id=self.anna.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        note = request.with_user(self.rita).message_post(
            body="Careful", message_type="comment", subtype_xmlid="mail.mt_note"
        )
        ours = request.with_user(self.rita).message_post(
            body="Dear Anna",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            partner_ids=self.anna.ids,
        )
        self._fill()
        self.assertEqual(self._rows(said)["exchanged"].direction, "in")
        self.assertEqual(self._rows(ours)["exchanged"].direction, "out")
        self.assertEqual(self._rows(ours)["exchanged"].user_id, self.rita)
        self.assertFalse(self._rows(note))
        ids = (said | ours).ids
        count = self.ledger.search_count(
            [("res_model", "=", "mail.message"), ("res_id", "in", ids)]
        )
        self.assertEqual(count, 2)

    def test_the_time_line_opens_the_request(self):
        request = self._request()
        message = request.message_post(
            body="Help",
            author_id=self.anna.id,
            message_type="email",
            subtype_xmlid="mail.mt_comment",
        )
        self._fill()
        timeline = self.env["crm.touchpoint"].with_user(self.rita).get_timeline(self.acme.id)
        rows = [row for row in timeline["rows"] if row["res_model"] == request._name]
        self.assertEqual({row["res_id"] for row in rows}, {request.id})
        self.assertEqual({row["kind"] for row in rows}, {"request", "mail"})
        self.assertIn("opened", {row["event"] for row in rows})
        # the row of the message opens the request
        action = self._rows(message)["exchanged"].with_user(self.rita).action_open_source()
        self.assertEqual((action["res_model"], action["res_id"]), (request._name, request.id))

    def test_who_may_not_read_the_request_does_not_see_it(self):
        request = self._request()
        self._fill()
        with self.assertRaises(AccessError):
            request.with_user(self.emma).check_access("read")
        timeline = self.env["crm.touchpoint"].with_user(self.emma).get_timeline(self.acme.id)
        kinds = [row["kind"] for row in timeline["rows"]]
        self.assertNotIn("request", kinds)


@tagged("post_install", "-at_install")
class TestIntakeFacts(ServiceCase):
    """C360-6, SVC-L1: facts about requests, and the next best action."""

    def _value(self, code):
        facts = self.env["crm.customer.fact"]
        return facts._values([code], self.acme.ids)[code].get(self.acme.id)

    def test_open_and_recent_requests(self):
        first, _second = self._request(), self._request()
        self.assertEqual(self._value("requests_open"), 2)
        first.action_solve()
        self.assertEqual(self._value("requests_open"), 1)
        self.assertEqual(self._value("request_count"), 2)
        first.date_open = fields.Datetime.now() - timedelta(days=40)
        condition = {
            "fact": "request_count", "operator": "=", "value": 1, "params": {"days": 30}
        }  # fmt: skip
        found = self.env.execute_query(self.env["crm.customer.fact"]._select(condition))
        self.assertIn((self.acme.id,), found)

    def test_last_complaint(self):
        self.assertIsNone(self._value("last_complaint"))
        self._request(type_id=self.complaint.id, date_open="2024-03-05 10:00:00")
        self._request(date_open="2024-04-05 10:00:00")
        self.assertEqual(str(self._value("last_complaint")), "2024-03-05")

    def test_first_contact_share(self):
        self.assertIsNone(self._value("first_contact_share"))
        requests = self._request() | self._request() | self._request() | self._request()
        requests.action_solve()
        requests[0].action_reopen()
        requests[0].action_solve()
        requests[1]._begin_level("2", "More hands")
        # 2 of 4 by the first answer
        self.assertEqual(float(self._value("first_contact_share")), 50.0)

    def test_answer_the_waiting_request(self):
        analyst = "crm_customer_insight.group_insight_analyst"
        sue = self._user("sue", f"crm_service_levels.group_service_user,{analyst}")
        actions = self.env["crm.next.action"].with_user(sue)
        now = fields.Datetime.now()
        self._request(date_open=now - timedelta(hours=30))
        answered = self._request()
        answered._service_answered(now + timedelta(minutes=1))
        proposals = [p for p in actions.get_next_actions(self.acme.ids) if p["code"] == "request"]
        self.assertEqual(len(proposals), 1)
        self.assertEqual(proposals[0]["urgency"], "high")
        self.assertIn("1, the oldest for 30 hours", proposals[0]["reason"])
        action = actions.execute_next_action("request", self.acme.id)
        found = self.env["crm.service.request"].search(action["domain"])
        self.assertNotIn(answered, found)
        self.assertEqual(len(found), 1)


@tagged("post_install", "-at_install")
class TestIntakePerson(ServiceCase):
    """Merge and erasure (GDPR articles 15 and 17) of what requests hold about a person."""

    def test_requests_follow_a_merged_contact(self):
        request = self._request()
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        target = self.acme.child_ids.create({"name": "Anne", "parent_id": self.acme.id})
        wizard._merge((self.anna | target).ids, target)
        self.assertEqual(request.partner_id, target)

    def test_erasing_takes_the_words_and_keeps_the_figures(self):
        request = self._request(
            name="Anna's pump", description="<p>I, Anna</p>", email_cc="anna@home.example.com"
        )
        request.solution = "Told Anna"
        request.message_post(body="Anna called", message_type="comment")
        other = self._request(partner_id=self.acme.id, name="Other")
        number, opened = request.number, request.date_open
        self.anna._erase_person()
        self.env.invalidate_all()
        values = (request.description, request.solution, request.email_from, request.email_cc)
        self.assertFalse(any(values) or request.phone or request.email_normalized)
        self.assertNotIn("Anna", request.name)
        self.assertFalse(request.message_ids)
        self.assertEqual((request.number, request.date_open), (number, opened))
        self.assertEqual(other.name, "Other")

    def test_somebody_known_by_address_alone_is_erased(self):
        values = {"partner_id": False, "name": "Secret"}
        mine = self._request(**values, email_from="Eve <EVE@home.example.com>")
        other = self._request(**values, email_from="dan@home.example.com")
        self.env["res.partner"]._erase_person(emails=["eve@home.example.com"])
        self.env.invalidate_all()
        self.assertEqual((mine.email_from, mine.name == "Secret"), (False, False))
        self.assertEqual(other.email_from, "dan@home.example.com")

    def test_the_look_up_finds_requests(self):
        request = self._request(partner_id=False, email_from="eve@home.example.com")
        wizard = self.env["privacy.lookup.wizard"]
        wizard = wizard.create({"name": "Eve", "email": "eve@home.example.com"})
        wizard.action_lookup()
        found = {(line.res_model, line.res_id) for line in wizard.line_ids}
        self.assertIn((request._name, request.id), found)


@tagged("post_install", "-at_install")
class TestIntakeByHand(ServiceCase):
    """SVC-L1: letters, visits and lists of requests."""

    def test_a_letter_may_be_noted_later_but_not_earlier(self):
        with freeze_time("2024-03-05 10:00:00"):
            letter = self._request(date_open="2024-03-01 08:00:00")
            self.assertEqual(str(letter.date_open), "2024-03-01 08:00:00")
            with self.assertRaisesRegex(Exception, "cannot be in the future"):
                self._request(date_open="2024-03-05 10:06:00")

    def test_the_dialog_offers_the_channel(self):
        action = self.env.ref("crm_service_levels.crm_service_request_action_quick")
        context = {"default_channel_code": "letter"}
        self.assertIn("letter", action.context)
        requests = self.env["crm.service.request"].with_user(self.rita).with_context(**context)
        values = requests.default_get(["channel_id"])
        way = self.env.ref("crm_customer_insight.crm_contact_channel_letter")
        self.assertEqual(values["channel_id"], way.id)

    def _load(self, *rows):
        names = ["name", "partner_id", "type_id/id", "channel_id", "date_open", "severity"]
        requests = self.env["crm.service.request"].with_user(self.rita)
        return requests.load(names, [list(row) for row in rows])

    def test_a_list_is_imported_by_names_and_external_ids(self):
        row = ("Pump", "Acme, Anna", "crm_service_levels.type_usage", "Letter", "2024-03-01", "2")
        result = self._load(row, row)
        self.assertFalse(result["messages"])
        made = self.env["crm.service.request"].browse(result["ids"])
        self.assertEqual((made.partner_id, made.type_id), (self.anna, self.usage))
        self.assertEqual(made.mapped("severity"), ["2", "2"])
        self.assertEqual(len(set(made.mapped("number"))), 2)

    def test_wrong_rows_are_named(self):
        good = ("Pump", "Acme, Anna", "crm_service_levels.type_usage", "Letter", "2024-03-01", "2")
        bad = ("Pump", "Nobody here", "crm_service_levels.type_usage", "Letter", "2024-03-01", "2")
        result = self._load(good, bad)
        self.assertFalse(result["ids"])
        self.assertEqual([message["rows"]["from"] for message in result["messages"]], [1])
        self.assertIn("Nobody here", result["messages"][0]["message"])
