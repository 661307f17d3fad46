import logging
import time
from contextlib import contextmanager
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ..report.touchpoint_upsert import fill_statement

_logger = logging.getLogger(__name__)

#: Source rows read by one statement and committed together.
BATCH_SIZE = 5000
#: Every run reads so much again: a transaction shows up among the open ones a moment after its
#: time was taken, and clocks are set back a little. Reading again writes nothing.
OVERLAP = timedelta(seconds=5)
#: No transaction that writes documents is open for longer.
LONGEST_TRANSACTION = timedelta(days=1)
#: How long the button works while its user waits; the scheduled job does the rest.
BUTTON_SECONDS = 45


class CrmTouchpointFill(models.Model):
    """How far each provider has copied its source into the ledger; makes fills restartable.

    A run reads the rows changed since the last one in the order (moment, id) and stops before
    the start of the oldest open transaction: a row carries the time at which its transaction
    *began*, so one that is open may still commit rows with that time. ``watermark`` and
    ``last_id`` are written in the transaction of the rows they stand for; a process that dies
    leaves both or none (C360-1).
    """

    _name = "crm.touchpoint.fill"
    _description = "Touchpoint fill"
    _order = "provider"
    _rec_name = "provider"

    provider = fields.Char("Code", required=True, readonly=True)
    watermark = fields.Datetime(
        "Complete until",
        readonly=True,
        help="What was changed before is in the ledger. Stays behind while a transaction is open.",
    )
    last_id = fields.Integer(
        readonly=True, help="Where a run that was interrupted goes on; 0 when it was finished."
    )
    last_run = fields.Datetime("Last run", readonly=True)
    duration = fields.Float("Seconds", readonly=True, help="Time the last run took.")
    row_count = fields.Integer("Rows written", readonly=True, help="By the last run.")
    error = fields.Text(readonly=True)

    _provider_uniq = models.UniqueIndex("(provider)")

    @api.depends("provider")
    @api.depends_context("lang")
    def _compute_display_name(self):
        """What people call the source; a provider that is gone keeps its code."""
        labels = self.env["crm.touchpoint"]._touchpoint_provider_labels()
        for fill in self:
            fill.display_name = labels.get(fill.provider, fill.provider)

    def action_fill_now(self):
        """Fill from the selected sources, or from all; the scheduled job does what takes long."""
        self.check_access("write")
        codes = self.mapped("provider") or None
        # sudo: the user may run fills (checked above); their tables are nobody's to write
        ledger = self.env["crm.touchpoint"].sudo()
        written, finished = ledger._fill(codes, commit=True, seconds=BUTTON_SECONDS)
        if not finished:
            # sudo: administrators of figures need no right on scheduled jobs
            self.env.ref("crm_customer_insight.ir_cron_touchpoint_fill").sudo()._trigger()
        return self._notification(written, finished)

    def action_fill_again(self):
        """Read the selected sources from their beginning, e.g. after a bulk load or new rates."""
        self.check_access("write")
        # sudo: the state is written by fills only; the right was checked above
        self.sudo().write({"watermark": False, "last_id": 0})
        return self.action_fill_now()

    def _notification(self, written, finished):
        if finished:
            message = self.env._("%(rows)s rows were written.", rows=written)
        else:
            message = self.env._(
                "%(rows)s rows were written so far; it goes on in the background.", rows=written
            )
        failed = self.search_count([("error", "!=", False)])
        if failed:
            message += " " + self.env._("%(count)s sources failed, see the list.", count=failed)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "title": self.env._("Touch ledger"),
                "message": message,
                "type": "warning" if failed else "success",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # ------------------------------------------------------------------
    # Runs
    # ------------------------------------------------------------------

    @api.model
    def _run(self, provider, commit=False, deadline=None):
        """Bring *provider*'s changed rows into the ledger; ``(rows written, finished)``.

        :param commit: commit every batch (scheduled job, button); otherwise all happens in the
            caller's transaction, whose view of the database may be older than the horizon: what
            others committed since waits for the next run, which reads the last day again
        :param deadline: ``time.monotonic()`` after which no further batch is begun

        Another worker that fills the same provider now is left to it: nothing is done and the
        answer is ``(0, True)``. An error is kept in the state; what was committed before stays.
        """
        with self._provider_lock(provider.code) as free:
            if not free:
                return 0, True
            after = self._start(provider.code)
            before = self._horizon()
            # The horizon must be older than the snapshot that the rows are read in: with one
            # transaction for both, what commits in between would be in neither.
            self._commit(commit)
            try:
                return self._batches(provider, after, before, commit, deadline)
            except psycopg2.Error as error:
                _logger.exception("The touch ledger could not be filled from %s", provider.code)
                self._record(provider.code, error=str(error))
                self._commit(commit)
                return 0, True

    def _batches(self, provider, after, before, commit, deadline):
        start, began, written, limit = after, time.monotonic(), 0, self._batch_size()
        while True:
            count, rows, after = self._batch(provider, after, before, limit)
            written += rows
            finished = count < limit
            if finished:
                after = (before, 0)
            place = after if commit else self._certain(start, after)
            self._record(
                provider.code,
                watermark=place[0],
                last_id=place[1],
                row_count=written,
                duration=time.monotonic() - began,
                error=None,
            )
            left = self._commit(commit, rows)
            if finished or not left or (deadline and time.monotonic() > deadline):
                return written, finished

    def _certain(self, start, reached):
        """The part of the way from *start* to *reached* that a caller's own transaction has seen.

        A transaction that was open when the caller's one took its view may have committed since:
        it is not open any more and its rows are not in the view. None is open for a day.
        """
        certain = self.env.cr.now() - LONGEST_TRANSACTION
        if reached[0] <= certain:
            return reached
        return start if start[0] != "-infinity" and start[0] > certain else (certain, 0)

    def _batch(self, provider, after, before, limit):
        """Copy one batch; ``(source rows read, ledger rows written, new cursor)``."""
        with self.env.cr.savepoint(flush=False):
            [(count, clock, last_id, written, cells)] = self.env.execute_query(
                fill_statement(provider, after, before, limit)
            )
            if cells:
                self.env["crm.touchpoint"]._touchpoints_changed(cells)
        return count, written, (clock, last_id) if count else after

    @api.model
    def _horizon(self):
        """Moment (UTC) before which no open transaction can still commit a row.

        Only transactions of this database count, and only those of clients: maintenance writes
        no rows. The database role must see the sessions of Odoo, that is, be the same role.
        """
        [(moment,)] = self.env.execute_query(
            SQL(
                """
                SELECT LEAST(statement_timestamp(), min(xact_start)) AT TIME ZONE 'UTC'
                  FROM pg_stat_activity
                 WHERE datname = current_database() AND pid <> pg_backend_pid()
                   AND backend_type = 'client backend'
                """
            )
        )
        return moment

    @api.model
    def _start(self, code):
        """Make sure that *code* has a state; where its next run begins, as (moment, id)."""
        [(watermark, last_id)] = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_touchpoint_fill (provider, last_id) VALUES (%s, 0)
                ON CONFLICT (provider) DO UPDATE SET provider = EXCLUDED.provider
                RETURNING watermark, last_id
                """,
                code,
            )
        )
        if watermark and not last_id:
            watermark -= OVERLAP
        return watermark or "-infinity", last_id or 0

    def _record(self, code, **values):
        """Write the state of *code*; beside the ORM, because it keeps whole seconds only."""
        self.env.execute_query(
            SQL(
                "UPDATE crm_touchpoint_fill SET %s, last_run = clock_timestamp() AT TIME ZONE 'UTC'"
                " WHERE provider = %s RETURNING id",
                SQL(", ").join(SQL("%s = %s", SQL.identifier(k), v) for k, v in values.items()),
                code,
            )
        )
        self.invalidate_model()

    def _batch_size(self):
        # sudo: a technical parameter, not a right
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param("crm_customer_insight.fill_batch", BATCH_SIZE))

    def _commit(self, commit, processed=0):
        """Commit when asked to; seconds left for the scheduled job (endless outside of one)."""
        if not commit:
            return float("inf")
        return self.env["ir.cron"]._commit_progress(processed)

    @contextmanager
    def _provider_lock(self, code):
        """Whether this worker alone fills *code*; held over commits, freed when a worker dies."""
        key = f"crm.touchpoint.fill:{code}"
        [(free,)] = self.env.execute_query(
            SQL("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", key)
        )
        try:
            yield free
        except psycopg2.Error:
            # The lock outlives the transaction: it cannot be freed in one that has failed.
            self.env.cr.rollback()
            raise
        finally:
            if free:
                self.env.execute_query(
                    SQL("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", key)
                )
