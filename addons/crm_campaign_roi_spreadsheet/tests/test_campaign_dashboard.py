import json

from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.crm_campaign_roi.tests.common_costs import CostCase

MODULE = "crm_campaign_roi"


class SheetCase(HttpCase):
    """The spreadsheet, a manager, a controller and a marketer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._read_sheet()
        cls.manager, cls.controller, cls.marketer = (
            new_test_user(cls.env, f"sheet_{role}", groups=f"{MODULE}.group_campaign_{role}")
            for role in ("manager", "controller", "user")
        )

    @classmethod
    def _read_sheet(cls):
        cls.dashboard = cls.env.ref(f"{MODULE}_spreadsheet.spreadsheet_dashboard_campaign")
        cls.sheet = json.loads(cls.dashboard.spreadsheet_data)

    def pivots(self):
        return self.sheet["pivots"].values()

    def charts(self):
        figures = self.sheet["sheets"][0]["figures"]
        return [one for one in figures if one["data"]["type"].startswith("odoo_")]

    def group(self, pivot, user, domain=()):
        groups = pivot["columns"] + pivot["rows"]
        names = [
            f"{one['fieldName']}:{one['granularity']}" if "granularity" in one else one["fieldName"]
            for one in groups
        ]
        model = self.env[pivot["model"]].with_user(user)
        measures = [measure["id"] for measure in pivot["measures"]]
        return model.formatted_read_group(Domain(pivot["domain"]) & Domain(domain), names, measures)


@tagged("post_install", "-at_install")
class TestCampaignDashboard(SheetCase):
    """ROI-2: the spreadsheet asks for what the reports have."""

    def test_every_pivot_can_be_read_by_managers_and_controllers(self):
        self.assertEqual(len(self.pivots()), 10)
        for pivot in self.pivots():
            fields = self.env[pivot["model"]]._fields
            for measure in pivot["measures"]:
                if measure["aggregator"] != "count_distinct":
                    self.assertEqual(fields[measure["fieldName"]].aggregator, measure["aggregator"])
                name = f"{measure['fieldName']}:{measure['aggregator']}"
                self.assertEqual(measure["id"], name)
            for user in (self.manager, self.controller):
                self.assertIsInstance(self.group(pivot, user), list)

    def test_every_chart_can_be_read_by_managers_and_controllers(self):
        self.assertEqual(len(self.charts()), 3)
        for chart in self.charts():
            meta = chart["data"]["metaData"]
            for user in (self.manager, self.controller):
                report = self.env[meta["resModel"]].with_user(user)
                measure = f"{meta['measure']}:{report._fields[meta['measure']].aggregator}"
                domain = chart["data"]["searchParams"]["domain"]
                rows = report.formatted_read_group(domain, meta["groupBy"], [measure])
                self.assertIsInstance(rows, list)

    def test_filters_match_fields_of_their_kind(self):
        known = {one["id"] for one in self.sheet["globalFilters"]}
        sources = [(pivot["model"], pivot["fieldMatching"]) for pivot in self.pivots()]
        sources += [
            (one["data"]["metaData"]["resModel"], one["data"]["fieldMatching"])
            for one in self.charts()
        ]
        for model, matching in sources:
            self.assertEqual(matching.keys(), known)
            for match in matching.values():
                *path, last = match["chain"].split(".")
                target = self.env[model]
                for name in path:
                    target = target[name]
                self.assertEqual(target._fields[last].type, match["type"], match["chain"])

    def test_menus_behind_charts_exist(self):
        for menu in self.sheet["chartOdooMenusReferences"].values():
            self.assertEqual(self.env.ref(menu)._name, "ir.ui.menu")

    def test_dashboard_is_for_managers_and_controllers(self):
        for user in (self.manager, self.controller):
            self.assertTrue(self.dashboard.with_user(user).has_access("read"))
        self.assertFalse(self.dashboard.with_user(self.marketer).has_access("read"))
        emma = new_test_user(self.env, "sheet_emma", groups="base.group_user")
        for pivot in self.pivots():
            with self.assertRaises(AccessError):
                self.group(pivot, emma)

    def test_it_opens_in_the_browser(self):
        for login in ("sheet_controller", "sheet_manager"):
            self.start_tour(
                f"/odoo/dashboards?dashboard_id={self.dashboard.id}",
                "crm_campaign_roi_spreadsheet",
                login=login,
            )


@tagged("post_install", "-at_install")
class TestCampaignDashboardFigures(CostCase):
    """ROI-2: what the spreadsheet shows, by hand."""

    abroad = False

    def test_figures(self):
        """Spring: 10 pumps at 10 cost 4: profit 60 of a cost of 30: 200 %. 500 were planned and 80
        are committed for printing."""
        self.spring.budget_ids.create(
            {"campaign_id": self.spring.id, "kind_id": self.printing.id, "amount": 500.0}
        )
        self.spring._set_phase("approved")
        self.bill(self.sold(self.spring), "2026-03-20")
        self.spend(30.0, kind_id=self.printing.id)
        self.spend(80.0, kind_id=self.printing.id, stage="committed")
        SheetCase._read_sheet.__func__(self)
        pivots = {pivot["id"]: pivot for pivot in SheetCase.pivots(self)}
        user = self.make_user("sheet_figures", f"{MODULE}.group_campaign_controller")

        def asked(number):
            found = [("campaign_id", "=", self.spring.id)]
            return SheetCase.group(self, pivots[number], user, found)

        row = asked("1")[0]
        self.assertEqual(
            [row[f"{name}:sum"] for name in ("cost", "revenue", "profit", "deals")],
            [30.0, 100.0, 60.0, 1],
        )
        self.assertEqual(row["campaign_return:avg"], 200.0)
        self.assertEqual([asked(n)[0]["amount:sum"] for n in ("2", "3")], [500.0, 80.0])
        month = asked("9")[0]
        self.assertEqual(month["date_start:month"][0], "2026-03-01")
        self.assertEqual(month["net_return:avg"], 100.0)
        kinds = asked("10")
        self.assertEqual(len(kinds), 1)
        names = ("planned", "committed", "actual", "late")
        amounts = [kinds[0][f"{name}:sum"] for name in names]
        self.assertEqual(amounts, [500.0, 80.0, 30.0, False])
