"""Recordings on their way from the exchange's disk to Odoo (CC-5)."""

import asyncio
import base64
import hashlib
import os

import pytest

from odoo.addons.crm_callcenter.pbx import recordings
from odoo.addons.crm_callcenter.pbx.odoo_client import OdooRefusedError, OdooUnavailableError
from odoo.addons.crm_callcenter.pbx.recordings import PATIENCE, PIECE, QUIET, RecordingDesk

NOW = 1_800_000_000.0
SOUND = bytes(range(256)) * 5000  # 1,280,000 bytes: two pieces


class FakeOdoo:
    """What the server does with pieces; ``fault(method, count)`` may raise instead."""

    def __init__(self, files):
        self.files, self.data, self.stored, self.missing = dict(files), {}, {}, []
        self.calls, self.fault, self.spoil = [], lambda method, count: None, 0

    async def call(self, method, exchange_code, **values):
        assert exchange_code == "ast1"
        self.calls.append(method)
        self.fault(method, self.calls.count(method))
        return getattr(self, method)(**values)

    def listener_recordings(self):
        gone = {*self.stored, *self.missing}
        return [{"id": k, "file": file} for k, file in self.files.items() if k not in gone]

    def listener_recording_begin(self, recording_id, size, sha256):
        self.announced = size, sha256
        return len(self.data.setdefault(recording_id, b""))

    def listener_recording_piece(self, recording_id, start, data):
        here = self.data[recording_id]
        assert start == len(here)
        here += base64.b64decode(data)
        if self.spoil:
            here = b"X" + here[1:]
            self.spoil -= 1
        size, sha256 = self.announced
        self.data[recording_id] = here
        if len(here) == size and hashlib.sha256(here).hexdigest() != sha256:
            self.data[recording_id] = b""
            return 0
        if len(here) == size:
            self.stored[recording_id] = here
        return len(here)

    def listener_recording_missing(self, recording_id):
        self.missing.append(recording_id)
        return True


def file_of(folder, name="a.wav", content=SOUND, age=60):
    file = folder / name
    file.write_bytes(content)
    os.utime(file, (NOW - age, NOW - age))
    return file


def desk_of(odoo, folder, at=NOW, **options):
    return RecordingDesk("ast1", folder, lambda: odoo, clock=lambda: at, **options)


def deliver(desk):
    return asyncio.run(desk.deliver())


def test_a_recording_goes_in_pieces_and_its_file_when_odoo_has_it(tmp_path):
    file, odoo = file_of(tmp_path), FakeOdoo({7: "a.wav"})
    assert deliver(desk_of(odoo, tmp_path)) == 1
    assert odoo.stored == {7: SOUND}
    assert odoo.calls.count("listener_recording_piece") == 2  # 1,048,576 and 231,424 bytes
    assert not file.exists()


def test_the_files_of_the_exchange_may_stay(tmp_path):
    file, odoo = file_of(tmp_path), FakeOdoo({7: "a.wav"})
    desk = desk_of(odoo, tmp_path, keep=True)
    assert (deliver(desk), deliver(desk), desk.sent) == (1, 0, 1)
    assert file.exists()


def test_it_goes_on_where_it_was_cut_off(tmp_path):
    """The listener was killed, or Odoo went away, after the first piece."""
    file, odoo = file_of(tmp_path), FakeOdoo({7: "a.wav"})

    def away(method, count):
        if (method, count) == ("listener_recording_piece", 2):
            raise OdooUnavailableError("away")

    odoo.fault = away
    with pytest.raises(OdooUnavailableError):
        deliver(desk_of(odoo, tmp_path))
    assert (file.exists(), len(odoo.data[7])) == (True, PIECE)
    odoo.calls.clear()
    odoo.fault = lambda method, count: None
    assert deliver(desk_of(odoo, tmp_path)) == 1
    assert odoo.calls.count("listener_recording_piece") == 1
    assert odoo.stored[7] == SOUND


def test_damaged_on_the_way_it_is_sent_anew(tmp_path):
    file, odoo = file_of(tmp_path), FakeOdoo({7: "a.wav"})
    odoo.spoil = 1
    assert deliver(desk_of(odoo, tmp_path)) == 1
    assert (odoo.stored[7], file.exists()) == (SOUND, False)


def test_what_never_arrives_whole_stays_on_the_disk(tmp_path):
    file, odoo = file_of(tmp_path, content=b"RIFF"), FakeOdoo({7: "a.wav"})
    odoo.spoil = 99
    assert deliver(desk_of(odoo, tmp_path)) == 0
    assert file.exists()
    assert odoo.calls.count("listener_recording_begin") == recordings.TRIES


def test_a_file_that_is_still_written_waits(tmp_path):
    file_of(tmp_path, age=QUIET - 1)
    odoo = FakeOdoo({7: "a.wav"})
    assert deliver(desk_of(odoo, tmp_path)) == 0
    assert odoo.calls == ["listener_recordings"]


def test_lost_only_after_minutes(tmp_path):
    odoo, clock = FakeOdoo({7: "a.wav"}), [NOW]
    desk = RecordingDesk("ast1", tmp_path, lambda: odoo, clock=lambda: clock[0])
    for seconds, missing in ((0, []), (PATIENCE - 1, []), (PATIENCE, [7])):
        clock[0] = NOW + seconds
        assert deliver(desk) == 0
        assert odoo.missing == missing
    file_of(tmp_path)
    assert deliver(desk) == 0  # Odoo does not wait for it any more


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", ".hidden", "", "a\nb.wav"])
def test_names_lead_nowhere_else(tmp_path, name):
    folder = tmp_path / "monitor"
    folder.mkdir()
    file_of(tmp_path, "secret")
    odoo = FakeOdoo({7: name})
    assert deliver(desk_of(odoo, folder)) == 0
    assert "listener_recording_begin" not in odoo.calls


def test_one_that_odoo_refuses_does_not_hold_up_the_others(tmp_path):
    file_of(tmp_path)
    file_of(tmp_path, "b.wav", b"RIFFdata")
    odoo = FakeOdoo({7: "a.wav", 8: "b.wav"})

    def refuse(method, count):
        if (method, count) == ("listener_recording_begin", 1):
            raise OdooRefusedError("no")

    odoo.fault = refuse
    assert deliver(desk_of(odoo, tmp_path)) == 1
    assert odoo.stored == {8: b"RIFFdata"}


def test_an_empty_file_is_no_recording(tmp_path):
    file_of(tmp_path, content=b"")
    odoo = FakeOdoo({7: "a.wav"})
    assert deliver(desk_of(odoo, tmp_path)) == 0
    assert odoo.calls == ["listener_recordings"]
