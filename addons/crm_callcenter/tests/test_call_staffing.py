"""Forecast, need of agents, shifts and gaps (CC-8)."""

from datetime import datetime, timedelta

from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..tools import staffing
from .measure_common import MeasureCase, T

#: a Wednesday
NOW = datetime(2026, 5, 20, 6, 0)
EIGHT = datetime(2026, 5, 20, 8, 0)


@tagged("post_install", "-at_install")
class TestCallStaffing(MeasureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.planner = new_test_user(
            cls.env, "cc_pia", "crm_callcenter.group_call_planner", tz="UTC"
        )
        cls.support.write({"handling_seconds": 180, "shrinkage": 0.3})

    def _history(self, weeks=10, calls=20):
        """Tuesdays and Wednesdays, 08:00 and 08:15 UTC."""
        rows = [
            {
                "company_id": self.company.id,
                "queue_id": self.support.id,
                "direction": "inbound",
                "start": day + timedelta(minutes=minute),
                "offered": calls + (10 if minute else 0),
            }
            for week in range(1, weeks + 1)
            for day in (T + timedelta(weeks=1 - week), T + timedelta(days=1, weeks=-week))
            for minute in (0, 15)
        ]
        self.env["crm.call.interval"].create(rows)
        self.env.flush_all()

    def _forecast(self):
        return self.env["crm.call.forecast"]._forecast(self.support, NOW)

    def _shift(self, agent, start=EIGHT, hours=4, **values):
        end = start + timedelta(hours=hours)
        values = {"agent_id": agent.id, "date_from": start, "date_to": end} | values
        return self.env["crm.call.shift"].create(values)

    def test_forecast_and_need(self):
        """20 and 30 calls as in every week; 30 calls of 180 s in 900 s are 6 erlangs."""
        self._history()
        forecast = self._forecast()
        lines = forecast.line_ids.filtered(lambda line: line.start.date() == NOW.date())
        self.assertEqual([round(calls, 6) for calls in lines.mapped("calls")], [20, 30])
        load = staffing.Load(30, 180, 900)
        need = staffing.agents_needed(load, staffing.Target(service_level=0.8, threshold=20))
        self.assertEqual(lines[1].agents, need.agents)
        self.assertEqual(lines[1].scheduled, staffing.scheduled(need.agents, 0.3))
        # what never varies is forecast without error
        self.assertTrue(forecast.has_error)
        self.assertAlmostEqual(forecast.wape, 0)
        self.assertEqual(forecast.held_weeks, 4)

    def test_quarters_without_calls_are_known_as_zero(self):
        """A time that had calls once a fortnight is forecast at half of them."""
        rows = [
            {
                "company_id": self.company.id,
                "queue_id": self.support.id,
                "direction": "inbound",
                "start": T + timedelta(days=1, hours=4, weeks=-week),
                "offered": 8,
            }
            for week in range(2, 11, 2)
        ]
        self._history()
        self.env["crm.call.interval"].create(rows)
        line = self._forecast().line_ids.filtered(lambda one: one.start == NOW.replace(hour=12))
        self.assertTrue(3 < line.calls < 5, line.calls)

    def test_campaign_and_holiday(self):
        self._history()
        event = {"date_from": NOW.date(), "date_to": NOW.date(), "company_id": self.company.id}
        campaign = self.env["crm.call.plan.event"].create(
            {**event, "name": "Mailing", "kind": "campaign", "knows_uplift": True, "uplift": 0.5}
        )
        line = self._forecast().line_ids[0]
        self.assertAlmostEqual(line.calls, 30)
        campaign.write({"kind": "holiday"})
        line = self._forecast().line_ids[0]
        self.assertEqual(line.notes, "unknown_holiday")

    def test_too_little_known(self):
        self._history(weeks=2)
        forecast = self._forecast()
        self.assertEqual((forecast.state, forecast.has_error), ("empty", False))
        self.assertIn("28 days", forecast.message)
        self.assertFalse(forecast.line_ids)

    def test_gaps_against_shifts(self):
        self._history()
        need = self._forecast().line_ids[0].scheduled
        self._shift(self.ada)
        self._shift(self.ben, queue_ids=[(6, 0, self.support.ids)])
        self._shift(self.cyd)  # has not the skill
        page = self.env["crm.call.staffing"].with_user(self.planner)
        data = page.get_day(self.support.id, "2026-05-20")
        first = data["points"][0]
        self.assertEqual((first["label"], first["planned"]), ("08:00", 2))
        self.assertEqual((first["needed"], first["gap"]), (need, 2 - need))
        self.assertEqual(data["forecast"]["weeks"], 4)

    def test_what_if(self):
        """30 calls of 300 s in 900 s are 10 erlangs; the tool is tested against tables."""
        page = self.env["crm.call.staffing"].with_user(self.planner)
        found = page.what_if(30, 300, 0.8, 20)
        load, target = staffing.Load(30, 300, 900), staffing.Target(0.8, 20)
        self.assertEqual(found["erlangs"], 10)
        self.assertEqual(found["need"], staffing.agents_needed(load, target).agents)
        self.assertEqual([row["agents"] for row in found["rows"] if row["needed"]], [found["need"]])
        impatient = page.what_if(30, 300, 0.8, 20, 60)
        self.assertEqual(impatient["model"], "A")
        self.assertLess(impatient["need"], found["need"])
        for wrong in ((-1, 300, 0.8, 20), (30, 0, 0.8, 20), (30, 300, 2, 20), ("x", 1, 0.8, 20)):
            with self.assertRaises(UserError):
                page.what_if(*wrong)

    def test_shifts(self):
        self._shift(self.ada)
        with self.assertRaises(ValidationError):
            self._shift(self.ada, NOW.replace(hour=11))
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._shift(self.ben, hours=25)

    def test_copy_a_week(self):
        """Two weeks ahead at the same local time; what is there already stays."""
        shifts = self.env["crm.call.shift"].with_user(self.planner).with_context(tz="Europe/Berlin")
        march = datetime(2026, 3, 25, 7, 0)  # 08:00 in Berlin; summer time begins on the 29th
        self._shift(self.ada, march)
        self._shift(self.ben, march)
        self._shift(self.ben, datetime(2026, 4, 8, 8, 0))
        self.env["crm.call.shift"].with_context(tz="Europe/Berlin").search([])._compute_day()
        self.assertEqual(shifts.copy_week("2026-03-25", 2), 3)
        mine = shifts.search([("agent_id", "=", self.ada.id)], order="date_from")
        hours = [str(one) for one in mine.mapped("date_from")]
        self.assertEqual(hours[1:], ["2026-04-01 06:00:00", "2026-04-08 06:00:00"])
        self.assertEqual(shifts.copy_week("2026-03-25", 2), 0)

    def test_matrix(self):
        """Who may do what with the models of planning and measuring (CC-8)."""
        roles = {
            "agent": self.ada.user_id,
            "supervisor": self.eve,
            "planner": self.planner,
        }
        expected = {
            "crm.call.shift": {"agent": "r", "supervisor": "r", "planner": "rwcu"},
            "crm.call.forecast": {"agent": "", "supervisor": "r", "planner": "rwcu"},
            "crm.call.forecast.line": {"agent": "", "supervisor": "r", "planner": "rwcu"},
            "crm.call.plan.event": {"agent": "", "supervisor": "r", "planner": "rwcu"},
            "crm.call.interval": {"agent": "r", "supervisor": "r", "planner": "r"},
            "crm.call.agent.interval": {"agent": "r", "supervisor": "r", "planner": "r"},
            "crm.call.interval.todo": {"agent": "", "supervisor": "", "planner": ""},
            "crm.call.surge": {"agent": "", "supervisor": "r", "planner": ""},
            "crm.call.wallboard": {"agent": "", "supervisor": "", "planner": ""},
        }
        operations = {"r": "read", "w": "write", "c": "create", "u": "unlink"}
        for model, rights in expected.items():
            for role, letters in rights.items():
                records = self.env[model].with_user(roles[role])
                found = "".join(one for one, name in operations.items() if records.has_access(name))
                self.assertEqual(found, letters, f"{model}, {role}")
        with self.assertRaises(AccessError):
            self.env["crm.call.staffing"].with_user(self.ada.user_id).get_queues()
        with self.assertRaises(AccessError):
            self.env["crm.call.forecast"].with_user(self.eve).action_forecast(self.support.id)
