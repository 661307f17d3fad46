from datetime import timedelta

from odoo import api, fields, models

from ..report import call_agent_time as sql


def _seconds(label, **options):
    return fields.Float(label, readonly=True, digits=(16, 1), **options)


class CrmCallAgentInterval(models.Model):
    """What agents did in 15 minutes, beside what was planned: occupancy and adherence (CC-8)."""

    _name = "crm.call.agent.interval"
    _description = "Time of an agent in an interval"
    _order = "start desc, agent_id"
    _rec_name = "agent_id"
    _log_access = False

    start = fields.Datetime("Interval", required=True, readonly=True)
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    agent_id = fields.Many2one(
        "crm.call.agent", required=True, readonly=True, ondelete="cascade", index=True
    )
    ready = _seconds("Ready (s)")
    ringing = _seconds("Ringing (s)")
    on_call = _seconds("On calls (s)", help="Talk and hold.")
    wrap_up = _seconds("After-call work (s)")
    paused = _seconds("Paused (s)")
    unreachable = _seconds("Unreachable (s)")
    scheduled = _seconds("Planned (s)", help="By shifts.")
    kept = _seconds("Planned and kept (s)", help="Ready, ringing, on a call or after-call work.")

    _company_start_idx = models.Index("(company_id, start)")

    @api.model
    def _cron_compute(self):
        """From a day before the last interval known until now."""
        now = fields.Datetime.now()
        self.env.flush_all()
        last = sql.last_start(self.env)
        sql.compute(self.env, last and last - timedelta(days=1), now)
        self.invalidate_model()
