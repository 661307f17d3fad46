"""Every writing of a number (C360-1). Numbers for fiction: +33 1 00 00 00 37 of the issue,
+1 202 555 01xx (NANPA), +44 20 7946 0xxx (Ofcom)."""

import time

import pytest

from odoo.addons.crm_customer_insight.tools import phone
from odoo.addons.crm_customer_insight.tools.phone import ParsedNumber

PARIS = "+33100000037"

WRITINGS = [
    # text, country it is written from, E.164, extension
    ("+33 1 00000037", "FR", PARIS, None),
    ("+33 1 00000037", None, PARIS, None),
    ("0100000037", "FR", PARIS, None),
    ("01 00 00 00 37", "FR", PARIS, None),
    ("01.00.00.00.37", "FR", PARIS, None),
    ("01-00-00-00-37", "FR", PARIS, None),
    ("01/00/00/00/37", "FR", PARIS, None),
    ("  (01) 00 00 00 37 ", "FR", PARIS, None),
    ("\u202a+33 1 00 00 00 37\u202c", "FR", PARIS, None),
    ("+33\u00a01\u00a000\u00a000\u00a000\u00a037", "FR", PARIS, None),
    ("++33100000037", None, PARIS, None),
    ("+33 (0)1 00 00 00 37", "FR", PARIS, None),
    ("0033 (0) 1 00 00 00 37", "FR", PARIS, None),
    ("0033100000037", "FR", PARIS, None),
    ("0033100000037", "US", PARIS, None),
    ("0033100000037", None, PARIS, None),
    ("01133100000037", "US", PARIS, None),
    ("01133100000037", "FR", PARIS, None),
    ("011 33 1 00 00 00 37", None, PARIS, None),
    ("0011 33 1 00000037", "AU", PARIS, None),
    ("0061291920123", "AU", "+61291920123", None),
    ("0114930123456", "DE", "+4930123456", None),
    ("33100000037", "FR", PARIS, None),
    ("33100000037", "US", PARIS, None),
    ("33100000037", None, PARIS, None),
    ("tel:+33-1-00000037", "FR", PARIS, None),
    ("tel:+33-1-00000037;ext=12", "FR", PARIS, "12"),
    ("tel:0100000037;phone-context=+33", None, PARIS, None),
    ("sip:+33100000037@exchange.example", "FR", PARIS, None),
    ("sips:+33100000037@exchange.example;user=phone", None, PARIS, None),
    ("sip:0100000037@10.0.0.1:5060", "FR", PARIS, None),
    ('"Ann" <sip:+33100000037@exchange.example>', None, PARIS, None),
    ("callto:+33100000037", None, PARIS, None),
    ("0100000037 ext. 12", "FR", PARIS, "12"),
    ("0100000037x12", "FR", PARIS, "12"),
    ("0100000037 #12", "FR", PARIS, "12"),
    ("0100000037;ext=12", "FR", PARIS, "12"),
    ("0100000037 poste 12", "FR", PARIS, "12"),
    ("030 123456 Durchwahl 12", "DE", "+4930123456", "12"),
    ("030 123456 DW 12", "DE", "+4930123456", "12"),
    ("+7 495 123-45-67 доб. 12", "RU", "+74951234567", "12"),
    ("+86 10 6552 9988 分机 801", "CN", "+861065529988", "801"),
    ("+86 138 0013 8000转12", "CN", "+8613800138000", "12"),
    ("０１００００００３７", "FR", PARIS, None),
    ("＋３３１００００００３７", None, PARIS, None),
    ("٠١٠٠٠٠٠٠٣٧", "FR", PARIS, None),
    ("۰۱۰۰۰۰۰۰۳۷", "FR", PARIS, None),
    ("030/123456", "DE", "+4930123456", None),
    ("(202) 555-0143", "US", "+12025550143", None),
    ("1-202-555-0143", "US", "+12025550143", None),
    ("202.555.0143", "us", "+12025550143", None),
    ("1-800-FLOWERS", "US", "+18003569377", None),
    ("020 7946 0018", "GB", "+442079460018", None),
    ("+39 06 1234567", "IT", "+39061234567", None),
    ("8 (495) 123-45-67", "RU", "+74951234567", None),
    ("138 0013 8000", "CN", "+8613800138000", None),
    ("+800 1234 5678", "FR", "+80012345678", None),
]

NOT_NUMBERS = [
    # text, country, problem
    (None, "FR", "anonymous"),
    (False, "FR", "anonymous"),
    ("", "FR", "anonymous"),
    ("  -  ", "FR", "anonymous"),
    ("+", "FR", "anonymous"),
    ("anonymous", "FR", "anonymous"),
    ("Anonymous", "FR", "anonymous"),
    ("<unknown>", "FR", "anonymous"),
    ("Unknown", None, "anonymous"),
    ("restricted", "FR", "anonymous"),
    ("Private number", "FR", "anonymous"),
    ("No Caller ID", "US", "anonymous"),
    ("numéro masqué", "FR", "anonymous"),
    ("未知号码", "CN", "anonymous"),
    ("sip:anonymous@anonymous.invalid", "FR", "anonymous"),
    ('"Anonymous" <sip:anonymous@anonymous.invalid>', "FR", "anonymous"),
    ("0000000000", "FR", "anonymous"),
    ("0" * 200, "FR", "anonymous"),
    ("abc", "FR", "letters"),
    ("call me", "US", "letters"),
    ("sip:alice@exchange.example", "FR", "letters"),
    ("010000", "FR", "too_short"),
    ("+33 1 00", "FR", "too_short"),
    ("555-1234", "US", "too_short"),
    ("+33 1 00 00 00 37 00 00", "FR", "too_long"),
    ("1" * 200, "FR", "too_long"),
    ("1" * 100_000, "FR", "too_long"),
    ("x" * 100_000, "FR", "too_long"),
    ("0100000037", None, "country"),
    ("+999 12345678", "FR", "country"),
]


@pytest.mark.parametrize(("text", "region", "e164", "extension"), WRITINGS)
def test_writing(text, region, e164, extension):
    parsed = phone.parse(text, region)
    assert (parsed.e164, parsed.extension, parsed.problem) == (e164, extension, None)


@pytest.mark.parametrize(("text", "region", "problem"), NOT_NUMBERS)
def test_not_a_number(text, region, problem):
    assert phone.parse(text, region) == ParsedNumber(problem=problem)


@pytest.mark.parametrize("text", ["37", "112", "sip:37@exchange.example", " 3-7 ", "12345"])
def test_few_digits_are_an_internal_number(text):
    digits = "".join(char for char in text if char.isdigit())
    assert phone.parse(text, "DE") == ParsedNumber(extension=digits, problem="internal")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+33 1 00 00 00 37", True),
        ("+39 06 1234567 ext. 12", True),
        ("+0033 1 00 00 00 37", False),
        ("+12", False),
        ("0033 1 00 00 00 37", False),
        ("01 00 00 00 37", False),
        ("", False),
        (None, False),
    ],
)
def test_number_that_is_read_alike_from_every_country(text, expected):
    assert phone.names_its_country(text) is expected
    if expected:
        assert {phone.parse(text, region) for region in ("FR", "US", "CN", None)} == {
            phone.parse(text)
        }


def test_plus_makes_few_digits_half_a_number():
    assert phone.parse("+3312", "FR").problem == "too_short"


def test_number_of_unknown_range_is_kept_and_marked():
    # 555-0143 exists in every area code but 555 itself, which is assigned to nobody.
    assert phone.parse("(555) 555-0143", "US") == ParsedNumber(
        e164="+15555550143", kind="other", problem="unassigned"
    )


def test_ten_wrong_digits_are_not_taken_for_a_number_abroad():
    # With a + before it, it would be a number in Brazil (+55).
    assert phone.parse("555 123 4567", "US").e164 == "+15551234567"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("+33 6 12 34 56 78", "mobile"),
        ("+33 1 00 00 00 37", "fixed"),
        ("+1 202 555 0143", "fixed_or_mobile"),
        ("+33 800 123 456", "service"),
    ],
)
def test_kind(text, kind):
    assert phone.parse(text, "FR").kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "01 00 00 00 37 / 06 12 34 56 78",
        "01 00 00 00 37, mobile 06 12 34 56 78",
        "office 0100000037 or 0612345678",
    ],
)
def test_two_numbers_in_one_text(text):
    found = [one.e164 for one in phone.parse_all(text, "FR")]
    assert found == [PARIS, "+33612345678"]


def test_words_around_a_number():
    assert phone.parse("0100000037 please", "FR").e164 == PARIS


def test_a_pasted_list_is_cut():
    text = " / ".join(f"01 00 00 00 {place:02d}" for place in range(12))
    assert len(phone.parse_all(text, "FR")) == phone.MAX_NUMBERS_IN_TEXT


def test_plus_is_never_lost():
    for text, region, _e164, _extension in WRITINGS:
        for parsed in phone.parse_all(text, region):
            assert parsed.e164.startswith("+")
            assert parsed.e164[1:].isascii()
            assert parsed.e164[1:].isdigit()


def test_number_read_again_is_the_same_in_every_country():
    for text, region, e164, _extension in WRITINGS:
        assert phone.parse(phone.parse(text, region).e164, "BR").e164 == e164


def test_anonymous():
    assert phone.is_anonymous("withheld")
    assert not phone.is_anonymous("0100000037")


def test_hostile_text_does_not_hang():
    started = time.monotonic()
    for text in ("(" * 250, "1 " * 125, "+" * 250, "<" * 250, "ext" * 83, "٣" * 250, "1x" * 125):
        assert phone.parse(text, "FR").e164 is None or len(text) <= phone.MAX_LENGTH
    # a pattern that backtracks would take minutes for the first of them
    assert time.monotonic() - started < 30
