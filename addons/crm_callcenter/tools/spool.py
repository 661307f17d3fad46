"""Append-only store on disk between a telephone exchange and Odoo (CC-1, CC-2, CC-8).

What the exchange says once it never says again, so a record counts as received when it is on disk
and not before: :meth:`Spool.append` returns after ``fsync``. Records leave when Odoo has confirmed
them (:meth:`Spool.commit`); a crash between the two brings a record twice, never not at all, and
its key makes the second time harmless.

Layout of the folder: ``<number of the first record>.spool`` (segments), ``position`` (the last
confirmed number, in two slots written in turns, so that a torn write leaves the other and a full
disk needs no new block) and ``lock``. A record is a mark, its length, its number, the moment it was
appended, a CRC-32 of all that, and the bytes themselves.
"""

import errno
import fcntl
import os
import struct
import threading
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MARK = b"\xc5CC\x9f"
_HEAD = struct.Struct(">4sIQd")  # mark, bytes of the payload, number, epoch seconds
_CHECK = struct.Struct(">I")
_OVERHEAD = _HEAD.size + _CHECK.size
_SLOT = struct.Struct(">4sQQI")  # mark, turn, number, CRC-32
LARGEST = 16 * 2**20

OK, FULL, FAILED = "ok", "full", "failed"
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, errno.EDQUOT}


class SpoolError(Exception):
    """The spool cannot be used."""


class SpoolBusyError(SpoolError):
    """Another process has this folder."""


class SpoolFullError(SpoolError):
    """No room: nothing of this batch was kept, everything before it is untouched."""


@dataclass(frozen=True)
class Entry:
    """One record: its number, the moment of its append (epoch seconds) and its bytes."""

    number: int
    at: float
    payload: bytes
    segment: int  # number of the segment's first record
    end: int  # offset behind the record, in bytes


@dataclass(frozen=True)
class Figures:
    """How full a spool is. ``lag`` is the age of the oldest unconfirmed record, in seconds."""

    state: str
    records: int
    bytes: int
    segments: int
    lag: float
    cut_bytes: int
    damaged_bytes: int


@dataclass
class _Segment:
    path: Path
    first: int
    last: int
    size: int  # bytes up to the end of the last sound record


def encode(number: int, at: float, payload: bytes) -> bytes:
    """A record as it is written. A ValueError when the payload is longer than 16 MiB."""
    if len(payload) > LARGEST:
        raise ValueError(f"A record of {len(payload)} bytes is longer than {LARGEST}.")
    head = _HEAD.pack(MARK, len(payload), number, at)
    return head + _CHECK.pack(zlib.crc32(payload, zlib.crc32(head))) + payload


def decode(data: bytes, offset: int, segment: int = 0) -> Entry | None:
    """The record that begins at ``offset``, or None when no whole and sound one does."""
    start = offset + _OVERHEAD
    if start > len(data) or data[offset : offset + len(MARK)] != MARK:
        return None
    head = data[offset : offset + _HEAD.size]
    _mark, length, number, at = _HEAD.unpack(head)
    payload = data[start : start + length]
    (check,) = _CHECK.unpack_from(data, offset + _HEAD.size)
    if len(payload) < length or check != zlib.crc32(payload, zlib.crc32(head)):
        return None
    return Entry(number, at, payload, segment, start + length)


def scan(data: bytes, offset: int = 0, segment: int = 0) -> Iterator[Entry]:
    """All sound records from ``offset`` on; damaged bytes between them are stepped over."""
    while 0 <= offset < len(data):
        entry = decode(data, offset, segment)
        if entry:
            yield entry
            offset = entry.end
        else:
            offset = data.find(MARK, offset + 1)


class Spool:
    """One folder of records, for one writer and one reader of one process.

    :param folder: is made when it is missing
    :param segment_bytes: a segment is closed when it has grown beyond this
    :param limit_bytes: all segments together; beyond it the spool is full as if the disk were
    :raises SpoolBusyError: when another process has it open

    Methods may be called from several threads. After a kill -9 the torn end of the last segment is
    cut when the folder is opened again; how much is in ``cut_bytes``. Damage with sound records
    behind it is stepped over and counted in ``damaged_bytes``.
    """

    def __init__(self, folder, *, segment_bytes: int = 4 * 2**20, limit_bytes: int = 2**30):
        self.folder = Path(folder)
        self.state = OK
        self.cut_bytes = self.damaged_bytes = 0
        self._segment_bytes, self._limit_bytes = segment_bytes, limit_bytes
        self._mutex = threading.RLock()
        self._writing: int | None = None
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = self._take_lock()
        self._turn, self._confirmed = self._open_position()
        self._segments = self._open_segments()
        self._settle_numbers()

    # -- writing ------------------------------------------------------------------------------

    def append(self, payloads: Sequence[bytes], at: float) -> int:
        """Store all of ``payloads`` or none, and return the number of the last.

        When this returns they survive a power cut. The next append after a :class:`SpoolFullError`
        tries again, so the spool resumes by itself when there is room.

        :param at: epoch seconds, for the lag
        :raises SpoolFullError: disk, quota or ``limit_bytes`` exhausted; what is stored stays
        :raises OSError: any other failure of the disk; nothing of the batch is kept
        """
        with self._mutex:
            data = b"".join(encode(self._next + i, at, each) for i, each in enumerate(payloads))
            if not data:
                return self._next - 1
            self._check_limit(len(data))
            try:
                self._write(data)
            except OSError as error:
                self._take_back(error)
            self._next += len(payloads)
            self._segments[-1].last = self._next - 1
            self._segments[-1].size += len(data)
            self.state = OK
            return self._next - 1

    def _check_limit(self, more: int) -> None:
        if self._bytes() + more > self._limit_bytes:
            self.state = FULL
            raise SpoolFullError(f"{self.folder}: {self._limit_bytes} bytes are used up.")

    def _write(self, data: bytes) -> None:
        if self._writing is None or self._segments[-1].size >= self._segment_bytes:
            self._begin_segment()
        view = memoryview(data)
        while view:
            view = view[os.write(self._writing, view) :]
        os.fsync(self._writing)

    def _begin_segment(self) -> None:
        self._end_segment()
        if self._segments and self._segments[-1].last < self._segments[-1].first:
            self._segments.pop()  # an attempt that failed; its file is taken over
        path = self.folder / f"{self._next:020d}.spool"
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        self._writing = os.open(path, flags, 0o600)
        self._segments.append(_Segment(path, self._next, self._next - 1, 0))
        self._sync_folder()

    def _end_segment(self) -> None:
        if self._writing is not None:
            os.close(self._writing)
            self._writing = None

    def _take_back(self, error: OSError) -> None:
        """Cut what a failed write left behind, and say why it failed."""
        if self._writing is not None and not self._cut_back():
            # The next segment's name tells whoever opens the folder where this one stops.
            self._end_segment()
        if error.errno not in _NO_ROOM:
            self._end_segment()  # after a failed fsync the file is not to be trusted further
        self.state = FULL if error.errno in _NO_ROOM else FAILED
        if self.state == FULL:
            raise SpoolFullError(f"{self.folder}: {error.strerror}") from error
        raise error

    def _cut_back(self) -> bool:
        with suppress(OSError):
            os.ftruncate(self._writing, self._segments[-1].size)
            return True
        return False

    # -- reading ------------------------------------------------------------------------------

    def next(self, limit: int = 500, max_bytes: int = 4 * 2**20) -> list[Entry]:
        """The oldest unconfirmed records; the same again until :meth:`commit`.

        At most ``limit``, and no more than ``max_bytes`` of payload unless the first alone is
        longer.
        """
        with self._mutex:
            found: list[Entry] = []
            room = max_bytes
            for entry in self._unconfirmed():
                room -= len(entry.payload)
                if found and room < 0:
                    break
                found.append(entry)
                if len(found) >= limit:
                    break
            return found

    def _unconfirmed(self) -> Iterator[Entry]:
        for segment in self._segments:
            if segment.last <= self._confirmed:
                continue
            begin = self._cursor[1] if segment.first == self._cursor[0] else 0
            with segment.path.open("rb") as file:
                file.seek(begin)
                data = file.read(segment.size - begin)
            for entry in scan(data, 0, segment.first):
                if entry.number > self._confirmed:
                    yield Entry(*_shifted(entry, begin))

    def commit(self, entry: Entry) -> None:
        """Everything up to ``entry`` is safe elsewhere; segments that have only such are deleted.

        An entry already confirmed changes nothing; one that is not in the spool is a ValueError.
        """
        with self._mutex:
            if entry.number >= self._next:
                raise ValueError(f"Record {entry.number} is not in {self.folder}.")
            if entry.number <= self._confirmed:
                return
            self._save_position(entry.number)
            self._cursor = (entry.segment, entry.end)
            self._drop_confirmed()

    def _drop_confirmed(self) -> None:
        # The segment being written goes only when room is needed or it is large anyway.
        if self._segments and self._segments[-1].last <= self._confirmed:
            large = self._segments[-1].size >= self._segment_bytes // 4
            if large or self.state == FULL:
                self._end_segment()
        for segment in list(self._segments):
            in_use = segment is self._segments[-1] and self._writing is not None
            if segment.last <= self._confirmed and not in_use:
                segment.path.unlink(missing_ok=True)
                self._segments.remove(segment)

    def figures(self, now: float) -> Figures:
        """State, records and bytes that wait, and the lag at ``now`` (epoch seconds)."""
        with self._mutex:
            oldest = self.next(1)
            return Figures(
                state=self.state,
                records=self._next - 1 - self._confirmed,
                bytes=self._bytes(),
                segments=len(self._segments),
                lag=max(0.0, now - oldest[0].at) if oldest else 0.0,
                cut_bytes=self.cut_bytes,
                damaged_bytes=self.damaged_bytes,
            )

    def close(self) -> None:
        """Give the folder free. Nothing needs saving: every append and commit already is."""
        with self._mutex:
            self._end_segment()
            if self._lock is not None:
                os.close(self._lock)
                os.close(self._position)
                self._lock = None

    # -- opening ------------------------------------------------------------------------------

    def _take_lock(self) -> int:
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(lock)
            raise SpoolBusyError(f"{self.folder} belongs to another process.") from error
        return lock

    def _open_position(self) -> tuple[int, int]:
        self._position = os.open(self.folder / "position", os.O_RDWR | os.O_CREAT, 0o600)
        data = os.pread(self._position, 2 * _SLOT.size, 0)
        if len(data) < 2 * _SLOT.size:  # both slots take their room now, while there is some
            os.pwrite(self._position, data.ljust(2 * _SLOT.size, b"\0"), 0)
        return max(_slots(data), default=(0, 0))

    def _save_position(self, number: int) -> None:
        self._turn += 1
        slot = _SLOT.pack(MARK, self._turn, number, _slot_check(self._turn, number))
        os.pwrite(self._position, slot, self._turn % 2 * _SLOT.size)
        os.fsync(self._position)
        self._confirmed = number

    def _open_segments(self) -> list[_Segment]:
        paths = sorted(self.folder.glob("*.spool"))
        ends = [*(int(path.stem) for path in paths), 2**64][1:]
        found = (self._open_segment(path, end) for path, end in zip(paths, ends, strict=True))
        return [segment for segment in found if segment]

    def _open_segment(self, path: Path, end: int) -> _Segment | None:
        """What is sound in a segment; numbers from ``end`` on were taken back and come again."""
        data = path.read_bytes()
        first = int(path.stem)
        entries = [entry for entry in scan(data, 0, first) if entry.number < end]
        size = entries[-1].end if entries else 0
        sound = sum(_OVERHEAD + len(entry.payload) for entry in entries)
        self.damaged_bytes += size - sound
        self.cut_bytes += len(data) - size
        last = entries[-1].number if entries else first - 1
        if last <= self._confirmed:
            path.unlink()
            return None
        if size < len(data):
            os.truncate(path, size)
        return _Segment(path, first, last, size)

    def _settle_numbers(self) -> None:
        last = self._segments[-1].last if self._segments else 0
        self._next = max(last, self._confirmed) + 1
        if self._segments:
            self._confirmed = max(self._confirmed, self._segments[0].first - 1)
        self._cursor = (0, 0)

    def _bytes(self) -> int:
        return sum(segment.size for segment in self._segments)

    def _sync_folder(self) -> None:
        folder = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _shifted(entry: Entry, by: int) -> tuple:
    return entry.number, entry.at, entry.payload, entry.segment, entry.end + by


def _slot_check(turn: int, number: int) -> int:
    return zlib.crc32(struct.pack(">QQ", turn, number))


def _slots(data: bytes) -> Iterator[tuple[int, int]]:
    """Turn and number of the slots that are whole."""
    for offset in range(0, len(data) - _SLOT.size + 1, _SLOT.size):
        mark, turn, number, check = _SLOT.unpack_from(data, offset)
        if mark == MARK and check == _slot_check(turn, number):
            yield turn, number
