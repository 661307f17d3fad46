import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..tools.analysis import Analysis, NotEnoughDataError, percent

_logger = logging.getLogger(__name__)

MODULE = "crm_customer_insight"
STATES = [
    ("waiting", "Waiting"),
    ("running", "Running"),
    ("done", "Done"),
    ("empty", "Not enough data"),
    ("failed", "Failed"),
]
OPEN = ("waiting", "running")
#: Days after which finished runs are forgotten; the newest of each analysis stays.
KEEP_DAYS = 90


class CrmInsightRun(models.Model):
    """One computation of an analysis: who asked, how far it is, what came of it.

    Analyses run one after the other in a scheduled action: all of them at night, single ones when
    an analyst asks. Each runs in one transaction, so that a killed run leaves the earlier figures;
    how far it is is written by a transaction of its own, for people to see meanwhile.
    """

    _name = "crm.insight.run"
    _description = "Computation of an analysis"
    _order = "id desc"
    _rec_name = "code"

    code = fields.Char("Analysis", required=True, readonly=True)
    label = fields.Char("Name", compute="_compute_label")
    state = fields.Selection(STATES, required=True, default="waiting", readonly=True)
    user_id = fields.Many2one("res.users", "Asked by", readonly=True, help="Empty: at night.")
    date = fields.Date("Data date", readonly=True, help="The day the figures stand for.")
    started = fields.Datetime(readonly=True)
    finished = fields.Datetime(readonly=True)
    seconds = fields.Float(readonly=True, aggregator=None)
    percent = fields.Integer("Done (%)", readonly=True, aggregator=None)
    message = fields.Char("Step", readonly=True, help="What it is at.")
    problem = fields.Text(readonly=True, help="What is missing, or why it failed.")
    row_count = fields.Integer("Rows written", readonly=True, aggregator=None)

    _code_idx = models.Index("(code, id DESC)")
    _open_uniq = models.UniqueIndex("(code) WHERE state IN ('waiting', 'running')")

    @api.depends("code")
    @api.depends_context("lang")
    def _compute_label(self):
        labels = {analysis.code: analysis.label for analysis in self._analyses()}
        for run in self:
            run.label = labels.get(run.code, run.code)

    # -- registry ------------------------------------------------------------------------------

    @api.model
    def _analyses(self):
        """All analyses, in the order in which they are computed."""
        return sorted(self._own_analyses(), key=lambda analysis: analysis.sequence)

    def _own_analyses(self):
        """Analyses (code, label, model, method, sequence); glue adds to them by ``super()``."""
        rows = [
            ("association", self.env._("Product association"), "crm.product.rule"),
            ("reorder", self.env._("Expected reorders"), "crm.reorder.forecast"),
            ("alerts", self.env._("Alerts"), "crm.customer.alert", "_recalculate", 80),
            ("loyalty", self.env._("Loyalty indicators"), "crm.loyalty.indicator"),
            ("contact_plan", self.env._("Contact plan"), "crm.contact.plan"),
            ("payment_behavior", self.env._("Payment behavior"), "crm.payment.behavior"),
            ("product_quality", self.env._("Product quality"), "crm.product.quality"),
            ("data_quality", self.env._("Data quality"), "crm.data.issue", "_recalculate", 90),
            ("lookalikes", self.env._("Look-alikes"), "crm.customer.lookalike", "_recalculate", 38),
            ("clusters", self.env._("Clusters"), "crm.customer.clustering", "_recalculate", 39),
            ("segments", self.env._("Segments"), "crm.customer.segment", "_recalculate", 40),
            ("profiles", self.env._("Profiles"), "crm.segment.profile", "_recalculate", 41),
            ("churn", self.env._("Churn"), "crm.customer.churn", "_recalculate", 30),
            ("lifetime", self.env._("Life-time value"), "crm.customer.lifetime"),
        ]
        return [Analysis(*row) for row in rows]

    def _analysis(self, code):
        found = next((item for item in self._analyses() if item.code == code), None)
        if not found:
            raise UserError(self.env._("There is no analysis “%(code)s”.", code=code))
        return found

    # -- screens -------------------------------------------------------------------------------

    @api.model
    @api.readonly
    def get_run(self, code):
        """How far the newest run of an analysis is, or False: it never ran.

        ``may_ask`` says whether the viewer may have it computed now.
        """
        self.check_access("read")
        run = self.search([("code", "=", code)], limit=1)
        names = ("state", "percent", "message", "problem", "date", "finished", "row_count")
        [values] = run.read(names, load=None) if run else [{"state": False}]
        done = self.search([("code", "=", code), ("state", "=", "done")], limit=1)
        return {**values, "may_ask": self._may_ask(), "last_done": done.finished, "code": code}

    @api.model
    def ask_run(self, code):
        """Have an analysis computed now, in the background; asking twice computes once.

        :raises AccessError: for everybody below an analyst
        """
        if not self._may_ask():
            raise AccessError(self.env._("Only analysts and managers may recalculate."))
        self._analysis(code)
        self._plan([code], self.env.user)
        # sudo: jobs are triggered by whoever starts something
        self.env.ref(f"{MODULE}.ir_cron_insight_run").sudo()._trigger()
        return self.get_run(code)

    def action_ask_again(self):
        """Compute this analysis once more."""
        self.ensure_one()
        self.ask_run(self.code)
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _may_ask(self):
        return self.env.su or self.env.user.has_group(f"{MODULE}.group_insight_analyst")

    # -- the job -------------------------------------------------------------------------------

    @api.model
    def _plan(self, codes, user=None):
        """Put analyses in the queue that are not in it yet."""
        # sudo: rows of jobs are written by no user
        runs = self.sudo()
        pending = set(runs.search([("state", "in", OPEN)]).mapped("code"))
        runs.create(
            [
                {"code": code, "user_id": user.id if user else False}
                for code in codes
                if code not in pending
            ]
        )

    @api.model
    def _cron_plan(self):
        """At night: all analyses, and old runs are forgotten."""
        self._plan([analysis.code for analysis in self._analyses()])
        self._forget_old()
        self.env.ref(f"{MODULE}.ir_cron_insight_run")._trigger()

    @api.model
    def _cron_run(self):
        """Compute what is in the queue. A run that a killed process left comes again."""
        cron = self.env["ir.cron"]
        places = {item.code: item.sequence for item in self._analyses()}
        runs = self.search([("state", "in", OPEN)]).sorted(lambda r: (places.get(r.code, 0), r.id))
        cron._commit_progress(remaining=len(runs))
        for place, run in enumerate(runs, 1):
            run._run_safely()
            if not cron._commit_progress(1, remaining=len(runs) - place):
                return

    def _run_safely(self):
        """Compute; a failure is kept with the run and does not stop the others."""
        self.ensure_one()
        if not self._take():
            return
        try:
            written = self._compute_now()
            # Progress was written by other transactions, so this one, older, must not write the
            # run: its figures are kept first. Killed in between, the run computes them again.
            self.env["ir.cron"]._commit_progress()
            self._finish("done", row_count=written)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise  # somebody wrote the same rows: the job comes again
        except NotEnoughDataError as error:
            self.env.cr.rollback()
            self._finish("empty", problem=str(error))
        except Exception as error:  # whatever it was: who asked has to know
            self.env.cr.rollback()
            _logger.warning("Analysis %s failed", self.code, exc_info=True)
            self._finish("failed", problem=str(error) or type(error).__name__)

    def _take(self):
        """Mark it running; False while another worker computes the same analysis."""
        if not self._lock():
            return False
        self.write(
            {
                "state": "running",
                "started": fields.Datetime.now(),
                "percent": 0,
                "message": False,
                "problem": False,
            }
        )
        self.env["ir.cron"]._commit_progress()
        return self._lock()

    def _lock(self):
        query = SQL("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", self._lock_name())
        return self.env.execute_query(query)[0][0]

    def _lock_name(self):
        return f"{self._name}:{self.code}"

    def _compute_now(self):
        analysis = self._analysis(self.code)
        # sudo: figures are computed for all customers and companies, whoever asked
        model = self.env[analysis.model].sudo()
        return getattr(model, analysis.method)(self) or 0

    def _finish(self, state, **values):
        now = fields.Datetime.now()
        self.write(
            {
                "state": state,
                "percent": 100,
                "message": False,
                "finished": now,
                "date": self.env["crm.customer.snapshot"]._data_date(),
                "seconds": (now - (self.started or now)).total_seconds(),
                **values,
            }
        )

    def _tell(self, done, total, message=""):
        """Say how far it is, seen by others at once.

        Called by analyses between their steps; an empty run (tests, demo) tells nobody.
        """
        if not self.id:
            return
        with self.env.registry.cursor() as cr:
            cr.execute(
                SQL(
                    "UPDATE crm_insight_run SET percent = %s, message = %s WHERE id = %s",
                    percent(done, total),
                    message or None,
                    self.id,
                )
            )

    @api.model
    def _run_now(self, codes=None):
        """Compute analyses in the caller's transaction, for demo data, data sets and tests.

        :param codes: which; default: all
        :return: ``{code: rows written, or the text of what is missing}``
        """
        found = {}
        for analysis in self._analyses():
            if codes is not None and analysis.code not in codes:
                continue
            run = self.sudo().create({"code": analysis.code, "started": fields.Datetime.now()})
            try:
                with self.env.cr.savepoint():
                    run._finish("done", row_count=run._compute_now())
                found[analysis.code] = run.row_count
            except NotEnoughDataError as error:
                run._finish("empty", problem=str(error))
                found[analysis.code] = str(error)
        return found

    @api.model
    def _forget_old(self):
        newest = self._read_group([], ["code"], ["id:max"])
        before = fields.Datetime.now() - timedelta(days=KEEP_DAYS)
        self.search(
            [
                ("create_date", "<", before),
                ("state", "not in", OPEN),
                ("id", "not in", [last for _code, last in newest]),
            ]
        ).unlink()
