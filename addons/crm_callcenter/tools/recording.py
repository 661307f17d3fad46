"""What is recorded, what is left silent, when it is deleted, and how it looks (CC-5)."""

import hashlib
import io
import wave
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

#: How consent is had: not needed; assumed after the announcement; asked for by a digit.
CONSENTS = ("none", "assumed", "digit")
#: Bars of the waveform.
BARS = 400


@dataclass(frozen=True)
class Rule:
    """Which calls are recorded. Empty ``queues`` and ``directions``: all. ``share`` 0 to 1."""

    key: int
    queues: frozenset = frozenset()
    directions: frozenset = frozenset()
    share: float = 1.0
    consent: str = "assumed"
    digit: str = "1"

    def __post_init__(self):
        if self.consent not in CONSENTS or not 0 <= self.share <= 1:
            raise ValueError(f"Rule {self.key}: {self.consent}, share {self.share}")


def choose(rules: Sequence[Rule], queue, direction: str, call: str) -> Rule | None:
    """The first rule that fits, if the call falls into its share.

    Which calls are the share is decided by SHA-256 of the call's name, so that asking again, or on
    another machine, gives the same answer. A call outside the share is not offered to later rules.
    """
    for rule in rules:
        fits = not rule.queues or queue in rule.queues
        if fits and (not rule.directions or direction in rule.directions):
            return rule if _position(call) < rule.share else None
    return None


def _position(call):
    """0 ≤ x < 1."""
    return int.from_bytes(hashlib.sha256(call.encode()).digest()[:6]) / 2**48


def may_record(rule: Rule, answer: str | None) -> bool | None:
    """Whether to record; ``None`` while the caller has not answered yet.

    :param answer: digit he pressed, "" when he pressed none in time
    """
    if rule.consent != "digit":
        # whoever refuses by digit though nobody asked is heard, too
        return answer in (None, "", rule.digit)
    return None if answer is None else answer == rule.digit


def gaps(changes: Iterable[tuple[float, bool]], end: float) -> list[tuple[float, float]]:
    """Silent stretches of a recording.

    :param changes: (second since its start, silent from now on), in any order
    :param end: its length in seconds; a pause that was never ended lasts until then
    :return: pairs (from, to), in order, none of them empty, none before the start or after the end
    """
    found, since = [], None
    for second, silent in sorted(changes):
        second = min(max(second, 0.0), end)
        if silent and since is None:
            since = second
        elif not silent and since is not None:
            found.append((since, second))
            since = None
    if since is not None:
        found.append((since, end))
    return [(first, last) for first, last in found if last > first]


@dataclass(frozen=True)
class Sound:
    """A WAV file: length in seconds, and ``bars`` from 0 to 1, the loudest 1."""

    seconds: float
    bars: tuple[float, ...] = field(default=())


def read_sound(data: bytes, bars: int = BARS) -> Sound | None:
    """Length and waveform of 16-bit WAV; ``None`` when it is something else.

    A file that was cut off while it was written is read as far as it goes.
    """
    try:
        with wave.open(io.BytesIO(data)) as file:
            channels, rate, width = file.getnchannels(), file.getframerate(), file.getsampwidth()
            raw = file.readframes(file.getnframes())
    except (wave.Error, EOFError, ValueError):
        return None
    if width != 2 or not rate:
        return None
    samples = np.frombuffer(raw[: len(raw) // (2 * channels) * 2 * channels], "<i2")
    loud = np.abs(samples.astype(np.int32)).reshape(-1, channels).max(axis=1, initial=0)
    return Sound(len(loud) / rate, _bars(loud, bars))


def _bars(loud, bars):
    if not len(loud):
        return ()
    edges = np.linspace(0, len(loud), min(bars, len(loud)) + 1).astype(int)[:-1]
    tops = np.maximum.reduceat(loud, edges)
    return tuple(float(top) for top in np.round(tops / max(int(tops.max()), 1), 3))


#: Events of a call that are marked above its waveform.
MARKED = {
    "held": "hold",
    "resumed": "resume",
    "transferred_blind": "transfer",
    "transferred_attended": "transfer",
}


def markers(events: Iterable[tuple[str, float]], start: float, end: float) -> list[dict]:
    """Marks of a recording: ``{"second", "kind"}``, in order, those outside of it left out.

    :param events: (kind, seconds since 1970)
    :param start: of the recording, seconds since 1970
    :param end: its length in seconds
    """
    found = {(round(at - start, 1), MARKED[kind]) for kind, at in events if kind in MARKED}
    return [
        {"second": second, "kind": kind} for second, kind in sorted(found) if 0 <= second <= end
    ]
