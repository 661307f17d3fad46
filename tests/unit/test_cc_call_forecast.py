"""Forecast of contacts per interval and its error on held-out weeks (CC-8), worked out by hand."""

import math
import random
from datetime import date, datetime, time, timedelta

import pytest
from numpy.random import default_rng

from odoo.addons.crm_callcenter.tools import call_forecast as forecast
from odoo.addons.crm_callcenter.tools.call_forecast import Campaign, NotEnoughData, Occasions

MONDAY = date(2026, 3, 2)
NINE, TEN = time(9), time(10)
#: contacts at nine and at ten from Monday to Friday: 300 a week
WEEK = [(60, 40), (36, 24), (36, 24), (24, 16), (24, 16)]


def start(day, slot=NINE):
    return datetime.combine(day, slot)


def days(first, number, of_day):
    """``(start, contacts)`` at nine and ten; ``of_day(day)`` says how many, ``None`` is closed."""
    rows = []
    for offset in range(number):
        day = first + timedelta(days=offset)
        counts = of_day(day)
        if counts:
            rows += [(start(day, NINE), counts[0]), (start(day, TEN), counts[1])]
    return rows


def usual(day, factor=1):
    return tuple(factor * count for count in WEEK[day.weekday()]) if day.weekday() < 5 else None


def weeks(number, first=MONDAY):
    return days(first, 7 * number, usual)


def expected(model, day, slot=NINE):
    (found,) = model.predict([start(day, slot)])
    return found


NEXT = MONDAY + timedelta(weeks=8)


def test_a_steady_history_goes_on():
    model = forecast.fit(weeks(8))
    found = model.predict(
        [start(NEXT + timedelta(days=d), slot) for d in range(5) for slot in (NINE, TEN)]
    )
    assert [row.contacts for row in found] == pytest.approx([c for day in WEEK for c in day])
    assert model.level == pytest.approx(1)
    assert (model.first, model.last) == (MONDAY, NEXT - timedelta(days=3))
    assert all(row.notes == () for row in found)


def test_weekday_factors_and_profile_of_the_day():
    # 100, 60, 60, 40, 40 contacts a day, mean 60; six of ten at nine
    model = forecast.fit(weeks(8))
    assert model.weekday_factors() == pytest.approx(
        {0: 100 / 60, 1: 1, 2: 1, 3: 40 / 60, 4: 40 / 60}
    )
    assert model.profile(0) == pytest.approx({NINE: 0.6, TEN: 0.4})
    assert model.profile(6) == {}


def test_a_closed_interval_is_unknown_and_not_zero():
    model = forecast.fit(weeks(8))
    saturday, night = expected(model, NEXT + timedelta(days=5)), expected(model, NEXT, time(3))
    assert saturday.contacts is None
    assert saturday.notes == night.notes == (forecast.UNKNOWN_INTERVAL,)


def test_an_open_interval_without_contacts_is_zero():
    model = forecast.fit(days(MONDAY, 56, lambda day: (10, 0)))
    assert expected(model, NEXT, TEN).contacts == 0


def test_the_level_follows_the_last_weeks():
    # Mondays 10, 10, 10, 10, 20; half-life of the shape endless, of the level one week:
    # usual 12; level (20 + 5 + 2.5 + 1.25 + 0.625) / (12 · 1.9375) = 29.375/23.25
    rows = [(start(MONDAY + timedelta(weeks=w)), count) for w, count in enumerate([10] * 4 + [20])]
    model = forecast.fit(rows, shape_half_life=math.inf, level_half_life=7)
    assert model.level == pytest.approx(29.375 / 23.25)
    assert expected(model, MONDAY + timedelta(weeks=5)).contacts == pytest.approx(
        12 * 29.375 / 23.25
    )


def test_recent_weeks_shape_the_day_more_than_old_ones():
    # nine o'clock 10, …, 10, 20 with half-life one week: (20 + 5 + 2.5 + 1.25 + 0.625)/1.9375
    rows = [(start(MONDAY + timedelta(weeks=w)), count) for w, count in enumerate([10] * 4 + [20])]
    model = forecast.fit(rows, shape_half_life=7)
    assert model.cells == {(0, NINE): pytest.approx(29.375 / 1.9375)}


def test_missing_intervals_are_not_zero():
    # Three of ten intervals lost at random: those that are left still say what is usual
    rows = weeks(16)
    kept = [row for row in rows if random.Random(str(row[0])).random() > 0.3]
    assert len(kept) < 0.8 * len(rows)
    model = forecast.fit(kept)
    assert expected(model, NEXT + timedelta(weeks=8)).contacts == pytest.approx(60)
    assert expected(model, NEXT + timedelta(weeks=8), TEN).contacts == pytest.approx(40)


def test_the_repeated_hour_of_autumn_is_added_up():
    model = forecast.fit([row for row in weeks(8) for _twice in range(2)])
    assert expected(model, NEXT).contacts == pytest.approx(120)


def test_the_order_of_history_does_not_matter():
    rows = [(at, count + at.day % 5) for at, count in weeks(12)]
    mixed = random.Random(1).sample(rows, len(rows))
    assert forecast.fit(mixed) == forecast.fit(rows)
    assert forecast.hold_out(mixed) == forecast.hold_out(rows)


# --- holidays, campaigns, days that teach nothing -------------------------------------------------

HALF_DAY, CLOSED = MONDAY + timedelta(days=15), MONDAY + timedelta(days=23)


def test_a_holiday_is_as_the_last_one_of_that_name():
    # Tuesday 17 March brought half of 60, Wednesday 25 March was closed
    def of_day(day):
        if day == CLOSED:
            return None
        return usual(day, 0.5 if day == HALF_DAY else 1)

    later = [NEXT + timedelta(days=offset) for offset in range(3)]
    occasions = Occasions(
        {HALF_DAY: "half", CLOSED: "closed", later[0]: "half", later[1]: "closed"}
    )
    model = forecast.fit(days(MONDAY, 56, of_day), occasions)
    assert model.holidays == pytest.approx({"half": 0.5, "closed": 0})
    assert expected(model, later[0]).contacts == pytest.approx(30)
    assert expected(model, later[1]).contacts == 0
    # other days do not suffer from them
    assert expected(model, later[2]).contacts == pytest.approx(36)
    # a name not seen yet is taken like all: 30 of 60 + 60
    assert model.any_holiday == pytest.approx(0.25)


def test_a_new_holiday_is_like_the_others_or_marked():
    of_day = lambda day: usual(day, 0.5 if day == HALF_DAY else 1)  # noqa: E731
    known = Occasions({HALF_DAY: "half", NEXT: "new"})
    found = expected(forecast.fit(days(MONDAY, 56, of_day), known), NEXT)
    assert (found.contacts, found.notes) == (pytest.approx(30), ())
    found = expected(forecast.fit(weeks(8), Occasions({NEXT: "new"})), NEXT)
    assert (found.contacts, found.notes) == (pytest.approx(60), (forecast.UNKNOWN_HOLIDAY,))


CAMPAIGN = Campaign(MONDAY + timedelta(weeks=3), MONDAY + timedelta(weeks=3, days=4), "mailing")


def with_campaign(day):
    return usual(day, 1.5 if CAMPAIGN.first <= day <= CAMPAIGN.last else 1)


def test_a_campaign_brings_what_its_kind_has_brought():
    again = Campaign(NEXT, NEXT, "mailing")
    model = forecast.fit(days(MONDAY, 56, with_campaign), Occasions(campaigns=(CAMPAIGN, again)))
    assert model.uplifts == {"mailing": pytest.approx(0.5)}
    found = expected(model, NEXT)
    assert (found.usual, found.campaign) == (pytest.approx(60), pytest.approx(1.5))
    assert found.contacts == pytest.approx(90)
    assert expected(model, NEXT + timedelta(days=1)).contacts == pytest.approx(36)


def test_a_planned_uplift_goes_before_what_was_learnt():
    planned = Campaign(NEXT, NEXT, "mailing", 0.2)
    model = forecast.fit(days(MONDAY, 56, with_campaign), Occasions(campaigns=(CAMPAIGN, planned)))
    assert expected(model, NEXT).contacts == pytest.approx(72)


def test_uplifts_of_two_campaigns_and_a_holiday_multiply():
    two = (Campaign(NEXT, NEXT, "a", 0.2), Campaign(NEXT, NEXT, "b", 0.5))
    of_day = lambda day: usual(day, 0.5 if day == HALF_DAY else 1)  # noqa: E731
    occasions = Occasions({HALF_DAY: "half", NEXT: "half"}, two)
    # 60 · 0.5 · 1.2 · 1.5
    found = expected(forecast.fit(days(MONDAY, 56, of_day), occasions), NEXT)
    assert found.contacts == pytest.approx(54)


def test_a_kind_of_campaign_never_seen_is_marked():
    model = forecast.fit(weeks(8), Occasions(campaigns=(Campaign(NEXT, NEXT, "first ever"),)))
    found = expected(model, NEXT)
    assert (found.contacts, found.notes) == (pytest.approx(60), (forecast.UNKNOWN_CAMPAIGN,))


def test_a_day_with_two_occasions_teaches_neither():
    # Monday of the campaign is a holiday too and brings next to nothing
    def of_day(day):
        return usual(day, 0.1) if day == CAMPAIGN.first else with_campaign(day)

    occasions = Occasions({CAMPAIGN.first: "both"}, (CAMPAIGN,))
    model = forecast.fit(days(MONDAY, 56, of_day), occasions)
    assert model.uplifts == {"mailing": pytest.approx(0.5)}
    assert (model.holidays, model.any_holiday) == ({}, None)
    # two campaigns on all days of both: whose share it was nobody knows
    other = Campaign(CAMPAIGN.first, CAMPAIGN.last, "advertisement")
    model = forecast.fit(days(MONDAY, 56, of_day), Occasions(campaigns=(CAMPAIGN, other)))
    assert model.uplifts == {}


def test_a_campaign_is_compared_with_the_level_of_its_time():
    # contacts double after the campaign: it is measured against the weeks around it all the same
    def of_day(day):
        late = day > CAMPAIGN.last + timedelta(days=42)
        return usual(
            day, (1.5 if CAMPAIGN.first <= day <= CAMPAIGN.last else 1) * (2 if late else 1)
        )

    model = forecast.fit(days(MONDAY, 20 * 7, of_day), Occasions(campaigns=(CAMPAIGN,)))
    assert model.uplifts["mailing"] == pytest.approx(0.5)


def test_ignored_days_teach_nothing():
    broken = MONDAY + timedelta(weeks=7)
    of_day = lambda day: usual(day, 0 if day == broken else 1)  # noqa: E731
    rows = days(MONDAY, 56, of_day)
    assert expected(forecast.fit(rows), NEXT).contacts < 55
    assert expected(
        forecast.fit(rows, Occasions(ignored={broken})), NEXT
    ).contacts == pytest.approx(60)


# --- season ---------------------------------------------------------------------------------------

SEASON = {
    1: 0.7,
    2: 0.8,
    3: 1.0,
    4: 1.0,
    5: 1.0,
    6: 1.1,
    7: 1.2,
    8: 0.9,
    9: 1.0,
    10: 1.0,
    11: 1.1,
    12: 1.2,
}


def seasonal(day):
    return usual(day, SEASON[day.month])


def test_months_of_three_years_are_found():
    # the factors have mean 1; weekdays that fall differently into months cost half a per cent
    first = date(2023, 1, 1)
    model = forecast.fit(days(first, 3 * 365, seasonal))
    assert math.fsum(SEASON.values()) == pytest.approx(12)
    assert model.months == pytest.approx(SEASON, rel=0.01)
    july = date(2026, 7, 6)
    assert expected(model, july).contacts == pytest.approx(60 * 1.2, rel=0.01)
    assert expected(model, date(2026, 1, 5)).contacts == pytest.approx(60 * 0.7, rel=0.01)


def test_growth_is_not_taken_for_a_season():
    # 30 % more each year, day by day, and no season
    first = date(2022, 1, 3)
    model = forecast.fit(
        days(first, 3 * 365, lambda day: usual(day, 1.3 ** ((day - first).days / 365)))
    )
    assert all(factor == pytest.approx(1, abs=0.02) for factor in model.months.values())
    # at the end 60 · 1.3³ = 131.8 on a Monday; the level lags by its weeks, not by a year
    assert expected(model, first + timedelta(weeks=157)).contacts == pytest.approx(131.8, rel=0.03)


def test_less_than_two_years_have_no_season():
    model = forecast.fit(days(date(2024, 1, 1), 23 * 30, seasonal))
    assert model.months == {}


# --- not enough data, bad input -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "occasions", "reason"),
    [
        ([], None, "28 days of history, there are 0"),
        (weeks(1), None, "28 days of history, there are 5"),
        (weeks(3), None, "28 days of history, there are 19"),
        ([(at, 0) for at, _count in weeks(6)], None, "No contact came"),
        (weeks(6), Occasions(campaigns=(Campaign(MONDAY, NEXT),)), "All days of the history"),
        (
            [(start(MONDAY + timedelta(days=8 * d)), 5) for d in range(5)],
            None,
            "No time of a weekday was open 2 times",
        ),
    ],
)
def test_not_enough_data_is_said(rows, occasions, reason):
    with pytest.raises(NotEnoughData, match=reason):
        forecast.fit(rows, occasions)


def test_hold_out_needs_history_before_its_weeks():
    with pytest.raises(NotEnoughData, match="28 days of history, there are 26"):
        forecast.hold_out(weeks(8))
    with pytest.raises(NotEnoughData):
        forecast.hold_out([])
    assert forecast.hold_out(weeks(8), weeks=2).weeks == 2


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: forecast.fit([*weeks(6), (start(NEXT), -1)]), "must be 0 or more, not -1"),
        (lambda: forecast.fit([*weeks(6), (start(NEXT), math.nan)]), "must be 0 or more, not nan"),
        (lambda: forecast.fit([*weeks(6), (start(NEXT), None)]), "must be 0 or more, not None"),
        (lambda: forecast.fit([*weeks(6), (start(NEXT), "7")]), "must be 0 or more, not '7'"),
        (lambda: forecast.fit(weeks(6), shape_half_life=0), "half-life must be above 0"),
        (lambda: forecast.fit(weeks(6), level_half_life=-1), "half-life must be above 0"),
        (lambda: forecast.hold_out(weeks(12), weeks=0), "whole number from 1, not 0"),
        (lambda: forecast.hold_out(weeks(12), weeks=1.5), "whole number from 1, not 1.5"),
        (lambda: Campaign(NEXT, MONDAY), "ends .* before it starts"),
        (lambda: Campaign(NEXT, NEXT, uplift=-1.5), "uplift must be -1 or more"),
    ],
)
def test_bad_input_is_refused_with_a_reason(make, reason):
    with pytest.raises(ValueError, match=reason):
        make()


# --- the error ------------------------------------------------------------------------------------


def test_errors_by_hand():
    # |12 − 10| + |15 − 20| + |1 − 0| = 8 of 30; (2/10 + 5/20)/2; (2 − 5 + 1)/30
    found = forecast.errors([(12, 10), (15, 20), (1, 0)])
    assert found.wape == pytest.approx(8 / 30)
    assert found.mape == pytest.approx(0.225)
    assert found.bias == pytest.approx(-2 / 30)
    assert (found.intervals, found.with_contacts) == (3, 2)


def test_errors_without_contacts_are_not_zero():
    found = forecast.errors([(2, 0)])
    assert (found.wape, found.mape, found.bias, found.intervals) == (None, None, None, 1)
    assert forecast.errors([]).wape is None


def test_a_steady_history_is_forecast_without_error():
    found = forecast.hold_out(weeks(12))
    assert found.forecast.wape == pytest.approx(0)
    assert found.naive.wape == 0
    # four weeks of five days of two intervals
    assert (found.forecast.intervals, found.naive.intervals, found.skipped) == (40, 40, 0)


def test_the_naive_error_by_hand():
    # Mondays 10, 20, 10, 20 …: the naive forecast is off by 10 each week, 40 of 60 contacts;
    # in shares (1 + 1/2 + 1 + 1/2)/4
    rows = [(start(MONDAY + timedelta(weeks=w)), 10 + 10 * (w % 2)) for w in range(16)]
    found = forecast.hold_out(rows)
    assert found.naive.wape == pytest.approx(40 / 60)
    assert found.naive.mape == pytest.approx(0.75)
    # the forecast lies between, off by some 5 each week
    assert found.forecast.wape == pytest.approx(20 / 60, rel=0.2)
    assert found.better


def test_a_held_out_week_is_not_seen_before():
    # the last week doubles: a forecast from before it expects half
    rows = [*weeks(9), *days(MONDAY + timedelta(weeks=9), 7, lambda day: usual(day, 2))]
    found = forecast.hold_out(rows, weeks=1)
    assert found.forecast.wape == pytest.approx(0.5)
    assert found.forecast.bias == pytest.approx(-0.5)


def test_intervals_without_a_forecast_are_skipped_in_both():
    # Saturday is opened in the last week: neither forecast knows it
    saturday = MONDAY + timedelta(weeks=11, days=5)
    found = forecast.hold_out([*weeks(12), (start(saturday), 7)], weeks=1)
    assert (found.skipped, found.forecast.intervals) == (1, found.naive.intervals)
    assert found.forecast.wape == pytest.approx(0)


def test_an_interval_that_was_not_open_last_week_is_skipped():
    rows = [row for row in weeks(12) if row[0] != start(MONDAY + timedelta(weeks=10))]
    found = forecast.hold_out(rows, weeks=1)
    assert (found.skipped, found.forecast.intervals, found.naive.intervals) == (1, 9, 9)


def test_chance_averages_out_so_the_forecast_beats_last_week():
    # Poisson counts of a steady week, seed fixed. Naive: two counts differ by √2 of their spread
    draw = default_rng(7)
    rows = [(at, int(draw.poisson(count))) for at, count in weeks(26)]
    found = forecast.hold_out(rows)
    assert found.better
    assert found.forecast.wape < 0.85 * found.naive.wape


def test_two_years_of_half_hours_with_season_and_noise():
    draw = default_rng(5)
    shape = [4, 8, 14, 18, 20, 16, 12, 9]
    rows = [
        (start(day, time(9 + number)), int(draw.poisson(mean * SEASON[day.month])))
        for day in (date(2024, 1, 1) + timedelta(days=offset) for offset in range(800))
        for number, mean in enumerate(shape)
    ]
    found = forecast.hold_out(rows)
    assert len(forecast.fit(rows).months) == 12
    assert found.better
    # Poisson spread at about 12 a slot: mean |x − m| ≈ 0.8·√m, near 0.23 of m; no model does better
    assert 0.18 < found.forecast.wape < 0.27
