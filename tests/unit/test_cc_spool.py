"""CC-1, CC-8: nothing that the spool has taken is lost, and nothing half is ever read."""

import os
import resource
import signal
import struct
import subprocess
import sys
import textwrap
import zlib
from contextlib import contextmanager
from pathlib import Path

import pytest

from odoo.addons.crm_callcenter.tools import spool as spool_module
from odoo.addons.crm_callcenter.tools.spool import (
    FULL,
    MARK,
    OK,
    Spool,
    SpoolBusyError,
    SpoolFullError,
    decode,
    encode,
)

TOOLS = Path(spool_module.__file__).parent
#: mark 4, length 4, number 8, moment 8, CRC-32 4
OVERHEAD = 28


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "ast1"


def payloads(spool, limit=10_000):
    return [entry.payload for entry in spool.next(limit, 2**40)]


def read_all(folder):
    spool = Spool(folder)
    try:
        return payloads(spool)
    finally:
        spool.close()


def segments(folder):
    return sorted(folder.glob("*.spool"))


def test_layout_of_a_record():
    data = encode(7, 1.5, b"ab")
    head = MARK + struct.pack(">IQd", 2, 7, 1.5)
    assert data == head + struct.pack(">I", zlib.crc32(head + b"ab")) + b"ab"
    assert len(data) == OVERHEAD + 2
    entry = decode(b"xx" + data, 2)
    assert (entry.number, entry.at, entry.payload, entry.end) == (7, 1.5, b"ab", 32)


def test_every_single_damaged_byte_is_noticed():
    data = encode(1, 2.0, b"event")
    for place in range(len(data)):
        broken = bytearray(data)
        broken[place] ^= 1
        assert decode(bytes(broken), 0) is None


def test_records_come_back_in_order_until_they_are_committed(folder):
    spool = Spool(folder)
    assert spool.append([b"a", b"b"], 1.0) == 2
    assert spool.append([b"c"], 2.0) == 3
    assert payloads(spool) == payloads(spool) == [b"a", b"b", b"c"]
    spool.commit(spool.next(2)[-1])
    assert payloads(spool) == [b"c"]


def test_an_empty_batch_is_nothing(folder):
    spool = Spool(folder)
    assert spool.append([], 1.0) == 0
    assert spool.next() == []
    assert segments(folder) == []


def test_reading_is_limited_in_records_and_bytes_but_never_to_nothing(folder):
    spool = Spool(folder)
    spool.append([b"x" * 100] * 10, 1.0)
    assert len(spool.next(3)) == 3
    assert len(spool.next(10, max_bytes=250)) == 2
    assert len(spool.next(10, max_bytes=1)) == 1


def test_what_was_appended_and_the_position_survive_a_restart(folder):
    spool = Spool(folder)
    spool.append([b"a", b"b", b"c"], 1.0)
    spool.commit(spool.next(1)[0])
    spool.close()
    again = Spool(folder)
    assert payloads(again) == [b"b", b"c"]
    assert again.append([b"d"], 2.0) == 4
    assert payloads(again) == [b"b", b"c", b"d"]


def test_numbers_go_on_when_everything_was_confirmed_and_deleted(folder):
    spool = Spool(folder)
    spool.append([b"a", b"b"], 1.0)
    spool.commit(spool.next()[-1])
    spool.close()
    again = Spool(folder)
    assert segments(folder) == []
    assert again.append([b"c"], 1.0) == 3
    assert payloads(again) == [b"c"]


def test_segments_are_closed_when_large_and_deleted_when_confirmed(folder):
    # a record of 72 bytes takes 100; a segment is closed once it has reached 300
    spool = Spool(folder, segment_bytes=300)
    for _ in range(9):
        spool.append([b"x" * 72], 1.0)
    assert [int(path.stem) for path in segments(folder)] == [1, 4, 7]
    spool.commit(spool.next(5)[-1])
    assert [int(path.stem) for path in segments(folder)] == [4, 7]
    spool.commit(spool.next(9)[-1])
    assert spool.figures(1.0).bytes == 0
    spool.append([b"y"], 1.0)
    assert payloads(spool) == [b"y"]


def test_a_backlog_of_many_segments_is_read_across_their_borders(folder):
    spool = Spool(folder, segment_bytes=300)
    told = [b"%05d" % number for number in range(500)]
    for record in told:
        spool.append([record], 1.0)
    read = []
    while batch := spool.next(37):
        read += [entry.payload for entry in batch]
        spool.commit(batch[-1])
    assert read == told


def test_both_append_and_commit_are_on_disk_when_they_return(folder, monkeypatch):
    spool = Spool(folder)
    spool.append([b"a", b"b"], 1.0)  # the segment and its folder exist now
    synced = []
    monkeypatch.setattr(spool_module.os, "fsync", lambda file: synced.append(file_name(file)))
    spool.append([b"c"], 1.0)
    assert synced == ["00000000000000000001.spool"]
    spool.commit(spool.next(1)[0])
    assert synced[1:] == ["position"]


def file_name(descriptor):
    return Path(os.readlink(f"/proc/self/fd/{descriptor}")).name


def test_committing_twice_or_backwards_changes_nothing(folder):
    spool = Spool(folder)
    spool.append([b"a", b"b"], 1.0)
    first, second = spool.next()
    spool.commit(second)
    spool.commit(second)
    spool.commit(first)
    assert spool.next() == []


def test_an_entry_of_another_spool_is_refused(folder, tmp_path):
    other = Spool(tmp_path / "ast2")
    other.append([b"a"], 1.0)
    spool = Spool(folder)
    with pytest.raises(ValueError, match="Record 1 is not in"):
        spool.commit(other.next()[0])


def test_a_record_beyond_all_measure_is_refused_and_nothing_is_kept(folder):
    spool = Spool(folder)
    with pytest.raises(ValueError, match="longer than"):
        spool.append([b"a", bytes(spool_module.LARGEST + 1)], 1.0)
    assert spool.next() == []


def test_figures(folder):
    spool = Spool(folder)
    assert spool.figures(50.0).lag == 0
    spool.append([b"abc"], 10.0)
    spool.append([b"de"], 14.0)
    figures = spool.figures(15.5)
    # 2 × 28 + 3 + 2 bytes; the oldest was appended at 10
    assert (figures.records, figures.bytes, figures.segments) == (2, 61, 1)
    assert figures.lag == 5.5
    spool.commit(spool.next(1)[0])
    assert (spool.figures(15.5).records, spool.figures(15.5).lag) == (1, 1.5)
    assert spool.figures(13.0).lag == 0  # a clock that was set back


def test_a_folder_belongs_to_one_process(folder):
    spool = Spool(folder)
    with pytest.raises(SpoolBusyError):
        Spool(folder)
    spool.close()
    Spool(folder).close()


def test_only_the_owner_can_read(folder):
    Spool(folder).append([b"a"], 1.0)
    assert folder.stat().st_mode & 0o077 == 0
    assert segments(folder)[0].stat().st_mode & 0o077 == 0


# -- crashes


def test_a_torn_tail_is_cut_and_told_wherever_it_was_torn(folder):
    spool = Spool(folder)
    spool.append([b"first", b"second"], 1.0)
    spool.close()
    path = segments(folder)[0]
    whole = path.read_bytes()
    kept = OVERHEAD + len(b"first")
    for length in range(kept, len(whole)):
        path.write_bytes(whole[:length])
        again = Spool(folder)
        assert payloads(again) == [b"first"]
        assert again.cut_bytes == length - kept
        assert path.stat().st_size == kept
        assert again.append([b"third"], 2.0) == 2
        assert payloads(again) == [b"first", b"third"]
        again.close()
        for segment in segments(folder)[1:]:
            segment.unlink()


def test_a_tail_of_zeros_as_after_a_power_cut_is_cut(folder):
    spool = Spool(folder)
    spool.append([b"a"], 1.0)
    spool.close()
    with segments(folder)[0].open("ab") as file:
        file.write(bytes(4096))
    again = Spool(folder)
    assert payloads(again) == [b"a"]
    assert again.figures(1.0).cut_bytes == 4096


def test_damage_in_the_middle_costs_only_the_damaged_record(folder):
    spool = Spool(folder)
    spool.append([b"aaa", b"bbb", b"ccc"], 1.0)
    spool.close()
    path = segments(folder)[0]
    data = bytearray(path.read_bytes())
    data[31 + 10] ^= 0xFF  # records of 31 bytes: in the second one's head
    path.write_bytes(data)
    again = Spool(folder)
    assert payloads(again) == [b"aaa", b"ccc"]
    assert (again.damaged_bytes, again.cut_bytes) == (31, 0)
    again.commit(again.next()[-1])
    assert again.next() == []
    assert again.figures(1.0).records == 0


def test_a_torn_position_falls_back_to_the_one_before(folder):
    spool = Spool(folder)
    spool.append([b"a", b"b", b"c"], 1.0)
    for _ in range(2):
        spool.commit(spool.next(1)[0])
    spool.close()
    position = folder / "position"
    # two commits: turn 1 in the second slot, turn 2 in the first
    data = bytearray(position.read_bytes())
    data[8] ^= 1
    position.write_bytes(data)
    assert read_all(folder) == [b"b", b"c"]  # b comes twice, c is not lost


def test_a_lost_position_brings_everything_again(folder):
    spool = Spool(folder)
    spool.append([b"a", b"b"], 1.0)
    spool.commit(spool.next(1)[0])
    spool.close()
    (folder / "position").unlink()
    assert read_all(folder) == [b"a", b"b"]


WRITER = textwrap.dedent("""
    import os, sys
    sys.path.insert(0, sys.argv[1])
    from spool import Spool
    spool = Spool(sys.argv[2], segment_bytes=20_000)
    number = 0
    while True:
        batch = [b"%08d" % (number + i) + bytes(number % 700) for i in range(7)]
        spool.append(batch, float(number))
        number += 7
        os.write(1, b"%d\\n" % number)      # only now may anybody believe it
        if number % 140 == 0:
            spool.commit(spool.next(35)[-1])
""")


@pytest.mark.parametrize("acknowledged", [7, 210, 1001])
def test_killed_with_9_while_writing_nothing_acknowledged_is_missing(folder, acknowledged):
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(TOOLS), str(folder)], stdout=subprocess.PIPE
    )
    for line in child.stdout:
        if int(line) >= acknowledged:
            break
    os.kill(child.pid, signal.SIGKILL)
    told = [int(line) for line in child.stdout.read().split()] + [int(line)]
    assert child.wait() == -signal.SIGKILL
    spool = Spool(folder)
    found = [int(entry.payload[:8]) for entry in spool.next(10**6, 2**40)]
    # all in order, no gap, and at least up to what the child had been told
    assert found == list(range(found[0], found[0] + len(found)))
    assert found[-1] + 1 >= max(told)
    # of every 140 the child has committed 35; the next commit may have happened untold
    assert found[0] in (max(told) // 140 * 35, max(told) // 140 * 35 + 35)
    assert spool.damaged_bytes == 0


# -- no room


@contextmanager
def file_size_limit(size):
    """No file may grow beyond ``size`` bytes: the kernel refuses, as with a full disk."""
    old = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, old[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, old)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_full_disk_keeps_the_oldest_and_nothing_half(folder):
    # records of 100 bytes: ten fit into 1,050, and the first 50 bytes of the next
    spool = Spool(folder)
    with file_size_limit(1050):
        for number in range(10):
            spool.append([b"%072d" % number], 1.0)
        with pytest.raises(SpoolFullError, match="too large"):
            spool.append([b"%072d" % 10], 1.0)
        assert spool.state == spool.figures(1.0).state == FULL
        assert [int(each) for each in payloads(spool)] == list(range(10))
        assert segments(folder)[0].stat().st_size == 1000
    spool.close()
    assert [int(each) for each in read_all(folder)] == list(range(10))


def test_a_batch_is_kept_whole_or_not_at_all(folder):
    spool = Spool(folder)
    with file_size_limit(1050):
        spool.append([b"x" * 72] * 8, 1.0)
        with pytest.raises(SpoolFullError):
            spool.append([b"y" * 72] * 3, 1.0)  # two would have fitted
        spool.append([b"z" * 72] * 2, 1.0)
    assert [each[:1] for each in payloads(spool)] == [b"x"] * 8 + [b"z"] * 2


def test_it_resumes_when_the_disk_has_room_again(folder):
    spool = Spool(folder)
    with file_size_limit(1050):
        spool.append([b"x" * 72] * 10, 1.0)
        with pytest.raises(SpoolFullError):
            spool.append([b"y" * 72], 1.0)
    assert spool.append([b"y" * 72], 1.0) == 11
    assert spool.state == OK
    assert len(payloads(spool)) == 11


def test_it_resumes_by_itself_when_odoo_has_confirmed(folder):
    spool = Spool(folder)
    with file_size_limit(1050):
        spool.append([b"x" * 72] * 10, 1.0)
        with pytest.raises(SpoolFullError):
            spool.append([b"y" * 72], 1.0)
        spool.commit(spool.next()[-1])  # still no file may be longer
        spool.append([b"y" * 72], 1.0)
        assert spool.state == OK
    assert [each[:1] for each in payloads(spool)] == [b"y"]


def test_the_limit_of_the_whole_spool(folder):
    spool = Spool(folder, segment_bytes=200, limit_bytes=500)
    for _ in range(5):
        spool.append([b"x" * 72], 1.0)
    with pytest.raises(SpoolFullError, match="500 bytes are used up"):
        spool.append([b"y"], 1.0)
    assert spool.state == FULL
    spool.commit(spool.next(2)[-1])  # the first segment, of 200 bytes
    spool.append([b"y"], 1.0)
    assert (spool.state, len(payloads(spool))) == (OK, 4)


def test_after_a_failed_fsync_the_batch_counts_as_not_stored(folder, monkeypatch):
    spool = Spool(folder)
    spool.append([b"a"], 1.0)

    def broken(_descriptor):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(spool_module.os, "fsync", broken)
        for _ in range(2):
            with pytest.raises(OSError, match="Input/output error"):
                spool.append([b"b"], 1.0)
        assert spool.state == "failed"
    assert spool.append([b"c"], 1.0) == 2
    assert payloads(spool) == [b"a", b"c"]
    spool.close()
    assert read_all(folder) == [b"a", b"c"]


def test_what_could_not_even_be_taken_back_is_not_read(folder, monkeypatch):
    spool = Spool(folder)
    spool.append([b"a"], 1.0)

    def broken(*_arguments):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(spool_module.os, "ftruncate", broken)
        patch.setattr(spool_module.os, "fsync", broken)
        with pytest.raises(OSError, match="Input/output error"):
            spool.append([b"b"], 1.0)
    assert spool.append([b"c"], 1.0) == 2
    assert payloads(spool) == [b"a", b"c"]
    spool.close()
    assert read_all(folder) == [b"a", b"c"]
