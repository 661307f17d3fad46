import base64

from odoo.tests import tagged

from .common_intake import OURS, IntakeCase

MEGABYTE = 1024 * 1024


@tagged("post_install", "-at_install")
class TestIntakeReal(IntakeCase):
    """SVC-L1: messages as mail programs really write them, byte by byte, through the gateway."""

    def _raw(self, head, body, subject=b"Pump", sender=b"anna@acme.example.com", to=OURS):
        """A message with exactly these bytes; *head* are the headers of its content."""
        type(self).ids += 1
        start = (
            b"From: %s\r\nTo: %s\r\nSubject: %s\r\n"
            b"Message-Id: <real-%d@acme.example.com>\r\nMIME-Version: 1.0\r\n"
        ) % (sender, to.encode(), subject, self.ids)
        return start + head + b"\r\n\r\n" + body

    def _plain(self, **more):
        return self._raw(b"Content-Type: text/plain; charset=utf-8", b"Help", **more)

    def _word(self, text, charset, codec=None):
        """An encoded word (RFC 2047) that says it is in *charset*."""
        code = base64.b64encode(text.encode(codec or charset))
        return b"=?%s?B?%s?=" % (charset.encode(), code)

    def _with_file(self, kind, disposition, content=b"%PDF-1.4 x", **more):
        code = base64.encodebytes(content)
        return self._raw(
            b'Content-Type: multipart/mixed; boundary="B"',
            b"--B\r\nContent-Type: text/plain\r\n\r\nSee the file.\r\n--B\r\n"
            b"Content-Type: %s\r\nContent-Disposition: %s\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n--B--\r\n" % (kind, disposition, code),
            **more,
        )

    def _file(self, raw):
        return self.deliver(raw).message_ids.attachment_ids

    # Chinese and eight bits

    def test_chinese_subjects(self):
        """镕 is in GBK and GB18030, not in GB2312, which mail programs say all the same."""
        cases = [
            (self._word("水泵不启动", "gb2312"), "水泵不启动"),
            (self._word("朱镕的水泵", "gb2312", "gbk"), "朱镕的水泵"),
            (self._word("水泵𠀀", "gb18030"), "水泵𠀀"),
            (self._word("水泵不啟動", "big5"), "水泵不啟動"),
            (self._word("水泵不启动", "utf-8"), "水泵不启动"),
            ("水泵不启动".encode(), "水泵不启动"),
        ]
        for raw, subject in cases:
            self.assertEqual(self.deliver(self._plain(subject=raw)).name, subject, raw)

    def test_a_subject_that_is_not_encoded_is_in_the_character_set_of_the_text(self):
        for charset, codec, text in (
            ("gb2312", "gbk", "朱镕的水泵"),
            ("iso-8859-1", "cp1252", "Grüße"),
        ):
            head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit"
            raw = self._raw(head.encode(), text.encode(codec), text.encode(codec))
            self.assertEqual(self.deliver(raw).name, text)

    def test_a_sender_with_a_chinese_name(self):
        sender = self._word("王芳", "gb2312") + b" <wang@elsewhere.example.org>"
        request = self.deliver(self._plain(sender=sender))
        self.assertEqual(request.email_normalized, "wang@elsewhere.example.org")
        self.assertIn("王芳", request.email_from)

    def test_eight_bit_texts(self):
        for charset, text in {"iso-8859-1": "Grüße", "windows-1252": "„Grüße“ 5 €"}.items():
            head = f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit"
            raw = self._raw(head.encode(), text.encode(charset))
            self.assertIn(text, self.deliver(raw).description, charset)

    # Attachments

    def test_names_of_files_in_chinese(self):
        """RFC 2231, and the encoded words that widespread programs use against the standard."""
        word = self._word("镕水泵.pdf", "gb2312", "gbk")
        percent = b"%E9%95%95%E6%B0%B4%E6%B3%B5.pdf"
        cases = [
            (b"application/pdf", b"attachment; filename*=UTF-8''" + percent),
            (b"application/pdf", b'attachment; filename="%s"' % word),
            (b'application/pdf; name="%s"' % word, b"attachment"),
            (b"application/pdf", b'attachment; filename="%s"' % "镕水泵.pdf".encode()),
        ]
        for kind, disposition in cases:
            file = self._file(self._with_file(kind, disposition))
            self.assertEqual(file.name, "镕水泵.pdf", disposition)
            self.assertEqual(file.raw, b"%PDF-1.4 x")

    def test_ten_megabytes_arrive_byte_by_byte(self):
        content = bytes(range(256)) * (10 * MEGABYTE // 256)
        raw = self._with_file(b"application/zip", b"attachment; filename=log.zip", content)
        self.assertEqual(self._file(raw).raw, content)

    def test_ten_megabytes_of_text(self):
        """A log that somebody pasted into his mail: shown is how it begins, and nothing is lost."""
        line = "2024-03-04 10:00:00 水泵 pump <stopped> & started\n"
        text = line * (10 * MEGABYTE // len(line.encode())) + "The end"
        head = b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit"
        request = self.deliver(self._raw(head, text.encode()))
        self.assertIn("&lt;stopped&gt;", request.description[:200])
        self.assertLessEqual(len(request.description), 600_000)
        file = request.message_ids.attachment_ids
        self.assertEqual(file.name, "mail.html")
        self.assertTrue(file.raw.decode().rstrip().endswith("The end</pre>"))
        self.assertIn("its whole text is the file mail.html", self.notes(request))

    def test_a_forwarded_message_is_a_file_and_read(self):
        inner = b"From: eve@elsewhere.example.org\r\nSubject: Old\r\n\r\nOld words"
        raw = self._raw(
            b'Content-Type: multipart/mixed; boundary="B"',
            b"--B\r\nContent-Type: text/plain\r\n\r\nLook at this.\r\n--B\r\n"
            b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\n"
            b"%s\r\n--B--\r\n" % inner,
        )
        request = self.deliver(raw)
        self.assertEqual(request.partner_id, self.anna)
        self.assertEqual(len(request.message_ids.attachment_ids), 1)
        said = request.description
        self.assertLess(said.index("Look at this."), said.index("Old words"))

    def test_text_and_html_with_a_picture_inside(self):
        picture = base64.encodebytes(b"\x89PNG\r\n\x1a\n" + b"\0" * 32)
        raw = self._raw(
            b'Content-Type: multipart/related; boundary="R"',
            b'--R\r\nContent-Type: multipart/alternative; boundary="A"\r\n\r\n'
            b"--A\r\nContent-Type: text/plain\r\n\r\nThe pump leaks.\r\n"
            b"--A\r\nContent-Type: text/html\r\n\r\n<p>The <b>pump</b> leaks."
            b'<img src="cid:p1"></p>\r\n--A--\r\n'
            b"--R\r\nContent-Type: image/png; name=leak.png\r\nContent-ID: <p1>\r\n"
            b"Content-Disposition: inline; filename=leak.png\r\n"
            b"Content-Transfer-Encoding: base64\r\n\r\n%s\r\n--R--\r\n" % picture,
        )
        request = self.deliver(raw)
        self.assertIn("<b>pump</b>", request.description)
        self.assertNotIn("cid:", request.description)
        self.assertEqual(request.message_ids.attachment_ids.mapped("name"), ["leak.png"])

    # What machines send

    def _report(self, parts, to=OURS, kind="delivery-status", sender=b"MAILER-DAEMON@mx.example"):
        body = b"".join(b"--B\r\nContent-Type: %s\r\n\r\n%s\r\n" % part for part in parts)
        head = b'Content-Type: multipart/report; report-type=%s; boundary="B"' % kind.encode()
        return self._raw(head, body + b"--B--\r\n", b"Undelivered", sender, to)

    def _status(self, action, code):
        return (
            b"message/delivery-status",
            b"Reporting-MTA: dns; mx.example\r\n\r\nFinal-Recipient: rfc822; "
            b"anna@acme.example.com\r\nAction: %s\r\nStatus: %s\r\n" % (action, code),
        )

    def _bounce(self, request, action=b"failed", code=b"5.1.1", **more):
        ours = self.answers().filtered(lambda m: m.res_id == request.id).message_id
        head = (b"text/rfc822-headers", f"Message-Id: {ours}\r\nSubject: x".encode())
        text = (b"text/plain", b"No such user.")
        return self._report([text, self._status(action, code), head], **more)

    def test_a_bounce_to_our_own_address_with_headers_only(self):
        """Many servers send the report to the sender, not to the bounce address."""
        request = self.mail()
        self.assertFalse(self.deliver(self._bounce(request)))
        self.assertIn("could not be delivered", self.notes(request))
        self.assertFalse(request.date_first_reply)

    def test_a_bounce_of_somebody_we_do_not_know(self):
        request = self.mail(sender="anna@nowhere.example.org")
        status = self._status(b"failed", b"5.1.1")
        status = (status[0], status[1].replace(b"acme.example.com", b"nowhere.example.org"))
        ours = self.answers().filtered(lambda m: m.res_id == request.id).message_id
        head = (b"text/rfc822-headers", f"Message-Id: {ours}".encode())
        self.assertFalse(self.deliver(self._report([(b"text/plain", b"No."), status, head])))
        self.assertIn("anna@nowhere.example.org came back", self.notes(request))

    def test_a_delayed_mail_is_no_bounce(self):
        request = self.mail()
        self.assertFalse(self.deliver(self._bounce(request, b"delayed", b"4.4.1")))
        self.assertNotIn("could not be delivered", self.notes(request))
        self.assertIn("A mail to anna@acme.example.com is delayed.", self.notes(request))
        self.assertEqual(self.anna.message_bounce, 0)

    def test_a_receipt_of_reading_is_no_bounce_and_no_request(self):
        request = self.mail()
        note = b"Reporting-UA: x\r\nFinal-Recipient: rfc822;anna@acme.example.com\r\n"
        parts = [(b"text/plain", b"Read."), (b"message/disposition-notification", note)]
        raw = self._report(parts, kind="disposition-notification", sender=b"anna@acme.example.com")
        self.assertFalse(self.deliver(raw))
        self.assertNotIn("could not be delivered", self.notes(request))
        self.assertEqual(self.anna.message_bounce, 0)

    def test_a_chinese_auto_reply_to_our_acknowledgement(self):
        request = self.mail()
        ours, heard = self.answers().message_id, request.date_last_customer_message
        away = self._word("自动回复: 休假", "gb2312")
        head = f"In-Reply-To: {ours}\r\nContent-Type: text/plain; charset=gb2312"
        raw = self._raw(head.encode(), "我在休假".encode("gb2312"), away)
        self.assertFalse(self.deliver(raw))
        self.assertIn("我在休假", self.notes(request))
        self.assertEqual(request.date_last_customer_message, heard)
        self.assertEqual(len(self.answers()), 1)

    # Copies

    def test_who_had_a_copy_is_asked_for_in_the_answer(self):
        """CC kept: from the first mail and later ones, each once, and never our own address."""
        request = self.mail(Cc=f"Bob <bob@other.example.com>, {OURS}")
        self.mail(
            "More", Subject=f"[{request.number}]", Cc="bob@other.example.com, cy@c.example.com"
        )
        copies = sorted(request._service_addresses() - {"anna@acme.example.com"})
        self.assertEqual(copies, ["bob@other.example.com", "cy@c.example.com"])
        rows = request.with_user(self.rita)._message_get_suggested_recipients()
        offered = {row["email"] for row in rows}
        self.assertLessEqual({"bob@other.example.com", "cy@c.example.com"}, offered)
        self.assertNotIn(OURS, offered)
