"""SVC-L1: knowledge and look-ups, with values worked out by hand."""

import pytest

from odoo.addons.crm_service_levels.tools import (
    anonymous,
    article_words,
    bigrams,
    distance,
    text_diff,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("打印机卡纸", "打印 印机 机卡 卡纸 纸"),
        ("机", "机"),
        ("更换 HP 墨盒", "更换 换 墨盒 盒"),
        ("重启，再试。", "重启 启 再试 试"),  # punctuation ends a run
        ("プリンタ", "プリ リン ンタ タ"),
        ("plain", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_bigrams_that_are_indexed(text, words):
    assert bigrams.index_words(text) == words


def test_bigrams_that_are_looked_for():
    assert bigrams.query_words("卡纸了") == [("卡纸", False), ("纸了", False)]
    assert bigrams.query_words("纸") == [("纸", True)]
    assert bigrams.query_words("paper") == []
    assert bigrams.without_cjk("更换HP墨盒") == " HP "
    assert bigrams.has_cjk("墨") and not bigrams.has_cjk("ink")


def test_every_pair_of_a_query_inside_a_text_is_indexed():
    text = "打印机经常卡纸"
    words = set(bigrams.index_words(text).split())
    for start in range(len(text)):
        for end in range(start + 2, len(text) + 1):
            assert {word for word, _ in bigrams.query_words(text[start:end])} <= words


@pytest.mark.parametrize(
    ("term", "typing", "parts"),
    [
        ("Pump starts", False, (["'pump'", "'starts'"], [])),
        ("Pump sta", True, (["'pump'", "'sta':*"], [])),
        ("pump sta ", True, (["'pump'", "'sta'"], [])),  # the word is finished
        ("P-200 卡纸", False, (["'p'", "'200'"], ["'卡纸'"])),
        ("a' & !b:*|(c)", False, (["'a'", "'b'", "'c'"], [])),  # no operator gets through
        ("pump pump", True, (["'pump':*"], [])),
        ("", True, ([], [])),
        ("?!", True, ([], [])),
    ],
)
def test_query_parts(term, typing, parts):
    assert article_words.query_parts(term, typing) == parts


def test_configuration_of_a_language():
    langs = ["en_US", "de_DE", "pt_BR", "zh_CN", "ja_JP", "", None]
    assert [article_words.config_of(lang) for lang in langs] == [
        "english",
        "german",
        "portuguese",
        "simple",
        "simple",
        "simple",
        "simple",
    ]


def test_marks_and_snippets():
    # "starts" keeps four letters: "star"
    assert article_words.marked("Start the pump", "pumps starts") == [
        ["Start", True],
        [" the ", False],
        ["pump", True],
    ]
    assert article_words.marked("打印机卡纸", "卡纸") == [["打印机", False], ["卡纸", True]]
    # pairs that touch are one mark
    assert article_words.marked("大卡纸了", "卡纸了") == [
        ["大", False],
        ["卡纸", True],
        ["了", False],
    ]
    text = "word " * 40 + "needle" + " word" * 60
    pieces = article_words.snippet(text, "needle")
    assert ["needle", True] in pieces
    joined = "".join(piece for piece, _ in pieces)
    assert joined.startswith("… word") and joined.endswith(" …")
    assert len(joined) <= article_words.SNIPPET + 4
    assert article_words.snippet("", "x") == []


def test_terms_without_hit_keep_nothing_personal():
    assert article_words.miss_term("  Where is  Order 202600123?") == "where is order ?"
    assert article_words.miss_term("anna@example.com") == ""
    assert article_words.miss_term("+33 1234567") == "+33"
    assert article_words.miss_term("Error 404") == "error 404"


def test_personal_data_is_left_out():
    text = (
        "Dear Rita,\nAnna Berg of Acme Pumps wrote from anna.berg@acme.example, "
        "tel. +49 (30) 123-4567.\n"
        "Pump S/N AX-77 of order S00042 stops after 10 minutes at 3.5 bar.\nKind regards, Anna"
    )
    names, codes = ["Anna Berg", "Acme Pumps"], ["AX-77", "S00042"]
    cleaned = anonymous.without_person(text, names, codes)
    assert cleaned == (
        "… of … wrote from …, tel. ….\n… S/N … of order … stops after 10 minutes at 3.5 bar."
    ).replace("… S/N", "Pump S/N")


def test_names_are_whole_words_and_han_names_are_found_between_signs():
    assert anonymous.without_person("Annabel and Anna", ["Anna Li"]) == "Annabel and …"
    assert anonymous.without_person("客户李明说卡纸", ["李明"]) == "客户…说卡纸"
    assert anonymous.without_person("The list of Li", ["Li"]) == "The list of …"
    assert anonymous.without_person("Part 123456, 1200 rpm", []) == "Part 123456, 1200 rpm"
    assert anonymous.without_person("Call 0109 758 351", []) == "Call …"
    assert anonymous.without_person("", ["A"]) == ""


def test_text_and_paragraphs():
    html = "<p>One</p><ul><li>two &amp; three</li></ul><blockquote>quoted</blockquote>"
    assert anonymous.text_of(html) == "One\ntwo & three"
    assert anonymous.paragraphs("One\n\n two <b>") == "<p>One</p><p>two &lt;b&gt;</p>"
    assert anonymous.text_of("") == ""


def test_differences():
    assert text_diff.changes("", "new") == [("ins", "new")]
    assert text_diff.changes("same", "same") == [("equal", "same")]
    assert text_diff.as_html("关闭电源", "打开电源") == "<del>关闭</del><ins>打开</ins>电源"
    assert text_diff.as_html("a\nb", "a") == "a<del><br>b</del>"


def test_distances():
    # a quarter of the meridian: π/2 · 6371.0088 = 10007.557 km
    assert distance.kilometers((0.0, 90.0), (90.0, 0.0)) == pytest.approx(10007.557, abs=0.001)
    # a degree of longitude at 60°: 2·R·asin(cos 60° · sin 0.5°)
    # = 2 · 6371.0088 · 0.0043632816 = 55.5970 km
    assert distance.kilometers((60, 10), (60, 11)) == pytest.approx(55.597, abs=0.001)
    assert distance.kilometers((48.1, 11.5), (48.1, 11.5)) == 0.0
    assert distance.kilometers((0, 0), (48.1, 11.5)) is None


def test_nearness():
    here = (1, 10, (48.0, 11.0))
    near = (1, 11, (48.1, 11.0), "B")
    far = (1, 10, (50.0, 11.0), "A")
    unknown = (1, 10, (0.0, 0.0), "C")
    order = sorted([unknown, far, near], key=lambda there: distance.nearness(here, there))
    assert order == [near, far, unknown]
    nowhere = (1, 10, (0.0, 0.0))
    abroad = (2, 20, (48.0, 11.0), "A")
    order = sorted([abroad, near, far], key=lambda there: distance.nearness(nowhere, there))
    assert order == [far, near, abroad]
