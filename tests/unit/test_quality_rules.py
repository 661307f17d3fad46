"""Rules of data quality, occasions to ask, payment and quality signals (C360-5, C360-6)."""

import datetime
import math
from fractions import Fraction

import pytest

from odoo.addons.crm_customer_insight.tools import (
    data_quality,
    fact_occasion,
    payment_behavior,
    quality_signal,
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nordic Pumps Ltd.", "nordic pumps"),
        ("ACME S.A.", "acme"),
        ("A.B.C. Trading Co., Ltd", "abc trading"),
        ("Müller & Söhne GmbH & Co. KG", "müller söhne"),
        ("上海水泵有限公司", "上海水泵"),
        ("GmbH", "gmbh"),
        ("", ""),
        (None, ""),
        ("  . ,  ", ""),
    ],
)
def test_names(name, expected):
    assert data_quality.normalize(name) == expected


def test_similarity_is_that_of_pg_trgm():
    """PostgreSQL's manual: similarity('word', 'two words') = 0.363636 = 4 of 11 trigrams."""
    assert data_quality.similarity("word", "two words") == pytest.approx(4 / 11)
    assert data_quality.similarity("", "word") == 0
    assert data_quality.similarity("word", "word") == 1


def test_points():
    """35 e-mail + 45 × 1 name − 30 other VAT number = 50."""
    left = {"name": "nordic", "email": "a@x", "vat": "1", "zip": None, "street": None}
    right = {**left, "vat": "2"}
    assert data_quality.points(left, right) == (50, ["email", "name"])
    assert data_quality.points(left, right, same_number=True)[0] == 75
    empty = dict.fromkeys(left, "")
    assert data_quality.points(empty, empty) == (0, [])


def test_tier_of_both_together():
    floors = {"A": 100, "B": 50, "C": 0, "D": None}
    assert data_quality.combined_tier(120, floors) == "A"
    assert data_quality.combined_tier(50, floors) == "B"
    assert data_quality.combined_tier(-1, floors) is None
    assert data_quality.combined_tier(10, {}) is None


# -- asking ------------------------------------------------------------------------------------

TODAY = datetime.date(2026, 6, 1)


def candidate(number, required=False, known=False, due=None, silent=None):
    return fact_occasion.Candidate(number, required, known, due, silent, number)


def test_required_then_missing_then_stale():
    """At most three of five open ones; the quiet one and the fresh one are none."""
    found = [
        candidate(1, known=True, due=TODAY - datetime.timedelta(days=9)),
        candidate(2, known=True, due=TODAY - datetime.timedelta(days=90)),
        candidate(3),
        candidate(4, required=True),
        candidate(5, known=True, due=TODAY),
        candidate(6, silent=TODAY + datetime.timedelta(days=1)),
        candidate(7, silent=TODAY),
    ]
    chosen, more = fact_occasion.choose(found, TODAY, 4)
    assert [one.attribute for one in chosen] == [4, 3, 7, 2]
    assert more == 1
    assert fact_occasion.choose(found, TODAY, 0) == ([], 5)


# -- payment -----------------------------------------------------------------------------------


def test_payment_summary():
    """(10 × 100 − 20 × 100) ÷ 500 = −2; late 100 of 500."""
    assert payment_behavior.summary([(10, 100), (0, 300), (-20, 100)]) == (-2, 0.2)
    assert payment_behavior.summary([(10, 100), (0, 300)]) == (None, None)
    assert payment_behavior.summary([(1, 0), (1, 0), (1, 0)]) == (None, None)


@pytest.mark.parametrize(
    ("days", "share", "overdue", "expected"),
    [
        (None, None, 0, "unknown"),
        (None, None, 15, "medium"),
        (0, 0, 61, "high"),
        (31, 0.1, 0, "high"),
        (11, 0.1, 0, "medium"),
        (1, 0.51, 0, "medium"),
        (10, 0.5, 14, "low"),
        (-5, 0, 0, "low"),
    ],
)
def test_payment_risk(days, share, overdue, expected):
    assert payment_behavior.risk(days, share, overdue) == expected


# -- quality signals ---------------------------------------------------------------------------


def exact(k1, t1, k2, t2):
    """P(X >= k1), X binomial with n = k1 + k2, p = t1 / (t1 + t2), as a fraction."""
    share, total = Fraction(t1, t1 + t2), k1 + k2
    return sum(
        math.comb(total, k) * share**k * (1 - share) ** (total - k) for k in range(k1, total + 1)
    )


@pytest.mark.parametrize(
    "counts", [(8, 1000, 2, 4000), (11, 800, 21, 3011), (0, 10, 5, 10), (5, 10, 0, 10)]
)
def test_more_often_is_exact(counts):
    assert float(quality_signal.more_often(*counts)) == pytest.approx(float(exact(*counts)), 1e-12)


def test_adjusted_p_values():
    """Benjamini and Hochberg: p(i) × m ÷ i, made monotonic from the largest:
    0.01 × 3 ÷ 1 = 0.03, 0.02 × 3 ÷ 2 = 0.03, 0.5 × 3 ÷ 3 = 0.5."""
    found = quality_signal.adjusted([0.5, 0.01, math.nan, 0.02])
    assert found[[0, 1, 3]] == pytest.approx([0.5, 0.03, 0.03])
    assert math.isnan(found[2])


def test_verdicts():
    """Clearly worse; the same; too few events; nothing sold before; no event before."""
    rows = [(8, 1000, 2, 4000), (5, 1000, 20, 4000), (2, 1000, 2, 1000), (9, 100, 0, 0),
            (9, 100, 0, 1000)]  # fmt: skip
    verdict, p_value, _chance, ratio = quality_signal.verdicts(*zip(*rows, strict=True))
    assert verdict.tolist() == ["worse", "same", "unknown", "unknown", "worse"]
    assert ratio[0] == pytest.approx(16)
    assert math.isinf(ratio[4])
    assert math.isnan(p_value[3])
