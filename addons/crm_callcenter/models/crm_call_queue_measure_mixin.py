from datetime import timedelta
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools import staffing

#: handling time where neither a plan nor calls tell it
USUAL_HANDLING = 240.0


class CrmCallQueueMeasureMixin(models.AbstractModel):
    """What a queue is measured and planned by (CC-8)."""

    _name = "crm.call.queue.measure.mixin"
    _description = "Queue: measures and planning"

    contact_days = fields.Integer(
        "First-contact resolution (days)",
        default=7,
        help="Solved at the first contact: nobody called again on the same topic within so many "
        "days. COPC and ICMI use 7 as a rule.",
    )
    alarm_waiting = fields.Integer(
        "Alarm: callers waiting", default=5, help="From so many on; 0: no alarm."
    )
    alarm_wait_seconds = fields.Integer(
        "Alarm: longest wait (seconds)", default=60, help="From so long on; 0: no alarm."
    )
    plan_target = fields.Selection(
        [("c", "Erlang C: callers wait as long as it takes"), ("a", "Erlang A: callers hang up")],
        "Model of waiting",
        default="c",
        required=True,
    )
    patience_seconds = fields.Integer(
        "Patience (seconds)",
        default=90,
        help="How long callers wait on average before they hang up; used by Erlang A alone.",
    )
    handling_seconds = fields.Integer(
        "Handling time (seconds)",
        help="Talk, hold and after-call work of a call. 0: as measured in the last eight weeks.",
    )
    shrinkage = fields.Float(
        default=0.3,
        help="Share of paid time not spent ready for calls: leave, sickness, breaks, training.",
    )

    main_skill_id = fields.Many2one(
        "crm.call.skill",
        "Main skill",
        compute="_compute_main_skill_id",
        store=True,
        help="The first skill of the queue: its calls are counted there.",
    )

    _alarm_limits = models.Constraint(
        "CHECK(alarm_waiting >= 0 AND alarm_wait_seconds >= 0)", "Alarms are not negative."
    )
    _plan_limits = models.Constraint(
        "CHECK(contact_days BETWEEN 1 AND 365 AND patience_seconds BETWEEN 1 AND 86400"
        " AND handling_seconds BETWEEN 0 AND 86400 AND shrinkage >= 0 AND shrinkage <= 0.9)",
        "Days lie between 1 and 365, seconds between 1 and 86,400, and the shrinkage between 0 and"
        " 90 %.",
    )

    @api.depends("skill_ids.skill_id")
    def _compute_main_skill_id(self):
        """The same as ``report.call_intervals`` takes."""
        for queue in self:
            queue.main_skill_id = queue.skill_ids._origin.sorted("id")[:1].skill_id

    def _plan_zone(self):
        """Time zone of the opening hours, else of the company, else UTC."""
        self.ensure_one()
        return ZoneInfo(self.calendar_id.tz or self.company_id.partner_id.tz or "UTC")

    def _plan_handling(self, now):
        """Seconds an answered call takes of an agent: as planned, else of the last eight weeks."""
        self.ensure_one()
        if self.handling_seconds:
            return float(self.handling_seconds)
        rows = self.env.execute_query(
            SQL(
                """SELECT sum(talk_seconds + hold_seconds + wrap_seconds) / NULLIF(sum(answered), 0)
                     FROM crm_call_interval WHERE queue_id = %s AND direction = 'inbound'
                      AND start >= %s""",
                self.id,
                now - timedelta(weeks=8),
            )
        )
        return float(rows[0][0] or USUAL_HANDLING)

    def _plan_need(self, calls, handling):
        """Agents for the calls of a quarter of an hour: ``tools.staffing.Row``."""
        self.ensure_one()
        patience = self.patience_seconds if self.plan_target == "a" else None
        load = staffing.Load(calls or 0.0, handling, 900.0, patience)
        level = min(self.answer_share, 0.999)  # nobody can promise every call
        target = staffing.Target(service_level=level, threshold=self.answer_seconds)
        return staffing.plan([load], target, self.shrinkage)[0]
