from odoo import api, fields, models
from odoo.tools import html2plaintext

from . import crm_service_board_mixin  # noqa: F401 (a parent is defined before its child)
from .project_task import DONE_STATES

#: How many judgements the page of the squad shows.
LATEST = 50


class CrmServiceSquadCardMixin(models.AbstractModel):
    """What a request shows of its squad to who may read it: people, tasks, judgement (SVC-L2)."""

    _name = "crm.service.squad.card.mixin"
    _inherit = ["crm.service.board.mixin"]
    _description = "Squad as a request shows it"

    squad_card = fields.Json("Squad and tasks", compute="_compute_squad_card")

    @api.depends(
        "squad_member_ids.state",
        "squad_member_ids.active",
        "squad_member_ids.role",
        "message_ids",
        "user_id",
    )
    @api.depends_context("uid", "lang")
    def _compute_squad_card(self):
        """A fixed number of queries for all requests."""
        # sudo: readers of a request may see who works on it and what the squad found, without
        # rights in Project
        stored = self.sudo().filtered("id")
        tasks = self._squad_card_tasks(stored)
        notes = self._squad_card_notes(stored)
        members = self._squad_card_members(stored)
        writable = set(self.filtered("id")._filtered_access("write").ids)
        for request in self:
            key = request._origin.id
            request.squad_card = request._squad_card_of(
                members.get(key, members[0]),
                tasks.get(key, []),
                notes.get(key, []),
                key in writable,
            )

    @api.model
    def _squad_card_members(self, requests):
        """``{request id: members}`` with an empty set under 0, read once for all."""
        rows = requests.env["crm.service.squad.member"].search([("request_id", "in", requests.ids)])
        found = {request.id: own for request, own in rows.grouped("request_id").items()}
        return {0: rows.browse(), **found}

    def _squad_card_of(self, members, tasks, notes, writes):
        mine = members.filtered(lambda member: member.user_id == self.env.user)
        return {
            "members": [self._squad_member_row(member) for member in members],
            "tasks": tasks,
            "notes": notes,
            "mine": mine.state or False,
            "leads": writes or (mine.role == "lead" and mine.state == "accepted"),
            "works": writes or mine.state == "accepted",
            "open": sum(not task["done"] for task in tasks),
            "user_id": self.env.uid,
        }

    @api.model
    def _squad_member_row(self, member):
        states = dict(member._fields["state"]._description_selection(self.env))
        company = member.user_id.company_id
        return {
            "id": member.id,
            "user_id": member.user_id.id,
            "name": member.user_id.name,
            "role": member._role_labels()[member.role],
            "department": member.department_id.name or "",
            "company": company.name if company != member.request_id.company_id else "",
            "note": member.note or "",
            "state": member.state,
            "state_label": states[member.state],
        }

    @api.model
    def _squad_card_tasks(self, requests):
        tasks = requests.env["project.task"].search(
            [("service_request_id", "in", requests.ids)], order="state, date_deadline, id"
        )
        now, found = fields.Datetime.now(), {}
        for task in tasks.sorted(lambda task: task.state in DONE_STATES):
            row = self._squad_task_row(task, now)
            found.setdefault(task.service_request_id.id, []).append(row)
        return found

    @api.model
    def _squad_task_row(self, task, now):
        done = task.state in DONE_STATES
        handover = task.service_handover_ids.filtered(lambda h: h.state == "proposed")
        due = task.date_deadline
        return {
            "id": task.id,
            "name": task.name,
            "who": ", ".join(task.user_ids.mapped("name")),
            "user_ids": task.user_ids.ids,
            "done": done,
            "due": fields.Datetime.to_string(due) if due else False,
            "late": bool(due and due < now and not done),
            "details": html2plaintext(task.description or ""),
            "handover": self._squad_handover_row(handover) if handover else None,
        }

    @api.model
    def _squad_handover_row(self, handover):
        user, to = self.env.user, handover.to_user_id
        return {
            "id": handover.id,
            "from": handover.from_user_id.name,
            "to": to.name or "",
            "note": handover.note,
            "mine": handover.from_user_id != user and (not to or to == user),
        }

    @api.model
    def _squad_card_notes(self, requests):
        subtype = self.env.ref("crm_service_levels.mt_service_judgement")
        messages = requests.env["mail.message"].search(
            [
                ("model", "=", self._name),
                ("res_id", "in", requests.ids),
                ("subtype_id", "=", subtype.id),
            ],
            order="id desc",
            limit=LATEST * max(1, len(requests)),
        )
        found = {}
        for message in messages:
            row = {
                "id": message.id,
                "who": message.author_id.name or "",
                "when": fields.Datetime.to_string(message.date),
                "text": html2plaintext(message.body or "").strip(),
            }
            found.setdefault(message.res_id, []).append(row)
        return found
