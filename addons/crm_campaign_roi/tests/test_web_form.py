"""Web forms of campaigns: pages, personal links, leads, permission (ROI-1)."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields, http
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MockEmail

from .common_waves import NOW, WaveCase

TYPED = {"name": "Zoe", "email": "Zoe@Pond.example.com", "message": "Two, please"}


class FormCase(WaveCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.form = cls._form()
        cls.yes, cls.no = cls.form.choice_ids

    @classmethod
    def _form(cls, **values):
        kinds = {
            code: cls.env.ref(f"crm_campaign_roi.response_kind_{code}").id
            for code in ("registered", "answered_low")
        }
        return cls.env["crm.campaign.form"].create(
            {
                "name": "Spring fair",
                "campaign_id": cls.campaign.id,
                "consent": "Write to me about offers",
                "choice_ids": [
                    fields.Command.create(
                        {"name": "I come", "response_kind_id": kinds["registered"]}
                    ),
                    fields.Command.create(
                        {
                            "name": "Not for me",
                            "response_kind_id": kinds["answered_low"],
                            "make_lead": False,
                        }
                    ),
                ],
                **values,
            }
        )

    def _take(self, choice=None, delivery=None, **typed):
        answers = self.env["crm.campaign.form.answer"]
        values = dict.fromkeys(("name", "email", "phone", "company", "message"), "")
        values |= {"choice": self.yes if choice is None else choice, "consent": False, **typed}
        none = self.env["crm.campaign.delivery"]
        return answers._take(self.form, values, delivery if delivery is not None else none)

    def _responses(self):
        self.env["crm.touchpoint"]._fill("campaign_form")
        self.env["crm.campaign.response"]._fill(self.campaign)
        rows = self.env["crm.campaign.response"].search([("campaign_id", "=", self.campaign.id)])
        return sorted((row.kind_id.code, row.partner_id.name or "") for row in rows)


@tagged("post_install", "-at_install")
class TestWebForm(FormCase, MockEmail):
    def _sent(self, **values):
        """The wave to everybody, with Anna's delivery."""
        wave = self._wave(form_id=self.form.id, body_html="<p>Come: [[form]]</p>", **values)
        self._start(wave)
        self._run(wave)
        return wave, self._row(wave, self.anna)

    # -- answers -------------------------------------------------------------------------------

    def test_a_stranger_becomes_a_lead_of_the_campaign(self):
        answer = self._take(**TYPED, phone="030 1234567", company="Pond Inc.")
        lead = answer.lead_id
        self.assertEqual(lead.campaign_id, self.campaign)
        self.assertEqual(
            (lead.name, lead.contact_name, lead.partner_name, lead.email_from),
            ("Spring fair: Zoe", "Zoe", "Pond Inc.", "zoe@pond.example.com"),
        )
        self.assertIn("Two, please", lead.description)
        self.assertFalse(lead.partner_id, "an address that was typed proves nothing")
        link = self.env["crm.campaign.link"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)]
        )
        self.assertEqual((link.how, link.reason), ("answer", "Spring fair"))

    def test_a_choice_without_a_lead(self):
        self.assertFalse(self._take(self.no, **TYPED).lead_id)
        self.form = self._form(choice_ids=False, make_lead=False)
        answer = self._take(self.form.choice_ids, **TYPED)
        self.assertFalse(answer.lead_id)
        self.form.make_lead = True
        self.assertTrue(self._take(self.form.choice_ids, **TYPED).lead_id)

    def test_who_is_known_by_his_link_responds_in_person(self):
        _wave, row = self._sent()
        row.sent_at, row.state = NOW, "sent"
        answer = self._take(delivery=row)
        self.assertEqual((answer.partner_id, answer.name), (self.anna, "Anna"))
        self.assertEqual(answer.lead_id.partner_id, self.anna)
        self._take(**TYPED)
        self.assertEqual(
            [row for row in self._responses() if row[0] == "registered"],
            [("registered", "Anna")],
            "Zoe is no target of the campaign",
        )

    def test_the_second_answer_by_one_link_takes_the_place_of_the_first(self):
        _wave, row = self._sent()
        first = self._take(delivery=row)
        self.assertIn(("registered", "Anna"), self._responses())
        second = self._take(self.no, delivery=row)
        self.assertEqual(first, second)
        self.assertEqual(second.choice_id, self.no)
        leads = self.env["crm.lead"].search([("partner_id", "=", self.anna.id)])
        self.assertEqual(leads, first.lead_id, "one lead, with a note about the second answer")
        self.assertIn("Not for me", leads.message_ids[0].body)
        found = self._responses()
        self.assertIn(("answered_low", "Anna"), found)
        self.assertNotIn(("registered", "Anna"), found)

    def test_sending_the_same_again_adds_no_note(self):
        _wave, row = self._sent()
        lead = self._take(delivery=row, message="Two").lead_id
        notes = len(lead.message_ids)
        answer = self._take(delivery=row, message="Two")
        self.assertEqual((len(lead.message_ids), answer.times), (notes, 2))
        self._take(delivery=row, message="Three")
        self.assertEqual((len(lead.message_ids), answer.times), (notes + 1, 3))

    def test_a_personal_link_is_counted_by_the_hour(self):
        _wave, row = self._sent()
        answer = self._take(delivery=row)
        answer.times = 9
        self.assertFalse(answer._too_many_by_link(self.form, row))
        answer.times = 10
        self.assertTrue(answer._too_many_by_link(self.form, row))
        answer.times_since -= timedelta(minutes=61)
        self.assertFalse(answer._too_many_by_link(self.form, row))
        self.assertEqual(self._take(delivery=row).times, 1)

    def test_an_open_lead_of_the_campaign_takes_the_answer(self):
        lead = self.env["crm.lead"].create(
            {"name": "Old", "partner_id": self.anna.id, "campaign_id": self.campaign.id}
        )
        _wave, row = self._sent()
        self.assertEqual(self._take(delivery=row).lead_id, lead)
        mine = self._row(row.wave_id, self.lead)
        self.assertEqual(self._take(delivery=mine).lead_id, self.lead)

    def test_permission_by_who_is_known_only(self):
        _wave, row = self._sent()
        permissions = self.env["crm.contact.permission"]
        anna = [("partner_id", "=", self.anna.id), ("channel_id", "=", self.email.id)]
        before = permissions.search(anna)
        answer = self._take(delivery=row, consent=True)
        now = permissions.search(anna)
        self.assertNotEqual(now.origin_note, before.origin_note if before != now else "")
        self.assertEqual(
            (now.state, now.origin, now.origin_note),
            ("granted", "form", "Spring fair: Write to me about offers"),
        )
        self.assertTrue(answer.consented)
        count = permissions.search_count([])
        typed = {**TYPED, "email": "anna@waves.example.com", "consent": True}
        self.assertEqual(self._take(**typed).consent, "Write to me about offers")
        self.assertEqual(permissions.search_count([]), count, "anybody can type her address")

    def test_problems_are_named_by_field(self):
        answers = self.env["crm.campaign.form.answer"]
        none = self.env["crm.campaign.delivery"]
        typed = dict.fromkeys(("name", "email", "phone", "company", "message"), "")
        self.form.ask_phone = "required"
        self.assertEqual(
            set(answers._problems(self.form, typed, none)), {"name", "email", "phone", "choice"}
        )
        typed |= {"name": "Zoe", "email": "nobody", "phone": "1", "choice": self.yes}
        self.assertEqual(set(answers._problems(self.form, typed, none)), {"email"})
        typed |= {"name": "", "email": ""}
        _wave, row = self._sent()
        self.assertFalse(answers._problems(self.form, typed, row), "a recipient is known")

    # -- addresses -----------------------------------------------------------------------------

    def test_addresses_cannot_be_guessed_or_carried_over(self):
        form, token = self.form, self.form._token()
        forms = self.env["crm.campaign.form"]
        self.assertEqual(forms._by_token(form.id, token), form)
        self.assertFalse(forms._by_token(form.id, token[:-1] + ("0" if token[-1] != "0" else "1")))
        self.assertFalse(forms._by_token(self._form().id, token))
        self.assertFalse(forms._by_token(0, token))
        form.with_user(self.mara).action_renew()
        self.assertFalse(forms._by_token(form.id, token))

    def test_personal_links_are_signed_and_end(self):
        _wave, row = self._sent()
        today = fields.Date.today()
        link = self.form._personal(row.id, today)
        self.assertEqual(self.form._by_personal(link), row)
        other = self._row(row.wave_id, self.bert)
        forged = link.replace(f"{row.id}-", f"{other.id}-", 1)
        self.assertFalse(self.form._by_personal(forged))
        longer = link.replace(str(today.toordinal()), str(today.toordinal() + 9))
        self.assertFalse(self.form._by_personal(longer))
        self.assertFalse(self._form()._by_personal(link))
        past = self.form._personal(row.id, today - timedelta(days=1))
        self.assertFalse(self.form._by_personal(past))
        for text in ("", "1-2", "x-1-y", f"{row.id}-99999999999-x", "1-9999999-x"):
            self.assertFalse(self.form._by_personal(text), text)

    def test_mails_carry_a_personal_link(self):
        wave, row = self._sent()
        self.form.button = "Yes & no"
        texts = wave._places("res.partner", [self.anna.id, self.env.user.partner_id.id])
        [url] = self.form._personal_urls(row).values()
        self.assertEqual(
            texts[self.anna.id]["form"], f'<a href="{url}">Yes &amp; no</a>', "his own link"
        )
        self.assertIn(f'"{self.form.url}"', texts[self.env.user.partner_id.id]["form"])

    def test_a_mailing_puts_it_in(self):
        wave, row = self._sent()
        mailing = wave.mailing_ids.filtered(lambda one: one.mailing_model_real == "res.partner")
        with self._at(NOW), self.mock_mail_gateway():
            mailing._action_send_mail()
        [mail] = [one for one in self._mails if "Anna" in str(one["email_to"])]
        [url] = self.form._personal_urls(row).values()
        self.assertIn(f'<a href="{url}"', mail["body"])

    def test_letters_show_a_code_to_scan(self):
        with patch.object(type(self.env["crm.campaign.wave"]), "_make_letters", lambda *a: True):
            wave, _row = self._sent(method="letter")
        text = wave._places("res.partner", self.anna.ids)[self.anna.id]["form"]
        self.assertIn("data:image/png;base64,", text)

    def test_links_of_many_recipients_cost_no_more_queries(self):
        wave, _row = self._sent()
        wave._places("res.partner", self.people.ids)
        counts = []
        for ids in (self.anna.ids, self.people.ids):
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            wave._places("res.partner", ids)
            counts.append(self.env.cr.sql_log_count - start)
        self.assertEqual(*counts)

    # -- setting up ----------------------------------------------------------------------------

    def test_a_wave_leads_to_a_form_of_its_campaign(self):
        other = self._campaign("Other")
        with self.assertRaisesRegex(ValidationError, "another campaign"):
            self._wave(campaign=other, form_id=self.form.id)
        wave = self._wave(method="link", form_id=self.form.id)
        self.assertFalse(wave._missing())
        wave.form_id = False
        self.assertEqual(wave._missing(), ["It has no address to lead to."])

    def test_a_link_wave_leads_to_the_form(self):
        wave = self._wave(method="link", form_id=self.form.id)
        self._start(wave)
        self.assertEqual(wave.link_id.url, self.form.url)

    def test_a_copied_campaign_has_forms_of_its_own(self):
        self._wave(form_id=self.form.id)
        copy = self.campaign.copy()
        form = copy.form_ids.ensure_one()
        self.assertNotEqual(form, self.form)
        self.assertEqual(copy.wave_ids.form_id, form)
        self.assertEqual(form.choice_ids.mapped("name"), ["I come", "Not for me"])
        self.assertNotEqual(form._token(), self.form._token())

    def test_when_it_is_open(self):
        self.assertTrue(self.form._is_open())
        self.form.date_end = fields.Date.today() - timedelta(days=1)
        self.assertFalse(self.form._is_open())
        self.form.date_end = fields.Date.today()
        self.assertTrue(self.form._is_open())
        self.campaign._set_phase("cancelled")
        self.assertFalse(self.form._is_open())

    def test_a_form_that_was_answered_stays(self):
        self._take(**TYPED)
        with self.assertRaisesRegex(UserError, "Archive the form"):
            self.form.unlink()

    # -- people --------------------------------------------------------------------------------

    def test_who_may(self):
        answer = self._take(**TYPED)
        answer.lead_id.user_id = self.sam
        self.assertTrue(answer.with_user(self.sam).has_access("read"))
        answer.lead_id.user_id = self.mara
        self.assertFalse(answer.with_user(self.sam).has_access("read"))
        self.assertTrue(answer.with_user(self.cara).has_access("read"))
        for user in (self.sam, self.cara, self.emma):
            with self.assertRaises(AccessError):
                self.form.with_user(user).action_renew()
        with self.assertRaises(AccessError):
            answer.with_user(self.mara).write({"name": "X"})
        with self.assertRaises(AccessError):
            self.form.with_user(self.mara).read(["nonce"])

    def test_another_company_sees_nothing(self):
        self._take(**TYPED)
        self.campaign.company_id = self.company
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = new_test_user(
            self.env,
            "otto_form",
            groups="crm_campaign_roi.group_campaign_user",
            company_id=other.id,
            company_ids=[fields.Command.set(other.ids)],
        )
        for model in ("crm.campaign.form", "crm.campaign.form.choice", "crm.campaign.form.answer"):
            self.assertFalse(self.env[model].with_user(user).search([]), model)

    def test_networks_are_forgotten(self):
        answer = self._take(**TYPED)
        answer.write({"network": "hash", "date": fields.Datetime.now() - timedelta(hours=25)})
        fresh = self._take(**TYPED)
        fresh.network = "hash"
        self.env["crm.campaign.form.answer"]._gc_networks()
        self.assertFalse(answer.network)
        self.assertEqual(fresh.network, "hash")


@tagged("post_install", "-at_install")
class TestWebFormPage(HttpCase, FormCase):
    def setUp(self):
        super().setUp()
        self.authenticate(None, None)

    def _post(self, path, **typed):
        data = {**TYPED, "choice": self.yes.id, **typed}
        data["csrf_token"] = http.Request.csrf_token(self)
        return self.url_open(path, data=data)

    def _answers(self):
        return self.env["crm.campaign.form.answer"].search([("form_id", "=", self.form.id)])

    def test_looking_changes_nothing_and_sending_does(self):
        page = self.url_open(self.form._path())
        self.assertEqual(page.status_code, 200)
        self.assertIn("Spring fair", page.text)
        self.assertEqual(page.headers["Cache-Control"], "no-store")
        self.assertFalse(self._answers())
        self.assertIn("Thank you", self._post(self.form._path()).text)
        self.assertEqual(self._answers().email_normalized, "zoe@pond.example.com")
        self.assertEqual(self._answers().lead_id.campaign_id, self.campaign)

    def test_what_was_typed_stays_when_something_is_wrong(self):
        page = self._post(self.form._path(), email="nobody").text
        self.assertIn("This is no e-mail address.", page)
        self.assertIn("Two, please", page)
        self.assertFalse(self._answers())
        page = self._post(self.form._path(), name="<script>alert(1)</script>", email="").text
        self.assertNotIn("<script>alert(1)", page)

    def test_a_personal_page_knows_its_reader(self):
        wave = self._wave(form_id=self.form.id, body_html="<p>[[form]]</p>")
        self._start(wave)
        self._run(wave)
        row = self._row(wave, self.anna)
        path = f"{self.form._path()}/{self.form._personal(row.id, fields.Date.today())}"
        page = self.url_open(path).text
        self.assertIn("<strong>Anna</strong>", page)
        self._post(path, name="", email="")
        self.assertEqual(self._answers().partner_id, self.anna)
        # a wrong personal part is everybody's page: it tells nothing
        self.assertNotIn("<strong>", self.url_open(path[:-3] + "abc").text)

    def test_wrong_and_closed_addresses(self):
        wrong = self.url_open(f"/campaign/form/{self.form.id}/nothing").text
        self.assertIn("This address does not work", wrong)
        self.assertEqual(wrong.count("Spring fair"), 0)
        with self.assertNoLogs("odoo.http", "ERROR"):
            for token in ("%C3%A9", "%D9%A3-1-x"):
                page = self.url_open(f"/campaign/form/{self.form.id}/{token}")
                self.assertEqual(page.status_code, 200)
                self.assertIn("This address does not work", page.text)
                # a wrong personal part is everybody's page
                page = self.url_open(f"{self.form._path()}/{token}")
                self.assertEqual(page.status_code, 200)
                self.assertIn("Spring fair", page.text)
            page = self.url_open(f"{self.form._path()}/1-{fields.Date.today().toordinal()}-%C3%A9")
            self.assertEqual(page.status_code, 200)
        self.form.date_end = fields.Date.today() - timedelta(days=1)
        self.assertIn("This form is closed", self.url_open(self.form._path()).text)
        self.assertIn("This form is closed", self._post(self.form._path()).text)
        self.assertFalse(self._answers())

    def test_robots_and_floods(self):
        self.assertIn("Thank you", self._post(self.form._path(), homepage="http://x").text)
        self.assertFalse(self._answers())
        for _again in range(30):
            self.assertIn("Thank you", self._post(self.form._path()).text)
        page = self._post(self.form._path(), message="Do not lose me").text
        self.assertIn("Too many answers", page)
        self.assertIn("Do not lose me", page)
        self.assertEqual(len(self._answers()), 30)

    def test_a_link_that_was_passed_on_floods_nobody(self):
        """Ten times within an hour; what was typed at the eleventh stays on the page."""
        wave = self._wave(form_id=self.form.id, body_html="<p>[[form]]</p>")
        self._start(wave)
        self._run(wave)
        row = self._row(wave, self.anna)
        path = f"{self.form._path()}/{self.form._personal(row.id, fields.Date.today())}"
        for number in range(10):
            self.assertIn("Thank you", self._post(path, message=f"Word {number}").text)
        page = self._post(path, message="Do not lose me").text
        self.assertIn("by your personal link", page)
        self.assertIn("Do not lose me", page)
        self.assertEqual(self._answers().message, "Word 9")
        notes = self._answers().lead_id.message_ids.filtered(lambda one: "Word" in one.body)
        self.assertEqual(len(notes), 9, "the first one made the lead")

    def test_without_a_token_of_the_session_nothing_is_taken(self):
        with mute_logger("odoo.http"):
            answer = self.url_open(self.form._path(), data={**TYPED, "choice": self.yes.id})
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self._answers())
