from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..tools.service_analysis import age_group
from .common_analysis import AnalysisCase

REPORTS = ("backlog", "climb", "flow", "level", "request", "stage", "workload")


@tagged("post_install", "-at_install")
class TestAnalysisReports(AnalysisCase):
    """SVC-L1 … SVC-L6: level mix, climbing, flow, backlog, workload in exact figures."""

    def _rows(self, name, groups, measures, domain=None, user=None):
        report = self.env[f"crm.service.{name}.report"].with_user(user or self.leo)
        return report._read_group(domain or self.mine, groups, measures)

    def _more(self, count, hours=1):
        """Requests of product use on level 1 only, each solved after so many hours."""
        for _number in range(count):
            self._history(
                [("new", "5 08:00"), ("solved", f"5 0{8 + hours}:00")],
                [("1", "5 08:00", f"5 0{8 + hours}:00")],
            )
        self.env.flush_all()

    # Levels

    @freeze_time("2026-03-04 16:00:00")
    def test_level_mix_by_hand(self):
        rows = self._rows("level", ["level"], ["uses:sum", "hours:sum", "minutes:sum", "cost:sum"])
        # level 1: a 2 h, b 24 h, c 12 h, d 1 h, e open since 6 h; 30 + 15 minutes at 60 an hour
        self.assertEqual(
            rows,
            [
                ("1", 5, 45.0, 45.0, 45.0),
                ("2", 2, 6.0, 60.0, 60.0),
                ("3", 1, 3.0, 120.0, 120.0),
                ("4", 1, 1.0, False, False),
            ],
        )

    @freeze_time("2026-03-04 16:00:00")
    def test_median_on_a_level_needs_five(self):
        rows = dict(self._rows("level", ["level"], ["median_hours:avg"]))
        # 1, 2, 6, 12, 24 hours
        self.assertEqual(rows["1"], 6.0)
        self.assertFalse(rows["2"])

    def test_time_on_a_level_is_counted_once_where_uses_overlap(self):
        spans = self.env["crm.service.level.span"].sudo()
        for start, end in (("2 12:00", "2 16:00"), ("2 13:00", "2 14:00"), ("2 18:00", "2 19:00")):
            spans.create(
                {
                    "request_id": self.b.id,
                    "level": "2",
                    "date_from": self._moment(start),
                    "date_to": self._moment(end),
                }
            )
        domain = [("request_id", "=", self.b.id), ("level", "=", "2")]
        # 10 to 16 and 18 to 19
        self.assertEqual(self._rows("level", [], ["hours:sum"], domain), [(7.0,)])

    def test_work_on_a_level_without_a_span_counts(self):
        self.env["crm.service.effort"].create(
            {"request_id": self.d.id, "level": "6", "minutes": 6, "user_id": self.rita.id}
        )
        domain = [("request_id", "=", self.d.id), ("level", "=", "6")]
        rows = self._rows("level", [], ["uses:sum", "minutes:sum", "cost:sum", "hours:sum"], domain)
        self.assertEqual(rows, [(1, 6.0, 6.0, False)])

    def test_ways_from_level_to_level(self):
        rows = self._rows("climb", ["level_from", "level_to", "climb"], ["__count"])
        # b: 1 to 2; c: 1 to 3, 3 to 4, and a squad while the quotation is open: 4 to 2
        self.assertEqual(
            sorted(rows),
            [("1", "2", True, 1), ("1", "3", True, 1), ("3", "4", True, 1), ("4", "2", False, 1)],
        )

    def test_a_level_begun_after_all_others_ended_comes_from_the_first(self):
        self.env["crm.service.level.span"].sudo().create(
            {"request_id": self.c.id, "level": "5", "date_from": self._moment("5 08:00")}
        )
        domain = [("level_to", "=", "5"), *self.mine]
        rows = self._rows("climb", ["level_from"], ["__count"], domain)
        self.assertEqual(rows, [("1", 1)])

    # Requests

    def test_climb_rate_and_cost_by_type(self):
        measures = ["requests:sum", "climbed:sum", "climb_rate:avg", "cost:sum", "mean_cost:avg"]
        rows = self._rows("request", [], measures)
        # b and c of five; costs 30, 75 and 120, two requests without any
        self.assertEqual(rows, [(5, 2, 40.0, 225.0, 75.0)])
        by_type = {kind: values for kind, *values in self._rows("request", ["type_id"], measures)}
        self.assertEqual(by_type[self.usage], [4, 1, False, 105.0, 52.5])
        self.assertEqual(by_type[self.fault], [1, 1, False, 120.0, 120.0])

    def test_handling_level_leaves_out_the_fifth(self):
        self.env["crm.service.level.span"].sudo().create(
            {"request_id": self.d.id, "level": "5", "date_from": self._moment("4 09:00")}
        )
        rows = self._rows("request", ["level"], ["__count"])
        self.assertEqual(rows, [("1", 3), ("2", 1), ("4", 1)])

    def test_median_time_to_solve_needs_five(self):
        self.assertEqual(self._rows("request", [], ["hours_to_solve:avg"]), [(False,)])
        self._more(1)
        # 1, 1, 2, 12, 24 hours; e is open and counts in none
        self.assertEqual(self._rows("request", [], ["hours_to_solve:avg"]), [(2.0,)])

    # Flow and backlog

    def test_flow_by_event(self):
        rows = self._rows("flow", ["event"], ["events:sum", "change:sum"])
        self.assertEqual(
            sorted(rows),
            [
                ("cancelled", 1, -1),
                ("closed", 1, 0),
                ("opened", 6, 6),
                ("reopened", 1, 1),
                ("solved", 5, -5),
            ],
        )

    @freeze_time("2026-03-04 16:00:00")
    def test_backlog_now_is_the_sum_of_the_flow(self):
        now = [*self.mine, ("is_now", "=", True)]
        flow = self._rows("flow", [], ["change:sum"])
        self.assertEqual(flow, [(1,)])
        self.assertEqual(self._rows("backlog", ["age"], ["requests:sum"], now), [("0", 1)])

    @freeze_time("2026-05-20 12:00:00")
    def test_backlog_at_month_ends(self):
        self._history([("new", "1 00:00"), ("open", "2 00:00")], [("1", "1 00:00", None)])
        rows = self._rows("backlog", ["date:day", "age"], ["requests:sum"])
        # end of March: 31 days and 27.6; end of April: 61 and 57.6; now: 80.5 and 77.1
        self.assertEqual(
            [(str(day)[:10], age, count) for day, age, count in rows],
            [
                ("2026-03-31", "3", 1),
                ("2026-03-31", "4", 1),
                ("2026-04-30", "4", 2),
                ("2026-05-20", "4", 2),
            ],
        )

    @freeze_time("2026-03-05 00:00:00")
    def test_history_follows_the_stage_of_that_moment(self):
        late = self._history([("open", "1 00:00"), ("solved", "5 00:00")])
        late.sudo().stage_span_ids[0].date_from = self._at("2026-02-10T00:00:00")
        self.env.flush_all()
        domain = [("request_id", "=", late.id)]
        rows = self._rows("backlog", ["date:day", "state"], ["requests:sum"], domain)
        self.assertEqual([(str(d)[:10], s, n) for d, s, n in rows], [("2026-02-28", "open", 1)])

    @freeze_time("2026-06-01 00:00:00")
    def test_sql_and_python_put_ages_in_the_same_groups(self):
        rows = self.env["crm.service.backlog.report"].search([])
        self.assertGreater(len(rows), 3)
        self.assertEqual([row.age for row in rows], [age_group(row.age_days) for row in rows])

    def test_time_in_stage(self):
        domain = [("request_id", "=", self.c.id)]
        rows = self._rows("stage", ["state"], ["stays:sum", "hours:sum"], domain)
        # new 8 to 12, in progress 16 to 20; solved is no stay
        self.assertEqual(sorted(rows), [("new", 1, 4.0), ("open", 1, 4.0)])

    def test_imported_history_is_as_old_as_it_says(self):
        self.e.date_open = self._at("2025-12-01T00:00:00")
        rows = self.env["crm.service.flow.report"].search([("request_id", "=", self.e.id)])
        self.assertEqual(rows.date, self._at("2025-12-01T00:00:00"))

    # Workload

    def test_workload_of_owners_and_of_who_worked(self):
        self.e.user_id = self.rob
        self.e.sudo().write({"sla_state": "late", "priority": "3"})
        rows = self._rows(
            "workload",
            ["user_id"],
            ["open_requests:sum", "late:sum", "urgent:sum", "minutes:sum"],
        )
        # Rita worked 30 + 75 + 120 minutes, and 60 on what was cancelled
        self.assertEqual(
            {user: values for user, *values in rows},
            {self.rob: [1, 1, 1, False], self.rita: [False, False, False, 285.0]},
        )

    # Rights

    def test_costs_are_for_team_leaders(self):
        for name, measure in (("level", "cost:sum"), ("request", "mean_cost:avg")):
            with self.assertRaises(AccessError):
                self._rows(name, [], [measure], user=self.rita)
        self.assertEqual(self._rows("level", [], ["minutes:sum"], user=self.rita), [(225.0,)])

    def test_only_service_staff_reads_reports(self):
        portal = self._user("analysis_portal", "base.group_portal")
        for name in REPORTS:
            for user in (self.emma, portal):
                with self.assertRaises(AccessError):
                    self.env[f"crm.service.{name}.report"].with_user(user).search([])

    def test_representatives_see_their_companies_only(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        team = self.env["crm.service.team"].create({"name": "Far", "company_id": other.id})
        stranger = self._user(
            "analysis_stranger",
            "crm_service_levels.group_service_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        far = self._request(company_id=other.id, team_id=team.id)
        for name in ("backlog", "flow", "level", "request", "stage"):
            report = self.env[f"crm.service.{name}.report"]
            seen = report.with_user(stranger).search([]).mapped("request_id").ids
            self.assertEqual(set(seen), {far.id}, name)
            self.assertNotIn(far, report.with_user(self.rita).search([]).mapped("request_id"))

    def test_every_row_leads_to_its_request(self):
        for name in REPORTS:
            row = self.env[f"crm.service.{name}.report"].search(self.mine, limit=1)
            action = row.action_open_request()
            self.assertEqual(action["res_id"], row.request_id.id)

    def test_queries_do_not_grow_with_requests(self):
        few = [self._cost(name) for name in REPORTS]
        few = [self._cost(name) for name in REPORTS]  # rules and languages are cached by now
        self._more(50)
        self.assertEqual([self._cost(name) for name in REPORTS], few)

    def _cost(self, name):
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self._rows(name, ["team_id"], ["__count"])
        return self.env.cr.sql_log_count - start
