"""Retention templates and the letter of an alert (C360-3) [挽留模板]."""

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged

from .test_alerts import AlertCase


@tagged("post_install", "-at_install")
class TestRetentionLetter(AlertCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.email = cls.env.ref("crm_customer_insight.crm_contact_channel_email")
        cls.phone = cls.env.ref("crm_customer_insight.crm_contact_channel_phone")
        cls.template = cls.env["crm.retention.template"].create(
            {
                "name": "Check",
                "channel_id": cls.email.id,
                "offer": "check",
                "offer_text": "a free check of {company}",
                "subject": "{company}: {figure} instead of {usual}",
                "body": "<p>Dear {name}, we offer {offer}. {salesperson}</p>",
            }
        )
        cls.rule = cls._rule("silence", template_ids=cls.template.ids)

    def setUp(self):
        super().setUp()
        self.alert = self._raised(rule_id=self.rule.id)

    def _letter(self, **values):
        alert = self.alert.with_user(self.sam)
        context = alert.action_write()["context"]
        letters = self.env["crm.retention.letter"].with_user(self.sam).with_context(**context)
        return letters.create(values)

    def test_template_contact_and_text_are_proposed(self):
        letter = self._letter()
        self.assertEqual((letter.template_id, letter.contact_id), (self.template, self.bob))
        self.assertEqual(letter.subject, "Acme: 90 instead of 30")
        self.assertIn("Dear Bob, we offer a free check of Acme. sam", letter.body)
        self.assertTrue(letter.is_allowed)

    def test_the_form_proposes_them_too(self):
        context = self.alert.with_user(self.sam).action_write()["context"]
        letters = self.env["crm.retention.letter"].with_user(self.sam)
        with Form(letters.with_context(**context)) as form:
            self.assertEqual(form.template_id, self.template)
            self.assertEqual(form.subject, "Acme: 90 instead of 30")
            form.opening = "Good to see you."
            self.assertIn("Good to see you.", form.preview)
            form.contact_id = self.acme
            self.assertIn("Dear Acme", form.body)

    def test_the_opening_is_sent_first_and_kept(self):
        letter = self._letter(opening="Yesterday I thought of <you>.")
        self.assertLess(letter.preview.index("Yesterday"), letter.preview.index("Dear Bob"))
        letter.action_send()
        message = self.acme.message_ids[:1]
        self.assertEqual(message.partner_ids, self.bob)
        self.assertEqual(message.author_id, self.sam.partner_id)
        self.assertIn("Yesterday I thought of &lt;you&gt;.", message.body)
        self.assertIn("Dear Bob", message.body)
        self.assertEqual(message.subject, "Acme: 90 instead of 30")
        alert = self.alert
        self.assertEqual((alert.state, alert.template_id), ("in_progress", self.template))
        self.assertEqual(alert.opening, "Yesterday I thought of <you>.")
        self.assertTrue(alert.sent_on)
        # the activity asks again a week later, and is still the only one
        self.assertEqual((alert.activity_id.date_deadline - self.today).days, 7)
        self.assertEqual(len(self.acme.activity_ids), 1)

    def test_only_who_is_written_to_gets_it(self):
        other = self.env["res.partner"].create(
            {"name": "Eve", "parent_id": self.acme.id, "email": "eve@acme.example.com"}
        )
        self.acme.message_subscribe(partner_ids=other.ids)
        self._letter().action_send()
        self.assertEqual(self.acme.message_ids[:1].notified_partner_ids, self.bob)

    def test_facts_to_mention(self):
        self._order(self.acme, self.widget, days_ago=40)
        self._order(self.acme, self.gadget, days_ago=3, confirm=False)
        facts = self._letter().facts.splitlines()
        self.assertEqual(facts[0], f"• {self.alert.reason}")
        self.assertIn("Last purchase: Widget", facts[1])
        self.assertIn("Open quotation", facts[2])

    def test_a_call_is_planned_on_the_alerts_own_activity(self):
        self.template.channel_id = self.phone
        self.bob.phone = "+33123456789"
        self._letter(opening="Ask for the new plant").action_send()
        activity = self.alert.activity_id
        self.assertEqual(activity.activity_type_id, self.env.ref("mail.mail_activity_data_call"))
        self.assertIn("Ask for the new plant", activity.note)
        self.assertEqual(activity.date_deadline, self.today)
        self.assertEqual(len(self.acme.activity_ids), 1)

    def _permission(self, state):
        self.env["crm.contact.permission"].create(
            {
                "partner_id": self.bob.id,
                "channel_id": self.email.id,
                "state": state,
                "origin": "spoken",
            }
        )

    def test_marketing_needs_permission_and_service_does_not(self):
        self.template.is_marketing = True
        letter = self._letter()
        self.assertFalse(letter.is_allowed)
        with self.assertRaisesRegex(UserError, "may not be contacted"):
            letter.action_send()
        self.assertEqual(self.alert.state, "new")
        self._permission("granted")
        self.assertTrue(self._letter().is_allowed)

    def test_a_blacklisted_address_gets_no_letter_at_all(self):
        self.env["mail.blacklist"]._add(self.bob.email)
        letter = self._letter()
        self.assertFalse(letter.is_allowed)
        self.assertTrue(letter.decision)

    def test_without_an_address_nothing_is_sent(self):
        self.bob.email = False
        self.assertFalse(self._letter().is_allowed)

    def test_nothing_to_say_is_not_sent(self):
        with self.assertRaises(UserError):
            self._letter(body="<p><br></p>").action_send()

    def test_who_left_is_not_written_to(self):
        self.alert.contact_id = self.bob
        self.assertEqual(self._letter().contact_id, self.acme)

    def test_a_colleagues_customer_is_not_written_to(self):
        alert = self._raised(self.bolt, rule_id=self.rule.id)
        letter = self.env["crm.retention.letter"].with_user(self.sam)
        with self.assertRaises(AccessError):
            letter.create({"alert_id": alert.id, "contact_id": self.bolt.id}).action_send()

    def test_templates_fit_the_tier_and_the_rule(self):
        cheap = self.template.copy({"name": "Cheap", "tier_a": False})
        self.rule.template_ids |= cheap
        self.assertEqual(self._letter().offered_ids, self.template)
        self.alert.tier = "D"
        self.assertEqual(self._letter().offered_ids, self.template | cheap)
        self.rule.template_ids = False
        self.assertGreater(len(self._letter().offered_ids), 2)

    def test_unknown_braces_are_refused(self):
        with self.assertRaisesRegex(ValidationError, "{nmae}"):
            self.template.body = "<p>Dear {nmae}</p>"

    def test_how_often_it_kept_a_customer(self):
        self._letter().action_send()
        self.alert._settle("kept")
        self.assertEqual((self.template.sent_count, self.template.kept_count), (1, 1))

    def test_the_letter_is_written_in_the_contacts_language(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.template.with_context(lang="fr_FR").subject = "{company} : parlons-en"
        self.bob.lang = "fr_FR"
        self.assertEqual(self._letter().subject, "Acme : parlons-en")
