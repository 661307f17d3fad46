"""Life events raise an offer that fits, through the channel the contact permits (C360-2)."""

import datetime

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common_accounts import AccountsCase


@tagged("post_install", "-at_install")
class TestLifeEvents(AccountsCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.pump = cls.env["product.product"].create({"name": "Pump", "lst_price": 900.0})
        cls.kind = cls.env["crm.life.event.kind"].create(
            {
                "name": "New plant",
                "offer": "Pumps",
                "days_before": 30,
                "days_after": 10,
                "product_id": cls.pump.id,
                "subject": "Your {event}",
                "body": "<p>Dear {name}, on {day}: {offer} for {company}. {salesperson}</p>",
            }
        )
        cls.events = cls.env["crm.life.event"]
        cls.acme.write({"email": "acme@example.com", "phone": "+49 30 2345678"})

    def event(self, days=0, partner=None, **values):
        date = self.today + datetime.timedelta(days=days)
        partner = partner or self.acme
        return self.events.create(
            {"partner_id": partner.id, "kind_id": self.kind.id, "date": date, **values}
        )

    def permit(self, code, partner=None, **values):
        self.env["crm.contact.permission"].create(
            {
                "partner_id": (partner or self.acme).id,
                "channel_id": self.env.ref(f"crm_customer_insight.crm_contact_channel_{code}").id,
                "state": "granted",
                "origin": "staff",
                **values,
            }
        )

    def proposals(self, *partners, user=None):
        actions = self.env["crm.next.action"].with_user(user or self.sam)
        ids = [partner.id for partner in partners or (self.acme,)]
        found = actions.get_next_actions(ids)
        return [proposal for proposal in found if proposal["code"] == "life_event"]

    def test_the_offer_fits_from_before_until_after(self):
        event = self.event(days=30)
        self.assertEqual(
            (event.offer_from, event.offer_until),
            (self.today, self.today + datetime.timedelta(days=40)),
        )
        for days, fits in ((31, False), (30, True), (0, True), (-10, True), (-11, False)):
            event.date = self.today + datetime.timedelta(days=days)
            self.assertEqual(bool(self.proposals()), fits, days)
        self.kind.days_before = 31
        event.date = self.today + datetime.timedelta(days=31)
        self.assertTrue(self.proposals())

    def test_proposed_with_its_reason_and_price(self):
        self.event(days=-5)
        [proposal] = self.proposals()
        self.assertEqual(proposal["title"], "Offer: Pumps")
        self.assertEqual(
            (proposal["urgency"], proposal["expected_value"], proposal["partner_id"]),
            ("high", 900.0, self.acme.id),
        )
        self.assertIn("New plant", proposal["reason"])

    def test_one_proposal_the_first_to_end(self):
        later, first = self.event(days=20), self.event(days=1)
        [proposal] = self.proposals()
        first.action_decline()
        [other] = self.proposals()
        self.assertNotEqual(proposal["reason"], other["reason"])
        later.action_decline()
        self.assertFalse(self.proposals())

    def test_the_event_of_a_contact_counts_for_his_company(self):
        person = self.env["res.partner"].create({"name": "Paul", "parent_id": self.acme.id})
        self.event(partner=person)
        [proposal] = self.proposals()
        self.assertEqual(proposal["partner_id"], self.acme.id)
        self.assertTrue(proposal["reason"].startswith("Paul: New plant on "))

    def test_through_the_preferred_channel_where_it_is_permitted(self):
        self.permit("email")
        self.permit("phone", preferred=True)
        event = self.event().with_user(self.sam)
        event.action_offer()
        self.assertEqual((event.state, event.channel_id.code), ("offered", "phone"))
        self.assertEqual(event.offered_on, self.today)
        activity = self.acme.activity_ids.filtered(lambda one: one.user_id == self.sam)
        self.assertEqual(activity.summary, "Phone: Your New plant")
        self.assertIn("Pumps for Acme", activity.note)
        self.assertFalse(self.proposals())

    def test_an_e_mail_is_written_and_its_sending_is_the_offer(self):
        self.permit("email", preferred=True)
        event = self.event().with_user(self.sam)
        action = event.action_offer()
        context = action["context"]
        self.assertEqual(
            (action["res_model"], context["default_subject"]),
            ("mail.compose.message", "Your New plant"),
        )
        self.assertEqual(event.state, "open")
        composer = self.env["mail.compose.message"].with_user(self.sam).with_context(**context)
        composer = composer.create({})
        self.assertIn("Pumps for Acme", composer.body)
        composer.action_send_mail()
        self.assertEqual((event.state, event.channel_id.code), ("offered", "email"))
        self.assertEqual(self.acme.message_ids[0].subject, "Your New plant")

    def test_a_letter_to_somebody_else_is_no_offer(self):
        event = self.event().with_user(self.sam)
        self.bolt.with_user(self.env.user).with_context(crm_life_event_id=event.id).message_post(
            body="x", message_type="comment", partner_ids=self.bolt.ids
        )
        self.acme.with_context(crm_life_event_id="nonsense").message_post(
            body="x", message_type="comment", partner_ids=self.acme.ids
        )
        self.assertEqual(event.state, "open")

    def test_what_is_not_permitted_is_not_used_and_said(self):
        event = self.event().with_user(self.sam)
        self.acme.write({"street": False, "zip": False, "city": False})
        with self.assertRaisesRegex(UserError, "E-mail: No permission is recorded"):
            event.action_offer()
        self.assertEqual(event.state, "open")

    def test_a_service_needs_no_permission(self):
        self.kind.is_marketing = False
        event = self.event().with_user(self.sam)
        event.action_offer()
        self.assertEqual((event.state, event.channel_id.code), ("offered", "phone"))

    def test_interested_makes_one_opportunity(self):
        event = self.event().with_user(self.sam)
        first, again = event.action_accept(), event.action_accept()
        self.assertEqual(first["res_id"], again["res_id"])
        lead = event.lead_id
        self.assertEqual((lead.partner_id, lead.user_id), (self.acme, self.sam))
        self.assertEqual((lead.expected_revenue, event.state), (900.0, "accepted"))
        self.assertEqual(lead.name, "Pumps (New plant)")

    def test_declined_and_proposed_again(self):
        event = self.event()
        event.action_decline()
        self.assertFalse(self.proposals())
        event.action_reopen()
        self.assertTrue(self.proposals())

    def test_asked_by_selections(self):
        self.event()
        self.event(partner=self.bolt, days=300)
        condition = {"fact": "life_event", "operator": "in", "value": [self.kind.id]}
        query = self.env["crm.customer.fact"]._select(condition)
        found = {row[0] for row in self.env.execute_query(query)}
        self.assertIn(self.acme.id, found)
        self.assertNotIn(self.bolt.id, found)

    def test_on_my_day(self):
        self.acme.user_id = self.sam
        self.event(days=-5)
        day = self.env["crm.my.day"].with_user(self.sam).get_my_day()
        self.assertIn("life_event", str(day))

    def test_bad_input(self):
        self.event()
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.event()
        self.kind.applies_to = "person"
        with self.assertRaises(ValidationError):
            self.event(days=1)
        with self.assertRaisesRegex(ValidationError, "{price}"):
            self.kind.subject = "For {price}"
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError), self.cr.savepoint():
            self.kind.days_after = -1
            self.kind.flush_recordset()

    def test_as_many_queries_for_many_customers(self):
        partners = self.env["res.partner"].create(
            [{"name": f"Life {i}", "user_id": self.sam.id} for i in range(20)]
        )
        for partner in partners:
            self.event(partner=partner)
        self.env.flush_all()

        def queries(some):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.assertEqual(len(self.proposals(*some)), len(some))
            return self.cr.sql_log_count - before

        queries(partners)
        self.assertEqual(queries(partners[:2]), queries(partners))
