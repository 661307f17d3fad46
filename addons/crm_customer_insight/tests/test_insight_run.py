from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from ..tools.analysis import Analysis, NotEnoughDataError
from .common_users import new_users

RUN = "odoo.addons.crm_customer_insight.models.crm_insight_run"


@tagged("post_install", "-at_install")
class TestInsightRun(TransactionCase):
    """Analyses are computed at night and on demand, with progress (ROI-3, ROI-5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users = new_users(
            cls.env,
            {
                "run_ann": "crm_customer_insight.group_insight_analyst",
                "run_sam": "crm_customer_insight.group_insight_user",
            },
        )
        cls.analyst, cls.salesperson = users
        cls.Run = cls.env["crm.insight.run"]
        cls.Run.search([]).unlink()

    def setUp(self):
        super().setUp()
        model = self.env.registry["crm.insight.run"]
        tests = [
            Analysis("test_b", "Second", "crm.insight.run", "_test_compute", 20),
            Analysis("test_a", "First", "crm.insight.run", "_test_compute", 10),
        ]
        self.patch(model, "_own_analyses", lambda _self: tests)
        self.outcome = 7
        model._test_compute = lambda _self, run: self._compute(run)
        self.addCleanup(lambda: delattr(model, "_test_compute"))
        cron = self.env.registry["ir.cron"]
        self.patch(cron, "_commit_progress", lambda *_args, **_kwargs: True)

    def _compute(self, run):
        self.computed = [*getattr(self, "computed", []), run.code]
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome

    def test_asked_twice_computed_once(self):
        runs = self.Run.with_user(self.analyst)
        self.assertEqual(runs.ask_run("test_a")["state"], "waiting")
        runs.ask_run("test_a")
        self.Run._cron_run()
        self.assertEqual(self.computed, ["test_a"])
        run = self.Run.search([])
        self.assertEqual((run.state, run.row_count, run.user_id), ("done", 7, self.analyst))

    def test_at_night_all_in_their_order(self):
        self.Run._cron_plan()
        self.Run._cron_run()
        self.assertEqual(self.computed, ["test_a", "test_b"])
        self.assertFalse(self.Run.search([]).user_id)

    def test_what_is_missing_is_said(self):
        self.outcome = NotEnoughDataError("Less than 10 customers.")
        self.assertEqual(self.Run._run_now(["test_a"]), {"test_a": "Less than 10 customers."})
        found = self.Run.with_user(self.salesperson).get_run("test_a")
        self.assertEqual((found["state"], found["problem"]), ("empty", "Less than 10 customers."))
        self.assertFalse(found["may_ask"])

    @mute_logger(RUN)
    def test_a_failure_is_kept_and_the_next_one_runs(self):
        self.outcome = ValueError("broken")
        self.Run._cron_plan()
        with patch.object(self.env.cr, "rollback"):
            self.Run._cron_run()
        self.assertEqual(self.computed, ["test_a", "test_b"])
        self.assertEqual(set(self.Run.search([]).mapped("problem")), {"broken"})

    def test_a_run_that_was_killed_comes_again(self):
        self.Run.create({"code": "test_a", "state": "running"})
        self.Run._cron_run()
        self.assertEqual(self.Run.search([]).state, "done")

    def test_salespeople_do_not_recalculate(self):
        with self.assertRaises(AccessError):
            self.Run.with_user(self.salesperson).ask_run("test_a")

    def test_no_such_analysis(self):
        with self.assertRaises(UserError):
            self.Run.with_user(self.analyst).ask_run("nonsense")

    def test_old_runs_are_forgotten_but_not_the_newest(self):
        old, new = self.Run.create([{"code": "test_a", "state": "done"} for _ in range(2)])
        self.env.cr.execute("UPDATE crm_insight_run SET create_date = '2020-01-01'")
        self.Run._forget_old()
        self.assertEqual(self.Run.search([]), new)
        self.assertFalse(old.exists())
