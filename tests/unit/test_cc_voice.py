"""Voice messages leave the exchange's disk when Odoo has them, and not before (CC-7)."""

import asyncio
import base64
import os

import pytest

from odoo.addons.crm_callcenter.pbx.odoo_client import OdooError, OdooRefusedError
from odoo.addons.crm_callcenter.pbx.voice import QUIET, VoiceDesk, file_name

NOW = 1_767_000_000.0


class Odoo:
    """Takes what it is given, or answers with an error."""

    def __init__(self):
        self.taken, self.error = [], None

    async def call(self, method, **values):
        assert method == "listener_voice_message"
        if self.error:
            raise self.error
        self.taken.append((values["exchange_code"], values["name"], values["content"]))

    def close(self):
        pass


@pytest.fixture
def odoo():
    return Odoo()


@pytest.fixture
def desk(tmp_path, odoo):
    return VoiceDesk("hamburg", tmp_path, lambda: odoo, clock=lambda: NOW)


def left(folder, name, age=60.0, content=b"RIFF"):
    file = folder / name
    file.write_bytes(content)
    os.utime(file, (NOW - age, NOW - age))
    return file


def deliver(desk):
    return asyncio.run(desk.deliver())


def test_taken_it_is_deleted(desk, odoo, tmp_path):
    file = left(tmp_path, "hamburg-1.2.wav")
    assert deliver(desk) == 1
    assert odoo.taken == [("hamburg", "hamburg-1.2.wav", base64.b64encode(b"RIFF").decode())]
    assert not file.exists()


def test_while_he_speaks_it_is_left_alone(desk, odoo, tmp_path):
    file = left(tmp_path, "hamburg-1.2.wav", age=QUIET / 2)
    assert deliver(desk) == 0
    assert file.exists()


def test_another_exchanges_messages_are_not_delivered(desk, odoo, tmp_path):
    left(tmp_path, "kiel-1.2.wav")
    left(tmp_path, "hamburg-1.2.txt")
    assert deliver(desk) == 0


def test_while_odoo_is_away_it_stays(desk, odoo, tmp_path):
    file = left(tmp_path, "hamburg-1.2.wav")
    odoo.error = OdooError("away")
    with pytest.raises(OdooError):
        deliver(desk)
    odoo.error = None
    assert file.exists()
    assert deliver(desk) == 1


def test_refused_it_is_kept_under_another_name_and_not_sent_again(desk, odoo, tmp_path):
    left(tmp_path, "hamburg-1.2.wav")
    odoo.error = OdooRefusedError("no sound")
    assert deliver(desk) == 0
    assert (tmp_path / "hamburg-1.2.refused").exists()
    odoo.error = None
    assert deliver(desk) == 0


def test_names_lead_nowhere_else():
    assert file_name("hamburg", "../../etc/x") == "hamburg-.._.._etc_x"
