from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_datetime, plaintext2html

from . import crm_service_squad_card_mixin  # noqa: F401 (a parent is defined before its child)
from .crm_service_squad_member import ROLES
from .project_task import DONE_STATES

LEVEL = "2"
#: Longest judgement that is taken.
LONGEST = 10_000
JUDGEMENT = "crm_service_levels.mt_service_judgement"
#: Tasks are created and changed without mails to followers of the project.
QUIET = {
    "tracking_disable": True,
    "mail_create_nosubscribe": True,
    "mail_auto_subscribe_no_notify": True,
}


class CrmServiceSquadMixin(models.AbstractModel):
    """A temporary team across departments and companies handles a request together (SVC-L2).

    Squad members have no rights to write requests, nor any in Project: they work through the
    public methods here, each of which asks ``_squad_sudo`` who they are.
    """

    _name = "crm.service.squad.mixin"
    _inherit = ["crm.service.squad.card.mixin"]
    _description = "Squad of a service request"

    squad_task_ids = fields.One2many(
        "project.task",
        "service_request_id",
        "Tasks of the squad",
        copy=False,
        groups="project.group_project_user",
    )

    # Who may do what

    def _squad_sudo(self, lead=False):
        """This request with all rights, for who takes part in its squad or may write it.

        :param lead: only for leads of the squad and those who may write the request
        :raise AccessError: for everybody else
        """
        self.ensure_one()
        self.check_access("read")
        role = self._squad_role()
        if not self.has_access("write") and not (role == "lead" or (role and not lead)):
            raise AccessError(self.env._("Only members of the squad may do this."))
        # sudo: members have no rights to requests and tasks; who they are was checked just now
        return self.sudo()

    def _squad_role(self):
        """Role of the user in the squad, empty if he is not in it or has not accepted yet."""
        mine = self._squad_mine().filtered(lambda member: member.state == "accepted")
        return mine.role or ""

    def _squad_mine(self):
        # sudo: the user's own row
        members = self.env["crm.service.squad.member"].sudo()
        return members.search([("request_id", "=", self.id), ("user_id", "=", self.env.uid)])

    def _squad_people(self):
        """Colleagues who may get tasks: who has accepted, and the owner of the request."""
        own = self.squad_member_ids.filtered(lambda m: m.active and m.state == "accepted")
        return own.user_id | self.user_id

    # Who is in the squad

    def squad_invite(self, user_ids, role="helper", department_id=None, note=None):
        """Ask colleagues, whatever their department or company, to help with these requests.

        :param user_ids: ids of internal users
        :raise AccessError: unless the user leads the squad or may write the request
        """
        for request in self:
            request._squad_sudo(lead=True)
        if role not in dict(ROLES):
            raise UserError(self.env._("Choose a role."))
        team = self.env["crm.service.team"].sudo().browse(department_id or [])  # sudo: its kind
        users = self._squad_users(user_ids)
        # sudo: checked for each request just above
        self.sudo()._squad_add(users, role, team.exists(), (note or "")[:200])
        return True

    @api.model
    def _squad_users(self, user_ids):
        ids = [user_ids] if isinstance(user_ids, int) else list(user_ids)
        users = self.env["res.users"].search([("id", "in", ids), ("share", "=", False)])
        if not users:
            raise UserError(self.env._("Choose at least one colleague."))
        return users

    def _squad_add(self, users, role, department, note):
        """Invite *users* to all these requests at once; who is in a squad already is left."""
        known = {(m.request_id.id, m.user_id.id) for m in self.squad_member_ids}
        members = self.env["crm.service.squad.member"].create(
            [
                {
                    "request_id": request.id,
                    "user_id": user.id,
                    "role": role,
                    "department_id": department.id,
                    "note": note,
                    "invited_by_id": self.env.uid,
                    "state": "accepted" if user == self.env.user else "invited",
                }
                for request in self
                for user in users
                if (request.id, user.id) not in known
            ]
        )
        invited = members.filtered(lambda member: member.state == "invited")
        summary = self.env._("You are asked to join a squad")
        rows = [(m.request_id, m.user_id, summary, m.note, None) for m in invited]
        for member, activity in zip(invited, self._squad_activities(rows), strict=True):
            member.activity_id = activity
        for user, own in invited.grouped("user_id").items():
            own.request_id._squad_tell(user, summary, own.mapped("note"))
        self._begin_level(LEVEL, note or self.env._("A squad was put together"))
        lines = {m.request_id: m.request_id.squad_member_ids & members for m in members}
        self._squad_log({r: self._squad_invited_line(who) for r, who in lines.items()})
        return members

    def _squad_invited_line(self, members):
        labels = members._role_labels()
        names = ", ".join(f"{m.user_id.name} ({labels[m.role]})" for m in members)
        return self.env._("Invited to the squad: %s", names)

    def squad_join(self):
        """Accept the invitation to the squad."""
        self._squad_answer("accepted", self.env._("%s joined the squad.", self.env.user.name))
        return True

    def squad_decline(self, note=None):
        """Say no to the invitation; the request is not visible any more."""
        text = self.env._("%s declined to join the squad.", self.env.user.name)
        self._squad_answer("declined", f"{text} {(note or '')[:200]}".strip())
        return True

    def _squad_answer(self, state, text):
        self.ensure_one()
        self.check_access("read")
        mine = self._squad_mine()
        if mine.state != "invited":
            raise UserError(self.env._("You have no open invitation to this squad."))
        request = self.sudo()  # sudo: the user answers for himself, as checked above
        request._squad_log({request: text})
        mine._answer(state)
        request._squad_follow()

    def squad_leave(self, note=None):
        """Leave the squad; open tasks have to be handed over first."""
        self.ensure_one()
        self.check_access("read")
        mine = self._squad_mine()
        if not mine:
            raise UserError(self.env._("You are not in this squad."))
        self._squad_release(mine, note)
        return True

    def squad_remove(self, member_id):
        """Take a colleague out of the squad; for its leads and those who may write the request."""
        request = self._squad_sudo(lead=True)
        member = request.squad_member_ids.filtered(lambda m: m.id == member_id)
        if not member:
            raise UserError(self.env._("This colleague is not in the squad."))
        self._squad_release(member, None)
        return True

    def _squad_release(self, member, note):
        request = self.sudo()  # sudo: who leaves and who may remove is checked by the callers
        if request._squad_open_tasks().filtered(lambda task: member.user_id in task.user_ids):
            raise UserError(
                self.env._("%s still has open tasks: hand them over first.", member.user_id.name)
            )
        text = self.env._("%s left the squad.", member.user_id.name)
        request._squad_log({request: f"{text} {(note or '')[:200]}".strip()})
        member._answer("left")
        request._squad_follow()

    def squad_dismiss(self):
        """The squad's work is done: everybody leaves, and level 2 ends.

        :raise UserError: while tasks are open
        """
        request = self._squad_sudo(lead=True)
        if request._squad_open_tasks():
            raise UserError(self.env._("The squad still has open tasks: finish them first."))
        request._squad_log({request: self.env._("The squad was dismissed.")})
        request.squad_member_ids._answer("left")
        request._squad_follow()
        return True

    def _squad_follow(self):
        """End level 2 where nobody is in the squad any more and every task is done."""
        members = self.env["crm.service.squad.member"]._read_group(
            [("request_id", "in", self.ids)], ["request_id"]
        )
        busy = {request.id for (request,) in members}
        busy.update(self._squad_open_tasks().service_request_id.ids)
        self.filtered(lambda request: request.id not in busy)._end_level(LEVEL)

    # Tasks

    def _squad_open_tasks(self):
        return self.env["project.task"].search(
            [("service_request_id", "in", self.ids), ("state", "not in", DONE_STATES)]
        )

    def squad_create_task(self, name, user_id=None, deadline=None, description=None):
        """Give a task to a member of the squad, by default to oneself.

        :param deadline: moment in UTC, or nothing
        :return: id of the task
        """
        request = self._squad_sudo()
        name = name.strip()[:200] if isinstance(name, str) else ""
        user = self.env["res.users"].browse(user_id or self.env.uid)
        if not name:
            raise UserError(self.env._("Say what is to be done."))
        request._squad_check_receiver(user)
        task = (
            request.env["project.task"]
            .with_context(**QUIET)
            .create(
                {
                    "name": name,
                    "service_request_id": request.id,
                    "project_id": self.env["project.project"]._for_squads(request.company_id).id,
                    "partner_id": request.partner_id.id,
                    "user_ids": user.ids,
                    "date_deadline": fields.Datetime.to_datetime(deadline or False),
                    "description": plaintext2html(description) if description else False,
                }
            )
        )
        request._begin_level(LEVEL, name)
        request._squad_give(task, user)
        text = self.env._("Task “%(task)s” for %(who)s.", task=name, who=user.name)
        request._squad_log({request: text})
        return task.id

    def _squad_check_receiver(self, user):
        if user not in self._squad_people() | self.env.user:
            raise UserError(self.env._("Only members of the squad can get tasks."))

    def _squad_give(self, task, user):
        """The task is this colleague's now; he has an activity for it until it is done."""
        task.service_activity_id.unlink()
        task.with_context(**QUIET).write({"user_ids": user.ids, "service_reminded_for": False})
        summary = self.env._("Task: %s", task.name)
        row = (self, user, summary, None, task.date_deadline)
        task.service_activity_id = self._squad_activities([row])

    def _squad_task(self, task_id):
        task = self.env["project.task"].browse(task_id if isinstance(task_id, int) else [])
        if task.exists().service_request_id != self or not task:
            raise UserError(self.env._("This task does not belong to the squad."))
        return task

    def _squad_own_task(self, task_id):
        """Task that the user does himself, or leads: others leave it alone.

        :return: request and task with all rights
        """
        request = self._squad_sudo()
        task = request._squad_task(task_id)
        if self.env.user not in task.user_ids:
            self._squad_sudo(lead=True)
        return request, task

    def squad_done(self, task_id, note=None):
        """The task is done; what came of it is kept as a judgement."""
        request, task = self._squad_own_task(task_id)
        if task.state in DONE_STATES:
            raise UserError(self.env._("This task is done already."))
        proposed = task.service_handover_ids.filtered(lambda h: h.state == "proposed")
        for handover in proposed:
            handover._settle("withdrawn")
        task.with_context(**QUIET).state = "1_done"
        task.service_activity_id.unlink()
        text = self.env._("Task “%s” is done.", task.name)
        request._squad_log({request: f"{text} {(note or '')[:LONGEST]}".strip()})
        request._squad_follow()
        return True

    def squad_reopen(self, task_id):
        """The task is to be done after all."""
        request, task = self._squad_own_task(task_id)
        if task.state not in DONE_STATES:
            raise UserError(self.env._("This task is open."))
        task.with_context(**QUIET).state = "01_in_progress"
        request._squad_give(task, task.user_ids[:1])
        request._begin_level(LEVEL, task.name)
        request._squad_log({request: self.env._("Task “%s” is open again.", task.name)})
        return True

    # Hand-over

    def squad_hand_over(self, task_id, user_id=None, note=None):
        """Pass a task on; it stays with its colleague until somebody accepts.

        :param user_id: who is to take it; nobody: whoever of the squad takes it first
        :param note: what the other has to know
        :return: id of the hand-over
        """
        request, task = self._squad_own_task(task_id)
        note = note.strip()[:LONGEST] if isinstance(note, str) else ""
        receiver = self.env["res.users"].browse(user_id or [])
        if not note:
            raise UserError(self.env._("Write what your colleague has to know."))
        if task.state in DONE_STATES:
            raise UserError(self.env._("This task is done already."))
        if receiver:
            request._squad_check_receiver(receiver)
        if receiver and receiver in task.user_ids:
            raise UserError(self.env._("%s has this task already.", receiver.name))
        for handover in task.service_handover_ids.filtered(lambda h: h.state == "proposed"):
            handover._settle("withdrawn")
        task.service_handover_ids.flush_recordset()  # one open proposal per task
        return request._squad_propose(task, receiver, note).id

    def _squad_propose(self, task, receiver, note):
        giver = self.env.user if self.env.user in task.user_ids else task.user_ids[:1]
        handover = self.env["crm.service.handover"].create(
            {
                "request_id": self.id,
                "task_id": task.id,
                "from_user_id": (giver or self.env.user).id,
                "to_user_id": receiver.id,
                "note": note,
            }
        )
        if receiver:
            summary = self.env._("Accept the task: %s", task.name)
            row = (self, receiver, summary, note, task.date_deadline)
            handover.activity_id = self._squad_activities([row])
        whom = receiver.name or self.env._("whoever takes it")
        text = self.env._(
            "Task “%(task)s” is handed over to %(whom)s: %(note)s",
            task=task.name,
            whom=whom,
            note=note,
        )
        others = (self._squad_people() - self.env.user).partner_id if not receiver else None
        self._squad_log({self: text}, notify=others)
        return handover

    def _squad_handover(self, handover_id):
        """Request and hand-over with all rights, if it is the user's to answer."""
        request = self._squad_sudo()
        ids = handover_id if isinstance(handover_id, int) else []
        handover = request.env["crm.service.handover"].browse(ids).exists()
        if not handover or handover.request_id != request:
            raise UserError(self.env._("This hand-over does not belong to the squad."))
        wrong = handover.to_user_id and handover.to_user_id != self.env.user
        if wrong or handover.from_user_id == self.env.user:
            raise AccessError(self.env._("This hand-over is not yours to answer."))
        return request, handover

    def squad_accept(self, handover_id):
        """Take the task over. Of two who accept at once, the first has it."""
        request, handover = self._squad_handover(handover_id)
        request._squad_check_receiver(self.env.user)
        handover._settle("accepted")
        request._squad_give(handover.task_id, self.env.user)
        name, task = self.env.user.name, handover.task_id.name
        text = self.env._("%(who)s took over the task “%(task)s”.", who=name, task=task)
        request._squad_log({request: text})
        return True

    def squad_refuse(self, handover_id, reason=None):
        """Leave the task with the colleague who has it."""
        request, handover = self._squad_handover(handover_id)
        handover._settle("refused", (reason or "")[:200])
        text = self.env._(
            "%(who)s did not take over the task “%(task)s”. %(why)s",
            who=self.env.user.name,
            task=handover.task_id.name,
            why=reason or "",
        )
        request._squad_log({request: text.strip()}, notify=handover.from_user_id.partner_id)
        return True

    # Judgement: what colleagues think, which the customer never sees

    def squad_note(self, body):
        """Add to the judgement of the squad; only colleagues read it, whoever follows.

        :return: id of the message
        """
        request = self._squad_sudo()
        body = body.strip()[:LONGEST] if isinstance(body, str) else ""
        if not body:
            raise UserError(self.env._("Write what you think."))
        others = (request._squad_people() - self.env.user).partner_id
        return request._squad_post(plaintext2html(body), others).id

    def _squad_post(self, body, notify):
        return self.message_post(
            body=body,
            message_type="comment",
            subtype_xmlid=JUDGEMENT,
            author_id=self.env.user.partner_id.id,
            partner_ids=notify.ids,
            is_internal=True,
        )

    def _squad_log(self, texts, notify=None):
        """Keep what happened in the chatter, for colleagues; one batch for all requests."""
        bodies = {request.id: plaintext2html(text) for request, text in texts.items()}
        if bodies:
            self.browse(bodies)._message_log_batch(bodies)
        if notify:
            for request, text in texts.items():
                request.message_notify(
                    partner_ids=notify.ids, body=plaintext2html(text), subject=request.display_name
                )

    # Reminders

    @api.model
    def _squad_activities(self, rows):
        """Activities in one batch.

        :param rows: tuples of request, user, summary, note, deadline (UTC or nothing)
        """
        model = self.env["ir.model"]._get_id(self._name)
        todo = self.env.ref("mail.mail_activity_data_todo").id
        today = fields.Date.context_today(self)
        # sudo: members have no rights to write requests, on which activities are put
        activities = self.env["mail.activity"].sudo()
        # people are told in one message by the callers, not in one for each activity
        return activities.with_context(mail_activity_quick_update=True).create(
            [
                {
                    "res_model_id": model,
                    "res_id": request.id,
                    "activity_type_id": todo,
                    "summary": summary,
                    "note": plaintext2html(note) if note else False,
                    "date_deadline": deadline.date() if deadline else today,
                    "user_id": user.id,
                }
                for request, user, summary, note, deadline in rows
            ]
        )

    def _squad_tell(self, user, subject, words):
        """One message to *user* about all these requests, with a line of *words* for each."""
        link = Markup('<li><a href="#" data-oe-model="%s" data-oe-id="%s">%s</a> %s</li>')
        lines = [
            link % (self._name, request.id, request.display_name, text or "")
            for request, text in zip(self, words, strict=True)
        ]
        self.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=subject,
            body=Markup("<ul>%s</ul>") % Markup().join(lines),
        )

    @api.model
    def _squad_remind(self, user, tasks):
        """Tell *user* which of his tasks are due within a day or late, in one message."""
        reader = self.with_context(lang=user.lang)
        requests = reader.concat(*(task.service_request_id for task in tasks))
        words = [
            f"{task.name}, {format_datetime(reader.env, task.date_deadline, tz=user.tz or 'UTC')}"
            for task in tasks
        ]
        reader.browse(requests.ids)._squad_tell(
            user, reader.env._("Tasks of your squads: %s due", len(tasks)), words
        )
