"""Recordings for the telephone (CC-4)."""

import io
import struct
import wave

import numpy as np
import pytest

from odoo.addons.crm_callcenter.tools.audio import AudioError, seconds, to_telephone


def wav(data, rate=8000, width=2, channels=1):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate)
        file.writeframes(data)
    return out.getvalue()


def samples(content):
    with wave.open(io.BytesIO(content)) as file:
        form = file.getframerate(), file.getnchannels(), file.getsampwidth()
        assert form == (8000, 1, 2)
        return list(np.frombuffer(file.readframes(file.getnframes()), "<i2"))


def test_what_fits_already_keeps_every_sample():
    data = struct.pack("<4h", 0, 1000, -32768, 32767)
    assert samples(to_telephone(wav(data))) == [0, 1000, -32768, 32767]


def test_two_channels_become_their_mean():
    data = struct.pack("<4h", 100, 300, -50, -150)
    assert samples(to_telephone(wav(data, channels=2))) == [200, -100]


@pytest.mark.parametrize(
    ("data", "width"),
    [
        (bytes([128, 192, 0]), 1),  # unsigned: 128 is silence, 192 half of the range
        (b"\x00\x00\x00\x00\x00\x40\x00\x00\x80", 3),
        (struct.pack("<3i", 0, 2**30, -(2**31)), 4),
    ],
)
def test_other_depths(data, width):
    assert samples(to_telephone(wav(data, width=width))) == [0, 16384, -32768]


@pytest.mark.parametrize("rate", [16000, 44100, 48000])
def test_other_rates_keep_length_and_tone(rate):
    moments = np.arange(rate) / rate
    tone = (10000 * np.sin(2 * np.pi * 440 * moments)).astype("<i2")
    found = np.array(samples(to_telephone(wav(tone.tobytes(), rate))))
    assert len(found) == 8000
    spectrum = np.abs(np.fft.rfft(found))
    assert spectrum.argmax() == 440  # one second: bins are 1 Hz
    # what a telephone cannot carry must not come back as another tone (aliasing)
    high = (10000 * np.sin(2 * np.pi * 6000 * moments)).astype("<i2")
    assert np.abs(samples(to_telephone(wav(high.tobytes(), rate)))[100:-100]).max() < 200


def test_length():
    assert seconds(wav(bytes(2 * 12000))) == 1.5


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_wav"), (b"RIFF", "not_wav"), (b"hello" * 99, "not_wav"),
        (b"ID3\x04rest", "compressed"), (b"OggS....", "compressed"),
        (wav(b""), "empty"), (wav(b"\0\0", rate=1000), "not_wav"),
        (wav(bytes(2 * 8000 * 301)), "too_long"), (b"x" * (20 * 2**20 + 1), "too_large"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_says_why(content, code):
    with pytest.raises(AudioError) as found:
        to_telephone(content)
    assert found.value.code == code


def test_a_file_cut_in_the_middle_of_a_sample():
    whole = wav(struct.pack("<4h", 1, 2, 3, 4))
    assert samples(to_telephone(whole[:-1])) == [1, 2, 3]
