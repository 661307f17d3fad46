"""SVC-L4, SVC-L1: what is free, what is approved, where an order stands, how far a dealer is."""

import pytest

from odoo.addons.crm_service_levels.tools import distance, selling
from odoo.addons.crm_service_levels.tools.selling import Line, Progress


class TestMoney:
    @pytest.mark.parametrize(
        ("minutes", "expected"),
        [(0, 0.0), (1, 0.25), (15, 0.25), (16, 0.5), (46, 1.0), (60, 1.0), (61, 1.25)],
    )
    def test_every_quarter_begun_counts(self, minutes, expected):
        assert selling.hours(minutes) == expected

    def test_discounts_one_after_the_other(self):
        # 100 − 90 × 80 / 100
        assert selling.stacked(10, 20) == 28.0
        assert selling.stacked(0, 5) == 5.0
        assert selling.stacked(30, 100) == 100.0

    @pytest.mark.parametrize(
        ("line", "pays", "given"),
        [
            (Line("part", 2, 50.0), 100.0, 0.0),
            (Line("part", 2, 50.0, 10), 90.0, 0.0),
            (Line("part", 2, 50.0, 100), 0.0, 100.0),
            (Line("part", 2, 50.0, free_quantity=2), 0.0, 0.0),
            (Line("part", 5, 50.0, free_quantity=2), 0.0, 150.0),
            (Line("trade_in", 2, 80.0, listed=100.0), -160.0, 0.0),
        ],
    )
    def test_what_a_line_costs_and_gives_away(self, line, pays, given):
        assert selling.value(line) == pays
        assert selling.given_away(line) == given


class TestDecisions:
    def test_nothing_special_is_only_an_order(self):
        assert selling.decisions([Line("part", 2, 50.0)]) == {"order": 100.0}

    def test_all_at_once(self):
        lines = [
            Line("add_on", 10, 100.0, 10),  # 900
            Line("part", 3, 50.0, free_quantity=1),  # 100 given away
            Line("labor", 1, 80.0, 100),  # 80 given away
            Line("trade_in", 2, 130.0, listed=100.0),  # 60 above its value
        ]
        assert selling.decisions(lines) == {
            "discount": 10,
            "free_part": 180.0,
            "refund": 60.0,
            "order": 900.0,
        }

    def test_free_by_rule_needs_nobody(self):
        assert selling.decisions([Line("part", 1, 50.0, free_quantity=1)]) == {}

    def test_a_trade_in_does_not_hide_a_large_order(self):
        lines = [Line("upgrade", 1, 2000.0), Line("trade_in", 1, 1500.0, listed=1500.0)]
        assert selling.decisions(lines) == {"order": 2000.0}


class TestTrack:
    def states(self, **facts):
        return dict(selling.track(Progress(**facts)))

    def test_a_draft_is_to_be_sent(self):
        states = self.states(state="draft", ordered=2)
        assert states == {
            "quotation": "done",
            "sent": "now",
            "confirmed": "open",
            "delivered": "open",
            "invoiced": "open",
            "paid": "open",
        }

    def test_while_it_waits_the_quotation_is_on(self):
        assert self.states(state="draft", held=True)["quotation"] == "now"

    def test_without_goods_nothing_is_delivered(self):
        assert "delivered" not in self.states(state="sale")

    def test_confirmed_on_the_phone_it_need_not_be_sent(self):
        states = self.states(state="sale", by_phone=True)
        assert list(states) == ["quotation", "confirmed", "invoiced", "paid"]
        assert self.states(state="draft", by_phone=True)["sent"] == "now"

    def test_half_delivered_is_not_delivered(self):
        assert self.states(state="sale", ordered=2, delivered=1)["delivered"] == "now"

    def test_invoiced_before_it_is_delivered(self):
        states = self.states(state="sale", ordered=2, delivered=1, invoiced="invoiced")
        assert (states["delivered"], states["invoiced"], states["paid"]) == ("now", "done", "open")

    def test_all_done(self):
        facts = {"state": "sale", "ordered": 1, "delivered": 1, "invoiced": "invoiced"}
        assert set(self.states(**facts, paid=True).values()) == {"done"}

    def test_a_cancelled_one_has_no_steps(self):
        assert selling.track(Progress("cancel")) == []


class TestDistance:
    @pytest.mark.parametrize(
        ("here", "there", "expected"),
        [
            # one degree: 2π · 6371.0088 / 360
            ((1, 5), (2, 5), 111.195),
            ((0.0, 179.5), (0.0, -179.5), 111.195),
            # a quarter of the circle: 2π · 6371.0088 / 4
            ((0.0, 10.0), (90.0, 10.0), 10007.557),
            # half of it: the other side of the earth
            ((0.0, 10.0), (0.0, -170.0), 20015.114),
            ((48.0, 11.0), (48.0, 11.0), 0.0),
        ],
    )
    def test_by_hand(self, here, there, expected):
        assert round(distance.kilometers(here, there), 3) == expected

    def test_an_unknown_place_has_no_distance(self):
        assert distance.kilometers((0.0, 0.0), (48.0, 11.0)) is None
        assert distance.kilometers((48.0, 11.0), (0.0, 0.0)) is None

    def test_the_nearer_comes_first_whatever_the_state(self):
        here = (1, 10, (48.0, 11.0))
        near = (2, 20, (48.0, 11.5), "Near")
        far = (1, 10, (49.0, 11.0), "Far")
        unknown = (1, 10, (0.0, 0.0), "Unknown")
        found = sorted([unknown, far, near], key=lambda one: distance.nearness(here, one))
        assert found == [near, far, unknown]

    def test_without_coordinates_state_then_country_then_name(self):
        here = (1, 10, (0.0, 0.0))
        rows = [(2, 10, (48.0, 11.0), "A"), (1, 20, (0, 0), "B"), (1, 10, (0, 0), "D")]
        rows.append((1, 10, (48.0, 11.0), "C"))
        found = sorted(rows, key=lambda one: distance.nearness(here, one))
        assert [row[3] for row in found] == ["C", "D", "B", "A"]
