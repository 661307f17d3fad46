"""Kaplan–Meier against published figures.

Remission times in weeks of 21 leukemia patients treated with 6-mercaptopurine: Freireich and
others, "The effect of 6-mercaptopurine on the duration of steroid-induced remissions in acute
leukemia", Blood 21 (1963) 699–716; the estimate and Greenwood's errors are printed in Cox and
Oakes, Analysis of Survival Data (1984).
"""

from odoo.addons.crm_customer_insight.tools import survival

#: weeks, relapsed
FREIREICH = [
    *((6, True),) * 3, (6, False), (7, True), (9, False), (10, True), (10, False), (11, False),
    (13, True), (16, True), (17, False), (19, False), (20, False), (22, True), (23, True),
    (25, False), (32, False), (32, False), (34, False), (35, False),
]  # fmt: skip
#: week: number at risk, share, standard error, as published
PUBLISHED = {
    6: (21, 0.857, 0.0764),
    7: (17, 0.807, 0.0869),
    10: (15, 0.753, 0.0963),
    13: (12, 0.690, 0.1068),
    16: (11, 0.627, 0.1141),
    22: (7, 0.538, 0.1282),
    23: (6, 0.448, 0.1346),
}


def curve():
    return survival.curve((week, relapsed, 1) for week, relapsed in FREIREICH)


def test_published_remission_times():
    found = {
        point.time: (point.at_risk, round(point.share, 3), round(point.error, 4))
        for point in curve()
        if point.lost
    }
    assert found == PUBLISHED


def test_published_median_is_23_weeks():
    assert survival.median(curve()) == 23


def test_interval_of_log_minus_log():
    # S(6) = 6/7, Greenwood 3/(21·18): width = 1.96·√(1/126)/|ln(6/7)| = 1.13265
    point = curve()[0]
    assert (round(point.low, 3), round(point.high, 3)) == (0.620, 0.952)


def test_share_between_before_and_after():
    points = curve()
    assert survival.share_at(points, 0) == 1.0
    assert round(survival.share_at(points, 12), 3) == 0.753
    assert survival.share_at(points, 36) is None
    assert survival.share_at([], 1) is None


def test_groups_count_like_single_customers():
    assert survival.curve([(2, True, 3), (4, False, 5)]) == survival.curve(
        [(2, True, 1)] * 3 + [(4, False, 1)] * 5
    )


def test_everybody_lost_and_nobody_lost():
    [gone] = survival.curve([(1, True, 4)])
    assert (gone.share, gone.error, gone.low) == (0.0, None, None)
    [there] = survival.curve([(5, False, 4)])
    assert (there.share, there.low, there.high) == (1.0, 1.0, 1.0)
    assert survival.median([there]) is None
    assert survival.curve([]) == []
