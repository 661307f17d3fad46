"""What callers say to a menu comes to agents: the sound, the call, the inbox (CC-4, CC-7)."""

import base64
import io
import wave
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .call_common import CallCase

NUMBER = "+14155550123"
FILE = "hamburg-v1.wav"


def spoken(seconds):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(b"\x00\x10" * 8000 * seconds)
    return base64.b64encode(out.getvalue()).decode()


@tagged("post_install", "-at_install")
class TestVoiceMessage(CallCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.exchange.country_id = cls.env.ref("base.us")
        cls.jane = cls.env["res.partner"].create({"name": "Jane", "phone": NUMBER})
        cls.env["crm.contact.number"]._drain()
        cls.exchanges = cls.env["crm.call.exchange"].with_user(cls.listener)
        cls.messages = cls.env["crm.call.voice.message"]
        cls.env["crm.call.inbox.rule"].create({"channel": "voice", "queue_id": cls.support.id})

    def tell(self):
        """What the listener hears of a caller who leaves a message in a menu."""
        common = {"Uniqueid": "v1", "Linkedid": "v1", "Timestamp": "1767000000.00"}
        began = {"Event": "Newchannel", "Channel": "PJSIP/trunk-9", "CallerIDNum": NUMBER, **common}
        left = {"Event": "UserEvent", "UserEvent": "CallCenter", "Step": "ivr_voicemail",
                "Menu": "main", "File": FILE, **common}  # fmt: skip
        rows = [{"at": 1767000000.0, "message": one} for one in (began, left)]
        self.exchanges.listener_events("hamburg", rows)

    def deliver(self, content=None, name=FILE):
        number = self.exchanges.listener_voice_message("hamburg", name, content or spoken(3))
        return self.messages.browse(number)

    def contact(self, message):
        return self.env["crm.call.contact"]._of(message)

    def test_cc_7_whatever_comes_first_it_is_one_message_with_its_caller(self):
        for first, then in ((self.tell, self.deliver), (self.deliver, self.tell)):
            self.messages.search([]).unlink()
            self.env["crm.call.event"].search([]).unlink()
            first()
            then()
            [message] = self.messages.search([])
            self.assertEqual((message.seconds, message.number), (3, NUMBER))
            self.assertEqual((message.partner_id, message.state), (self.jane, "new"))
            self.assertEqual(message.call_id.linked, "v1")
            one = self.contact(message)
            self.assertEqual((one.channel, one.subject), ("voice", "Voice message of Jane"))
            self.assertEqual(one.partner_id, self.jane)

    def test_delivered_twice_it_is_one(self):
        first = self.deliver()
        first.action_done()
        self.assertEqual(self.deliver(spoken(9)), first)
        self.assertEqual((first.seconds, first.state), (3, "done"))

    def test_what_is_no_sound_is_refused_and_writes_nothing(self):
        for content in ("no base64!", base64.b64encode(b"RIFF nothing").decode()):
            with self.assertRaises(UserError):
                self.deliver(content)
        with (
            patch("odoo.addons.crm_callcenter.models.crm_call_voice_message.MOST_BYTES", 100),
            self.assertRaises(UserError),
        ):
            self.deliver()
        self.assertFalse(self.messages.search([]))

    def test_who_said_nothing_has_left_no_message(self):
        self.assertFalse(self.deliver(spoken(0)))
        self.assertFalse(self.messages.search([]))

    def test_only_its_own_listener_delivers(self):
        for user in (self.eve, self.ada.user_id):
            exchanges = self.env["crm.call.exchange"].with_user(user)
            with self.assertRaises(AccessError):
                exchanges.listener_voice_message("hamburg", FILE, spoken(1))

    def test_accepted_given_back_and_done(self):
        self.tell()
        message = self.deliver()
        self.ben._set_state("ready")
        self.env["crm.call.contact"]._cron_offer()
        one = self.contact(message)
        self.assertEqual(one.agent_id, self.ben)
        mine = one.with_user(self.ben.user_id)
        self.assertEqual(mine.action_accept()["res_id"], message.id)
        self.assertEqual((message.state, message.user_id), ("assigned", self.ben.user_id))
        mine.action_return()
        self.assertEqual((message.state, message.user_id.id), ("new", False))
        one.with_user(self.ada.user_id).action_take()
        one.with_user(self.ada.user_id).action_done()
        self.assertEqual((message.state, one.state), ("done", "done"))
        self.assertTrue(message.done_at)

    def test_who_calls_back_has_taken_it(self):
        self.tell()
        message = self.deliver()
        self._state(self.ada, "ready", fields.Datetime.now())
        message.with_user(self.ada.user_id).action_call()
        self.assertEqual((message.state, message.user_id), ("assigned", self.ada.user_id))
        self.assertEqual(self.contact(message).state, "in_work")
        commands = self.env["crm.call.command"].search([("action", "=", "originate")])
        self.assertEqual(commands[:1].values["exten"], NUMBER)

    def test_without_a_number_nobody_is_called(self):
        with self.assertRaisesRegex(UserError, "not known"):
            self.deliver().action_call()

    def test_done_ones_are_deleted_after_the_days_of_the_exchange(self):
        self.exchange.voice_days = 10
        old, young, waits = (self.deliver(name=f"hamburg-{n}.wav") for n in range(3))
        (old | young).action_done()
        old.done_at = fields.Datetime.now() - timedelta(days=11)
        self.messages._gc_done()
        self.assertEqual((old | young | waits).exists(), young | waits)

    def test_who_sees_what(self):
        message = self.deliver()
        message.queue_id = self.sales_fr
        seen = lambda user: self.messages.with_user(user).search([])  # noqa: E731
        self.assertEqual(seen(self.ada.user_id), message)
        self.assertFalse(seen(self.ben.user_id))
        self.assertEqual(seen(self.eve), message)
        with self.assertRaises(AccessError):
            message.with_user(self.ada.user_id).unlink()
        with self.assertRaises(AccessError):
            self.messages.with_user(self.ada.user_id).create(
                {"exchange_id": self.exchange.id, "file": "x.wav"}
            )

    def test_a_person_who_is_erased_leaves_no_sound(self):
        self.tell()
        message = self.deliver()
        self.jane._erase_person()
        self.assertFalse(message.exists())


@tagged("post_install", "-at_install")
class TestVoiceSound(HttpCase, CallCase):
    def test_played_by_who_may_read_it_alone(self):
        message = self.env["crm.call.voice.message"]._receive(self.exchange, FILE, spoken(2))
        message.queue_id = self.sales_fr
        url = f"/web/content/crm.call.voice.message/{message.id}/sound?mimetype=audio/wav"
        self.authenticate("cc_ada", "cc_ada")
        heard = self.url_open(url)
        self.assertEqual((heard.status_code, heard.headers["Content-Type"]), (200, "audio/wav"))
        self.assertEqual(heard.content, base64.b64decode(spoken(2)))
        self.authenticate("cc_ben", "cc_ben")  # his skills are not those of the queue
        self.assertIn(self.url_open(url).status_code, (403, 404))
        self.authenticate(None, None)
        self.assertIn(self.url_open(url).status_code, (403, 404))
