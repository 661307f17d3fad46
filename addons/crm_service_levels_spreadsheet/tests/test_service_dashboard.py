import json

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

MODULE = "crm_service_levels"


@tagged("post_install", "-at_install")
class TestServiceDashboard(HttpCase):
    """SVC-L1 … SVC-L6: the spreadsheet asks for what the reports have, and shows their figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref(f"{MODULE}_spreadsheet.spreadsheet_dashboard_service")
        cls.sheet = json.loads(cls.dashboard.spreadsheet_data)
        cls.leader = new_test_user(
            cls.env, "sheet_leader", groups=f"{MODULE}.group_service_manager"
        )
        cls.rita = new_test_user(cls.env, "sheet_rita", groups=f"{MODULE}.group_service_user")

    def _pivots(self):
        return self.sheet["pivots"].values()

    def _charts(self):
        figures = self.sheet["sheets"][0]["figures"]
        return [one for one in figures if one["data"]["type"].startswith("odoo_")]

    def _group(self, pivot, user):
        return (
            self.env[pivot["model"]]
            .with_user(user)
            .formatted_read_group(
                pivot["domain"],
                [row["fieldName"] for row in pivot["rows"]],
                [measure["id"] for measure in pivot["measures"]],
            )
        )

    def test_every_pivot_can_be_read_by_a_team_leader(self):
        self.assertEqual(len(self._pivots()), 8)
        for pivot in self._pivots():
            fields = self.env[pivot["model"]]._fields
            for measure in pivot["measures"]:
                self.assertEqual(fields[measure["fieldName"]].aggregator, measure["aggregator"])
                name = f"{measure['fieldName']}:{measure['aggregator']}"
                self.assertEqual(measure["id"], name)
            self.assertIsInstance(self._group(pivot, self.leader), list)

    def test_every_chart_can_be_read_by_a_team_leader(self):
        self.assertEqual(len(self._charts()), 4)
        for chart in self._charts():
            meta = chart["data"]["metaData"]
            report = self.env[meta["resModel"]].with_user(self.leader)
            domain = chart["data"]["searchParams"]["domain"]
            measure = f"{meta['measure']}:{report._fields[meta['measure']].aggregator}"
            rows = report.formatted_read_group(domain, meta["groupBy"], [measure])
            self.assertIsInstance(rows, list)

    def test_filters_match_fields_of_their_kind(self):
        known = {one["id"] for one in self.sheet["globalFilters"]}
        sources = [(pivot["model"], pivot["fieldMatching"]) for pivot in self._pivots()]
        sources += [
            (one["data"]["metaData"]["resModel"], one["data"]["fieldMatching"])
            for one in self._charts()
        ]
        for model, matching in sources:
            self.assertLessEqual(matching.keys(), known)
            for match in matching.values():
                field = self.env[model]._fields[match["chain"]]
                self.assertEqual(field.type, match["type"], f"{model}.{match['chain']}")

    def test_menus_behind_charts_exist(self):
        for menu in self.sheet["chartOdooMenusReferences"].values():
            self.assertEqual(self.env.ref(menu)._name, "ir.ui.menu")

    def test_figures_are_those_of_the_report(self):
        team = self.env["crm.service.team"].create({"name": "Sheet", "hourly_cost": 60})
        requests = self.env["crm.service.request"].create(
            [{"name": "Sheet", "team_id": team.id} for _number in range(6)]
        )
        requests[:3]._begin_level("2")
        self.env["crm.service.effort"].create(
            [{"request_id": one.id, "minutes": 30} for one in requests[:2]]
        )
        self.env.flush_all()
        pivot = dict(self.sheet["pivots"]["1"], domain=[("team_id", "=", team.id)])
        row = self._group(pivot, self.leader)[0]
        # three of six climbed; 30 minutes at 60 an hour
        self.assertEqual(row["requests:sum"], 6)
        self.assertEqual(row["climb_rate:avg"], 50.0)
        self.assertEqual(row["mean_cost:avg"], 30.0)
        levels = dict(self.sheet["pivots"]["7"], domain=[("team_id", "=", team.id)])
        rows = {row["level"]: row["uses:sum"] for row in self._group(levels, self.leader)}
        self.assertEqual(rows, {"1": 6, "2": 3})

    def test_dashboard_is_for_team_leaders(self):
        self.assertTrue(self.dashboard.with_user(self.leader).has_access("read"))
        self.assertFalse(self.dashboard.with_user(self.rita).has_access("read"))
        costs = self.sheet["pivots"]["7"]
        with self.assertRaises(AccessError):
            self._group(costs, self.rita)

    def test_dashboard_opens_in_the_browser(self):
        self.start_tour(
            f"/odoo/dashboards?dashboard_id={self.dashboard.id}",
            "crm_service_levels_spreadsheet",
            login="sheet_leader",
        )
