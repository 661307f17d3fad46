"""Faxes: sent through the exchange, received from it, with their customer (CC-7)."""

import base64
import io
from datetime import timedelta

from PIL import Image

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .call_common import CallCase


def page(kind="PNG", **options):
    out = io.BytesIO()
    Image.new("1", (1728, 1000), 1).save(out, kind, **options)
    return base64.b64encode(out.getvalue())


@tagged("post_install", "-at_install")
class TestFax(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exchange.country_id = cls.env.ref("base.us")
        cls.customer = cls.env["res.partner"].create({"name": "Jane", "phone": "+14155550123"})
        cls.env["crm.contact.number"]._drain()
        cls.exchanges = cls.env["crm.call.exchange"].with_user(cls.listener)

    def fax(self, **values):
        values = {"number": "(415) 555-0123", "document": page(), **values}
        faxes = self.env["crm.call.fax"].with_user(self.ada.user_id)
        return faxes.create(
            {"exchange_id": self.exchange.id, "partner_id": self.customer.id, **values}
        )

    def told(self, number, **values):
        message = {"Event": "UserEvent", "UserEvent": "CallCenter", "Step": "fax",
                   "Uniqueid": f"f{number}", "Linkedid": f"f{number}",
                   "Timestamp": f"17670000{number:02d}", **values}  # fmt: skip
        began = {"Event": "Newchannel", "Channel": "PJSIP/trunk-9", "CallerIDNum": "+14155550123",
                 "Uniqueid": f"f{number}", "Linkedid": f"f{number}",
                 "Timestamp": f"17670000{number:02d}"}  # fmt: skip
        rows = [{"at": 1767000000.0, "message": one} for one in (began, message)]
        self.exchanges.listener_events("hamburg", rows)

    def test_a_fax_is_sent(self):
        fax = self.fax()
        fax.action_send()
        self.assertEqual((fax.state, fax.tries, fax.page_count), ("sending", 1, 1))
        [command] = self.exchanges.listener_commands("hamburg")
        self.assertEqual((command["action"], command["id"]), ("fax_send", fax.command_uid))
        self.assertEqual(command["values"]["channel"], "PJSIP/+14155550123@trunk")
        tiff = base64.b64decode(self.exchanges.listener_fax("hamburg", fax.command_uid))
        with Image.open(io.BytesIO(tiff)) as image:
            self.assertEqual((image.size[0], image.mode), (1728, "1"))
        self.told(1, File=f"/x/out-{fax.command_uid}.tif", Status="SUCCESS", Pages="1", Error="")
        self.assertEqual((fax.state, fax.pages_done), ("sent", 1))
        note = self.customer.message_ids[0]
        self.assertIn("Fax sent to +14155550123 (1 pages)", note.body)
        self.assertEqual(len(note.attachment_ids), 1)

    def test_a_line_that_breaks_off_is_tried_again_and_in_the_end_given_up(self):
        fax = self.fax().sudo()
        fax.action_send()
        for number, minutes in ((1, 5), (2, 15), (3, 60)):
            self.told(
                number, File=f"out-{fax.command_uid}.tif", Status="FAILED", Error="no carrier"
            )
            self.assertEqual((fax.state, fax.error, fax.tries), ("waiting", "no carrier", number))
            pause = fax.next_try - fields.Datetime.now()
            self.assertAlmostEqual(pause.total_seconds(), minutes * 60, delta=30)
            self.env["crm.call.fax"]._cron_retry()
            self.assertEqual(fax.state, "waiting")  # not yet
            fax.next_try = fields.Datetime.now() - timedelta(seconds=1)
            self.env["crm.call.fax"]._cron_retry()
            self.assertEqual(fax.state, "sending")
        self.told(4, File=f"out-{fax.command_uid}.tif", Status="FAILED", Error="no carrier")
        self.assertEqual((fax.state, fax.tries, fax.next_try), ("failed", 4, False))
        self.assertIn("failed: no carrier", self.customer.message_ids[0].body)

    def test_busy_is_tried_again(self):
        fax = self.fax()
        fax.action_send()
        self.exchanges.listener_commands("hamburg")
        result = {"id": fax.command_uid, "state": "failed", "text": "busy"}
        self.exchanges.listener_results("hamburg", [result])
        self.assertEqual((fax.state, fax.error), ("waiting", "busy"))

    def test_a_number_that_may_not_be_called(self):
        fax = self.fax(number="+19005551234")
        fax.action_send()
        self.assertIn("not called from here", fax.error)
        self.assertEqual(self.exchanges.listener_commands("hamburg"), [])

    def test_what_cannot_be_sent_says_why(self):
        for values, text in (
            ({"number": ""}, "needs a telephone number"),
            ({"document": False}, "nothing to send"),
            ({"document": base64.b64encode(b"hello")}, "neither a PDF nor a picture"),
        ):
            fax = self.fax(**values)
            with self.subTest(text), self.assertRaisesRegex(UserError, text):
                fax.action_send()
            self.assertEqual(fax.state, "draft")

    def test_a_fax_arrives_once_with_its_sender(self):
        self.told(7, File="9.7.tif", Status="SUCCESS", Pages="1")
        content = page("TIFF", compression="group4", dpi=(204, 98)).decode()
        first = self.exchanges.listener_fax_received("hamburg", "9.7.tif", content)
        self.assertEqual(self.exchanges.listener_fax_received("hamburg", "9.7.tif", content), first)
        fax = self.env["crm.call.fax"].browse(first)
        self.assertEqual((fax.direction, fax.state, fax.page_count), ("in", "received", 1))
        self.assertEqual((fax.number, fax.partner_id), ("+14155550123", self.customer))
        self.assertTrue(base64.b64decode(fax.document).startswith(b"%PDF-"))
        self.assertIn("Fax received", self.customer.message_ids[0].body)

    def test_the_pages_may_come_before_the_word(self):
        content = page("TIFF").decode()
        number = self.exchanges.listener_fax_received("hamburg", "9.8.tif", content)
        self.told(8, File="9.8.tif", Status="SUCCESS", Pages="1")
        self.assertEqual(self.env["crm.call.fax"].browse(number).number, "+14155550123")

    def test_what_is_no_fax_is_refused(self):
        for content in ("", "!!", None, base64.b64encode(b"x").decode()):
            with self.subTest(content=content), self.assertRaises(UserError):
                self.exchanges.listener_fax_received("hamburg", "9.9.tif", content)
        self.told(9, File="9.9.tif", Status="FAILED", Pages="0")  # a caller who was no fax
        self.assertFalse(self.env["crm.call.fax"].search([("file", "=", "9.9.tif")]))

    def test_who_may_what(self):
        with self.assertRaises(AccessError):
            self.env["crm.call.exchange"].with_user(self.ada.user_id).listener_fax("hamburg", "x")
        fax = self.fax()
        with self.assertRaises(AccessError):
            fax.unlink()
        stranger = self.env["res.company"].create({"name": "Other"})
        self.eve.write({"company_ids": [(6, 0, stranger.ids)], "company_id": stranger.id})
        self.assertFalse(self.env["crm.call.fax"].with_user(self.eve).search([]))
