from math import ceil, inf

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import plaintext2html

from ..tools import authority
from . import crm_service_squad_mixin  # noqa: F401 (a parent is defined before its child)
from .crm_service_board_mixin import BoardCount

KINDS = dict(authority.KINDS)


class CrmServiceApprovalMixin(models.AbstractModel):
    """What goes beyond the authority of who handles a request waits for an approval (SVC-L2)."""

    _name = "crm.service.approval.mixin"
    _inherit = ["crm.service.squad.mixin"]
    _description = "Approvals of a service request"

    approval_ids = fields.One2many(
        "crm.service.approval", "request_id", "Approvals", readonly=True, copy=False
    )
    awaiting_approval = fields.Boolean("Awaiting approval", readonly=True, copy=False)
    approval_card = fields.Json("Decisions", compute="_compute_approval_card")

    _awaiting_approval_idx = models.Index("(id) WHERE awaiting_approval")

    @api.depends("approval_ids.state", "approval_ids.decider_ids", "approval_ids.amount")
    @api.depends_context("uid", "lang")
    def _compute_approval_card(self):
        for request in self:
            # sudo: readers of a request may know what is decided about it
            approvals = request.sudo().approval_ids
            request.approval_card = [self._approval_row(approval) for approval in approvals]

    @api.model
    def _approval_row(self, approval):
        states = dict(approval._fields["state"]._description_selection(self.env))
        return {
            "id": approval.id,
            "name": approval.display_name,
            "state": approval.state,
            "state_label": states[approval.state],
            "reason": approval.reason,
            "note": approval.note or "",
            "asked_by": approval.requested_by_id.name,
            "deciders": approval.decider_ids.mapped("name"),
            "decided_by": approval.decided_by_id.name or "",
            "step": approval.step_id.name or "",
            "due": fields.Datetime.to_string(approval.date_due) if approval.date_due else False,
            "mine": approval.state == "waiting" and approval._is_decider(),
            "own": approval.state == "waiting" and approval.requested_by_id == self.env.user,
        }

    @api.model
    def _service_board_counts(self):
        count = BoardCount(
            "approval",
            self.env._("Awaiting approval"),
            "fa-gavel",
            [("awaiting_approval", "=", True)],
            tone="warning",
            help=self.env._("Open requests that wait for somebody's decision."),
        )
        return [*super()._service_board_counts(), count]

    # Asking

    @api.model
    def _approval_actions(self):
        """Methods of requests that an approval may call when it is given; parts add theirs.

        They are called as ``request.method(approval)``, with the rights of the system.
        """
        return {"_approval_noted"}

    def _approval_noted(self, approval):
        """Nothing is done but what every decision does: it is kept and told."""

    def ask_approval(self, kind, amount=0.0, reason=None):
        """Ask for a decision, or take it where the user's authority reaches.

        :return: state of the approval: ``own`` or ``waiting``
        """
        return self._ask_approval(kind, amount, reason).state

    def _ask_approval(self, kind, amount, reason, on_approved="_approval_noted"):
        """Have *amount* decided: by the user within his authority, else by those the rule names.

        :param kind: one of ``authority.KINDS``
        :param amount: in the currency of the company, percent or minutes
        :param on_approved: name of a method of ``_approval_actions``, called when it is approved
        :return: the ``crm.service.approval``
        :raise AccessError: unless the user is in the squad or may write the request
        """
        request = self._squad_sudo()
        reason = reason.strip() if isinstance(reason, str) else ""
        self._check_approval(kind, amount, reason)
        if on_approved not in self._approval_actions():
            raise AccessError(self.env._("This cannot follow from an approval."))
        approval = request.env["crm.service.approval"].create(
            {
                "request_id": request.id,
                "kind": kind,
                "amount": amount,
                "reason": reason,
                "requested_by_id": self.env.uid,
                "on_approved": on_approved,
            }
        )
        if request._within_authority(kind, amount):
            approval._finish("own", self.env.user, reason)
        else:
            rules = request.env["crm.service.approval.rule"]
            approval._begin(rules._steps_for(kind, amount, request.company_id))
            request._approval_follow()
            text = self.env._(
                "Waits for approval: %(what)s. %(why)s", what=approval.display_name, why=reason
            )
            request._message_log(body=plaintext2html(text))
        return approval.sudo(False)

    @api.model
    def _check_approval(self, kind, amount, reason):
        number = isinstance(amount, (int, float)) and not isinstance(amount, bool)
        if kind not in KINDS or not number or not 0 <= amount < float("inf"):
            raise UserError(self.env._("Say what is to be decided, and how much it is about."))
        if kind == "discount" and amount > 100:
            raise UserError(self.env._("A discount is at most 100 percent."))
        if not reason:
            raise UserError(self.env._("Say why: who decides has to know."))

    def _within_authority(self, kind, amount):
        """Whether the user may decide *amount* alone on this request, today."""
        day, company = fields.Date.context_today(self), self.company_id
        limits = self.env["crm.service.authority"]._limits(kind, company, day)
        return authority.within(limits, self._authority_person(), kind, amount, company.id, day)

    def _authority_person(self):
        user = self.env.user
        members = self.env["crm.service.team.member"].sudo()  # sudo: the user's own teams
        teams = members.search([("user_id", "=", user.id)]).team_id
        return authority.Person(
            user.id, frozenset(user.all_group_ids.ids), frozenset(teams.ids), self._squad_role()
        )

    # Working time

    def _ask_for_minutes(self):
        """Ask for an approval where the user worked longer than he may decide alone (SVC-L2).

        Full hours are asked for, so that not every further note of work asks again.
        """
        rows = self.env["crm.service.effort"]._read_group(
            [
                ("request_id", "in", self.ids),
                ("user_id", "=", self.env.uid),
                ("work_kind", "=", "labor"),
            ],
            ["request_id"],
            ["minutes:sum"],
        )
        least, asked = self._least_minutes(), self._minutes_asked()
        for request, minutes in rows:
            known = max(least[request.company_id], asked.get(request.id, 0.0))
            if minutes > known and not request._within_authority("minutes", minutes):
                reason = self.env._("%s minutes of work noted so far.", f"{minutes:g}")
                request._ask_approval("minutes", ceil(minutes / 60) * 60, reason)

    def _least_minutes(self):
        """``{company: smallest limit}``; who has none at all where there are none is not asked."""
        limits, day = self.env["crm.service.authority"], fields.Date.context_today(self)
        return {
            company: min(
                (row.amount for row in limits._limits("minutes", company, day)), default=inf
            )
            for company in self.company_id
        }

    def _minutes_asked(self):
        """``{request id: most minutes the user asked for already}``, whatever came of it."""
        rows = self.env["crm.service.approval"]._read_group(
            [
                ("request_id", "in", self.ids),
                ("kind", "=", "minutes"),
                ("requested_by_id", "=", self.env.uid),
                ("state", "!=", "cancelled"),
            ],
            ["request_id"],
            ["amount:max"],
        )
        return {request.id: amount for request, amount in rows}

    # What follows

    def _approval_decided(self, approval):
        """A decision was taken: it is told, and what was to follow is done."""
        self.ensure_one()
        self._approval_follow()
        words = {
            "own": self.env._("Decided within own authority: %s.", approval.display_name),
            "approved": self.env._("Approved: %s.", approval.display_name),
            "refused": self.env._("Refused: %s.", approval.display_name),
        }
        text = f"{words[approval.state]} {approval.note or ''}".strip()
        self._message_log(body=plaintext2html(text))
        asker = approval.requested_by_id
        if asker != self.env.user:
            self.message_notify(
                partner_ids=asker.partner_id.ids,
                subject=self.display_name,
                body=plaintext2html(text),
            )
        action = approval.on_approved
        if approval.state in ("own", "approved") and action in self._approval_actions():
            getattr(self, action)(approval)

    def _approval_follow(self):
        """Mark the requests that wait for a decision, and tell the boards."""
        rows = self.env["crm.service.approval"]._read_group(
            [("request_id", "in", self.ids), ("state", "=", "waiting")], ["request_id"]
        )
        waiting = {request.id for (request,) in rows}
        for request in self:
            if request.awaiting_approval != (request.id in waiting):
                request.awaiting_approval = request.id in waiting
        self._tell_boards()

    def _service_changed(self, before):
        res = super()._service_changed(before)
        closed = self._service_was(before, "stage_id").filtered(
            lambda request: request.awaiting_approval and request.stage_id.is_closed
        )
        if closed:
            # sudo: whoever closes a request ends what waits for it
            waiting = closed.sudo().approval_ids.filtered(lambda a: a.state == "waiting")
            waiting._cancel()
        return res

    @api.model
    def _service_merge_models(self):
        return [
            *super()._service_merge_models(),
            ("crm.service.approval", "request_id"),
            ("crm.service.handover", "request_id"),
            ("project.task", "service_request_id"),
        ]

    def _service_merged(self, target):
        res = super()._service_merged(target)
        (self | target).sudo()._approval_follow()  # sudo: a mark that follows from the rows
        return res
