import logging
from datetime import timedelta

from odoo import api, fields, models

from ..report import call_intervals as sql
from .crm_call import DIRECTIONS

_logger = logging.getLogger(__name__)


def _count(label, **options):
    return fields.Integer(label, readonly=True, **options)


def _seconds(label, **options):
    return fields.Float(label, readonly=True, digits=(16, 1), **options)


class CrmCallInterval(models.Model):
    """Calls of 15 minutes by exchange, queue, agent, skill and topic (CC-4, CC-8).

    Counts and seconds of ``tools/call_measures.Calls``; they add up, shares are computed of sums.
    A call counts in the interval in which it began, with the first skill that its queue asks for.
    """

    _name = "crm.call.interval"
    _description = "Calls of an interval"
    _order = "start desc, id desc"
    _rec_name = "start"
    _log_access = False

    start = fields.Datetime("Interval", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    exchange_id = fields.Many2one("crm.call.exchange", readonly=True, ondelete="cascade")
    queue_id = fields.Many2one(
        "crm.call.queue", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    agent_id = fields.Many2one(
        "crm.call.agent", readonly=True, ondelete="cascade", index="btree_not_null"
    )
    skill_id = fields.Many2one("crm.call.skill", readonly=True, ondelete="cascade")
    topic_id = fields.Many2one("crm.call.topic", readonly=True, ondelete="cascade")
    direction = fields.Selection(DIRECTIONS, readonly=True)
    calls = _count("All calls")
    offered = _count("Offered", help="All that wanted an agent: not those solved in the menu.")
    answered = _count("Answered")
    in_time = _count("Answered in time", help="Within the time the queue promises.")
    abandoned = _count("Abandoned", help="Hung up waiting, short ones apart.")
    abandoned_in_time = _count("Abandoned in time")
    short_abandoned = _count("Abandoned at once", help="Before the limit of the queue.")
    busy = _count("Busy")
    no_answer = _count("No answer")
    rejected = _count("Rejected")
    failed = _count("Failed")
    ivr_contained = _count("Solved in the menu")
    callback_requested = _count("Call-back asked for")
    voicemail = _count("Voice messages")
    ivr_entered = _count("Entered a menu")
    transferred = _count("Transferred", help="Answered calls that were passed on.")
    waited_answered = _seconds("Wait of answered (s)")
    waited_abandoned = _seconds("Wait of abandoned (s)")
    waited_short = _seconds("Wait of those abandoned at once (s)")
    longest_wait = _seconds("Longest wait (s)", aggregator="max")
    ring_seconds = _seconds("Ringing (s)")
    talk_seconds = _seconds("Talk (s)", help="Without hold.")
    hold_seconds = _seconds("Hold (s)")
    wrap_seconds = _seconds("After-call work (s)")
    first_judged = _count(
        "First contacts judged", help="First calls on a topic whose days are over."
    )
    first_resolved = _count("Solved at the first contact", help="Nobody called again meanwhile.")
    rated = _count("Rated", help="Calls whose customer was asked and answered.")
    rating_sum = _seconds("Sum of ratings")

    _company_start_idx = models.Index("(company_id, start)")

    @api.model
    def _cron_drain(self):
        """Compute what changed; a run that is killed leaves all as it was."""
        for company in self.env["res.company"].search([], order="id", limit=10_000):
            if sql.is_empty(self.env, company):
                sql.mark_all(self.env, company)
        self._drain()

    @api.model
    def _drain(self, now=None):
        """Compute the intervals that wait, but for those of closed months.

        :return: number of intervals computed
        """
        now = now or fields.Datetime.now()
        self.env.flush_all()
        sql.mark_wrapped(self.env, now - timedelta(hours=2))
        found = sql.take(self.env, sql.closed_before(now))
        if found:
            sql.compute(self.env, found, now)
            self.invalidate_model()
        return len(found)

    @api.model
    def _cron_first_contacts(self):
        """Judge first contacts whose days are over since yesterday."""
        sql.mark_judged(self.env, fields.Datetime.now())
        self._drain()
