from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError, ValidationError
from odoo.tools import SQL, format_datetime

from ..tools import complaint as nine
from .crm_service_complaint_procedure import STEPS

#: What conversations and activities write; never locked.
FREE = ("message_", "activity_", "website_message_")
#: Says in the context that a method of the procedure writes; as an object it cannot come by RPC.
_PAST_LOCK = object()


class CrmServiceComplaint(models.Model):
    """A complaint on its way through the nine steps; one per request of that nature (SVC-C).

    What may be entered goes by the step: a finished one is locked until somebody steps back with a
    reason, a closed complaint until it is reopened. That holds for everybody, administrators too;
    only the methods of this class move it on.
    """

    _name = "crm.service.complaint"
    _description = "Complaint"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.service.request.link.mixin"]
    _order = "step_due_at, id desc"
    _rec_name = "number"

    request_id = fields.Many2one(
        "crm.service.request", required=True, ondelete="restrict", index=True
    )
    number = fields.Char(related="request_id.number", store=True)
    name = fields.Char(related="request_id.name")
    description = fields.Html(related="request_id.description")
    contact_name = fields.Char(related="request_id.partner_id.display_name", string="Contact")
    company_id = fields.Many2one(related="request_id.company_id", store=True, index=True)
    team_id = fields.Many2one(related="request_id.team_id", store=True, index=True)
    user_id = fields.Many2one(related="request_id.user_id", store=True, index=True, string="Owner")
    type_id = fields.Many2one(related="request_id.type_id", store=True, index=True)
    product_id = fields.Many2one(related="request_id.product_id", store=True, index=True)
    channel_id = fields.Many2one(related="request_id.channel_id", string="Came in by")
    procedure_id = fields.Many2one(
        "crm.service.complaint.procedure", index="btree_not_null", readonly=True
    )
    state = fields.Selection(
        [("open", "Open"), ("closed", "Closed"), ("withdrawn", "No complaint after all")],
        required=True,
        default="open",
        index=True,
        readonly=True,
    )
    step_ids = fields.One2many("crm.service.complaint.step", "complaint_id", "Steps", readonly=True)
    log_ids = fields.One2many("crm.service.complaint.log", "complaint_id", readonly=True)
    step_code = fields.Selection(STEPS, "Step", readonly=True, index=True)
    step_due_at = fields.Datetime("Step due", readonly=True)
    step_user_id = fields.Many2one("res.users", "Whose turn", readonly=True, index="btree_not_null")
    step_may_skip = fields.Boolean(compute="_compute_step_may_skip")
    may_answer = fields.Boolean(compute="_compute_may_answer")
    step_list = fields.Json("Nine steps", compute="_compute_step_list")
    is_late = fields.Boolean("Late", compute="_compute_is_late", search="_search_is_late")

    # Record
    date_start = fields.Datetime("Received", required=True, readonly=True, index=True)
    anonymous = fields.Boolean(
        help="He does not want to give his name: no address is asked for, no reply is possible."
    )
    oral = fields.Boolean(help="Told on the telephone or face to face.")
    oral_by_id = fields.Many2one("res.users", "Taken down by", index="btree_not_null")
    oral_read_back = fields.Boolean(
        "Read back", help="What was written down was read back to him and he agreed."
    )
    # Judge
    validity = fields.Selection(
        [("valid", "Valid"), ("partly", "Partly valid"), ("invalid", "Not valid")], index=True
    )
    validity_reason = fields.Text("Reason for the customer")
    # Department and cause
    department_id = fields.Many2one(
        "crm.service.team",
        "Responsible department",
        index="btree_not_null",
        domain="[('kind', '=', 'department'), ('company_id', '=', company_id)]",
    )
    department_answer = fields.Text("Answer of the department", readonly=True)
    department_answered_by_id = fields.Many2one(
        "res.users", "Answered by", readonly=True, index="btree_not_null"
    )
    department_answered_at = fields.Datetime("Answered on", readonly=True)
    cause_id = fields.Many2one("crm.service.cause", index="btree_not_null")
    cause_note = fields.Text("How it came about")
    # Solution and approval
    solution = fields.Text("Proposed solution")
    solution_by_id = fields.Many2one(
        "res.users", "Proposed by", readonly=True, index="btree_not_null"
    )
    approved_by_id = fields.Many2one(
        "res.users", "Approved by", readonly=True, index="btree_not_null"
    )
    approved_on = fields.Datetime(readonly=True)
    # Carry out and reply
    execution_note = fields.Text("What was done")
    replied_on = fields.Datetime("Replied to the customer", readonly=True)
    # Evaluate and learn
    customer_content = fields.Selection(
        [("yes", "Content"), ("partly", "Partly"), ("no", "Not content"), ("unknown", "Not known")],
        "Is the customer content?",
    )
    learning = fields.Text("What we learned")
    measure = fields.Text("Measure against it")
    date_closed = fields.Datetime("Closed on", readonly=True)
    reopen_count = fields.Integer("Reopened", readonly=True)

    _request_uniq = models.UniqueIndex("(request_id)", "This request has a complaint already.")
    _due_idx = models.Index("(step_due_at) WHERE state = 'open'")
    _cause_idx = models.Index("(company_id, date_start) INCLUDE (cause_id, validity)")

    # Computed

    @api.depends("step_due_at", "state")
    def _compute_is_late(self):
        now = fields.Datetime.now()
        for complaint in self:
            due = complaint.step_due_at
            complaint.is_late = complaint.state == "open" and bool(due) and due < now

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        now = fields.Datetime.now()
        late = [("state", "=", "open"), ("step_due_at", "<", now)]
        on_time = ["|", "|", ("state", "!=", "open"), ("step_due_at", "=", False)]
        on_time.append(("step_due_at", ">=", now))
        wanted = {True: late, False: on_time}
        return fields.Domain.OR([wanted[bool(one)] for one in value])

    @api.depends("step_ids.state")
    def _compute_step_may_skip(self):
        for complaint in self:
            complaint.step_may_skip = complaint._current_step().may_skip

    @api.depends("department_id")
    @api.depends_context("uid")
    def _compute_may_answer(self):
        for complaint in self:
            complaint.may_answer = self.env.user in complaint._department_people()

    def _department_people(self):
        # sudo: who is in the department is no secret
        department = self.sudo().department_id
        return department.user_id | department.member_ids.user_id

    @api.depends("step_ids.state", "step_ids.due_at")
    @api.depends_context("lang", "tz")
    def _compute_step_list(self):
        names = dict(
            self.env["crm.service.complaint.step"]._fields["code"]._description_selection(self.env)
        )
        for complaint in self:
            complaint.step_list = [complaint._step_row(step, names) for step in complaint.step_ids]

    def _step_row(self, step, names):
        moment = step.done_at or step.due_at
        return {
            "code": step.code,
            "name": names[step.code],
            "state": step.state,
            "late": step.was_late,
            # sudo: names of colleagues are no secret
            "who": (step.done_by_id or step.user_id).sudo().name or "",
            "when": format_datetime(self.env, moment, dt_format="short") if moment else "",
            "reason": step.reason or "",
        }

    def _current_step(self):
        return self.step_ids.filtered(lambda step: step.state == "current")[:1]

    def _plain_steps(self):
        """Steps as values for ``tools/complaint.py``."""
        return [
            nine.Step(
                step.code,
                step.state,
                step.may_skip,
                tuple(filter(None, (step.required or "").split(","))),
            )
            for step in self.step_ids.sorted("sequence")
        ]

    # Created with their requests, in batches

    @api.model
    def _open_for(self, requests):
        """Complaints of *requests* that have none yet, with their steps.

        Four statements whatever their number, beside the look-up of procedures.
        """
        procedures = self.env["crm.service.complaint.procedure"]._for_requests(requests)
        # sudo: complaints are made by this method only, whoever enters the request
        complaints = self.sudo().with_context(mail_create_nolog=True, tracking_disable=True)
        created = complaints.create(
            [
                {
                    "request_id": request.id,
                    "procedure_id": procedures[request].id,
                    "date_start": request.date_open,
                    "anonymous": not (request.partner_id or request.email_from or request.phone),
                    "currency_id": request.company_id.currency_id.id,
                }
                for request in requests
            ]
        )
        created._make_steps()
        created._start_steps()
        created._note(self.env._("Complaint recorded"))
        return created.sudo(False)

    def _make_steps(self):
        """Steps of new complaints from their procedures, in one statement whatever their number."""
        self.flush_recordset(["procedure_id"])
        self.env["crm.service.complaint.procedure.step"].flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_service_complaint_step (complaint_id, definition_id, code,
                    sequence, state, who, user_id, may_skip, required, create_uid, write_uid,
                    create_date, write_date)
                SELECT c.id, d.id, d.code, d.place, CASE d.place WHEN 1 THEN 'current'
                    ELSE 'waiting' END, d.who, d.user_id, d.may_skip, d.required, %(uid)s, %(uid)s,
                    %(now)s, %(now)s
                FROM crm_service_complaint c JOIN (%(steps)s) d ON d.procedure_id = c.procedure_id
                WHERE c.id = ANY(%(ids)s) ORDER BY c.id, d.place""",
                uid=self.env.uid,
                now=fields.Datetime.now(),
                steps=self.env["crm.service.complaint.procedure.step"]._plan_query(),
                ids=self.ids,
            )
        )
        self.invalidate_recordset(["step_ids"])
        plain = self.filtered(lambda complaint: not complaint.procedure_id.step_ids)
        # sudo: steps are made by this method only, whoever enters the request
        self.env["crm.service.complaint.step"].sudo().create(
            [
                {
                    "complaint_id": complaint.id,
                    "code": code,
                    "sequence": place,
                    "state": "waiting" if place else "current",
                }
                for complaint in plain
                for place, (code, _name) in enumerate(STEPS)
            ]
        )

    def _start_steps(self):
        """Begin the current steps: deadline and whose turn, shown on the complaint, too."""
        now, hours = fields.Datetime.now(), {}
        steps = self.step_ids.filtered(lambda step: step.state == "current")
        people = self._step_people(steps)
        due = {step.complaint_id: step._due(now, hours) for step in steps}
        values = {}
        for complaint in self:
            step = complaint._current_step()
            values[complaint.id] = (step.code or None, due.get(complaint), people.get(step))
        self._store_current(values, now)

    def _store_current(self, values, now):
        """Write the current steps of all complaints by two statements."""
        self.flush_recordset()
        self.step_ids.flush_recordset()
        rows = [
            (key, code, due, user.id if user else None) for key, (code, due, user) in values.items()
        ]
        ids, codes, dues, users = (list(column) for column in zip(*rows, strict=True))
        data = SQL(
            "unnest(%s::int[], %s::varchar[], %s::timestamp[], %s::int[]) AS d(id, code, due, usr)",
            ids, codes, dues, users,
        )  # fmt: skip
        self.env.cr.execute(
            SQL(
                "UPDATE crm_service_complaint c SET step_code = d.code, step_due_at = d.due,"
                " step_user_id = d.usr FROM %s WHERE c.id = d.id",
                data,
            )
        )
        self.env.cr.execute(
            SQL(
                "UPDATE crm_service_complaint_step s SET due_at = d.due, start_at = %s,"
                " user_id = COALESCE(d.usr, s.user_id), alerted_at = NULL, done_at = NULL,"
                " done_by_id = NULL FROM %s WHERE s.complaint_id = d.id AND s.state = 'current'",
                now,
                data,
            )
        )
        self.invalidate_recordset(flush=False)
        self.step_ids.invalidate_recordset(flush=False)

    @api.model
    def _step_people(self, steps):
        """Who has to do each step: ``{step: user}``; may be nobody."""
        # sudo: who leads a team or department is no secret
        return {step: self._person_of(step.sudo()).sudo(False) for step in steps}

    @api.model
    def _person_of(self, step):
        complaint = step.complaint_id
        leader, department = complaint.team_id.user_id, complaint.department_id
        match step.who:
            case "leader":
                found = leader
            case "department":
                found = department.user_id or department.member_ids.user_id[:1]
            case "user":
                found = step.definition_id.user_id or step.user_id
            case _:
                found = complaint.user_id
        return found or complaint.user_id or leader

    # Locked except for what belongs to the current step

    def write(self, vals):
        if self.env.context.get("complaint_past_lock") is not _PAST_LOCK:
            self.check_access("write")
            self._check_may_write(vals)
        before = self._texts(vals)
        res = super().write(vals)
        self._log_changes(before)
        return res

    def _check_may_write(self, vals):
        names = {name for name in vals if not name.startswith(FREE)}
        for complaint in self if names else ():
            if complaint.state != "open":
                raise UserError(
                    self.env._("Complaint %s is closed: reopen it first.", complaint.number)
                )
            locked = names - nine.FIELDS[complaint.step_code] - complaint._also_open()
            if locked:
                raise UserError(complaint._locked_text(locked))

    def _also_open(self):
        """Fields of addons or settings that may be entered in the current step, too."""
        return {"voucher_code"} if self.step_code == "compensate" else set()

    def _locked_text(self, locked):
        return self.env._(
            "This cannot be changed at the step “%(step)s”: %(fields)s. Step back first.",
            step=self._step_name(self.step_code),
            fields=self._labels(sorted(locked)),
        )

    def _set(self, vals):
        """Write past the lock, with a line of the log for each change."""
        # sudo: the methods of the procedure write what nobody may write himself
        return self.sudo().with_context(complaint_past_lock=_PAST_LOCK).write(vals)

    def _texts(self, names):
        """What stands in those of the fields *names* that are logged: ``{id: {name: text}}``."""
        logged = [name for name in names if name in self._logged()]
        return {c.id: {name: c._text(name) for name in logged} for c in self if logged}

    def _log_changes(self, before):
        rows = [
            (complaint, name, was, complaint._text(name))
            for complaint in self
            for name, was in before.get(complaint.id, {}).items()
        ]
        self._add_log(
            [one._log_values(name, was, now) for one, name, was, now in rows if now != was]
        )

    @api.model
    def _logged(self):
        names = set().union(*nine.FIELDS.values())
        return (
            names
            | {"state", "department_answer", "approved_by_id", "credit_note_id"}
            | {
                "replied_on",
                "voucher_code",
            }
        )

    def _text(self, name):
        field, value = self._fields[name], self[name]
        if field.relational:
            return value.sudo().display_name or ""  # sudo: the log names what was chosen
        if field.type == "selection":
            return dict(field._description_selection(self.env)).get(value, "")
        return str(value) if value else ""

    def _log_values(self, name, before, after):
        return {
            "complaint_id": self.id,
            "what": self._labels([name]),
            "field": name,
            "before": before,
            "after": after,
            "user_id": self.env.uid,
        }

    def _note(self, what, reason=""):
        """A line of the log for each complaint that is no change of a field."""
        self._add_log(
            [
                {"complaint_id": c.id, "what": what, "after": reason, "user_id": self.env.uid}
                for c in self
            ]
        )

    @api.model
    def _add_log(self, rows):
        if rows:
            # sudo: the log is written by the methods of the complaint only
            self.env["crm.service.complaint.log"].sudo().create(rows)

    @api.model
    def _labels(self, names):
        return ", ".join(self._fields[name]._description_string(self.env) for name in names)

    @api.model
    def _step_name(self, code):
        return dict(self._fields["step_code"]._description_selection(self.env)).get(code, "")

    @api.ondelete(at_uninstall=False)
    def _unlink_except_registered(self):
        raise UserError(self.env._("A complaint stays in the register; it cannot be deleted."))

    @api.constrains("anonymous", "oral")
    def _check_anonymous(self):
        for complaint in self:
            if complaint.anonymous and complaint.sudo().request_id.partner_id:  # sudo: only asked
                raise ValidationError(
                    self.env._("Take the contact off the request before it is anonymous.")
                )

    @api.constrains("department_id")
    def _check_department_id(self):
        for complaint in self:
            if complaint.department_id and complaint.department_id.kind != "department":
                raise ValidationError(self.env._("Choose a department, not a service team."))

    # The procedure moves on

    def action_finish(self):
        """End the current step; the button says which one it thinks it is (two people at once)."""
        self._check_service()
        self._lock()
        expected = self.env.context.get("complaint_step")
        for complaint in self:
            complaint._check_turn(expected)
            complaint._finish()

    def _check_service(self):
        if not self.env.user.has_group("crm_service_levels.group_service_user"):
            raise AccessError(self.env._("Only representatives work on complaints."))
        self.check_access("write")

    def _lock(self):
        try:
            self.lock_for_update()
        except LockError:
            raise UserError(
                self.env._("A colleague is working on this complaint just now.")
            ) from None
        self.invalidate_recordset()
        self.step_ids.invalidate_recordset()

    def _check_turn(self, expected=None):
        if self.state != "open":
            raise UserError(self.env._("Complaint %s is closed: reopen it first.", self.number))
        if expected and expected != self.step_code:
            step = self.step_ids.filtered(lambda one: one.code == expected)
            raise UserError(
                self.env._(
                    "The step “%(step)s” was ended by %(who)s already; now it is “%(now)s”.",
                    step=self._step_name(expected),
                    who=step.sudo().done_by_id.name or "–",  # sudo: a colleague's name
                    now=self._step_name(self.step_code),
                )
            )

    def _finish(self):
        if self.step_code == "approve":
            self._check_may_approve()
            self._set({"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()})
        self._check_complete()
        self._before_end()
        self._end_step("done")
        self._after_end()

    def _check_complete(self):
        step = nine.current(self._plain_steps())
        names = {*step.required, *nine.FIELDS[step.code], *self._asked()}
        lacking = nine.missing(step, {name: self[name] for name in names})
        if lacking:
            raise UserError(self.env._("Please enter first: %s.", self._labels(lacking)))
        self._check_money()

    @api.model
    def _asked(self):
        """Fields beside those of the step that ``tools/complaint.py`` asks for."""
        return ("anonymous", "replied_on", "compensation_kind", "credit_note_id", "voucher_code")

    def _before_end(self):
        if self.step_code == "solution":
            self._set({"solution_by_id": self.env.uid})
        if self.step_code == "cause" and self.cause_id:
            self.request_id.sudo().cause_id = self.cause_id  # sudo: the department may end it
        if self.step_code == "department":
            self._tell_department()

    def _after_end(self):
        if self.step_code == "approve" and not self._complaint_needs_approval():
            self._end_step("skipped", self.env._("Below the limit for approval"))
        if not self.step_code:
            self._set({"state": "closed", "date_closed": fields.Datetime.now()})
            if not self.request_id.is_closed:
                self.request_id.action_solve()

    def _end_step(self, outcome, reason=""):
        changes = nine.ended(self._plain_steps(), outcome, self.validity)
        self._apply(changes, reason)

    def _apply(self, changes, reason=""):
        now = fields.Datetime.now()
        # sudo: steps are written by the methods of the complaint only
        steps = {step.code: step for step in self.sudo().step_ids}
        ended = {"done_at": now, "done_by_id": self.env.uid}
        own = self.step_code
        for code, state in sorted(changes.items(), key=lambda item: item[1] == "current"):
            why = reason if code == own or state == "current" else ""
            if state == "skipped" and code != own:
                why = self.env._("The complaint is not valid")
            values = {"state": state, "reason": why}
            steps[code].write({**values, **ended} if state in ("done", "skipped") else values)
            steps[code].flush_recordset()  # the one current step ends before the next begins
            self._note(f"{self._step_name(code)}: {self._state_name(state)}", why)
        self._start_steps()

    @api.model
    def _state_name(self, state):
        field = self.env["crm.service.complaint.step"]._fields["state"]
        return dict(field._description_selection(self.env))[state]

    # Approval

    def _complaint_needs_approval(self):
        """Whether somebody else must approve the solution; the parts of the request extend it."""
        limit = self.procedure_id.approval_from
        return not limit or self.compensation_company >= limit

    def _check_may_approve(self):
        if not self.env.user.has_group("crm_service_levels.group_service_manager"):
            raise UserError(self.env._("A team leader approves the solution."))
        # sudo: whoever had a hand in the proposal is looked up whatever the reader may see
        log = self.sudo().log_ids
        own = log.filtered(lambda line: line.field in nine.FIELDS["solution"]).user_id
        if self.env.user in own | self.solution_by_id:
            raise UserError(self.env._("Nobody approves what he proposed himself."))

    def action_reject(self):
        return self._ask("reject", self.env._("Do not approve"))

    # With words: skip, step back, reopen, replied otherwise, answer of the department

    def action_skip(self):
        return self._ask("skip", self.env._("Leave the step out"))

    def action_back(self):
        return self._ask("back", self.env._("Step back"))

    def action_reopen(self):
        return self._ask("reopen", self.env._("Reopen the complaint"))

    def action_replied(self):
        return self._ask("replied", self.env._("Replied by telephone or letter"))

    def action_answer(self):
        return self._ask("answer", self.env._("Answer for the department"))

    def _ask(self, kind, title):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": "crm.service.complaint.words",
            "view_mode": "form",
            "target": "new",
            "context": {"default_complaint_id": self.id, "default_kind": kind},
        }

    def _say_skip(self, text, step):
        self._check_service()
        self._lock()
        self._check_turn()
        if not self._current_step().may_skip:
            raise UserError(self.env._("This step may not be left out."))
        self._end_step("skipped", text)
        self._after_end()

    def _say_back(self, text, step):
        self._check_service()
        self._lock()
        self._check_turn()
        self._go_back(step, text)

    def _say_reject(self, text, step):
        self._check_service()
        self._lock()
        self._check_turn("approve")
        self._check_may_approve()
        self._go_back("solution", text)

    def _say_reopen(self, text, step):
        self._check_service()
        self._lock()
        if self.state == "open":
            raise UserError(self.env._("This complaint is open."))
        # sudo: the count follows from the reopening
        values = {"state": "open", "date_closed": False, "reopen_count": self.reopen_count + 1}
        self._set(values)
        self._go_back(step or "judge", text)

    def _go_back(self, code, reason):
        try:
            changes = nine.back(self._plain_steps(), code)
        except nine.TransitionError:
            raise UserError(self.env._("Choose a step that was done before.")) from None
        self._apply(changes, reason)
        codes = [known for known, _name in STEPS]
        if codes.index(code) <= codes.index("approve"):
            self._set({"approved_by_id": False, "approved_on": False})

    def _say_replied(self, text, step):
        self._check_service()
        self._lock()
        self._check_turn("reply")
        note = "\n".join(filter(None, (self.execution_note, text)))
        self._set({"replied_on": fields.Datetime.now(), "execution_note": note})

    def _say_answer(self, text, step):
        """The department answers; its members need no right to write."""
        if self.env.user not in self._department_people():
            raise AccessError(self.env._("Only the responsible department answers here."))
        if self.state != "open":
            raise UserError(self.env._("Complaint %s is closed: reopen it first.", self.number))
        self._set(
            {
                "department_answer": text,
                "department_answered_by_id": self.env.uid,
                "department_answered_at": fields.Datetime.now(),
            }
        )

    def _tell_department(self):
        people = self._department_people().partner_id
        if people:
            self.message_notify(
                partner_ids=people.ids,
                subject=self.env._("Complaint %s: your answer is asked for", self.number),
                body=self.env._("Please look into it and answer: %s", self.name),
            )

    # Reply

    def action_reply(self):
        """Write to the customer, starting from the template of replies to complaints."""
        self.ensure_one()
        template = self.env.ref(
            "crm_service_levels.mail_template_complaint_reply", raise_if_not_found=False
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reply to the customer"),
            "res_model": "mail.compose.message",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_model": "crm.service.request",
                "default_res_ids": self.request_id.ids,
                "default_template_id": template.id if template else False,
                "default_composition_mode": "comment",
                "default_subtype_xmlid": "mail.mt_comment",
            },
        }

    def action_hold_dunning(self):
        """Ask finance not to dun the customer while the complaint is looked into (C360-5)."""
        self.ensure_one()
        self.env["crm.dunning.hold"].check_access("create")
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Do not dun for a while"),
            "res_model": "crm.dunning.hold",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_partner_id": self.request_id.commercial_partner_id.id,
                "default_company_id": self.company_id.id,
                "default_reason": self.env._("Complaint %(number)s", number=self.number),
            },
        }

    # Figures for others

    @api.model
    def _valid_complaints(self, domain, groupby=()):
        """Valid complaints about requests, for the calibration of satisfaction (SVC-L5).

        :param domain: on ``crm.service.request``; complaints are counted by their requests
        :param groupby: stored fields of the complaint, for example ``["team_id"]``
        :returns: ``{(key, …): number}``, ``{(): number}`` without *groupby*; one query. Partly
            valid ones count, those not judged yet do not.
        """
        # sudo: a figure of a team, not the complaints themselves
        requests = self.env["crm.service.request"].sudo()._search(domain)
        rows = self.sudo()._read_group(  # sudo: as above
            [("request_id", "in", requests), *self._valid_domain()],
            groupby,
            ["__count"],
        )
        return {tuple(key): count for *key, count in rows}

    @api.model
    def _valid_domain(self):
        """Complaints judged valid or partly valid; withdrawn ones were none."""
        return [("validity", "in", ("valid", "partly")), ("state", "!=", "withdrawn")]

    @api.model
    def _valid_requests(self):
        """Requests of valid complaints, as a part of a query."""
        # sudo: as _valid_complaints
        return self.sudo()._search(self._valid_domain()).subselect("request_id")
