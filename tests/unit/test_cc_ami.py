"""The manager interface as bytes (CC-1): whatever arrives, nothing stops and nothing is lost."""

import random
from pathlib import Path

import pytest

from odoo.addons.crm_callcenter.tools.ami import MESSAGE_LINES, AmiReader, encode

DATA = Path(__file__).parent / "data" / "ami"
STREAM = (DATA / "01_inbound.txt").read_bytes()


def read(*chunks, **options):
    reader = AmiReader(**options)
    return [message for chunk in chunks for message in reader.feed(chunk)], reader


def test_messages_and_repeated_headers():
    found, reader = read(
        b"Asterisk Call Manager/11.0\r\nEvent: Hangup\r\nCause: 16\r\n\r\n"
        b"Response: Success\r\nOutput: one\r\nOutput: two: three\r\nEmpty:\r\n\r\n"
    )
    assert found == [
        {"": "Asterisk Call Manager/11.0", "Event": "Hangup", "Cause": "16"},
        {"Response": "Success", "Output": "one\ntwo: three", "Empty": ""},
    ]
    assert (reader.malformed, reader.cut) == (1, 0)


def test_cut_at_every_byte():
    whole, _reader = read(STREAM)
    assert len(whole) > 20
    for place in range(0, len(STREAM), 97):
        assert read(STREAM[:place], STREAM[place:])[0] == whole
    assert read(*(STREAM[n : n + 1] for n in range(len(STREAM))))[0] == whole


def test_cut_in_three_at_every_byte():
    stream = b"Event: A\r\nName: M\xc3\xbcller\r\n\r\n\r\nEvent: B\r\n\r\n"
    whole = [{"Event": "A", "Name": "M\u00fcller"}, {"Event": "B"}]
    for one in range(len(stream)):
        for other in range(one, len(stream)):
            assert read(stream[:one], stream[one:other], stream[other:])[0] == whole


def test_empty_messages_are_none():
    assert read(b"\r\n\r\n\n\r\nEvent: A\r\n\r\n\r\n \r\n\r\n")[0] == [{"Event": "A"}]


def test_carriage_returns_alone_end_nothing():
    """They stay in the value; the next line feed ends the line, and the stream goes on."""
    found, reader = read(b"Event: A\rCause: 1\r\r", b"\n\r\nEvent: B\r\n\r\n")
    assert found == [{"Event": "A\rCause: 1"}, {"Event": "B"}]
    assert reader.malformed == 0


def test_carriage_returns_without_end_do_not_fill_the_memory():
    reader = AmiReader(line_limit=1000)
    for _time in range(100):
        assert reader.feed(b"\r" * 500) == []
        assert len(reader._buffer) <= 1000
    assert reader.feed(b"\n\r\nEvent: B\r\n\r\n")[-1] == {"Event": "B"}


def test_line_feeds_alone_end_lines_too():
    assert read(b"Event: Reload\nModule: All\n\n")[0] == [{"Event": "Reload", "Module": "All"}]


def test_a_half_message_waits():
    found, reader = read(b"Event: Hangup\r\nCause: 1")
    assert found == []
    assert reader.feed(b"6\r\n\r\n") == [{"Event": "Hangup", "Cause": "16"}]


def test_names_that_are_not_utf8():
    [message] = read(b"Event: Newchannel\r\nCallerIDName: M\xfcller\r\n\r\n")[0]
    assert message["CallerIDName"] == "M�ller"


def test_a_header_of_64_kilobytes_is_cut_and_the_rest_goes_on():
    long = b"X" * 200_000
    for chunks in ([b"A: " + long + b"\r\nB: 2\r\n\r\n"], [b"A: ", long, b"\r\nB: 2\r\n\r\n"]):
        [message], reader = read(*chunks, line_limit=65_536)
        assert message["B"] == "2"
        assert set(message["A"]) == {"X"}
        assert len(message["A"]) == 65_536 - len("A: ")
        assert reader.cut == 1


def test_a_message_without_end_is_cut():
    [message], reader = read(b"A: 1\n" * (MESSAGE_LINES + 500) + b"\n")
    assert len(message["A"].split("\n")) == MESSAGE_LINES
    assert reader.cut == 1


def test_random_bytes_never_raise():
    source = random.Random(7)
    for _time in range(200):
        data = bytes(source.choice(b":\r\n aE\xff\x00") for _byte in range(300))
        found, _reader = read(data, b"\r\n\r\nEvent: Reload\r\n\r\n")
        assert found[-1]["Event"] == "Reload"


def test_actions():
    action = {"Action": "Originate", "Codecs": ["alaw", "ulaw"]}
    assert encode(action, {"CALL": 42}) == (
        b"Action: Originate\r\nCodecs: alaw\r\nCodecs: ulaw\r\nVariable: CALL=42\r\n\r\n"
    )


@pytest.mark.parametrize("value", ["1\r\nAction: Command", "1\n\n", "a\x00b"])
def test_no_action_is_smuggled_into_a_value(value):
    with pytest.raises(ValueError, match="Control characters"):
        encode({"Action": "Originate", "Exten": value})
    with pytest.raises(ValueError, match="Control characters"):
        encode({"Action": "Originate"}, {"NAME": value})
