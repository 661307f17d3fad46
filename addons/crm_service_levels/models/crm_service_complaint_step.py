from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime

from ..tools import complaint as nine
from ..tools.working_time import to_datetime, to_moment
from .crm_service_complaint_procedure import STEPS, WHO

#: Years of working hours that deadlines of steps are looked for in.
YEARS_AHEAD = 2

#: Late steps dealt with before the job commits.
BATCH = 500


class CrmServiceComplaintStep(models.Model):
    """One step of one complaint: when it began, when it is due, who did it (SVC-C).

    Written by the methods of the complaint only.
    """

    _name = "crm.service.complaint.step"
    _description = "Step of a complaint"
    _order = "complaint_id, sequence, id"
    _rec_name = "code"

    complaint_id = fields.Many2one(
        "crm.service.complaint", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="complaint_id.company_id")
    definition_id = fields.Many2one(
        "crm.service.complaint.procedure.step", ondelete="set null", index="btree_not_null"
    )
    code = fields.Selection(STEPS, "Step", required=True)
    sequence = fields.Integer()
    state = fields.Selection(
        [("waiting", "To come"), ("current", "Now"), ("done", "Done"), ("skipped", "Left out")],
        required=True,
        default="waiting",
        index=True,
    )
    who = fields.Selection(WHO, required=True, default="owner")
    user_id = fields.Many2one("res.users", "By whom", index="btree_not_null")
    may_skip = fields.Boolean("May be left out")
    required = fields.Char(help="Names of the fields that must be filled in, separated by commas.")
    start_at = fields.Datetime("Began")
    due_at = fields.Datetime("Due")
    done_at = fields.Datetime("Ended")
    done_by_id = fields.Many2one("res.users", "Ended by", index="btree_not_null")
    reason = fields.Char(help="Why it was left out or taken up again.")
    alerted_at = fields.Datetime("Raised")
    was_late = fields.Boolean(compute="_compute_was_late")

    _once = models.UniqueIndex("(complaint_id, code)", "This step is in the complaint already.")
    _one_current = models.UniqueIndex(
        "(complaint_id) WHERE state = 'current'", "A complaint is at one step at a time."
    )
    _due_idx = models.Index("(due_at) WHERE state = 'current' AND alerted_at IS NULL")

    @api.depends("due_at", "done_at", "state")
    def _compute_was_late(self):
        now = fields.Datetime.now()
        for step in self:
            at = step.done_at or now
            step.was_late = bool(step.due_at) and step.state != "waiting" and at > step.due_at

    def _due(self, now, hours):
        """When the step that begins *now* is due, in working hours of the team; None without.

        :param hours: calendars read so far, by team
        """
        rule, complaint = self.definition_id, self.complaint_id
        calendar = (
            complaint.team_id.resource_calendar_id or complaint.company_id.resource_calendar_id
        )
        if not rule.deadline or not calendar:
            return None
        year = now.year
        if calendar not in hours:
            hours[calendar] = self.env["resource.calendar"]._sla_hours(
                "team", calendar.id, "", complaint.company_id.id, year - 1, year + YEARS_AHEAD
            )
        start = complaint.date_start if rule.counted_from == "start" else now
        moment = nine.deadline(
            rule.deadline,
            rule.unit,
            to_moment(start),
            hours[calendar],
            calendar.hours_per_day or 8,
        )
        return to_datetime(moment)

    # Late steps

    @api.model
    def _cron_late(self):
        """Raise an activity for each step that became late; restarts where it stopped."""
        left = True
        while left:
            domain = self._late_domain()
            late = self.search(domain, order="due_at, id", limit=BATCH).try_lock_for_update()
            if not late:
                break
            late._raise_late()
            left = self.env["ir.cron"]._commit_progress(
                len(late), remaining=self.search_count(domain)
            )

    @api.model
    def _late_domain(self):
        now = fields.Datetime.now()
        return [("state", "=", "current"), ("due_at", "<", now), ("alerted_at", "=", False)]

    def _raise_late(self):
        kind = self.env.ref("mail.mail_activity_data_todo", raise_if_not_found=False)
        model = self.env["ir.model"]._get_id("crm.service.complaint")
        people = self.complaint_id._step_people(self)
        rows = [
            {
                "res_model_id": model,
                "res_id": step.complaint_id.id,
                "activity_type_id": kind.id if kind else False,
                "user_id": people[step].id,
                "date_deadline": fields.Date.context_today(step, step.due_at),
                "summary": step._late_summary(people[step]),
            }
            for step in self
            if people[step]
        ]
        # one message per late step would drown people: the activity is in their list
        self.env["mail.activity"].with_context(mail_activity_quick_update=True).create(rows)
        self.alerted_at = fields.Datetime.now()

    def _late_summary(self, user):
        step = self.with_context(lang=user.lang)
        name = dict(step._fields["code"]._description_selection(step.env))[step.code]
        return step.env._("Complaint late: %s", name)

    def _line(self):
        """One line of the history of the complaint on paper."""
        words = dict(self._fields["state"]._description_selection(self.env))
        when = format_datetime(self.env, self.done_at, dt_format="short") if self.done_at else ""
        who = self.sudo().done_by_id.name or ""  # sudo: names of colleagues are no secret
        text = ", ".join(filter(None, (words[self.state], when, who, self.reason)))
        return Markup("%s") % text
