"""The sound is streamed in ranges through a signed link (CC-5)."""

from odoo.tests import HttpCase, tagged

from .test_quality_recording import RecordingCase as _RecordingCase
from .test_quality_recording import sound


@tagged("post_install", "-at_install")
class TestRecordingHttp(_RecordingCase, HttpCase):
    def test_ranges(self):
        data = sound()
        one = self._stored(data)
        url = one.with_user(self.quinn).get_playback()["url"]
        self.authenticate("cc_quinn", "cc_quinn")
        whole = self.url_open(url)
        self.assertEqual((whole.status_code, whole.content), (200, data))
        self.assertEqual(whole.headers["Content-Type"], "audio/wav")
        self.assertIn("no-store", whole.headers["Cache-Control"])
        part = self.url_open(url, headers={"Range": "bytes=100-199"})
        self.assertEqual((part.status_code, part.content), (206, data[100:200]))
        self.assertEqual(part.headers["Content-Range"], f"bytes 100-199/{len(data)}")
        self.assertEqual(self.url_open(url[:-1]).status_code, 404)
        self.authenticate("cc_rhea", "cc_rhea")
        self.assertEqual(self.url_open(url).status_code, 404)
        other = f"/web/content/crm.call.recording.sound/{one._sound().id}/data"
        self.assertEqual(self.url_open(other).status_code, 404)
        log = self.env["crm.call.recording.access"].search([("recording_id", "=", one.id)])
        self.assertEqual(sorted(log.mapped("action")), ["link", "listen"])
