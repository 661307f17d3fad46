"""Recordings: rule, consent, pause, upload, listening, retention, erasure (CC-5)."""

import base64
import hashlib
import io
import struct
import wave
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .quality_common import QualityCase

RECORDING = "odoo.addons.crm_callcenter.models.crm_call_recording"
START = 1_770_000_000.0


def sound(seconds=2, rate=8000):
    """A 16-bit WAV that rises from silence to the loudest."""
    count = int(seconds * rate)
    data = io.BytesIO()
    with wave.open(data, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", 30000 * n // count) for n in range(count)))
    return data.getvalue()


class RecordingCase(QualityCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.call.recording.rule"].search([]).active = False
        cls.rule = cls.env["crm.call.recording.rule"].create(
            {"name": "All", "consent": "assumed", "retention_days": 30}
        )

    def _events(self, *messages):
        rows = [
            {"at": START + at, "message": {"Timestamp": str(START + at), **message}}
            for at, message in messages
        ]
        return (
            self.env["crm.call.exchange"].with_user(self.listener).listener_events("hamburg", rows)
        )

    def _talk(self, linked="1.1", before=({"Step": "announced"},)):
        """A call in a queue that Ada has answered; the caller was told that it is recorded."""
        own = {"Uniqueid": linked, "Linkedid": linked, "Channel": "PJSIP/trunk-1"}
        self._events(
            (0, {"Event": "Newchannel", "CallerIDNum": "+4940111222", "Exten": "8000", **own}),
            (1, {"Event": "QueueCallerJoin", "Queue": "support", **own}),
            *((2, {"Event": "UserEvent", "UserEvent": "CallCenter", **own, **one})
              for one in before),
            (2.5, {"Event": "Newchannel", "Channel": "PJSIP/1001-2", "Uniqueid": "1.2",
                   "Linkedid": linked}),
            (2.8, {"Event": "Newstate", "Channel": "PJSIP/1001-2", "Uniqueid": "1.2",
                   "Linkedid": linked, "ChannelState": "6"}),
            (3, {"Event": "AgentConnect", "Queue": "support", "Interface": "PJSIP/1001",
                 "DestChannel": "PJSIP/1001-2", "DestUniqueid": "1.2", **own}),
        )  # fmt: skip
        return self.env["crm.call"].search([("linked", "=", linked)]), own

    def _hang_up(self, own, at):
        agent = {**own, "Uniqueid": "1.2", "Channel": "PJSIP/1001-2"}
        self._events(
            (at, {"Event": "Hangup", "Cause": "16", **agent}),
            (at, {"Event": "Hangup", "Cause": "16", **own}),
        )

    def _commands(self, call):
        found = self.env["crm.call.command"].search([("call_id", "=", call.id)], order="id")
        return found.mapped("action")

    def _stored(self, data=None, call=None, **values):
        data = data or sound()
        one = self.env["crm.call.recording"].create(
            {
                "exchange_id": self.exchange.id,
                "call_id": (call or self.call).id,
                "rule_id": self.rule.id,
                "state": "ended",
                "file": f"{self.id()}-{(call or self.call).id}.wav",
                "started_at": START,
                **values,
            }
        )
        one._begin_upload(len(data), hashlib.sha256(data).hexdigest())
        one._take_piece(0, data)
        return one


@tagged("post_install", "-at_install")
class TestRecording(RecordingCase):
    def test_recorded_by_rule(self):
        call, own = self._talk()
        one = call.recording_ids
        self.assertEqual(self._commands(call), ["record_start"])
        self.assertEqual((one.state, one.consent), ("recording", "assumed"))
        command = self.env["crm.call.command"].search([("call_id", "=", call.id)])
        self.assertEqual(command.values, {"channel": "PJSIP/trunk-1", "file": one.file})
        self._events(
            (4, {"Event": "MixMonitorStart", **own}),
            (14, {"Event": "MixMonitorMute", "State": "1", "Direction": "both", **own}),
        )
        self.assertEqual((one.state, one.started_at), ("paused", START + 4))
        self._events((24, {"Event": "MixMonitorMute", "State": "0", **own}))
        self.assertEqual((one.state, one.silence), ("recording", [[10, True], [20, False]]))
        self._hang_up(own, 34)
        self.assertEqual((call.state, one.state), ("done", "ended"))
        self.assertEqual(len(call.recording_ids), 1)

    def test_nobody_is_recorded_who_has_not_heard_it(self):
        """Assumed is the consent of who was told; without an announcement nobody is recorded."""
        call, own = self._talk(before=())
        self.assertEqual((call.recording_ids.state, call.recording_ids.consent), ("asked", False))
        self.assertEqual(self._commands(call), [])
        self._hang_up(own, 9)
        self.assertEqual(call.recording_ids.state, "missing")

    def test_no_rule_no_recording(self):
        self.rule.active = False
        call, _own = self._talk()
        self.assertFalse(call.recording_ids)
        self.assertEqual(self._commands(call), [])

    def test_share_queue_and_direction(self):
        rules = self.env["crm.call.recording.rule"]
        found = rules._for_call(self.company, self.support, "inbound", "1")
        self.assertEqual(found, self.rule)
        self.rule.direction = "outbound"
        self.assertFalse(rules._for_call(self.company, self.support, "inbound", "1"))
        self.rule.write({"direction": False, "queue_ids": self.sales_fr.ids})
        self.assertFalse(rules._for_call(self.company, self.support, "inbound", "1"))
        self.rule.write({"queue_ids": False, "share": 0.25})
        hits = sum(
            bool(rules._for_call(self.company, self.support, "inbound", f"call {n}"))
            for n in range(400)
        )
        self.assertTrue(70 <= hits <= 130, hits)  # 100, standard deviation 8.7

    def test_consent_by_digit(self):
        self.rule.consent = "digit"
        yes, _own = self._talk("2.1", [{"Step": "consent", "Digit": "1"}])
        self.assertEqual(yes.recording_ids.consent, "given")
        self.assertEqual(self._commands(yes), ["record_start"])
        no, _own = self._talk("3.1", [{"Step": "consent", "Digit": "2"}])
        self.assertEqual((no.recording_ids.state, no.recording_ids.consent), ("refused",) * 2)
        silent, _own = self._talk("4.1", [{"Step": "consent"}])
        self.assertEqual(silent.recording_ids.state, "refused")
        unasked, _own = self._talk("5.1")
        self.assertEqual(unasked.recording_ids.state, "asked")
        for call in (no, silent, unasked):
            self.assertEqual(self._commands(call), [])

    def test_refused_while_it_is_recorded(self):
        call, own = self._talk()
        self._events(
            (4, {"Event": "MixMonitorStart", **own}),
            (5, {"Event": "UserEvent", "UserEvent": "CallCenter", "Step": "consent",
                 "Digit": "9", **own}),
        )  # fmt: skip
        self.assertEqual(self._commands(call), ["record_start", "record_stop"])
        self.assertEqual(call.recording_ids.state, "refused")
        self._hang_up(own, 9)
        self.assertEqual(call.recording_ids.state, "refused")

    def test_exchange_that_records_by_itself(self):
        self.rule.active = False
        call, own = self._talk()
        self._events(
            (4, {"Event": "MixMonitorStart", **own}),
            (4, {"Event": "VarSet", "Variable": "MIXMONITOR_FILENAME",
                 "Value": "/var/spool/asterisk/monitor/1.1.wav", **own}),
        )  # fmt: skip
        self._hang_up(own, 9)
        one = call.recording_ids
        self.assertEqual((one.file, one.state, one.rule_id.id), ("1.1.wav", "ended", False))

    def test_never_began(self):
        call, own = self._talk()
        self._hang_up(own, 9)
        self.assertEqual(call.recording_ids.state, "missing")

    def test_agent_pauses_for_card_data(self):
        call, own = self._talk()
        self._events((4, {"Event": "MixMonitorStart", **own}))
        recordings = self.env["crm.call.recording"]
        self.assertEqual(recordings.with_user(self.ben.user_id).pause_mine(), 0)
        mine = recordings.with_user(self.ada.user_id)
        self.assertEqual((mine.pause_mine(), mine.pause_mine()), (1, 0))
        self.assertEqual((mine.pause_mine(False), mine.pause_mine(False)), (1, 0))
        self.assertEqual(self._commands(call), ["record_start", "record_pause", "record_resume"])
        self.rule.agent_may_pause = False
        with self.assertRaises(UserError):
            mine.pause_mine()

    # -- upload

    def test_upload_in_pieces_resumed_and_damaged(self):
        data = sound()
        digest = hashlib.sha256(data).hexdigest()
        one = self._stored()
        one._sound().unlink()
        one.write({"state": "ended", "size": 0, "sha256": False})
        exchange = self.env["crm.call.exchange"].with_user(self.listener)
        self.assertEqual(
            exchange.listener_recordings("hamburg"), [{"id": one.id, "file": one.file}]
        )
        begin = ("hamburg", one.id, len(data), digest)
        self.assertEqual(exchange.listener_recording_begin(*begin), 0)

        def send(start, end, damage=b""):
            piece = base64.b64encode(damage or data[start:end]).decode()
            return exchange.listener_recording_piece("hamburg", one.id, start, piece)

        self.assertEqual(send(0, 1000), 1000)
        self.assertEqual(send(0, 1000), 1000)  # once more does no harm
        self.assertEqual(send(500, 1500), 1500)  # nor one that overlaps
        with self.assertRaisesRegex(UserError, "1500"):
            send(2000, 3000)
        self.assertEqual(exchange.listener_recording_begin(*begin), 1500)  # after a break
        self.assertEqual(send(1500, None, b"x" * (len(data) - 1500)), 0)  # damaged: anew
        self.assertEqual((one.state, exchange.listener_recording_begin(*begin)), ("ended", 0))
        self.assertEqual(send(0, None), len(data))
        self.assertEqual(one.state, "stored")
        self.assertEqual(base64.b64decode(one._sound().data), data)
        self.assertEqual(exchange.listener_recording_begin(*begin), len(data))
        self.assertEqual(send(0, 1000), len(data))
        self.assertEqual(exchange.listener_recordings("hamburg"), [])
        self.assertFalse(one.sudo().part_ids)

    def test_bad_uploads(self):
        one = self._stored(state="ended")
        exchange = self.env["crm.call.exchange"].with_user(self.listener)
        bad = [
            lambda: exchange.listener_recording_begin("hamburg", one.id, 5, "x"),
            lambda: exchange.listener_recording_begin("hamburg", one.id, 0, "0" * 64),
            lambda: exchange.listener_recording_begin("hamburg", one.id, 9, "0" * 64),
            lambda: exchange.listener_recording_begin("hamburg", one.id + 999, 5, "0" * 64),
            lambda: exchange.listener_recording_piece("hamburg", one.id, 0, "***"),
        ]
        for call in bad:
            with self.assertRaises(UserError):
                call()
        self.assertEqual(one.state, "stored")
        for user in (self.ada.user_id, self.quinn, self.eve):
            with self.assertRaises(AccessError):
                self.env["crm.call.exchange"].with_user(user).listener_recordings("hamburg")

    def test_a_file_that_is_gone(self):
        one = self._stored()
        one.state = "ended"
        exchange = self.env["crm.call.exchange"].with_user(self.listener)
        exchange.listener_recording_missing("hamburg", one.id)
        self.assertEqual(one.state, "missing")

    def test_length_waveform_gaps_and_marks(self):
        self.env["crm.call.event"].create(
            [
                {"exchange_id": self.exchange.id, "key": f"k{at}", "linked": "c1",
                 "kind": kind, "moment": START + at, "data": {}}
                for kind, at in (("held", 0.5), ("resumed", 1.0), ("held", 9), ("ringing", 1))
            ]
        )  # fmt: skip
        one = self._stored(silence=[[1.5, True]])
        self.assertEqual((one.seconds, len(one.bars)), (2.0, 400))
        self.assertEqual((one.bars[-1], sorted(one.bars)), (1.0, one.bars))
        self.assertEqual(one.gaps, [[1.5, 2.0]])
        self.assertEqual(
            one.marks, [{"second": 0.5, "kind": "hold"}, {"second": 1.0, "kind": "resume"}]
        )

    # -- rights

    def test_nobody_reads_the_sound_through_rpc(self):
        one = self._stored()
        attachment = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "crm.call.recording.sound"),
                ("res_id", "=", one._sound().id),
                ("res_field", "=", "data"),
            ]
        )
        self.assertEqual(len(attachment), 1)
        for user in (self.quinn, self.eve, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                one._sound().with_user(user).read(["data"])
            with self.assertRaises(AccessError):
                attachment.with_user(user).read(["datas"])

    def test_link_is_personal_and_expires(self):
        one = self._stored()
        found = one.with_user(self.quinn).get_playback()
        token = found["url"].rpartition("/")[2]
        links = self.env["crm.call.recording"]
        with patch(f"{RECORDING}.consteq", wraps=__import__("odoo").tools.consteq) as compared:
            self.assertEqual(links.with_user(self.quinn)._by_token(one.id, token), one)
            self.assertTrue(compared.called)
        self.assertFalse(links.with_user(self.rhea)._by_token(one.id, token))
        self.assertFalse(links.with_user(self.quinn)._by_token(one.id, token[:-1] + "x"))
        self.assertFalse(links.with_user(self.quinn)._by_token(one.id + 1, token))
        self.assertFalse(links.with_user(self.quinn)._by_token(one.id, ""))
        with freeze_time(fields.Datetime.now() + timedelta(seconds=601)):
            self.assertFalse(links.with_user(self.quinn)._by_token(one.id, token))
        self.quinn.group_ids = self.env.ref("crm_callcenter.group_call_agent")
        self.assertFalse(links.with_user(self.quinn)._by_token(one.id, token))

    def test_accesses_are_noted(self):
        one = self._stored()
        token = one.with_user(self.eve).get_playback()["url"].rpartition("/")[2]
        for _range in (1, 2):
            self.env["crm.call.recording"].with_user(self.eve)._by_token(one.id, token)
        log = self.env["crm.call.recording.access"].with_user(self.quinn)
        found = log.search([("recording_id", "=", one.id)], order="id")
        self.assertEqual(found.mapped("action"), ["link", "listen"])
        self.assertEqual(found.user_id, self.eve)
        for user in (self.eve, self.ada.user_id):
            with self.assertRaises(AccessError):
                found.with_user(user).read(["action"])
        with self.assertRaises(AccessError):
            found.write({"user_id": self.quinn.id})
        with self.assertRaises(AccessError):
            found.unlink()

    def test_agent_hears_his_own_after_the_release(self):
        one = self._stored()
        mine = one.with_user(self.ada.user_id)
        with self.assertRaises(AccessError):
            mine.get_playback()
        review = self._review()
        review.action_score()
        with self.assertRaises(AccessError):
            mine.get_playback()
        review.action_release()
        self.assertTrue(mine.get_playback()["url"])
        with self.assertRaises(AccessError):
            one.with_user(self.ben.user_id).get_playback()

    def test_no_sound_no_link(self):
        one = self._stored()
        one._delete_sound("test")
        with self.assertRaises(UserError):
            one.with_user(self.quinn).get_playback()

    # -- deleting

    def test_deleted_on_schedule_but_for_legal_hold(self):
        one, held = self._stored(), self._stored(call=self._call("c2", self.ada))
        self.assertEqual(one.keep_until, fields.Date.today() + timedelta(days=30))
        with self.assertRaises(AccessError):
            held.with_user(self.eve).action_hold("no")
        with self.assertRaises(UserError):
            held.with_user(self.quinn).action_hold(" ")
        held.with_user(self.quinn).action_hold("File 12/26")
        cron = self.env.ref("crm_callcenter.crm_call_recording_cron_delete")
        with self.enter_registry_test_mode():
            with freeze_time(fields.Datetime.now() + timedelta(days=30)):
                cron.method_direct_trigger()
            self.assertEqual(one.state, "stored")
            with freeze_time(fields.Datetime.now() + timedelta(days=31)):
                cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((one.state, held.state), ("deleted", "stored"))
        self.assertFalse(one._sound())
        self.assertEqual(one.access_ids.mapped("action"), ["delete"])
        self.assertEqual(held.access_ids.mapped("action"), ["hold"])

    def test_person_erased(self):
        person = self.env["res.partner"].create({"name": "Ann", "phone": "+4940999888"})
        call = self._call("e1", self.ada, partner_id=person.id)
        unknown = self._call("e2", self.ada, e164="+4940999888")
        other = self._stored()
        one, two = self._stored(call=call), self._stored(call=unknown)
        held = self._stored(call=self._call("e3", self.ada, partner_id=person.id))
        held.with_user(self.quinn).action_hold("File 12/26")
        person._erase_person()
        self.env.invalidate_all()
        states = [one.state, two.state, held.state, other.state]
        self.assertEqual(states, ["deleted", "deleted", "stored", "stored"])
        self.assertFalse(one._sound())
        held.with_user(self.quinn).action_unhold()
        self.assertEqual(held.state, "deleted")

    def test_nobody_deletes_or_changes_the_row(self):
        one = self._stored()
        for user in (self.quinn, self.eve, self.env.ref("base.user_admin")):
            with self.assertRaises(AccessError):
                one.with_user(user).unlink()
            with self.assertRaises(AccessError):
                one.with_user(user).write({"state": "asked"})
