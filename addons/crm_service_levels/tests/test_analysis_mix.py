from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.fields import Date, Domain
from odoo.tests import tagged

from .common_analysis import AnalysisCase


@tagged("post_install", "-at_install")
class TestLevelMix(AnalysisCase):
    """SVC-L1 … SVC-L6: the level mix at a glance agrees with its reports and opens its records."""

    def _mix(self, user=None, months=3):
        board = self.env["crm.service.level.dashboard"].with_user(user or self.leo)
        return board.get_level_mix(months, self.team.id)

    @freeze_time("2026-03-20 16:00:00")
    def test_level_mix_by_hand(self):
        mix = self._mix()
        totals = mix["totals"]
        self.assertEqual((totals["requests"], totals["climb"]["value"]), (5, 40.0))
        self.assertEqual((totals["minutes"], totals["cost"], totals["hours"]), (225.0, 75.0, None))
        self.assertEqual([row["uses"] for row in mix["levels"]], [5, 2, 1, 1, 0, 0])
        self.assertEqual([row["share"] for row in mix["levels"]], [100, 40, 20, 20, 0, 0])
        self.assertEqual([row["cost"] for row in mix["levels"][:4]], [45.0, 60.0, 120.0, None])
        self.assertEqual(
            [(row["from"], row["to"], row["count"], row["up"]) for row in mix["moves"]],
            [("1", "2", 1, True), ("1", "3", 1, True), ("3", "4", 1, True), ("4", "2", 1, False)],
        )
        types = {row["id"]: row for row in mix["types"]}
        self.assertEqual(types[self.usage.id]["heights"], {"1": 3, "2": 1})
        self.assertIsNone(types[self.usage.id]["rate"]["value"])
        self.assertEqual(types[self.fault.id]["cost"], 120.0)
        self.assertEqual(mix["before"]["requests"], 0)

    def test_levels_have_names_in_every_language(self):
        board = self.env["crm.service.level.dashboard"].with_context(lang="en_US")
        names = [row["label"] for row in board.get_level_mix()["levels"]]
        self.assertEqual((names[0], names[5]), ("L1 Representative", "L6 Call centre"))

    def test_every_selection_has_labels_in_a_language(self):
        """Odoo keeps labels of lists only; a tuple would show an empty column."""
        for name, model in self.env.registry.items():
            for field in model._fields.values():
                if name.startswith("crm.") and field.type == "selection":
                    self.assertNotIsInstance(field.selection, tuple, f"{name}.{field.name}")

    @freeze_time("2026-05-20 16:00:00")
    def test_period_before_of_the_same_length(self):
        mix = self._mix(months=2)
        self.assertEqual((mix["totals"]["requests"], mix["before"]["requests"]), (0, 5))
        self.assertIsNone(mix["totals"]["climb"]["value"])
        self.assertEqual([row["share"] for row in mix["levels"]], [None] * 6)

    @freeze_time("2026-03-20 16:00:00")
    def test_every_figure_opens_as_many_requests_as_it_says(self):
        mix = self._mix()
        requests = self.env["crm.service.request"].with_user(self.leo)
        self.assertEqual(requests.search_count(mix["domain"]), mix["totals"]["requests"])
        for row in mix["levels"]:
            used = Domain("level_span_ids.level", "=", row["level"]) | Domain(
                "effort_ids.level", "=", row["level"]
            )
            found = requests.search_count(Domain(mix["domain"]) & used)
            self.assertEqual(found, row["uses"], row["level"])
        above = Domain("level_span_ids.level", "in", ["2", "3", "4"])
        for row in mix["types"]:
            mine = Domain(mix["domain"]) & Domain("type_id", "=", row["id"])
            self.assertEqual(requests.search_count(mine), row["requests"])
            self.assertEqual(requests.search_count(mine & above), row["climbed"])

    @freeze_time("2026-03-20 16:00:00")
    def test_costs_of_two_currencies_are_told_in_that_of_the_reader(self):
        """One of the team's currency is four of the other company's: 75 is 300, 45 is 180."""
        foreign = self.env["res.currency"].create({"name": "QQQ", "symbol": "q", "rounding": 0.01})
        other = self.env["res.company"].create({"name": "Other", "currency_id": foreign.id})
        self.env["res.currency.rate"].create(
            {"name": "2026-01-01", "rate": 4.0, "currency_id": foreign.id, "company_id": other.id}
        )
        self.leo.company_ids |= other
        both = {"allowed_company_ids": [other.id, self.company.id]}
        mix = self.env["crm.service.level.dashboard"].with_user(self.leo).with_context(**both)
        mix = mix.get_level_mix(3, self.team.id)
        self.assertEqual(mix["currency_id"], foreign.id)
        self.assertEqual(mix["totals"]["cost"], 300.0)
        self.assertEqual([row["cost"] for row in mix["levels"][:4]], [180.0, 240.0, 480.0, None])
        self.assertEqual(self._mix()["totals"]["cost"], 75.0)
        period = self.env["crm.service.period"].with_user(self.leo).with_context(**both)
        march = [Date.to_date("2026-03-01"), Date.to_date("2026-03-31")]
        figures = period._figures(*march, self.team)
        self.assertEqual([row["cost"] for row in figures["levels"][:3]], [180.0, 240.0, 480.0])

    @freeze_time("2026-03-20 16:00:00")
    def test_a_reader_cannot_ask_for_costs_by_rates_of_his_own(self):
        report = self.env["crm.service.request.report"].with_user(self.rita)
        with self.assertRaises(AccessError):
            report.with_context(service_rates={1: 1})._read_group(self.mine, [], ["cost:sum"])

    @freeze_time("2026-03-20 16:00:00")
    def test_costs_are_for_team_leaders(self):
        mix = self._mix(self.rita)
        self.assertNotIn("cost", mix["totals"])
        self.assertEqual({row["cost"] for row in mix["levels"]}, {None})
        self.assertEqual({row["cost"] for row in mix["types"]}, {None})
        self.assertEqual(mix["totals"]["minutes"], 225.0)

    def test_level_mix_is_for_service_staff(self):
        portal = self._user("mix_portal", "base.group_portal")
        for user in (self.emma, portal):
            with self.assertRaises(AccessError):
                self._mix(user)

    @freeze_time("2026-03-20 16:00:00")
    def test_queries_do_not_grow_with_requests(self):
        self._cost()
        few = self._cost()
        for _number in range(30):
            self._history(
                [("new", "5 08:00"), ("solved", "5 09:00")], [("2", "5 08:00", "5 09:00")]
            )
        self.env.flush_all()
        self.assertEqual(self._cost(), few)

    def _cost(self):
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self._mix()
        return self.env.cr.sql_log_count - start
