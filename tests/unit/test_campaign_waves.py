"""When somebody gets a wave (ROI-1), and the merge file for letters; no database."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from odoo.addons.crm_campaign_roi.tools import merge_file, wave_timing

BERLIN, TOKYO, NEW_YORK = map(ZoneInfo, ("Europe/Berlin", "Asia/Tokyo", "America/New_York"))
DAY = timedelta(days=1)


def at(day, hour=0, minute=0, month=3):
    return datetime(2026, month, day, hour, minute)


class TestDue:
    def test_at_any_hour_it_goes_at_once(self):
        assert wave_timing.due(at(2, 12, 34)) == at(2, 12, 34)

    @pytest.mark.parametrize(
        ("zone", "expected"),
        [
            (BERLIN, at(2, 8)),  # 9:00 CET is 8:00 UTC, still to come on 2 March
            (TOKYO, at(3, 0)),  # in Tokyo it is 15:00 already: 9:00 of the 3rd is 0:00 UTC
            (NEW_YORK, at(2, 14)),  # 9:00 EST is 14:00 UTC
        ],
    )
    def test_nine_by_the_recipients_clock(self, zone, expected):
        assert wave_timing.due(at(2, 6), zone, 9.0) == expected

    def test_half_an_hour_late_is_on_time_an_hour_is_not(self):
        assert wave_timing.due(at(2, 8, 59), BERLIN, 9.0) == at(2, 8, 59)
        assert wave_timing.due(at(2, 9), BERLIN, 9.0) == at(3, 8)

    def test_late_over_midnight(self):
        """23:30 CET is 22:30 UTC; at 23:10 UTC it is 0:10 of the next day there."""
        assert wave_timing.due(at(2, 23, 10), BERLIN, 23.5) == at(2, 23, 10)

    def test_summer_time_moves_the_hour(self):
        """On 29 March 2026 Berlin goes to UTC+2: 9:00 is 8:00 UTC the day before, 7:00 then."""
        assert wave_timing.due(at(28, 0), BERLIN, 9.0) == at(28, 8)
        assert wave_timing.due(at(29, 0), BERLIN, 9.0) == at(29, 7)

    def test_an_hour_that_does_not_exist_is_the_one_after_the_jump(self):
        """2:30 of 29 March is skipped: 3:30 CEST is 1:30 UTC."""
        assert wave_timing.due(at(29, 0), BERLIN, 2.5) == at(29, 1, 30)

    def test_of_an_hour_that_comes_twice_the_first(self):
        """2:30 of 25 October comes at 0:30 UTC (CEST) and at 1:30 UTC (CET)."""
        assert wave_timing.due(at(25, 0, 0, 10), BERLIN, 2.5) == at(25, 0, 30, 10)

    def test_quarter_hours(self):
        assert wave_timing.due(at(2, 0), BERLIN, 9.25) == at(2, 8, 15)


class TestSettle:
    def test_nothing_in_the_way(self):
        found = wave_timing.settle(at(2), at(2), at(2), ())
        assert found == wave_timing.Outcome(at(2), ())

    def test_standing_reasons_leave_out(self):
        found = wave_timing.settle(at(2), at(2), None, ["denied", "pressure"])
        assert found == wave_timing.Outcome(None, ("denied", "pressure"))

    def test_within_its_patience_it_waits(self):
        found = wave_timing.settle(at(2), at(2), at(4), ["pressure"], patience=2 * DAY)
        assert found == wave_timing.Outcome(at(4), ("pressure",))

    def test_beyond_its_patience_it_does_not(self):
        found = wave_timing.settle(at(2), at(2), at(4, 0, 1), ["pressure"], patience=2 * DAY)
        assert found == wave_timing.Outcome(None, ("pressure",))

    def test_patience_counts_from_the_first_wish(self):
        found = wave_timing.settle(at(1), at(2), at(3, 1), ["pressure"], patience=2 * DAY)
        assert found.due is None

    def test_who_is_free_now_is_never_too_late(self):
        assert wave_timing.settle(at(1), at(20), at(20), ()).due == at(20)

    def test_another_campaign_comes_first(self):
        """Wanted on the 2nd at 12:00, the other at 18:00: a day after the other."""
        found = wave_timing.settle(at(2, 12), at(2, 12), at(2, 12), (), [at(2, 18)], 2 * DAY)
        assert found == wave_timing.Outcome(at(3, 18), ("other_campaign",))
        found = wave_timing.settle(at(2, 12), at(2, 12), at(2, 12), (), [at(2, 18)], DAY)
        assert found == wave_timing.Outcome(None, ("other_campaign",))

    def test_two_campaigns_come_first_one_after_the_other(self):
        assert wave_timing.clear_of(at(2), [at(3, 12), at(2, 12)]) == at(4, 12)

    def test_a_day_apart_is_apart(self):
        assert wave_timing.clear_of(at(2), [at(3), at(1)]) == at(2)


class TestThrottle:
    def test_the_next_hours_take_what_is_too_much(self):
        """Five at 9:20, two per hour: two at 9:20, two at 10:00, one at 11:00."""
        found = wave_timing.throttled([at(2, 9, 20)] * 5, {}, 2)
        assert found == [at(2, 9, 20)] * 2 + [at(2, 10)] * 2 + [at(2, 11)]

    def test_hours_that_are_taken(self):
        taken = {at(2, 9): 2, at(2, 10): 1}
        found = wave_timing.throttled([at(2, 9), at(2, 9, 30), at(2, 10, 15)], taken, 2)
        assert found == [at(2, 10), at(2, 11), at(2, 11)]
        assert taken == {at(2, 9): 2, at(2, 10): 2, at(2, 11): 2}

    def test_a_later_moment_keeps_its_own(self):
        assert wave_timing.throttled([at(2, 9), at(5, 7, 7)], {}, 1) == [at(2, 9), at(5, 7, 7)]

    def test_nobody_is_lost_or_sent_twice(self):
        moments = [at(2, 9) + timedelta(minutes=n) for n in range(500)]
        found = wave_timing.throttled(moments, {}, 7)
        hours = [moment.replace(minute=0) for moment in found]
        assert len(found) == 500
        assert max(map(hours.count, hours)) == 7
        assert all(late >= early for late, early in zip(found, moments, strict=True))


class TestMergeFile:
    def test_columns_marks_and_quotes(self):
        found = merge_file.merge_file(["Name", "Town"], [["Jörg, the second", None]])
        assert found == '\ufeffName,Town\r\n"Jörg, the second",\r\n'.encode()

    def test_formulas_are_text(self):
        found = merge_file.merge_file(["Name"], [["=1+1"], ["@x"], ["a=b"]])
        assert found.decode("utf-8-sig").splitlines() == ["Name", "'=1+1", "'@x", "a=b"]
