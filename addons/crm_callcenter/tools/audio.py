"""Recordings as a telephone plays them: WAV, 8,000 samples a second, one channel, 16 bits (CC-4).

Uploaded WAV files of other rates, depths and channels are converted with scipy's polyphase
resampling (anti-aliasing filter included). Compressed formats are refused with a clear text: no
well-kept decoder belongs to what the addons need anyway.
"""

import io
import wave
from math import gcd

import numpy as np
from scipy.signal import resample_poly

RATE = 8000
#: Bytes of an upload, and seconds of a recording, at most.
MOST_BYTES, MOST_SECONDS = 20 * 2**20, 300.0
_MAGIC = {b"ID3": "MP3", b"OggS": "Ogg", b"fLaC": "FLAC", b"\xff\xfb": "MP3", b"FORM": "AIFF"}


class AudioError(ValueError):
    """Why not: too_large, empty, compressed, not_wav or too_long; ``about`` says more."""

    def __init__(self, code: str, about: str = ""):
        super().__init__(f"{code} {about}".strip())
        self.code, self.about = code, about


def to_telephone(content: bytes) -> bytes:
    """The same recording as 8 kHz mono WAV; one that is so already comes back as the same samples.

    :raises AudioError: it is no uncompressed WAV, too long or too large
    """
    if len(content) > MOST_BYTES:
        raise AudioError("too_large")
    samples, rate = _samples(content)
    if not len(samples):
        raise AudioError("empty")
    if len(samples) > MOST_SECONDS * rate:
        raise AudioError("too_long", f"{len(samples) / rate:.0f}")
    if rate != RATE:
        part = gcd(RATE, rate)
        samples = resample_poly(samples, RATE // part, rate // part)
    return _wav(np.clip(np.rint(samples), -32768, 32767).astype("<i2"))


def seconds(content: bytes) -> float:
    """Length of a WAV file."""
    with wave.open(io.BytesIO(content)) as file:
        return file.getnframes() / file.getframerate()


def _samples(content):
    """Samples in 16-bit units, channels averaged, and their rate."""
    for magic, name in _MAGIC.items():
        if content.startswith(magic):
            raise AudioError("compressed", name)
    try:
        with wave.open(io.BytesIO(content)) as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            data = file.readframes(file.getnframes())
    except (wave.Error, EOFError, ValueError) as error:
        raise AudioError("not_wav", str(error)) from error
    if not (1 <= width <= 4 and 1 <= channels <= 8 and 4000 <= rate <= 192_000):
        raise AudioError("not_wav", f"{width * 8} bit, {channels} channels, {rate} Hz")
    whole = len(data) // (width * channels) * width * channels
    return _decoded(data[:whole], width).reshape(-1, channels).mean(axis=1), rate


def _decoded(data, width):
    """WAV of 8 bits is unsigned, all others signed little-endian."""
    if width == 1:
        return (np.frombuffer(data, "u1").astype(float) - 128) * 256
    if width == 3:
        parts = np.frombuffer(data, "u1").reshape(-1, 3).astype(np.int32)
        value = parts[:, 0] | parts[:, 1] << 8 | parts[:, 2] << 16
        return np.where(value >= 2**23, value - 2**24, value) / 256.0
    found = np.frombuffer(data, f"<i{width}").astype(float)
    return found if width == 2 else found / 65536.0


def _wav(samples):
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return out.getvalue()
