"""Reminders: contact plan, order of the day, periods of routines, order of visits (C360-4)."""

from datetime import date

import pytest

from odoo.addons.crm_customer_insight.tools import (
    contact_plan,
    contact_routine,
    my_day,
    next_action,
    visit_plan,
)
from odoo.addons.crm_customer_insight.tools.contact_plan import Plan
from odoo.addons.crm_customer_insight.tools.visit_plan import Stop

TODAY = date(2026, 3, 10)


class TestContactPlan:
    LAST = date(2026, 3, 1)

    def test_the_shorter_of_tier_and_rhythm_decides(self):
        # tier every 30 days, own rhythm 12 × 1.0: 1 March + 12 days
        found = contact_plan.plan(self.LAST, 30, 12.0, 1.0, TODAY)
        assert found == Plan(date(2026, 3, 13), 12.0, "rhythm")
        # own rhythm 45: the tier's 30 days, 1 March + 30
        found = contact_plan.plan(self.LAST, 30, 45.0, 1.0, TODAY)
        assert found == Plan(date(2026, 3, 31), 30.0, "tier")

    def test_a_share_of_the_rhythm(self):
        # 45 × 0.5 = 22.5 days, rounded up to 23: 24 March
        found = contact_plan.plan(self.LAST, 30, 45.0, 0.5, TODAY)
        assert found == Plan(date(2026, 3, 24), 22.5, "rhythm")

    def test_rhythm_not_asked(self):
        assert contact_plan.plan(self.LAST, 30, 5.0, 0, TODAY).basis == "tier"

    def test_without_a_rule_for_the_tier(self):
        assert contact_plan.plan(self.LAST, 0, 10.0, 1.0, TODAY).date == date(2026, 3, 11)
        assert contact_plan.plan(self.LAST, 0, None, 1.0, TODAY) == Plan(None, None, "none")

    def test_never_contacted(self):
        assert contact_plan.plan(None, 30, None, 1.0, TODAY) == Plan(TODAY, None, "never")
        assert contact_plan.plan(None, 0, None, 1.0, TODAY) == Plan(None, None, "none")

    def test_several_contacts_on_one_day_are_not_due_on_it(self):
        # rhythm 0.2 days: tomorrow at the earliest
        assert contact_plan.plan(self.LAST, 30, 0.2, 1.0, TODAY).date == date(2026, 3, 2)


def item(key, urgency="medium", amount=None, due=None, tier=False, kind="x", **more):
    return {
        "key": key, "kind": kind, "urgency": urgency, "amount": amount, "due": due, "tier": tier,
        **more,
    }  # fmt: skip


def keys(*items):
    return [row["key"] for row in my_day.arrange(items, TODAY)]


class TestOrderOfTheDay:
    def test_late_before_today_before_this_week(self):
        assert keys(
            item("week", "high", 900, date(2026, 3, 12)),
            item("today", "high", 900, TODAY),
            item("late", "low", 1, date(2026, 3, 9)),
        ) == ["late", "today", "week"]

    def test_urgency_before_money(self):
        assert keys(item("rich", "medium", 9000), item("urgent", "high", 10)) == ["urgent", "rich"]

    def test_money_times_probability(self):
        # deal: 1,000 × 0.6 = 600; quotation 1,500 × 0.3 = 450; overdue 600 × 0.9 = 540
        rows = my_day.arrange(
            [
                item("quotation", amount=1500, kind="quotation"),
                item("deal", amount=1000, kind="activity", probability=0.6),
                item("overdue", amount=600, kind="overdue"),
            ],
            TODAY,
        )
        assert [(row["key"], row["expected_value"]) for row in rows] == [
            ("deal", 600.0), ("overdue", 540.0), ("quotation", 450.0),
        ]  # fmt: skip

    def test_unknown_value_comes_after_a_known_one_and_is_no_zero(self):
        rows = my_day.arrange([item("unknown", tier="A"), item("zero", amount=0)], TODAY)
        assert [(row["key"], row["expected_value"]) for row in rows] == [
            ("zero", 0.0), ("unknown", None),
        ]  # fmt: skip

    def test_equal_ones_by_tier_then_key(self):
        assert keys(item("c"), item("b", tier="D"), item("a", tier="D"), item("z", tier="A")) == [
            "z",
            "a",
            "b",
            "c",
        ]

    def test_what_comes_later_than_a_week_is_left_out(self):
        assert keys(
            item("eighth day", due=date(2026, 3, 18)), item("seventh", due=date(2026, 3, 17))
        ) == ["seventh"]

    def test_proposals_without_a_day(self):
        rows = my_day.arrange([item("low", "low"), item("medium")], TODAY)
        assert [(row["key"], row["group"]) for row in rows] == [
            ("medium", "today"), ("low", "week"),
        ]  # fmt: skip

    def test_probability_stays_between_nothing_and_certain(self):
        assert my_day.probability("x", 1.7) == 1.0
        assert my_day.probability("x", -1) == 0.0
        assert my_day.probability("quotation") == 0.3

    def test_counts(self):
        rows = my_day.arrange(
            [item("a", due=TODAY), item("b", due=date(2026, 3, 1), kind="y"), item("c")], TODAY
        )
        assert my_day.counts(rows) == ({"overdue": 1, "today": 2, "week": 0}, {"x": 2, "y": 1})


class TestRoutinePeriods:
    def test_weeks(self):
        start = date(2026, 3, 2)
        assert contact_routine.period_start(start, 2, "week", date(2026, 3, 15)) == start
        assert contact_routine.period_start(start, 2, "week", date(2026, 3, 16)) == date(
            2026, 3, 16
        )

    def test_the_last_day_of_months(self):
        start = date(2026, 1, 31)
        first = contact_routine.period_start
        assert first(start, 1, "month", date(2026, 2, 27)) == start
        assert first(start, 1, "month", date(2026, 2, 28)) == date(2026, 2, 28)
        assert first(start, 1, "month", date(2026, 3, 30)) == date(2026, 2, 28)
        assert first(start, 1, "month", date(2026, 3, 31)) == date(2026, 3, 31)
        assert contact_routine.following(start, 1, "month", date(2026, 2, 28)) == date(2026, 3, 31)

    def test_29_february_every_year(self):
        start = date(2024, 2, 29)
        assert contact_routine.period_start(start, 1, "year", date(2025, 2, 28)) == date(
            2025, 2, 28
        )
        assert contact_routine.following(start, 1, "year", date(2027, 2, 28)) == date(2028, 2, 29)

    def test_before_the_first_day(self):
        assert contact_routine.period_start(TODAY, 1, "month", date(2026, 3, 9)) is None

    @pytest.mark.parametrize(("number", "unit"), [(0, "day"), (-1, "month"), (1, "moon")])
    def test_no_period(self, number, unit):
        with pytest.raises(ValueError, match="positive"):
            contact_routine.period_start(TODAY, number, unit, TODAY)


class TestVisits:
    def test_periods_from_the_first_day(self):
        start = date(2026, 1, 1)
        assert visit_plan.period_start(start, 30, date(2026, 1, 30)) == start
        assert visit_plan.period_start(start, 30, date(2026, 1, 31)) == date(2026, 1, 31)

    def test_interval_of_nothing(self):
        with pytest.raises(ValueError, match="one day"):
            visit_plan.period_start(TODAY, 0, TODAY)

    def test_nearness(self):
        one = Stop(1, TODAY, "DE", "20095", "Hamburg")
        # 2, 0, 0: three digits and the city's five
        assert visit_plan.nearness(one, Stop(2, TODAY, "DE", "20099", "hamburg")) == 4 + 5
        assert visit_plan.nearness(one, Stop(3, TODAY, "DE", "28195", "Bremen")) == 1
        assert visit_plan.nearness(one, Stop(4, TODAY, "FR", "20095", "Hamburg")) == -1
        assert visit_plan.nearness(one, Stop(5, TODAY, "DE")) == -1

    def test_route_goes_from_the_first_due_to_the_nearest(self):
        stops = [
            Stop(1, date(2026, 3, 12), "DE", "80331", "München"),
            Stop(2, date(2026, 3, 11), "DE", "20095", "Hamburg"),
            Stop(3, date(2026, 3, 10)),
            Stop(4, date(2026, 3, 14), "DE", "20359", "Hamburg"),
            Stop(5, date(2026, 3, 13), "DE", "21073", "Hamburg"),
        ]
        # Hamburg 20095 is due first among those with an address; 20359 shares "20", 21073 "2";
        # then Munich; the one without an address last, although it is due first
        assert [stop.id for stop in visit_plan.route(stops)] == [2, 4, 5, 1, 3]

    def test_nobody_to_visit(self):
        assert visit_plan.route([]) == []


def test_birthday_on_29_february_comes_on_1_march():
    born = date(1984, 2, 29)
    assert next_action.next_anniversary(born, date(2026, 2, 20)) == date(2026, 3, 1)
    assert next_action.next_anniversary(born, date(2028, 2, 20)) == date(2028, 2, 29)
