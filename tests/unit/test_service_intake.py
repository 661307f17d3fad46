"""Intake of requests (SVC-L1): what kind of mail, whose, about what; files and character sets."""

import email

import pytest

from odoo.addons.crm_service_levels.tools import intake
from odoo.addons.crm_service_levels.tools.intake import Candidate


@pytest.mark.parametrize(
    ("headers", "subject", "sender", "kind"),
    [
        ({}, "Pump", "a@b.example", ""),
        ({"Auto-Submitted": "no"}, "", "", ""),
        ({"auto-submitted": "auto-replied (vacation)"}, "", "", "reply"),
        ({"Auto-Submitted": "auto-replied; x=y"}, "", "", "reply"),
        ({"Precedence": "auto_reply"}, "", "", "reply"),
        ({"X-Autoreply": "yes"}, "", "", "reply"),
        ({"Auto-Submitted": "auto-generated"}, "Alarm", "", "machine"),
        ({"Return-Path": "<>"}, "", "", "machine"),
        ({"Precedence": "bulk"}, "", "", "bulk"),
        ({"List-Id": "<x>"}, "", "", "bulk"),
        # asks for no answer, and does not say that it is one
        ({"X-Auto-Response-Suppress": "OOF"}, "", "", "bulk"),
        ({}, "Out of Office: Pump", "", "reply"),
        ({}, "Automatic reply: Pump", "", "reply"),
        ({}, "自动回复: 水泵", "", "reply"),
        ({}, "Re: the out of office sign is broken", "", ""),
        ({}, "", "no-reply@x.example", "bulk"),
        ({}, "", "noreplyson@x.example", ""),
    ],
)
def test_mail_kind(headers, subject, sender, kind):
    assert intake.mail_kind(headers, subject, sender) == kind


def test_numbers_in_subject():
    assert intake.numbers_in("Re: [R000123] Pump [ R7 ] []") == ["R000123", "R7"]
    assert intake.numbers_in("Re: R000123") == []
    assert intake.numbers_in(None) == []


def test_words_of_a_type():
    assert intake.words("Broken, defect;\n 故障，停机, broken") == [
        "broken",
        "defect",
        "故障",
        "停机",
    ]
    assert intake.words(None) == []


KEYWORDS = {1: ["broken", "smoke"], 2: ["bill"], 3: ["故障"]}


@pytest.mark.parametrize(
    ("subject", "body", "found"),
    [
        ("It is BROKEN", "", (1, ["broken"])),
        ("unbroken", "", (None, [])),
        # the subject decides, whatever the text says
        ("Bill", "broken, smoke", (2, ["bill"])),
        ("Hello", "Smoke and broken", (1, ["broken", "smoke"])),
        ("水泵故障了", "", (3, ["故障"])),
        # two types with one word each
        ("broken bill", "", (None, [])),
        # two words against one
        ("broken, smoke, bill", "", (1, ["broken", "smoke"])),
        (None, None, (None, [])),
    ],
)
def test_guess_type(subject, body, found):
    assert intake.guess_type(KEYWORDS, subject, body) == found


def test_guess_type_without_types():
    assert intake.guess_type({}, "broken", "") == (None, [])


ANNA, BOB, EVE = Candidate(1, "Anna Lee", 9), Candidate(2, "Bob", 9), Candidate(3, "Eve", 8)


@pytest.mark.parametrize(
    ("candidates", "name", "chosen"),
    [
        ([], "Anna", (None, "none")),
        ([ANNA], "Somebody", (1, "only")),
        ([ANNA, BOB], "anna  LEE", (1, "name")),
        ([ANNA, BOB], "", (9, "company")),
        ([ANNA, EVE], "Eve", (3, "name")),
        ([ANNA, EVE], "Info", (None, "ambiguous")),
        ([EVE, Candidate(4, "Eve", 7)], "Eve", (None, "ambiguous")),
    ],
)
def test_choose_sender(candidates, name, chosen):
    assert intake.choose_sender(candidates, name) == chosen


def test_sieve_files():
    files = [("a", "a.txt", 5), ("b", "b.bin", 11), ("c", "c.txt", 10), ("d", "d.txt", 1)]
    sieve = intake.sieve_files(files, most=2, largest=10)
    assert sieve.kept == ["a", "c"]
    assert sieve.refused == [("b.bin", 11, "size"), ("d.txt", 1, "count")]


def test_file_size():
    assert intake.file_size("水") == 3
    assert intake.file_size(b"abc") == 3


@pytest.mark.parametrize(
    ("said", "used"),
    [
        ("gb2312", "gb18030"),
        ("GBK", "gb18030"),
        ("big5", "big5hkscs"),
        ("utf-8", "utf-8"),
        ("ISO-8859-1", "iso-8859-1"),
        ("x-nothing", "utf-8"),
        ("base64", "utf-8"),
        ("", "utf-8"),
    ],
)
def test_mended_charset(said, used):
    assert intake.mended_charset(said) == used


def test_inline_images_are_left_out():
    assert intake.without_inline_images('<p>Hi<img src="cid:1" alt="x"></p>') == "<p>Hi</p>"
    assert intake.without_inline_images('<img src="https://x">') == '<img src="https://x">'


@pytest.mark.parametrize(
    ("raw", "charset", "mended"),
    [
        ("=?gb2312?B?1uw=?=", "", "=?gb18030?B?1uw=?="),
        ("=?GBK*zh?q?=d6=ec?= x", "", "=?gb18030?q?=d6=ec?= x"),
        ("=?utf-8?B?eA==?= plain", "gbk", "=?utf-8?B?eA==?= plain"),
        ("folded\r\n line", "", "folded line"),
        # bytes without encoding: UTF-8, else as the text says, else Western European
        ("水".encode().decode("ascii", "surrogateescape"), "gbk", "水"),
        ("镕".encode("gbk").decode("ascii", "surrogateescape"), "gb2312", "镕"),
        ("ü".encode("cp1252").decode("ascii", "surrogateescape"), "", "ü"),
        ("水", "", "水"),
    ],
)
def test_mended_header(raw, charset, mended):
    assert intake.mended_header(raw, charset) == mended


def _report(*actions):
    blocks = [f"Final-Recipient: rfc822; a@b.example\nAction: {said}\n" for said in actions]
    status = "\n".join(["Reporting-MTA: dns; x\n", *blocks])
    return email.message_from_string(
        'Content-Type: multipart/report; boundary="B"\n\n'
        f"--B\nContent-Type: message/delivery-status\n\n{status}\n--B--\n"
    )


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        (["Failed"], "failed"),
        (["delayed"], "delayed"),
        (["delivered", "failed"], "failed"),
        ([], ""),
    ],
)
def test_delivery_action(actions, said):
    assert intake.delivery_action(_report(*actions)) == said
    assert intake.delivery_action(email.message_from_string("Subject: x\n\nfailed")) == ""
