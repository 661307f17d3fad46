import base64
import re
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.tests import HttpCase, tagged

from .common_voice import VoiceCase

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestVoicePages(VoiceCase, HttpCase):
    """SVC-F: pages without log-in; what strangers, scanners and impatient people do to them."""

    def setUp(self):
        super().setUp()
        self.invitation = self._invited()
        self.url = f"/feedback/{self.invitation.id}/{self.invitation._token()}"
        self.env.flush_all()

    def _save(self, url=None, **given):
        values = {f"q{self[name].id}": value for name, value in given.items()}
        return self.make_jsonrpc_request(f"{url or self.url}/save", {"given": values})

    def __getitem__(self, name):
        return getattr(self, name)

    def _state(self):
        self.invitation.invalidate_recordset()
        return self.invitation.state

    def test_opening_a_link_changes_nothing(self):
        """Scanners open every link, also the ones of the first question."""
        before = self.invitation.read()[0]
        for link in ("", f"?q{self.solution.id}=1", f"?q{self.solution.id}=5"):
            page = self.url_open(self.url + link)
            self.assertEqual(page.status_code, 200)
        self.assertEqual(self.url_open(self.url, method="HEAD").status_code, 200)
        self.invitation.invalidate_recordset()
        self.assertEqual(self.invitation.read()[0], before)
        self.assertFalse(self.invitation.answer_ids)

    def test_the_tapped_answer_is_chosen_on_the_page(self):
        page = self.url_open(f"{self.url}?q{self.solution.id}=4").text
        self.assertRegex(page, r'value="4"[^>]*checked')
        self.assertIn(f'data-tapped="{self.solution.id}"', page)
        odd = self.url_open(f"{self.url}?q{self.solution.id}=99&q1=%3Cscript%3E").text
        self.assertNotIn("<script>%", odd)
        self.assertIn('data-tapped=""', odd)

    def test_each_tap_is_saved_and_can_be_corrected(self):
        self.assertEqual(self._save(solution=2), {"saved": True})
        self.assertEqual(self._save(solution="5"), {"saved": True})
        self.assertEqual(self._save(words="<b>Fine</b>"), {"saved": True})
        self.assertEqual(self._state(), "partial")
        answer = self.invitation.answer_ids
        self.assertEqual((answer.csat, answer.comment), (5, "<b>Fine</b>"))
        self.assertEqual(len(answer.line_ids), 2)
        page = self.url_open(self.url).text
        self.assertNotIn("<b>Fine</b>", page)
        self.assertIn("&lt;b&gt;Fine&lt;/b&gt;", page)

    def test_one_tap_in_the_mail_counts_when_a_person_is_there(self):
        """In a real browser: an automated one saves nothing, the first touch saves the tap."""
        wait = "new Promise((resolve) => setTimeout(resolve, {}))"
        code = f"""(async () => {{
            await {wait.format(2500)};
            const state = document.querySelector(".o_feedback_state");
            if (state.textContent) throw new Error("saved although nobody was there");
            const touch = () => document.querySelector(".o_feedback h1").dispatchEvent(
                new PointerEvent("pointerdown", {{ bubbles: true }}));
            for (let i = 0; i < 80 && !state.textContent; i++) {{
                touch();
                await {wait.format(100)};
            }}
            if (!state.textContent.includes("Saved")) throw new Error("not saved");
            console.log("test successful");
        }})()"""
        url = f"{self.url}?q{self.solution.id}=4"
        self.browser_js(url, code, "!!document.querySelector('.o_feedback_form')")
        self.assertEqual(self._state(), "partial")
        self.assertEqual(self.invitation.answer_ids.csat, 4)

    def _stop(self, invitation=None):
        """Press "Do not ask me again" on the page of the invitation."""
        invitation = invitation or self.invitation
        url = f"/feedback/{invitation.id}/{invitation._token()}"
        self.authenticate(None, None)
        page = self.url_open(url).text
        self.assertIn(f'action="{url}/stop"', page)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        return self.url_open(f"{url}/stop", data={"csrf_token": token})

    def test_who_does_not_want_to_be_asked_says_so_himself(self):
        """SVC-F: opt-out by a button; what else was open for him is closed and never reminded."""
        other, theirs = self._invited(), self._invited(self._solved(partner_id=self.acme.id))
        given = self._answered({self.solution: 5})
        self.env.flush_all()
        self.assertEqual(self.url_open(f"{self.url}/stop").status_code, 405)  # a scanner: GET
        self.anna.invalidate_recordset()
        self.assertFalse(self.anna.feedback_opt_out)
        self.assertIn("do not ask you again", self._stop().text)
        self.env.invalidate_all()
        self.assertTrue(self.anna.feedback_opt_out)
        self.assertIn("by his own page", self.anna.message_ids[0].body)
        self.assertEqual((self.invitation | other).mapped("state"), ["cancelled"] * 2)
        self.assertNotIn("5", other.request_id._levels_open())
        self.assertEqual((theirs.state, given.csat), ("draft", 5))
        self.assertNotIn("/stop", self.url_open(self.url).text)

    def test_who_has_answered_can_still_opt_out(self):
        self.invitation._save({self.solution.id: 5}, done=True)
        self.env.flush_all()
        self._stop()
        self.env.invalidate_all()
        self.assertTrue(self.anna.feedback_opt_out)
        self.assertEqual(self.invitation.state, "answered")

    def test_a_foreign_token_opts_nobody_out(self):
        url = f"/feedback/{self.invitation.id}/{self._invited()._token()}/stop"
        page = self.url_open(self.url).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        self.env.flush_all()
        self.assertIn("does not work", self.url_open(url, data={"csrf_token": token}).text)
        self.anna.invalidate_recordset()
        self.assertFalse(self.anna.feedback_opt_out)

    def _submit(self, url, **given):
        self.authenticate(None, None)
        page = self.url_open(url).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', page).group(1)
        values = {f"q{self[name].id}": value for name, value in given.items()}
        return self.url_open(url, data={"csrf_token": token, **values})

    def test_the_form_works_without_scripts_and_only_once(self):
        page = self._submit(self.url, solution=5, recommend=9, words="Good")
        self.assertIn("Thank you", page.text)
        self.assertEqual(self._state(), "answered")
        self.assertEqual(self._save(solution=1), {"saved": False})
        self.assertEqual(self.invitation.answer_ids.csat, 5)
        self.assertIn("Thank you", self.url_open(self.url).text)

    def test_guessed_and_foreign_tokens(self):
        other = self._invited()
        guesses = ("x", "0" * 64, other._token(), self.invitation._token()[:-1])
        for token in guesses:
            url = f"/feedback/{self.invitation.id}/{token}"
            self.assertIn("does not work", self.url_open(url).text)
            self.assertEqual(self._save(url, solution=5), {"saved": False})
        for record_id in (0, 2_000_000_000, 99_999_999_999):
            page = self.url_open(f"/feedback/{record_id}/{self.invitation._token()}")
            self.assertNotIn('csrf_token" value', page.text)
        self.assertEqual(self._state(), "draft")

    def test_renewed_and_expired_addresses(self):
        self.invitation.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.env.flush_all()
        self.assertIn("closed", self.url_open(self.url).text)
        self.assertEqual(self._save(solution=5), {"saved": False})
        self.invitation.expires_at = fields.Datetime.now() + timedelta(days=1)
        self.invitation._renew_token()
        self.env.flush_all()
        self.assertIn("does not work", self.url_open(self.url).text)

    def test_too_many_saves_and_too_large_ones(self):
        self.assertEqual(self._save(words="x" * 1_100_000), {"saved": False})
        self.invitation.saves = 200
        self.env.flush_all()
        self.assertEqual(self._save(solution=5), {"saved": False})

    def test_questions_of_others_are_not_taken(self):
        foreign = self.env.ref("crm_service_levels.feedback_scheme_desk").aspect_ids[0]
        answer = self.make_jsonrpc_request(f"{self.url}/save", {"given": {f"q{foreign.id}": 5}})
        self.assertTrue(answer["saved"])
        self.assertFalse(self.invitation.answer_ids.line_ids)

    def test_signature_on_the_work_order(self):
        self.invitation.source = "signature"
        self.env.flush_all()
        self.assertIn("portal.signature_form", self.url_open(self.url).text)
        self._save(solution=5)
        sign = f"{self.url}/sign"
        missing = self.make_jsonrpc_request(sign, {"name": "", "signature": PIXEL})
        self.assertIn("error", missing)
        done = self.make_jsonrpc_request(sign, {"name": "Anna", "signature": PIXEL})
        self.assertEqual(done, {"force_refresh": True})
        self.assertEqual(self._state(), "answered")
        answer = self.invitation.answer_ids
        self.assertEqual((answer.signed_by, answer.csat), ("Anna", 5))
        self.assertEqual(answer.signature_id.res_id, self.invitation.request_id.id)
        self.assertTrue(answer.signed_on)

    def test_desk_of_a_branch(self):
        desk = self.env["crm.feedback.desk"].create(
            {
                "name": "Counter",
                "scheme_id": self.scheme.id,
                "team_id": self.team.id,
                "hourly_limit": 2,
            }
        )
        kind, _comma, image = desk.qr_url.partition(",")
        self.assertEqual(kind, "data:image/svg+xml;base64")
        squares = etree.fromstring(base64.b64decode(image)).iter("{*}rect")
        # black runs of modules of an address with a token
        self.assertGreater(len(list(squares)), 200)
        before = desk.qr_url
        url = f"/feedback/desk/{desk.id}/{desk._token()}"
        for points in (5, 1, 3):
            page = self._submit(url, solution=points)
            self.assertIn("Next visitor", page.text)
        self.assertEqual(sorted(desk.answer_ids.mapped("csat")), [1, 5])
        self.assertEqual(desk.answer_ids.loop_ids.user_id, self.leo)
        desk.action_new_address()
        self.assertNotEqual(desk.qr_url, before)
        self.env.flush_all()
        self.assertIn("does not work", self.url_open(url).text)
