from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..tools.feedback import drawn
from .common_voice import VoiceCase


@tagged("post_install", "-at_install")
class TestVoiceScheme(VoiceCase):
    """SVC-L5: questions, their weights and scales; an answered scheme is a fact."""

    def test_score_is_weighted(self):
        answer = self._answered({self.solution: 5, self.speed: "3", self.recommend: 8})
        # (2 × 1 + 1 × 0.5 + 1 × 0.8) ÷ 4 = 82.5 %
        self.assertAlmostEqual(answer.score, 82.5)
        self.assertEqual(answer.nps_group, "passive")
        # perceived 5 where 4 was expected; the other questions have no expectation
        self.assertAlmostEqual(answer.ratio, 1.25)
        self.assertEqual(answer.csat, 5)

    def test_nothing_rated_is_no_score(self):
        answer = self._answered({self.words: "Hello"})
        self.assertFalse(answer.has_score)
        self.assertFalse(answer.nps_group)
        self.assertFalse(answer.request_id.satisfaction_text)

    def test_answers_that_were_not_offered_are_left_out(self):
        answer = self._answered(
            {self.solution: 6, self.speed: 4, self.recommend: "x", self.words: "Fine"}
        )
        self.assertEqual(answer.line_ids.aspect_id, self.words)

    def test_an_answered_scheme_is_copied_not_changed(self):
        answer = self._answered({self.solution: 4})
        for change in (
            lambda: self.scheme.write({"name": "Other"}),
            lambda: self.solution.write({"weight": 9}),
            lambda: self.speed.option_ids[0].write({"points": 9}),
            self.speed.unlink,
            lambda: self.solution.copy({"scheme_id": self.scheme.id}),
        ):
            with self.assertRaises(UserError):
                change()
        new = self.scheme.browse(self.scheme.action_new_version()["res_id"])
        self.assertEqual((new.version, self.scheme.active), (2, False))
        self.assertEqual(self.scheme.replaced_by_id, new)
        self.assertEqual(len(new.aspect_ids.option_ids), 3)
        new.aspect_ids[0].weight = 9
        self.assertEqual(answer.line_ids.aspect_id, self.solution)
        self.assertEqual(self.solution.weight, 2)

    def test_more_than_four_questions_warn(self):
        self.assertFalse(self.scheme.too_many)
        self.scheme.aspect_ids = [self._aspect("Fifth", "csat")]
        self.assertTrue(self.scheme.too_many)

    def test_closest_scheme_is_asked(self):
        """Type and team before type, before team, before all; nobody else's company."""
        find = self.env["crm.feedback.scheme"]._for_request
        by_type = self.scheme.copy({"team_id": False})
        by_team = self.scheme.copy({"type_id": False})
        rest = self.scheme.copy({"team_id": False, "type_id": False, "sequence": -2})
        request = self._request(team_id=self.team.id)
        self.assertEqual(find(request), self.scheme)
        self.scheme.active = False
        self.assertEqual(find(request), by_type)
        request.type_id = self.complaint
        self.assertEqual(find(request), by_team)
        by_team.company_id = self.env["res.company"].create({"name": "Other"})
        self.assertEqual(find(request), rest)

    def test_everybody_is_asked_in_his_language(self):
        self.env["res.lang"]._activate_lang("de_DE")
        self.scheme.with_context(lang="de_DE").name = "Wie war es?"
        self.speed.option_ids[0].with_context(lang="de_DE").name = "Schnell"
        self.solution.with_context(lang="de_DE").name = "Zufrieden?"
        self.anna.lang = "de_DE"
        invitation = self._invited()
        invitation._send()
        mail = self.env["mail.mail"].search([("model", "=", invitation._name)], limit=1)
        self.assertIn("Wie war es?", mail.subject)
        self.assertIn("Zufrieden?", mail.body_html)
        answer = invitation._save({self.speed.id: 5}, done=True)
        self.assertEqual(answer.lang, "de_DE")


@tagged("post_install", "-at_install")
class TestVoiceRequest(VoiceCase):
    """SVC-L5 on the request: level, satisfaction, loop, ledger, themes."""

    def test_level_five_begins_and_ends(self):
        request = self._solved()
        invitation = self._invited(request)
        self.assertIn("5", request._levels_open())
        self.assertEqual((request.level_highest, request.satisfaction), ("5", "asked"))
        invitation._save({self.solution.id: 5})
        self.assertIn("5", request._levels_open())
        invitation._save({self.recommend.id: 10}, done=True)
        self.assertNotIn("5", request._levels_open())
        self.assertEqual((request.satisfaction, request.satisfaction_text), ("good", "100 %"))

    def test_first_tap_counts_even_if_nothing_follows(self):
        answer = self._answered({self.solution: 1}, done=False)
        self.assertEqual((answer.invitation_id.state, answer.score), ("partial", 0))
        self.assertFalse(answer.loop_ids)
        with freeze_time(answer.date + timedelta(hours=2)):
            self._job(self.env["crm.feedback.answer"]._settle_idle)
        self.assertTrue(answer.settled)
        self.assertFalse(answer.complete)
        self.assertEqual(answer.loop_ids.state, "open")

    def test_unanswered_invitation_expires(self):
        invitation = self._invited()
        with freeze_time(invitation.expires_at + timedelta(seconds=1)):
            self.assertFalse(invitation._save({self.solution.id: 5}))
            self._job(self.env["crm.feedback.invitation"]._expire_due)
        self.assertEqual(invitation.state, "expired")
        self.assertEqual(invitation.request_id.satisfaction, "unknown")
        self.assertNotIn("5", invitation.request_id._levels_open())

    def test_detractor_opens_a_loop_with_a_deadline(self):
        answer = self._answered({self.recommend: 3, self.words: "Too slow and expensive"})
        loop = answer.loop_ids
        self.assertEqual((loop.user_id, loop.state), (self.rita, "open"))
        self.assertEqual(loop.deadline, fields.Date.today() + timedelta(days=2))
        self.assertEqual(loop.activity_ids.user_id, self.rita)
        self.assertEqual(loop.activity_ids.date_deadline, loop.deadline)
        mine = loop.with_user(self.rita)
        mine.action_contacted()
        with self.assertRaises(UserError):
            mine.action_won()
        mine.note = "Called, gets a voucher"
        mine.action_won()
        self.assertEqual(loop.state, "won")
        self.assertFalse(loop.activity_ids)
        self.assertTrue(loop.closed_on)

    def test_satisfied_customers_open_no_loop(self):
        self.assertFalse(self._answered({self.recommend: 9, self.solution: 5}).loop_ids)

    def test_late_loops_are_found(self):
        loop = self._answered({self.recommend: 0}).loop_ids
        late = [("is_late", "=", True), ("id", "=", loop.id)]
        self.assertFalse(loop.search(late))
        loop.deadline = fields.Date.today() - timedelta(days=1)
        self.assertEqual(loop.search(late), loop)
        self.assertTrue(loop.is_late)

    def test_ledger_has_question_and_answer(self):
        invitation = self._invited()
        invitation._send()
        invitation._save({self.solution.id: 5}, done=True)
        rows = self.env["crm.touchpoint"].search(
            [("res_model", "=", invitation._name), ("res_id", "=", invitation.id)], order="id"
        )
        self.assertEqual(
            rows.mapped(lambda row: (row.event, row.direction, row.partner_id)),
            [("asked", "out", self.anna), ("answered", "in", self.anna)],
        )

    def test_words_are_grouped_by_several_themes(self):
        answer = self._answered({self.words: "Very slow, and the prices! 价格太高"})
        names = {"Price", "Waiting and speed"}
        self.assertEqual(set(answer.theme_ids.mapped("name")), names)

    def test_ten_thousand_characters_and_html_stay_text(self):
        text = "<script>alert(1)</script>" + "好" * 10_000
        answer = self._answered({self.words: text})
        self.assertEqual(answer.comment, text[:10_000])

    def test_answer_keeps_what_was_true_then(self):
        answer = self._answered({self.solution: 4})
        self.assertEqual((answer.team_id, answer.type_id), (self.team, self.usage))
        answer.request_id.type_id = self.complaint
        self.assertEqual(answer.type_id, self.usage)

    def test_what_was_said_cannot_be_changed(self):
        answer = self._answered({self.solution: 1})
        with self.assertRaises(AccessError):
            answer.with_user(self.olga).score = 100
        answer.with_user(self.olga).is_suggestion = True
        self.assertTrue(answer.is_suggestion)

    def test_suggestion_reaches_product_design(self):
        product = self.env["product.product"].create({"name": "Pump"})
        answer = self._answered(
            {self.words: "I suggest a longer hose"}, self._solved(product_id=product.id)
        )
        answer.is_suggestion = True
        answer.with_user(self.olga).action_pass_to_design()
        self.assertEqual(answer.suggestion_state, "passed")
        self.assertEqual(product.product_tmpl_id.activity_ids.user_id, self.leo)

    def test_answers_follow_a_merge(self):
        answer = self._answered({self.solution: 5})
        target = self._request(team_id=self.team.id)
        answer.request_id._merge_into(target)
        self.assertEqual(answer.request_id, target)

    def test_employees_say_what_they_think(self):
        page = self.env["crm.feedback.invitation"].with_user(self.emma).action_give_feedback()
        own = self.env["crm.feedback.invitation"].search([("employee_id", "=", self.emma.id)])
        self.assertTrue(page["url"].endswith(own._token()))
        again = own.with_user(self.emma).action_give_feedback()
        self.assertEqual(page["url"], again["url"])
        words = own.scheme_id.aspect_ids[-1]
        answer = own._save({words.id: "They ask for spare parts"}, done=True)
        self.assertEqual(answer.source, "employee")
        self.assertFalse(answer.with_user(self.leo).search([("id", "=", answer.id)]))
        self.assertTrue(answer.with_user(self.ada).search([("id", "=", answer.id)]))


@tagged("post_install", "-at_install")
class TestVoiceInvite(VoiceCase):
    """SVC-F: who is invited, how often, and who never."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule = cls.env["crm.feedback.rule"].create(
            {
                "name": "All",
                "scheme_id": cls.scheme.id,
                "team_id": cls.team.id,
                "delay_hours": 0,
            }
        )

    def _contacts(self, count):
        return self.env["res.partner"].create(
            [{"name": f"C{i}", "email": f"c{i}@voice.example.com"} for i in range(count)]
        )

    def _many(self, count):
        contacts = self._contacts(count)
        requests = self.env["crm.service.request"].create(
            [
                {
                    "name": "x",
                    "partner_id": one.id,
                    "type_id": self.usage.id,
                    "team_id": self.team.id,
                }
                for one in contacts
            ]
        )
        requests.action_solve()
        return requests

    def test_solved_requests_are_invited_once(self):
        request = self._solved()
        invited = self.rule._invite()
        self.assertEqual((invited.request_id, invited.state), (request, "sent"))
        self.assertFalse(self.rule._invite())
        mail = self.env["mail.mail"].search([("model", "=", invited._name)], limit=1)
        self.assertIn(
            f"/feedback/{invited.id}/{invited._token()}?q{self.solution.id}=5", mail.body_html
        )

    def test_a_contact_is_not_asked_too_often(self):
        self._solved()
        self._solved()
        first = self.rule._invite()
        self.assertEqual(len(first), 1)
        self.assertFalse(self.rule._invite())
        with freeze_time(fields.Datetime.now() + timedelta(days=2)):
            self.rule.pause_days = 1
            self.assertEqual(len(self.rule._invite()), 1)

    def test_opt_out_and_blacklist_are_respected(self):
        self._solved()
        self.anna.feedback_opt_out = True
        self.assertFalse(self.rule._invite())
        self.anna.feedback_opt_out = False
        self.env["mail.blacklist"]._add(self.anna.email)
        self.assertFalse(self.rule._invite())

    def test_share_at_random_is_the_documented_draw(self):
        requests = self._many(40)
        self.rule.percent = 30
        seed = f"{self.rule.id} {self.rule.seed}"
        wanted = {one.id for one in requests if drawn(seed, one.id, 30)}
        self.assertEqual(set(self.rule._invite().request_id.ids), wanted)

    def test_tier_of_the_rule(self):
        request = self._solved()
        self.rule.tiers = "A, B"
        self.assertFalse(self.rule._invite())
        self.env["crm.customer.snapshot"].create(
            {
                "partner_id": self.acme.id,
                "company_id": self.company.id,
                "currency_id": self.company.currency_id.id,
                "month": fields.Date.today().replace(day=1),
                "date": fields.Date.today(),
                "is_current": True,
                "tier": "B",
            }
        )
        self.env.invalidate_all()
        self.rule.with_user(self.ada).action_invite_now()  # she sees no tiers
        self.assertEqual(self.rule.invitation_ids.request_id, request)

    def test_type_and_team_of_the_rule(self):
        fault = self._solved(type_id=self.fault.id)
        self.rule.write({"type_id": self.usage.id})
        self.assertFalse(self.rule._invite())
        self.rule.write({"type_id": self.fault.id})
        self.assertEqual(self.rule._invite().request_id, fault)

    def test_the_mail_says_how_to_opt_out(self):
        self._solved()
        invited = self.rule._invite()
        mail = self.env["mail.mail"].search([("model", "=", invited._name)], limit=1)
        self.assertIn(f"/feedback/{invited.id}/{invited._token()}#stop", mail.body_html)

    def test_reminder_once_and_never_after_an_answer(self):
        self._solved()
        invited = self.rule._invite()
        with freeze_time(invited.remind_at + timedelta(seconds=1)):
            self._job(self.env["crm.feedback.invitation"]._remind_due)
            self.assertEqual((invited.reminders, invited.remind_at), (1, False))
        invited._save({self.solution.id: 5})
        self.assertFalse(invited.remind_at)

    def test_invitation_for_an_invoice(self):
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)], limit=1
        ) or self.env["account.journal"].create(
            {"name": "Sales", "code": "VOI", "type": "sale", "company_id": self.company.id}
        )
        invoice = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "journal_id": journal.id,
                "partner_id": self.anna.id,
                "invoice_date": fields.Date.today(),
                "invoice_line_ids": [Command.create({"name": "Part", "price_unit": 10})],
            }
        )
        invoice.state = "posted"
        self.rule.write({"trigger": "invoice", "team_id": False})
        # who sets the rules up need not have rights in Invoicing
        self.rule.with_user(self.ada).action_invite_now()
        invited = self.rule.invitation_ids
        self.assertEqual((invited.invoice_id, invited.state), (invoice, "sent"))
        mail = self.env["mail.mail"].search([("model", "=", invited._name)], limit=1)
        self.assertIn("thank you for your order", mail.body_html)
        answer = invited._save({self.solution.id: 5}, done=True)
        self.assertEqual((answer.invoice_id, answer.partner_id), (invoice, self.anna))

    def test_invitation_for_an_order(self):
        """SVC-F: the touch point of buying has questions of its own, asked once after a while."""
        buying = self.scheme.copy({"name": "How was buying?", "type_id": False, "team_id": False})
        orders = self.env["sale.order"].create([{"partner_id": self.anna.id} for _n in range(2)])
        orders[0].action_confirm()
        self.rule.write(
            {"trigger": "order", "team_id": False, "scheme_id": buying.id, "delay_hours": 24}
        )
        self.rule.with_user(self.ada).action_invite_now()
        self.assertFalse(self.rule.invitation_ids)
        with freeze_time(fields.Datetime.now() + timedelta(hours=25)):
            self.rule.with_user(self.ada).action_invite_now()  # she has no rights in Sales
            invited = self.rule.invitation_ids
            self.assertEqual((invited.sale_order_id, invited.state), (orders[0], "sent"))
            self.rule.pause_days = 0
            self.rule.action_invite_now()
            self.assertEqual(self.rule.invitation_ids, invited)
            mail = self.env["mail.mail"].search([("model", "=", invited._name)], limit=1)
            self.assertIn("How was buying?", mail.subject)
            self.assertIn("thank you for your order", mail.body_html)
            answer = invited._save({buying.aspect_ids[0].id: 5}, done=True)
        self.assertEqual((answer.sale_order_id, answer.partner_id), (orders[0], self.anna))

    def test_call_back_list_has_phone_and_permission(self):
        self._solved()
        self.company.country_id = self.env.ref("base.fr")
        self.anna.phone = "+33 1 09 75 83 51"
        self.rule.by_phone = True
        invited = self.rule._invite()
        self.assertEqual(
            (invited.source, invited.state, invited.phone), ("officer", "draft", self.anna.phone)
        )
        self.assertEqual(invited.with_user(self.olga).may_call, "yes")
        page = invited.with_user(self.olga).action_enter()
        self.assertIn(invited._token(), page["url"])
        answer = invited._save({self.solution.id: 4}, done=True)
        self.assertEqual((answer.source, answer.officer_id), ("officer", self.olga))
        self.anna.feedback_opt_out = True
        invited.invalidate_recordset(["may_call"])
        self.assertEqual(invited.may_call, "no")

    def _queries(self, count):
        self._many(count)
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self.rule._invite()
        self.env.flush_all()
        return self.env.cr.sql_log_count - start

    def test_queries_do_not_grow_with_invitations_on_the_call_list(self):
        self.rule.by_phone = True
        self._queries(3)
        few = self._queries(3)
        self.assertLessEqual(self._queries(30), few + 5)
