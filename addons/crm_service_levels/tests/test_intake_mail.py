from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_intake import OURS, IntakeCase

MEGABYTE = 1024 * 1024


@tagged("post_install", "-at_install")
class TestIntakeMail(IntakeCase):
    """SVC-L1: mails become requests, and answers find theirs."""

    def test_a_mail_becomes_a_request(self):
        request = self.mail(Cc="Bob <bob@acme.example.com>")
        self.assertEqual(len(request), 1)
        self.assertEqual((request.name, request.partner_id), ("Pump", self.anna))
        self.assertEqual((request.team_id, request.state), (self.team, "new"))
        self.assertEqual(request.channel_id.code, "email")
        self.assertIn("does not start", request.description)
        self.assertIn("bob@acme.example.com", request.email_cc)
        self.assertTrue(request.awaiting_us)

    def test_the_date_of_the_mail_does_not_start_clocks(self):
        request = self.mail(Date="Fri, 01 Jan 2100 10:00:00 +0000")
        now = fields.Datetime.now()
        self.assertLessEqual(request.date_open, now)
        self.assertLessEqual(request.date_last_customer_message, now)
        incoming = request.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertLessEqual(incoming.date, now)

    def test_nobody_with_the_address_leaves_it_open(self):
        request = self.mail(sender="Nobody <nobody@elsewhere.example.org>")
        self.assertFalse(request.partner_id)
        self.assertEqual(request.email_normalized, "nobody@elsewhere.example.org")

    def test_two_customers_with_the_address_are_noted_not_guessed(self):
        twin = self.env["res.partner"].create({"name": "Beta", "email": self.anna.email})
        request = self.mail(sender="anna@acme.example.com")
        self.assertFalse(request.partner_id)
        self.assertIn("Several customers", self.notes(request))
        self.assertIn(f'data-oe-id="{twin.id}"', self.notes(request))
        incoming = request.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertFalse(incoming.author_id)

    def test_the_name_tells_who_of_two_it_is(self):
        twin = self.env["res.partner"].create({"name": "Beta Ltd", "email": self.anna.email})
        self.assertEqual(self.mail(sender="Beta Ltd <anna@acme.example.com>").partner_id, twin)

    def test_contacts_of_one_company_share_its_address(self):
        self.env["res.partner"].create(
            {"name": "Al", "parent_id": self.acme.id, "email": self.anna.email}
        )
        self.assertEqual(self.mail(sender="anna@acme.example.com").partner_id, self.acme)

    def test_the_type_follows_from_words_in_the_mail(self):
        self.fault.mail_keywords = "broken, 故障"
        self.assertEqual(self.mail(Subject="Pump is broken").type_id, self.fault)
        request = self.mail(Subject="水泵故障了")
        self.assertEqual(request.type_id, self.fault)
        self.assertIn("故障", self.notes(request))
        self.assertFalse(self.mail("Hello", Subject="Pump").type_id)

    def test_answers_find_their_request_by_reference(self):
        request = self.mail()
        first = request.message_ids.filtered(lambda m: m.message_type == "email")
        again = self.mail("More", In_Reply_To=first.message_id, References=first.message_id)
        self.assertFalse(again)
        self.assertIn("More", self.notes(request))

    def test_the_number_in_the_subject_needs_the_right_sender(self):
        request = self.mail(Cc="Bob <bob@other.example.com>")
        subject = f"Re: [{request.number}] Pump"
        self.assertFalse(self.mail("By Anna", Subject=subject))
        self.assertFalse(self.mail("By Bob", Subject=subject, sender="bob@other.example.com"))
        self.assertIn("By Bob", self.notes(request))
        stranger = self.mail("By Eve", Subject=subject, sender="eve@evil.example.com")
        self.assertEqual(len(stranger), 1)
        self.assertNotIn("By Eve", self.notes(request))

    def test_answers_to_a_merged_request_go_where_it_went(self):
        first, second = self.mail(), self.mail(Subject="Pump again")
        first.merged_into_id = second
        self.mail("Where now", Subject=f"Re: [{first.number}] Pump")
        self.assertIn("Where now", self.notes(second))

    def test_an_answer_reopens_a_closed_request(self):
        request = self.mail()
        request.action_solve()
        self.assertFalse(self.mail("Still broken", Subject=f"[{request.number}]"))
        self.assertEqual((request.state, request.reopen_count), ("open", 1))
        self.assertTrue(request.date_reopened)
        self.assertTrue(request.awaiting_us)

    def test_a_late_answer_opens_a_follow_up(self):
        self.team.reopen_days = 5
        request = self.mail()
        request.action_close()
        ended = fields.Datetime.now() - timedelta(days=6)
        request.write({"date_closed": ended, "date_solved": ended})
        first = request.message_ids.filtered(lambda m: m.message_type == "email")
        late = self.mail("Again", References=first.message_id, Subject="Re: Pump")
        self.assertEqual(late.followed_up_id, request)
        self.assertEqual((late.partner_id, late.team_id), (self.anna, self.team))
        self.assertEqual(late.linked_from_ids.request_id, request)
        self.assertEqual(request.state, "closed")

    def test_a_colleague_who_writes_is_no_answer_to_himself(self):
        self.rita.email = "rita@our.example.net"
        request = self.mail(sender="rita@our.example.net")
        self.assertFalse(request.date_first_reply)


@tagged("post_install", "-at_install")
class TestIntakeMachines(IntakeCase):
    """SVC-L1: machines are not answered, and what they say moves no clock."""

    def test_out_of_office_is_noted_and_moves_nothing(self):
        request = self.mail()
        heard = request.date_last_customer_message
        request.action_wait()
        self.mail("I am away", Subject=f"Re: [{request.number}]", Auto_Submitted="auto-replied")
        self.assertEqual(request.state, "customer")
        self.assertEqual(request.date_last_customer_message, heard)
        self.assertIn("I am away", self.notes(request))
        request.action_solve()
        self.mail("Away", Subject=f"Automatic reply: [{request.number}]")
        self.assertEqual((request.state, request.reopen_count), ("solved", 0))

    def test_out_of_office_to_nothing_is_noted_on_the_team(self):
        self.assertFalse(self.mail("Gone fishing", Auto_Submitted="auto-replied"))
        self.assertIn("Gone fishing", " ".join(map(str, self.team.message_ids.mapped("body"))))

    def test_alarms_open_requests_without_an_answer(self):
        request = self.mail(Auto_Submitted="auto-generated")
        self.assertEqual(len(request), 1)
        self.assertFalse(self.answers())
        self.assertFalse(request.date_acknowledged)

    def test_lists_and_bulk_are_not_answered(self):
        self.mail(Precedence="bulk")
        self.mail(List_Id="<news.example.com>")
        self.mail(X_Auto_Response_Suppress="All")
        self.assertFalse(self.answers())

    def test_our_own_address_is_not_answered(self):
        self.assertEqual(len(self.mail(sender=OURS)), 1)
        self.assertFalse(self.answers())

    def test_receipt_is_acknowledged_once_in_the_customers_language(self):
        self.env["res.lang"]._activate_lang("zh_CN")
        self.anna.lang = "zh_CN"
        template = self.env.ref("crm_service_levels.mail_template_acknowledge")
        template.with_context(lang="zh_CN").subject = "[{{ object.number }}] 已收到"
        request = self.mail()
        self.assertEqual(self.answers().subject, f"[{request.number}] 已收到")
        self.mail("More", Subject=f"[{request.number}]")
        self.assertEqual(len(self.answers()), 1)
        self.assertFalse(request.date_first_reply)

    def test_the_acknowledgement_says_that_a_machine_wrote_it(self):
        request = self.mail(sender="Nobody <nobody@elsewhere.example.org>")
        mails = self.env["mail.mail"].search([("model", "=", request._name)])
        mail = mails.filtered(lambda mail: mail.res_id == request.id)
        self.assertIn("auto-replied", mail.headers)
        self.assertIn("nobody@elsewhere.example.org", mail.email_to)

    def test_a_team_may_stay_silent(self):
        self.team.acknowledge = False
        self.mail()
        self.assertFalse(self.answers())

    def test_a_loop_of_fifty_dies(self):
        """50 mails of one sender: Odoo takes 20 in two hours, we answer 3 of them."""
        for number in range(50):
            self.deliver(self.build(Subject=f"Loop {number}"))
        made = self.requests.search([("name", "like", "Loop")])
        self.assertEqual(len(made), 20)
        self.assertEqual(len(self.answers()), 3)

    def test_the_same_mail_twice_is_one(self):
        raw = self.build()
        self.assertEqual(len(self.deliver(raw)), 1)
        self.assertFalse(self.deliver(raw))

    def test_a_bounce_is_noted_on_request_and_contact(self):
        request = self.mail()
        ours = self.answers().message_id
        bounce = f"""From: MAILER-DAEMON@mx.example.com
To: {self.domain.bounce_email}
Subject: Undelivered Mail Returned to Sender
Message-Id: <bounce-1@mx.example.com>
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

No such user.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; anna@acme.example.com
Action: failed
Status: 5.1.1

--B
Content-Type: message/rfc822

Message-Id: {ours}
Subject: [{request.number}]

text
--B--
"""
        self.assertFalse(self.deliver(bounce.encode()))
        self.assertIn("could not be delivered", self.notes(request))
        self.assertIn("could not be delivered", self.notes(self.anna))
        self.assertEqual(self.anna.message_bounce, 1)


@tagged("post_install", "-at_install")
class TestIntakeContent(IntakeCase):
    """SVC-L1: files, character sets and broken mails."""

    def test_ten_megabytes_are_taken(self):
        content = b"x" * (10 * MEGABYTE)
        request = self.mail(files=[("log.bin", content)])
        file = self.env["ir.attachment"].search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)]
        )
        self.assertEqual(file.file_size, 10 * MEGABYTE)

    def test_too_large_and_too_many_files_are_refused_aloud(self):
        self.team.write({"mail_files": 2, "mail_megabytes": 1})
        files = [("big.bin", b"x" * (MEGABYTE + 1))]
        files += [(f"{n}.txt", b"small") for n in "abc"]
        request = self.mail(files=files)
        self.assertEqual(
            sorted(request.message_ids.attachment_ids.mapped("name")), ["a.txt", "b.txt"]
        )
        self.assertIn("big.bin (1.0 MB); at most 1 MB", self.notes(request))
        self.assertIn("c.txt (0.0 MB); at most 2 files", self.notes(request))
        told = request.message_ids.filtered(lambda m: "not all of its files" in (m.body or ""))
        self.assertEqual((len(told), told.message_type), (1, "auto_comment"))
        self.assertIn("big.bin (1.0 MB)", told.body)
        self.assertTrue(told.outgoing_email_to or told.partner_ids)
        self.mail("More", Subject=f"[{request.number}]", files=[("again.bin", files[0][1])])
        self.assertIn("again.bin", self.notes(request))

    def test_chinese_in_three_character_sets(self):
        said = {"gb18030": "水泵不启动", "big5": "水泵不啟動", "utf-8": "水泵不启动"}
        for charset, text in said.items():
            raw = self._encoded(text, charset)
            self.assertIn(text, self.deliver(raw).description, charset)

    def test_gb2312_that_is_gbk(self):
        """镕 is in GBK, not in GB2312; mail clients say GB2312 all the same."""
        raw = self._encoded("朱镕", "gb2312", codec="gbk")
        self.assertIn("朱镕", self.deliver(raw).description)

    def test_an_unknown_character_set(self):
        raw = self._encoded("Grüße", "x-nothing", codec="utf-8")
        self.assertIn("Grüße", self.deliver(raw).description)

    def _encoded(self, text, charset, codec=None):
        type(self).ids += 1
        head = (
            f"From: anna@acme.example.com\nTo: {OURS}\nSubject: x\n"
            f"Message-Id: <c-{self.ids}@x.example.com>\nMIME-Version: 1.0\n"
            f"Content-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: 8bit\n\n"
        )
        return head.encode() + text.encode(codec or charset)

    def test_eight_bit_subject_without_encoding(self):
        raw = self._encoded("x", "utf-8").replace(b"Subject: x", "Subject: Grüße".encode())
        self.assertTrue(self.deliver(raw).name)

    def test_empty_mail(self):
        request = self.mail("", Subject=None)
        self.assertEqual(request.name, "(no subject)")
        self.assertFalse(request.description)

    def test_malformed_headers(self):
        raw = (
            b"From: <<broken@@acme..example>\nTo: " + OURS.encode() + b"\n"
            b"Subject: =?utf-8?B?broken\nDate: yesterday at noon\nMessage-Id: nonsense\n"
            b"Content-Type: text/plain; charset=\n\nHelp"
        )
        self.assertEqual(len(self.deliver(raw)), 1)

    def test_two_hundred_recipients(self):
        people = ", ".join(f"p{n}@many.example.com" for n in range(200))
        request = self.mail(Cc=people)
        self.assertIn("p199@many.example.com", request.email_cc)

    def test_winmail_dat_stays_a_file(self):
        request = self.mail(files=[("winmail.dat", b"\x78\x9f\x3e\x22" + b"\0" * 64)])
        self.assertEqual(request.message_ids.attachment_ids.name, "winmail.dat")

    def test_html_is_cleaned(self):
        raw = self._encoded("<p onclick='x()'>Hi<script>x()</script><img src='cid:1'></p>", "utf-8")
        request = self.deliver(raw.replace(b"text/plain", b"text/html"))
        self.assertIn("Hi", request.description)
        for bad in ("script", "onclick", "cid:"):
            self.assertNotIn(bad, request.description)
