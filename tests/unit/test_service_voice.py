"""SVC-L5, SVC-F, SVC-E: scores, figures with intervals, themes, early warning; exact values."""

from math import exp, sqrt

import pytest

from odoo.addons.crm_service_levels.tools import early_warning as warning
from odoo.addons.crm_service_levels.tools import feedback, themes

Given = feedback.Given


def test_weighted_score_is_the_mean_of_places_on_the_scales():
    # (2 × 1 + 1 × 0.5) ÷ 3
    assert feedback.weighted_score([Given(5, 1, 5, 2), Given(3, 1, 5, 1)]) == pytest.approx(250 / 3)
    # 8 of 0 … 10 is 0.8; 1 of 1 … 7 is 0
    assert feedback.weighted_score([Given(8, 0, 10), Given(1, 1, 7)]) == pytest.approx(40)


def test_nothing_answered_is_no_score():
    assert feedback.weighted_score([]) is None
    assert feedback.weighted_score([Given(3, 3, 3)]) is None
    assert feedback.weighted_score([Given(3, 1, 5, 0)]) is None


def test_perceived_to_expected():
    # (2 × 4 + 1 × 3) ÷ (2 × 5 + 1 × 2) = 11 ÷ 12; the third has no expectation
    answers = [Given(4, 1, 5, 2, 5), Given(3, 1, 5, 1, 2), Given(1, 1, 5, 9)]
    assert feedback.perceived_to_expected(answers) == pytest.approx(11 / 12)
    assert feedback.perceived_to_expected([Given(1, 1, 5)]) is None


@pytest.mark.parametrize(
    ("points", "group"),
    [(0, "detractor"), (6, "detractor"), (7, "passive"), (8, "passive"), (9, "promoter")],
)
def test_nps_groups(points, group):
    assert feedback.nps_group(points) == group


def test_who_has_to_be_called():
    assert feedback.is_detractor(6, 90, 50)
    assert not feedback.is_detractor(7, None, 50)
    assert feedback.is_detractor(None, 49.9, 50)
    assert not feedback.is_detractor(None, 50, 50)
    assert not feedback.is_detractor(None, None, 50)


@pytest.mark.parametrize(
    ("kind", "points", "good"),
    [
        ("nps", 0, True),
        ("nps", 11, False),
        ("csat", 0, False),
        ("ces", 7, True),
        ("words", 1, False),
    ],
)
def test_answers_that_a_question_offers(kind, points, good):
    assert feedback.in_range(kind, points) is good


def test_wilson_interval():
    # Newcombe, Statistics in Medicine 17 (1998), table I: 81 of 263 is 0.2553 … 0.3662
    figure = feedback.share_figure(81, 263)
    assert (round(figure.low / 100, 4), round(figure.high / 100, 4)) == (0.2553, 0.3662)
    # the same table: 0 of 20 is 0.0000 … 0.1611
    none = feedback.share_figure(0, 20)
    assert (none.value, none.low, round(none.high / 100, 4)) == (0, 0, 0.1611)


def test_too_few_answers_are_no_figure():
    assert feedback.share_figure(4, 4) == feedback.Figure(None, None, None, 4)
    assert feedback.nps_figure(2, 1, 1).value is None
    assert feedback.mean_figure(1, 5, 25, least=0).value is None


def test_mean_with_t_interval():
    # 1, 2, 3, 4, 5: mean 3, variance 2.5, t(4) = 2.7764, half = 2.7764 √0.5
    figure = feedback.mean_figure(5, 15, 55)
    assert figure.value == 3
    assert figure.high - 3 == pytest.approx(2.7764 * sqrt(0.5))


def test_t_beyond_the_table():
    # tables: t(0.975; 40) = 2.0211, t(60) = 2.0003, t(120) = 1.9799
    found = [round(feedback.t_quantile(n), 4) for n in (40, 60, 120)]
    assert found == [2.0211, 2.0003, 1.9799]


def test_nps_with_interval():
    # 50 promoters, 30 passives, 20 detractors: 30; variance 0.7 − 0.09 = 0.61; 1.96 × √0.0061
    figure = feedback.nps_figure(50, 30, 20)
    assert figure.value == pytest.approx(30)
    assert figure.high - 30 == pytest.approx(100 * 1.959963984540054 * sqrt(0.0061))


def test_calibrated_by_complaints_and_repairs():
    assert feedback.calibrated(80, 5, 10, 100) == pytest.approx(68.4)
    assert feedback.calibrated(None, 5, 10, 100) is None
    assert feedback.calibrated(80, 0, 0, 0) is None


def test_the_draw_is_the_same_every_time_and_takes_its_share():
    taken = [key for key in range(10_000) if feedback.drawn("rule 1", key, 20)]
    assert taken == [key for key in range(10_000) if feedback.drawn("rule 1", key, 20)]
    # 2,000 expected, standard deviation 40
    assert 1_840 < len(taken) < 2_160
    assert not any(feedback.drawn("x", key, 0) for key in range(100))
    assert all(feedback.drawn("x", key, 100) for key in range(100))


def test_a_contact_is_asked_once_a_run():
    assert feedback.first_of_each([(1, "a"), (2, "b"), (3, "a")]) == [1, 2]


def test_themes_in_three_languages():
    price = themes.Theme(1, themes.split_words("price*, 价格，teuer"))
    wait = themes.Theme(2, themes.split_words("waiting\n等待;langsam"))
    both = [price, wait]
    assert themes.matches("The PRICES are high after much waiting", both) == {
        1: ["price*"],
        2: ["waiting"],
    }
    assert themes.matches("你们的价格太高", both) == {1: ["价格"]}
    assert themes.matches("Viel zu teuer und LANGSAM!", both) == {1: ["teuer"], 2: ["langsam"]}
    assert themes.matches("teuerste awaiting", both) == {}
    assert themes.matches("", both) == {}


def test_u_chart():
    history = [(2, 100)] * 6
    limit = warning.u_limit(history, 7, 100)
    assert limit.upper == pytest.approx(0.02 + 3 * sqrt(0.0002))
    assert limit.warns
    assert not warning.u_limit(history, 6, 100).warns  # 0.06 < 0.0624


def test_p_chart():
    history = [(10, 100)] * 6
    assert warning.p_limit(history, 19, 100).upper == pytest.approx(0.19)
    assert not warning.p_limit(history, 18, 100).warns
    assert warning.p_limit(history, 20, 100).warns


def test_no_warning_without_history_or_exposure():
    assert warning.u_limit([(2, 100)] * 5, 50, 100) is None
    assert warning.u_limit([(0, 100)] * 6, 5, 100) is None
    assert warning.p_limit([(1, 100)] * 6, 3, 0) is None


def test_effect_of_education():
    # 40 requests in 1,000 owner-months, then 20 in 1,000: 4 and 2 per 100, ratio 0.5
    found = warning.effect(40, 1000, 20, 1000)
    assert (found.before, found.after, found.ratio) == (4, 2, 0.5)
    width = exp(1.959963984540054 * sqrt(1 / 40 + 1 / 20))
    assert (found.low, found.high) == pytest.approx((0.5 / width, 0.5 * width))
    assert warning.effect(4, 100, 0, 100).ratio is None
    assert warning.effect(4, 0, 1, 100) is None
