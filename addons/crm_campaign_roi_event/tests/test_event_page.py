"""The page behind the personal link (ROI-1): what visitors see, what it refuses."""

import re

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from .common_event import EventCase

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@tagged("post_install", "-at_install")
class TestEventPage(EventCase, HttpCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The visit is now: so is the event.
        cls.event.write({"date_begin": "2090-01-01 09:00:00", "date_end": "2090-01-01 13:00:00"})

    def setUp(self):
        super().setUp()
        self._go()
        self.row = self._row(self.wave, self.anna)
        rows = self.env["crm.campaign.delivery"]
        self.url = "/campaign" + rows._event_url(self.row.id, self.event).partition("/campaign")[2]

    def _registrations(self):
        return self.env["event.registration"].search([("event_id", "=", self.event.id)])

    def test_opening_registers_nobody(self):
        page = self.url_open(self.url)
        self.assertEqual(page.status_code, 200)
        self.assertIn("Seminar", page.text)
        self.assertFalse(self._registrations())

    def test_the_page_tells_the_name_alone_and_is_kept_nowhere(self):
        self.anna.phone = "+49 170 5550199"
        page = self.url_open(self.url)
        self.assertIn('value="Anna"', page.text)
        for secret in ("anna@waves.example.com", "5550199"):
            self.assertNotIn(secret, page.text)
        for answer in (page, self.url_open(self.url + "0")):
            self.assertEqual(answer.headers["Cache-Control"], "no-store")
            self.assertEqual(answer.headers["Referrer-Policy"], "no-referrer")
            self.assertEqual(answer.headers["X-Robots-Tag"], "noindex")

    def test_without_an_address_typed_it_is_the_one_of_the_invitation(self):
        self._post(email="")
        self.assertEqual(self._registrations().email, "anna@waves.example.com")

    def test_who_has_no_address_types_one(self):
        self.anna.email = False
        self.assertIn("Please enter your e-mail address.", self._post(email="").text)
        self.assertFalse(self._registrations())

    def test_what_is_no_text_and_what_is_too_long(self):
        token = CSRF.search(self.url_open(self.url).text)[1]
        data = {"csrf_token": token, "email": "anna@home.example.com", "phone": "1" * 99}
        self.url_open(self.url, data=data, files={"name": ("n.txt", b"x")})
        registration = self._registrations()
        self.assertIn("n.txt", registration.name)
        self.assertEqual(registration.phone, "1" * 40)

    def test_without_a_token_of_the_session_nothing_is_taken(self):
        data = {"name": "Anna", "email": "anna@home.example.com"}
        with mute_logger("odoo.http"):
            answer = self.url_open(self.url, data=data)
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self._registrations())

    def _post(self, **values):
        token = CSRF.search(self.url_open(self.url).text)[1]
        data = {"csrf_token": token, "name": "Anna", "email": "anna@home.example.com", **values}
        return self.url_open(self.url, data=data)

    def test_one_click_registers_once(self):
        page = self._post()
        self.assertIn("You are registered", page.text)
        self.row._event_register({"name": "Anna", "email": "anna@home.example.com"})
        registration = self._registrations().ensure_one()
        self.assertEqual(registration.campaign_delivery_id.id, self.row.id)
        self.assertEqual(registration.utm_campaign_id, self.campaign)
        self.assertEqual(registration.email, "anna@home.example.com")
        self.assertEqual(registration.state, "open")

    def test_what_was_typed_is_kept_when_something_is_wrong(self):
        page = self._post(email="nowhere", name="Anna Long")
        self.assertIn("Please enter your e-mail address.", page.text)
        self.assertIn("Anna Long", page.text)
        self.assertFalse(self._registrations())

    def test_a_full_event_says_so(self):
        self.event.write({"seats_limited": True, "seats_max": 1})
        self.env["event.registration"].create({"event_id": self.event.id, "name": "First"})
        self.assertIn("The registration is closed.", self.url_open(self.url).text)

    def test_other_links_lead_nowhere(self):
        other = self._row(self.wave, self.bert)
        wrong = self.url.replace(f"/{self.row.id}/", f"/{other.id}/")
        self.assertEqual(self.url_open(wrong).status_code, 404)
        self.assertEqual(self.url_open(self.url + "0").status_code, 404)
        self.event.write({"date_begin": "2020-01-01 09:00:00", "date_end": "2020-01-01 13:00:00"})
        ended = self.env["crm.campaign.delivery"]._event_url(self.row.id, self.event)
        page = self.url_open("/campaign" + ended.partition("/campaign")[2])
        self.assertEqual(page.status_code, 410)
        self.assertIn("has ended", page.text)

    def test_names_of_strangers_are_text(self):
        self.anna.name = "<script>alert(1)</script>"
        self.assertNotIn("<script>alert(1)", self.url_open(self.url).text)
