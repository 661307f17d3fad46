import re
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import HttpCase, JsonRpcException, tagged
from odoo.tools import consteq

from odoo.addons.crm_customer_insight.tools.signed_link import split_token
from odoo.addons.mail.tests.common import MailCase

from .common_portal import PageMixin, PortalCase

MIXIN = "odoo.addons.crm_service_levels.models.crm_service_guest_mixin"


@tagged("post_install", "-at_install")
class TestPortalGuest(PageMixin, MailCase, PortalCase, HttpCase):
    """SVC-T: the link of one request for people without log-in."""

    def setUp(self):
        super().setUp()
        self.url = self._url()
        self.env.flush_all()

    def _url(self, request=None):
        link = (request or self.request)._guest_url()
        return link.removeprefix(self.request.get_base_url())

    def _closed(self, url):
        page = self.url_open(url)
        self.assertIn("does not work any more", page.text)
        self.assertNotIn("Pump does not start", page.text)
        self.assertNotIn(self.request.number, page.text)
        return page

    def test_a_guest_sees_his_request_and_nothing_else(self):
        order = self.env["sale.order"].create({"partner_id": self.anna.id, "state": "sale"})
        self.request.sale_order_id = order
        page = self.url_open(self.url)
        self.assertIn("Pump does not start", page.text)
        self.assertIn(order.name, page.text)
        self.assertNotIn(f"/my/orders/{order.id}", page.text)
        self.assertNotIn("/my/assets/", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertIn("noindex", page.headers["X-Robots-Tag"])

    def test_a_guest_writes_closes_reopens_and_rates(self):
        self._send(self.url, f"{self.url}/answer", text="From the guest")
        message = self.request.message_ids.filtered(lambda one: one.message_type == "comment")
        self.assertEqual((len(message), message.author_id), (1, self.anna))
        self._send(self.url, f"{self.url}/close")
        self.assertEqual(self.request.state, "closed")
        self._send(self.url, f"{self.url}/reopen", text="Not yet")
        self.assertEqual(self.request.state, "open")
        self.request.action_solve()
        sent = self._send(self.url, f"{self.url}/rate", points=4)
        self.assertEqual(sent.status_code, 200)
        self.assertIn("/feedback/", sent.url)
        self.assertTrue(self.request.feedback_answer_ids)

    def test_a_guest_who_is_no_contact_yet(self):
        request = self._request(partner_id=False, email_from="Eve <eve@else.example.com>")
        url = self._url(request)
        self._send(url, f"{url}/answer", text="It is me")
        message = request.message_ids.filtered(lambda one: one.message_type == "comment")
        self.assertFalse(message.author_id)
        self.assertIn("It is me", self.url_open(url).text)
        request.partner_id = self.bert
        self.assertIn("Pump does not start", self.url_open(url).text)

    def test_files_of_a_guest(self):
        shown = self._say("See", files=[("plan.txt", b"plan")]).attachment_ids
        hidden = self._say("Note", files=[("secret.txt", b"secret")], subtype="mail.mt_note")
        self.assertEqual(self.url_open(f"{self.url}/file/{shown.id}").content, b"plan")
        for file in (hidden.attachment_ids, self.manual):
            self.assertEqual(self.url_open(f"{self.url}/file/{file.id}").status_code, 404)

    def test_a_link_ends(self):
        now = fields.Datetime.now()
        token = self.url.rsplit("/", 1)[1]
        self.assertEqual(
            split_token(token)[0] // 60,
            int((now + timedelta(days=30) - fields.Datetime.to_datetime("1970-01-01"))
                .total_seconds()) // 60,
        )  # fmt: skip
        later = now + timedelta(days=30, seconds=60)
        with patch(f"{MIXIN}.fields.Datetime.now", return_value=later):
            found, expired = self.env["crm.service.request"]._by_guest_token(self.request.id, token)
        self.assertEqual((found, expired), (self.request, True))

    def test_an_ended_link_shows_the_way_to_a_new_one(self):
        old = fields.Datetime.now() - timedelta(days=31)
        with patch(f"{MIXIN}.fields.Datetime.now", return_value=old):
            url = self._url()
        page = self._closed(url)
        self.assertIn('action="/service/link"', page.text)
        for path in ("/collection", "/file/1", "/label/1"):
            self._closed(url + path)

    def test_nobody_lengthens_a_link(self):
        expires, signature = split_token(self.url.rsplit("/", 1)[1])
        self._closed(f"/service/{self.request.id}/{expires + 86400}-{signature}")

    def test_links_of_others_and_nonsense_look_the_same(self):
        other = self._request(partner_id=self.bert.id, name="Of Beta")
        token = self.url.rsplit("/", 1)[1]
        texts = set()
        for path in (
            f"/service/{other.id}/{token}",
            f"/service/{other.id + 1000}/{token}",
            f"/service/{self.request.id}/nonsense",
            f"/service/{self.request.id}/{'9' * 200}",
            f"/service/{self.request.id}/1-ä",
        ):
            page = self._closed(path)
            shown = page.text.split('id="wrap"')[1].split("</main>")[0]
            texts.add(re.sub(r'name="csrf_token" value="[^"]*"', "", shown))
        self.assertEqual(len(texts), 1)

    def test_signatures_are_compared_in_constant_time(self):
        requests = self.env["crm.service.request"]
        token = self.url.rsplit("/", 1)[1]
        for number in (self.request.id, self.request.id + 1000):
            with patch(f"{MIXIN}.consteq", wraps=consteq) as compared:
                requests._by_guest_token(number, token)
            compared.assert_called_once()

    def test_links_are_revoked(self):
        self.request.with_user(self.rita).action_guest_revoke()
        self._closed(self.url)
        self.assertIn("Pump does not start", self.url_open(self._url()).text)

    def test_a_corrected_customer_voids_the_links_of_the_wrong_one(self):
        self.request.partner_id = self.bert
        self._closed(self.url)

    def test_a_team_may_give_out_no_links(self):
        self.team.guest_days = 0
        self.assertEqual(self.request._guest_url(), "")
        self._closed(self.url)

    def test_an_archived_request_is_on_no_page(self):
        self.request.active = False
        self._closed(self.url)

    def test_a_merged_request_goes_on_only_for_the_same_customer(self):
        target = self._request(name="Goes on")
        self.request._merge_into(target)
        self.assertIn("Goes on", self.url_open(self.url).text)
        other = self._request(name="Of Beta", partner_id=self.bert.id)
        target.merged_into_id = other
        self.assertNotIn("Of Beta", self.url_open(self.url).text)

    def test_merged_requests_of_two_unknown_senders_stay_apart(self):
        mine, other, again = (
            self._request(name=name, partner_id=False, email_from=email)
            for name, email in (
                ("Mine", "eve@else.example.com"),
                ("Of Mallory", "mallory@else.example.com"),
                ("Mine again", "Eve <EVE@else.example.com>"),
            )
        )
        mine.merged_into_id = other
        self.assertEqual(mine._portal_current(), mine)
        mine.merged_into_id = again
        self.assertEqual(mine._portal_current(), again)

    # Mails

    def test_the_button_of_our_mails_is_a_link_that_ends(self):
        self.request.message_subscribe(self.anna.ids)
        self.anna_user.active = False
        with self.mock_mail_gateway():
            self._say("We look at it", partner_ids=self.anna.ids)
        mails = self._mails.__iter__()
        body = next(mail["body"] for mail in mails if "anna@acme" in str(mail["email_to"]))
        link = re.search(r'href="([^"]*/service/\d+/[^"]+)"', body).group(1)
        self.assertNotIn("access_token", body)
        path = link.removeprefix(self.request.get_base_url())
        self.assertIn("We look at it", self.url_open(path).text)
        self.assertFalse(self.request.access_token)

    def test_portal_users_get_their_own_page_in_mails(self):
        with self.mock_mail_gateway():
            self._say("We look at it", partner_ids=self.anna.ids)
        body = self._mails[0]["body"]
        self.assertIn(f"/my/requests/{self.request.id}", body)
        self.assertNotIn("/service/", body)

    def test_the_receipt_of_an_unknown_sender_carries_the_link(self):
        request = self._request(partner_id=False, email_from="eve@else.example.com")
        request.team_id.alias_name = "portal-guest-service"
        with self.mock_mail_gateway():
            request._service_acknowledge()
            body = self._new_mails.body_html
        self.assertRegex(body, rf"/service/{request.id}/\d+-[0-9a-f]{{64}}")
        self.assertNotIn("/service/", request.message_ids[0].body)

    def test_a_new_link_goes_to_the_known_address_only(self):
        answers = set()
        for email, number in (
            ("anna@acme.example.com", self.request.number),
            ("anna@acme.example.com", ""),
            ("anna@acme.example.com", "R999999"),
            ("nobody@else.example.com", self.request.number),
        ):
            with self.mock_mail_gateway():
                sent = self._send("/service/link", "/service/link", email=email, number=number)
                known = email.startswith("anna") and number != "R999999"
                self.assertEqual(len(self._new_mails), int(known))
            if known:
                self.assertEqual(self._new_mails.email_to, "anna@acme.example.com")
                self.assertFalse(self._new_mails.res_id)
                self.assertRegex(self._new_mails.body_html, rf"/service/{self.request.id}/")
            answers.add(re.search(r'<p role="status">(.*?)</p>', sent.text).group(1))
        self.assertEqual(len(answers), 1)

    def test_new_links_are_not_asked_for_without_end(self):
        with self.mock_mail_gateway():
            for _time in range(5):
                self._send("/service/link", "/service/link", email="anna@acme.example.com")
            self.assertEqual(len(self._new_mails), 3)

    def test_staff_mail_a_link(self):
        with self.mock_mail_gateway():
            self.request.with_user(self.rita).action_guest_send()
            self.assertEqual(self._new_mails.email_to, "anna@acme.example.com")

    # Doors that stay closed

    def test_no_token_of_the_portal_mixin_opens_the_conversation(self):
        self.request.sudo().write({"access_token": "a" * 36})
        secret = self._say("Secret note", subtype="mail.mt_note")
        for extra in ({"token": "a" * 36}, {"hash": "", "pid": self.anna.id}, {}):
            for path, params in (
                ("/portal/chatter_init", {}),
                ("/mail/chatter_fetch", {}),
            ):
                try:
                    got = self.make_jsonrpc_request(
                        path,
                        {
                            "thread_model": "crm.service.request",
                            "thread_id": self.request.id,
                            **params,
                            **extra,
                        },
                    )
                except JsonRpcException as error:  # refusing is as good as an empty answer
                    got = str(error)
                self.assertNotIn("Pump does not start", str(got))
                self.assertNotIn("Secret note", str(got))
        self.assertTrue(secret)
        self.assertEqual(self.request.get_portal_url(), f"/my/requests/{self.request.id}")
        self.assertEqual(self.request._portal_ensure_token(), "")
