import base64

from odoo import http
from odoo.tests import HttpCase, tagged

URL = "/service/request"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestRequestForm(HttpCase):
    """SVC-L1: visitors open requests by a form; robots and strangers learn and break nothing."""

    def setUp(self):
        super().setUp()
        self.requests = self.env["crm.service.request"]
        self.before = self.requests.search([])
        self.kind = self.env.ref("crm_service_levels.type_usage")

    def _send(self, files=None, **more):
        values = {
            "name": "Pump",
            "description": "It <b>stopped</b>",
            "email": "eve@form.example.com",
            "contact": "Eve",
            "type_id": str(self.kind.id),
            "csrf_token": http.Request.csrf_token(self),
            **more,
        }
        response = self.url_open(URL, data=values, files=files)
        self.env.invalidate_all()
        return response, self.requests.search([]) - self.before

    def setup_session(self):
        self.authenticate(None, None)

    def test_the_form_shows_published_types_only(self):
        self.env.ref("crm_service_levels.type_breakdown").portal_published = False
        page = self.url_open(URL).text
        self.assertIn(f'value="{self.kind.id}"', page)
        hidden = self.env.ref("crm_service_levels.type_breakdown")
        self.assertNotIn(f'<option value="{hidden.id}"', page)

    def test_a_visitor_gets_his_number(self):
        self.setup_session()
        response, request = self._send()
        self.assertEqual(len(request), 1)
        self.assertIn(request.number, response.text)
        self.assertEqual((request.type_id, request.channel_id.code), (self.kind, "web"))
        self.assertEqual(request.email_from, "eve@form.example.com")
        self.assertIn("&lt;b&gt;", request.description)
        self.assertFalse(request.partner_id)

    def test_a_known_address_finds_its_contact(self):
        self.setup_session()
        eve = self.env["res.partner"].create({"name": "Eve", "email": "eve@form.example.com"})
        _response, request = self._send()
        self.assertEqual(request.partner_id, eve)

    def test_robots_get_nowhere(self):
        self.setup_session()
        response, request = self._send(website_url="http://spam.example.com")
        self.assertEqual((response.status_code, len(request)), (200, 0))

    def test_without_token_nothing_happens(self):
        self.setup_session()
        response, request = self._send(csrf_token="")
        self.assertEqual((response.status_code, len(request)), (400, 0))

    def test_what_is_missing_is_told_and_nothing_is_lost(self):
        self.setup_session()
        response, request = self._send(email="nobody", name="My very own pump")
        self.assertFalse(request)
        self.assertIn("Enter your e-mail address", response.text)
        self.assertIn("My very own pump", response.text)

    def test_types_that_are_not_published_and_long_texts_are_refused(self):
        self.setup_session()
        self.kind.portal_published = False
        self.assertFalse(self._send()[1])
        self.assertFalse(self._send(type_id="", description="x" * 10_001)[1])

    def test_ten_requests_an_hour(self):
        self.setup_session()
        values = {"name": "x", "email_from": "eve@form.example.com"}
        self.requests.create([dict(values) for _n in range(10)])
        self.before = self.requests.search([])
        response, request = self._send()
        self.assertFalse(request)
        self.assertIn("try again in an hour", response.text)

    def test_files_come_with_the_request(self):
        self.setup_session()
        _response, request = self._send(files=[("files", ("pump.png", PNG, "image/png"))])
        self.assertEqual(request.message_ids.attachment_ids.mapped("name"), ["pump.png"])
        self.assertEqual(request.message_ids.attachment_ids.raw, PNG)

    def test_files_beyond_the_limits_are_refused_and_the_text_is_kept(self):
        self.setup_session()
        refused = {
            "not taken": [("files", ("run.exe", b"MZ", "image/jpeg"))],
            "“run.pdf” is no PDF file": [("files", ("run.pdf", b"MZ\x90", "application/pdf"))],
            "“page.png” is no PNG file": [("files", ("page.png", b"<script>", "image/png"))],
            "is empty": [("files", ("none.pdf", b"", "application/pdf"))],
            "at most": [("files", (f"{n}.txt", b"x", "text/plain")) for n in range(200)],
        }
        for words, files in refused.items():
            response, request = self._send(files=files, name="My very own pump")
            self.assertFalse(request)
            self.assertIn(words, response.text)
            self.assertIn("My very own pump", response.text)
