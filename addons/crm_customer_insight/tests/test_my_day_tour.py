"""A salesperson works through his day in a real browser (C360-4)."""

import datetime

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_360 import Customer360Case


@tagged("post_install", "-at_install")
class TestMyDayTour(Customer360Case, HttpCase):
    def test_the_day_is_worked_through(self):
        today = fields.Date.context_today(self.customer)
        self.customer.name = "Nordwind"
        self.customer.activity_schedule(
            "mail.mail_activity_data_call",
            date_deadline=today - datetime.timedelta(days=1),
            user_id=self.sandra.id,
            summary="Ask about the pumps",
        )
        order = self._new_order(self.customer, self.sandra)
        order.date_order = fields.Datetime.now() - datetime.timedelta(days=20)
        fleet = self.env["crm.profile.attribute"].create(
            {"name": "Fleet", "code": "tour_fleet", "type": "number", "valid_months": 6}
        )
        fact = self.env["crm.profile.value"].create(
            {
                "partner_id": self.customer.id,
                "attribute_id": fleet.id,
                "value": "4",
                "date": today - datetime.timedelta(days=400),
            }
        )
        visit = self.env["crm.visit"].create(
            {"partner_id": self.customer.id, "user_id": self.sandra.id, "date": today}
        )
        self.start_tour("/odoo/my-day", "crm_customer_insight_my_day", login="sandra_360")
        self.assertEqual((fact.value, fact.source, fact.user_id), ("7", "visit", self.sandra))
        self.assertEqual((visit.state, visit.user_id), ("done", self.sandra))
        done = (
            self.env["mail.activity"]
            .with_context(active_test=False)
            .search([("feedback", "=", "They want ten pumps")])
        )
        self.assertEqual((done.active, done.user_id), (False, self.sandra))
