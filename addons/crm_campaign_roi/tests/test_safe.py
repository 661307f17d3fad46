"""Doubts about waves and answers, each with its test (ROI-1, ROI-2)."""

from datetime import timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .common_campaign import MODULE, CampaignCase
from .common_waves import DAY, NOW, WaveCase


@tagged("post_install", "-at_install")
class TestRetry(WaveCase):
    """Mails that failed for a passing reason are sent again, the others are not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.campaign.audience_ids.member_ids.filtered("lead_id").unlink()
        cls.wave = cls._wave()
        cls.wave.with_user(cls.mara).action_start()
        cls.wave.sudo()._run(NOW)
        cls.mailing = cls.wave.mailing_ids

    def _trace(self, person, status, failure=False):
        mail = self.env["mail.mail"].create({"subject": "Spring", "state": "exception"})
        return self.env["mailing.trace"].create(
            {
                "mass_mailing_id": self.mailing.id,
                "model": "res.partner",
                "res_id": person.id,
                "trace_status": status,
                "failure_type": failure,
                "mail_mail_id": mail.id if status == "error" else False,
            }
        )

    def _failed(self):
        self._trace(self.anna, "sent")
        server = self._trace(self.bert, "error", "mail_smtp")
        address = self._trace(self.carl, "error", "mail_email_invalid")
        with self._at(NOW):
            self.wave._take_traces()
        return server, address

    def test_only_passing_failures_are_sent_again(self):
        server, address = self._failed()
        mail = server.mail_mail_id
        self.assertEqual((self.wave.failed_count, self.wave.retry_count), (2, 1))
        self.wave.with_user(self.mara).action_retry()
        self.assertFalse(server.exists() or mail.exists())
        self.assertTrue(address.exists())
        states = {
            person.name: self._row(self.wave, person).state
            for person in self.anna | self.bert | self.carl
        }
        self.assertEqual(states, {"Anna": "sent", "Bert": "new", "Carl": "failed"})
        self._run(self.wave)
        self.assertEqual(self._row(self.wave, self.bert).state, "planned")
        remaining = self.mailing._get_remaining_recipients()
        self.assertIn(self.bert.id, remaining)
        self.assertFalse({self.anna.id, self.carl.id} & set(remaining))

    def test_who_denied_meanwhile_gets_none(self):
        self._failed()
        self.env["crm.contact.permission"].search(
            [("partner_id", "=", self.bert.id)]
        ).state = "denied"
        self.wave.with_user(self.mara).action_retry()
        self._run(self.wave)
        row = self._row(self.wave, self.bert)
        self.assertEqual((row.state, row.reason), ("left_out", "denied"))

    def test_a_wave_that_is_done_runs_again(self):
        self._failed()
        self.wave.delivery_ids.filtered(lambda row: row.state == "planned").write(
            {"state": "sent", "res_id": 1}
        )
        self.wave._finish(NOW)
        self.assertEqual(self.wave.state, "done")
        for name in ("action_start", "action_resume"):
            with self.assertRaises(UserError):
                getattr(self.wave.with_user(self.mara), name)()
        self.wave.with_user(self.mara).action_retry()
        self.assertEqual(self.wave.state, "running")

    def test_there_must_be_somebody(self):
        with self.assertRaisesRegex(UserError, "passing reason"):
            self.wave.with_user(self.mara).action_retry()
        self._failed()
        self.campaign._set_phase("finished")
        with self.assertRaisesRegex(UserError, "does not run"):
            self.wave.with_user(self.mara).action_retry()


@tagged("post_install", "-at_install")
class TestLeadsWithoutContact(WaveCase):
    """Leads are asked by their address: blacklist, and what a contact with it said."""

    def _reason(self, method="mail", **values):
        wave = self._wave(method=method, **values)
        self._start(wave)
        self._run(wave)
        row = self._row(wave, self.lead)
        return row.state, row.reason

    def test_nothing_speaks_against_it(self):
        self.assertEqual(self._reason(), ("planned", False))

    def test_a_channel_that_needs_permission(self):
        """Nobody with the address has granted mails; letters need no permission."""
        self.namesake.active = False
        self.namesake.email = "somebody@waves.example.com"
        self.lead.write({"street": "Pond street 1", "city": "Berlin"})
        self.assertEqual(self._reason(), ("left_out", "no_permission"))
        self.assertEqual(self._reason("letter"), ("sent", False))

    def test_the_box_on_a_web_form_is_a_permission(self):
        self.namesake.email = "somebody@waves.example.com"
        form = self.env["crm.campaign.form"].create(
            {"name": "Pond", "campaign_id": self.campaign.id}
        )
        answer = self.env["crm.campaign.form.answer"].create(
            {
                "form_id": form.id,
                "lead_id": self.lead.id,
                "email_normalized": "gustav@waves.example.com",
                "consented": True,
            }
        )
        self.assertEqual(self._reason(), ("left_out", "no_permission"), "anybody can type it")
        letter = self._wave("Letter", method="letter")
        self._start(letter)
        self._run(letter)
        answer.delivery_id = self._row(letter, self.lead)
        self.assertEqual(self._reason(), ("planned", False))
        answer.consented = False
        self.assertEqual(self._reason(), ("left_out", "no_permission"))

    def test_who_was_left_out_for_want_of_permission_and_what_to_do(self):
        self.namesake.email = "somebody@waves.example.com"
        self.carl.email = False
        wave = self._wave()
        self._start(wave)
        self._run(wave)
        self.assertIn(
            "Record what the lead allowed, or send a letter", self._row(wave, self.lead).advice
        )
        fritz = self._row(wave, self.fritz)
        self.assertEqual(fritz.reason, "no_permission")
        self.assertEqual(fritz.advice, "Record the permission on the contact once it is given.")
        self.assertFalse(self._row(wave, self.carl).advice, "without an address")
        self.assertFalse(self._row(wave, self.anna).advice, "gets it")

    def test_pressure_counts_what_the_lead_got(self):
        """One mail a week; one was sent two days ago: five days are beyond three of patience."""
        self.env["crm.contact.pressure.rule"].create(
            {"name": "One a week", "max_contacts": 1, "window_days": 7}
        )
        self.env["crm.touchpoint"].create(
            {
                "lead_id": self.lead.id,
                "date": NOW - 2 * DAY,
                "direction": "out",
                "channel_id": self.email.id,
                "kind": "mailing",
                "event": "sent",
                "res_model": "crm.lead",
                "res_id": self.lead.id,
            }
        )
        self.env.flush_all()
        self.assertEqual(self._reason(), ("left_out", "pressure"))
        wave = self._wave("Patient", patience_days=5)
        self._start(wave)
        self._run(wave)
        self.assertEqual(self._row(wave, self.lead).due_at, NOW + 5 * DAY)

    def test_a_campaign_that_comes_first_wants_the_lead(self):
        """It writes at 18:00 of the 2nd: we write at 18:00 of the 3rd."""
        rival = self._campaign("Rival", priority="1")
        rival.audience_ids = self._members("Rival", (), self.lead)
        self._run_campaign(rival)
        first = self._wave("Rival", rival, date_planned=NOW + timedelta(hours=6))
        wave = self._wave()
        self._start(first, wave)
        self._run(first)
        self._run(wave)
        row = self._row(wave, self.lead)
        self.assertEqual((row.reason, row.due_at), ("other_campaign", NOW + timedelta(hours=30)))

    def test_the_address_is_on_the_blacklist(self):
        self.env["mail.blacklist"]._add("gustav@waves.example.com")
        self.assertEqual(self._reason(), ("left_out", "blacklisted"))

    def test_a_contact_with_the_address_denied_mails(self):
        """He is nobody's target; his word counts for his address."""
        gustav = self.env["res.partner"].create(
            {"name": "Gustav", "email": "Gustav@waves.example.com"}
        )
        self._permit(gustav, state="denied")
        self.assertEqual(self._reason(), ("left_out", "denied"))

    def test_a_contact_with_the_number_denied_calls(self):
        number = "+33123459937"
        self.lead.write({"phone": number, "country_id": self.env.ref("base.fr").id})
        gustav = self.env["res.partner"].create({"name": "Gustav", "phone": number})
        self._permit(gustav, self.phone, state="denied")
        self.env["crm.contact.number"]._drain()
        self.env.flush_all()
        self.assertEqual(self._reason("task", channel_id=self.phone.id), ("left_out", "denied"))

    def test_no_address_and_archived(self):
        self.lead.email_from = False
        self.assertEqual(self._reason(), ("left_out", "no_address"))
        self.lead.active = False
        self.assertEqual(self._reason(), ("left_out", "archived"))


@tagged("post_install", "-at_install")
class TestAnswers(CampaignCase):
    """A lead from a mail belongs to a campaign only if the mail answers one of its mails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mailing = cls.env["mailing.mailing"].create(
            {
                "subject": "Spring",
                "campaign_id": cls.campaign.id,
                "mailing_model_id": cls.env["ir.model"]._get_id("res.partner"),
            }
        )
        cls.trace = cls.env["mailing.trace"].create(
            {
                "mass_mailing_id": cls.mailing.id,
                "model": "res.partner",
                "res_id": cls.env.user.partner_id.id,
                "message_id": "<spring-1@example.com>",
            }
        )
        cls.env["mail.alias.domain"].search([], limit=1) or cls.env["mail.alias.domain"].create(
            {"name": "campaigns.example.com"}
        )
        cls.alias = cls.env["mail.alias"].create(
            {
                "alias_name": "spring",
                "alias_model_id": cls.env["ir.model"]._get_id("crm.lead"),
                "alias_domain_id": cls.env["mail.alias.domain"].search([], limit=1).id,
            }
        )

    def _mail(self, headers="", to=None):
        """The lead of a mail to the sender's alias, as Odoo's gateway makes it."""
        TestAnswers.number = getattr(TestAnswers, "number", 0) + 1
        text = (
            f"From: Ann <ann@answers.example.com>\nTo: {to or self.alias.alias_full_name}\n"
            f"Subject: Pumps\nMessage-Id: <in-{self.number}@answers.example.com>\n{headers}\n\nHi"
        )
        before = self.env["crm.lead"].search([]).ids
        with patch.object(IrMail_Server, "send_email", lambda *args, **kwargs: "x"):
            self.env["mail.thread"].message_process("crm.lead", text)
        return self.env["crm.lead"].search([("id", "not in", before)])

    def _log(self, lead):
        links = self.env["crm.campaign.link"].search(
            [("res_model", "=", "crm.lead"), ("res_id", "=", lead.id)]
        )
        return [(link.campaign_id.title, link.how) for link in links]

    def test_by_references_and_by_in_reply_to(self):
        for header in ("References", "In-Reply-To"):
            lead = self._mail(f"{header}: <spring-1@example.com>")
            self.assertEqual(lead.campaign_id, self.campaign, header)
            self.assertEqual(self._log(lead), [("Spring", "answer")])

    def test_a_mail_of_ones_own_accord_is_no_answer(self):
        lead = self._mail()
        self.assertFalse(lead.campaign_id)
        self.assertEqual(self._log(lead), [])

    def test_the_answer_to_another_mail_is_none(self):
        lead = self._mail("References: <order-7@example.com>")
        self.assertEqual((len(lead), lead.campaign_id.id), (1, False))

    def test_a_test_mail_is_none(self):
        self.trace.is_test_trace = True
        lead = self._mail("References: <spring-1@example.com>")
        self.assertEqual(self._log(lead), [("Spring", "hand")] if lead.campaign_id else [])

    def test_the_campaign_that_was_answered_counts(self):
        """Not that to which the address is set; without an answer the address says it, no answer"""
        other = self._campaign("Autumn")
        self.alias.alias_defaults = repr({"campaign_id": other.id})
        lead = self._mail("References: <spring-1@example.com>")
        self.assertEqual(self._log(lead), [("Spring", "answer")])
        self.assertEqual(self._log(self._mail()), [("Autumn", "hand")])


@tagged("post_install", "-at_install")
class TestApproverMenu(CampaignCase):
    """Approvers without a role in campaigns find what waits for them in a menu."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rita = cls._user("rita_menu", "base.group_user")
        cls.rolf = cls._user("rolf_menu", "base.group_user")
        cls.menu = cls.env.ref(f"{MODULE}.menu_campaign_approvals")
        cls.env["crm.campaign.approval.rule"].search([]).active = False
        step = {"user_id": cls.rita.id, "substitute_id": cls.rolf.id}
        cls.rule = (
            cls.env["crm.campaign.approval.rule"]
            .with_user(cls.ada)
            .create({"name": "All", "step_ids": [Command.create(step)]})
        )
        kind = cls.env["crm.campaign.cost.kind"].create({"name": "Fees"})
        cls.campaign.budget_ids = [Command.create({"kind_id": kind.id, "amount": 10})]
        cls.campaign.with_user(cls.mara).action_apply()

    def _menus(self, user):
        """Menus of campaigns as the client gets them."""
        root = self.env.ref(f"{MODULE}.menu_campaign_root")
        found = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        return found.get(root.id, {}).get("children")

    def test_who_is_named_sees_the_menu_and_nothing_else(self):
        for user in self.rita | self.rolf:
            self.assertEqual(self._menus(user), self.menu.ids, user.login)
        self.assertIsNone(self._menus(self.emma))
        self.assertIn(self.menu.id, self._menus(self.mara))
        self.assertGreater(len(self._menus(self.mara)), 5)

    def test_the_menu_shows_what_waits_for_him(self):
        """Its action opens with the filter, by which approver and substitute find it."""
        action = self.env.ref(f"{MODULE}.action_crm_campaign_approval")
        self.assertIn("search_default_filter_mine", action.context)
        for user, count in ((self.rita, 1), (self.rolf, 1), (self.emma, 0)):
            view = self.env.ref(f"{MODULE}.crm_campaign_approval_view_search")
            arch = self.env["crm.campaign.approval"].with_user(user).get_view(view.id)["arch"]
            self.assertIn("filter_mine", arch)
            domain = [
                ("state", "=", "waiting"),
                "|",
                ("approver_id", "=", user.id),
                ("substitute_id", "=", user.id),
            ]
            found = self.env["crm.campaign.approval"].with_user(user).search(domain)
            self.assertEqual(len(found), count, user.login)
        found = self.env["crm.campaign.approval"].with_user(self.rita).search([])
        views = found.get_views([(False, "form"), (False, "list")])["views"]
        self.assertEqual(set(views), {"form", "list"})
        found.web_read({"campaign_id": {"fields": {"display_name": {}}}, "amount": {}})
        found.action_approve()
        self.assertEqual(self.campaign.phase, "approved")

    def test_customers_never_become_employees_by_it(self):
        portal = new_test_user(self.env, "portal_menu", groups="base.group_portal")
        self.rule.with_user(self.ada).step_ids.substitute_id = portal
        self.assertFalse(portal.has_group("base.group_user"))

    def test_it_brings_no_right(self):
        with self.assertRaises(AccessError):
            self.campaign.with_user(self.rita).action_cancel()
        self.assertFalse(self.env["crm.campaign.budget"].with_user(self.rita).has_access("read"))


@tagged("post_install", "-at_install")
class TestBadInput(WaveCase):
    """What goes wrong in practice: loops, repeats, formulas, scripts (issue: bad input)."""

    def test_sub_campaigns_cannot_go_in_a_circle(self):
        child = self._campaign("Child", parent_id=self.campaign.id)
        grandchild = self._campaign("Grandchild", parent_id=child.id)
        for parent in (self.campaign, child, grandchild):
            with self.assertRaisesRegex(UserError, "part of itself"):
                self.campaign.parent_id = parent

    def test_waves_cannot_go_in_a_circle_over_three(self):
        first = self._wave("One")
        second = self._wave("Two", after_wave_id=first.id)
        third = self._wave("Three", after_wave_id=second.id)
        for wave in (first, second, third):
            with self.assertRaisesRegex(UserError, "cannot come after itself"):
                first.after_wave_id = wave

    def test_a_response_group_cannot_lead_back(self):
        """The third wave's group is no audience of the first wave: it would come after itself."""
        first = self._wave("One")
        second = self._wave("Two", after_wave_id=first.id)
        third = self._wave("Three", after_wave_id=second.id)
        kind = self.env["crm.campaign.response.kind"].search([], limit=1)
        group = self.env["crm.campaign.response.group"].create(
            {
                "name": "Did",
                "campaign_id": self.campaign.id,
                "wave_id": third.id,
                "any_kind_ids": kind.ids,
            }
        )
        for wave in (first, second, third):
            with self.assertRaises(UserError):
                wave.response_group_id = group
                self.env.flush_all()

    def test_one_person_three_times_under_two_companies(self):
        """Same address at two employers and privately: one target, two duplicates, one letter."""
        employers = self.env["res.partner"].create(
            [{"name": name, "is_company": True} for name in ("Acme", "Bolt")]
        )
        parents = [employers[0].id, employers[1].id, False]
        same = self.env["res.partner"].create(
            [
                {"name": "Zoe", "email": "Zoe@Same.example.com", "parent_id": parent}
                for parent in parents
            ]
        )
        self._permit(same)
        campaign = self._campaign("Same", audience_ids=self._members("Same", same).ids)
        self._run_campaign(campaign)
        wave = self._wave("Mail", campaign)
        self._start(wave)
        self._run(wave)
        self.assertEqual((campaign.target_count, campaign.duplicate_count), (1, 2))
        self.assertEqual(wave.delivery_ids.partner_id, same[0])
        self.assertEqual(campaign.target_ids.mapped("duplicate_by").count("email_normalized"), 2)

    def test_scripts_are_taken_out_of_texts(self):
        bad = '<p>Hi<script>alert(1)</script><a href="javascript:x" onclick="x()">y</a></p>'
        wave = self._wave(body_html=bad, block_ids=[Command.create({"body_html": bad})])
        plan = self.env["crm.marketing.plan"].create({"name": "P", "summary": bad})
        competitor = self.env["crm.competitor"].create({"name": "R", "battle_card": bad})
        form = self.env["crm.campaign.form"].create(
            {"name": "F", "campaign_id": self.campaign.id, "intro": bad, "thanks": bad}
        )
        self.campaign.brief = bad
        for text in (
            wave.body_html,
            wave.block_ids.body_html,
            plan.summary,
            competitor.battle_card,
            form.intro,
            form.thanks,
            self.campaign.brief,
        ):
            self.assertIn("Hi", text)
            for word in ("script", "onclick", "alert"):
                self.assertNotIn(word, text)

    def test_what_a_person_says_is_text_not_markup(self):
        """A name with markup stands in a letter as it was typed."""
        self.anna.name = "<img src=x onerror=alert(1)>"
        wave = self._wave(body_html='<p>Dear <t t-out="object.name"/></p>')
        [(_subject, text)] = wave._personal_texts("", "res.partner", self.anna.ids).values()
        self.assertIn("&lt;img", text)
        self.assertNotIn("<img", text)

    def test_phases_and_states_are_not_moved_by_context(self):
        """The marks of our methods cannot be named from outside."""
        campaign, wave = self._campaign("Draft"), self._wave()
        for context in ({"campaign_phase": "running"}, {"campaign_phase": True}):
            with self.assertRaises(UserError):
                campaign.with_context(**context).with_user(self.mara).phase = "running"
        with self.assertRaises(UserError):
            wave.with_context(wave_move=True).with_user(self.mara).state = "done"

    def test_others_do_not_rename_or_take_over_a_campaign_that_runs(self):
        """Odoo lets every employee write campaigns; whose it is says with whose rights it asks."""
        for values in ({"title": "Mine"}, {"user_id": self.emma.id}, {"active": False}):
            with self.assertRaises(AccessError):
                self.campaign.with_user(self.emma).write(values)
        draft = self.env["utm.campaign"].with_user(self.emma).create({"title": "By a lead"})
        draft.title = "Mine"
        self.assertEqual(draft.title, "Mine")
