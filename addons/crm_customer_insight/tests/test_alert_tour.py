"""A salesperson works on an alert in the browser (C360-3)."""

from odoo.tests import HttpCase, tagged

from .test_alerts import AlertCase


@tagged("post_install", "-at_install")
class TestAlertTour(AlertCase, HttpCase):
    def setUp(self):
        super().setUp()
        self.acme.name = "Acme Tour"
        self._purchases(self.acme, 110, 90, 70, 50)
        email = self.env.ref("crm_customer_insight.crm_contact_channel_email")
        common = {"channel_id": email.id, "body": "<p>Dear {name},</p>"}
        templates = self.env["crm.retention.template"].create(
            [
                {**common, "name": "Tour ask", "subject": "{company}: are you well?"},
                {**common, "name": "Tour check", "subject": "A free check for {company}"},
            ]
        )
        self._rule(
            "silence", name="Silent in the tour", threshold_a=2, window_days=365,
            template_ids=templates.ids,
        )  # fmt: skip
        self.alert = self._run()

    def test_from_the_list_to_the_outcome(self):
        self.start_tour("/odoo/customer-alerts", "crm_customer_insight_alert", login="sam")
        self.assertEqual((self.alert.outcome, self.alert.judged_by), ("kept", self.sam))
        self.assertEqual(self.alert.note, "He ordered at once")
        self.assertFalse(self.alert.activity_id.active)
        message = self.acme.message_ids.filtered("partner_ids")
        self.assertEqual(message.subject, "A free check for Acme Tour")
        self.assertIn("Your new plant made me think of you.", message.body)

    def test_the_activity_asks_what_came_of_it(self):
        self.start_tour(
            f"/odoo/res.partner/{self.acme.id}",
            "crm_customer_insight_alert_activity",
            login="sam",
        )
        self.assertEqual((self.alert.state, self.alert.outcome), ("done", "false_alarm"))
