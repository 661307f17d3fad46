from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import levels, steps
from . import (  # noqa: F401 (Odoo wants a parent defined before its child)
    crm_service_answer_mixin,
    crm_service_board_mixin,
    crm_service_link_mixin,
    crm_service_presence_mixin,
)

#: Most minutes that are taken for one entry; more is a slip of the finger.
MOST_MINUTES = 24 * 60


class CrmServiceCockpitMixin(models.AbstractModel):
    """What the representative's screens need of a request: whose turn it is, what the levels cost,
    work noted in one line (SVC-L1).
    """

    _name = "crm.service.cockpit.mixin"
    _inherit = [
        "crm.service.answer.mixin",
        "crm.service.board.mixin",
        "crm.service.link.mixin",
        "crm.service.presence.mixin",
    ]
    _description = "Cockpit of a service request"

    date_last_customer_message = fields.Datetime(
        "Customer wrote",
        compute="_compute_date_last_customer_message",
        store=True,
        precompute=True,
        copy=False,
        help="When we last heard from the customer about this request.",
    )
    date_last_answer = fields.Datetime("We answered", readonly=True, copy=False)
    date_last_message = fields.Datetime("Last message", compute="_compute_date_last_message")
    awaiting_us = fields.Boolean(
        "Waiting for us",
        compute="_compute_awaiting_us",
        store=True,
        precompute=True,
        copy=False,
        help="The customer wrote last and the request is not solved: it is our turn.",
    )
    level_steps = fields.Json("Levels", compute="_compute_level_steps")
    channel_icon = fields.Char(compute="_compute_channel_icon")

    _awaiting_idx = models.Index("(date_last_customer_message) WHERE awaiting_us")

    @api.depends("channel_id.icon")
    def _compute_channel_icon(self):
        for request in self:
            request.channel_icon = request.channel_id.icon

    @api.depends("proactive")
    def _compute_date_last_customer_message(self):
        for request in self:
            heard = request.date_last_customer_message
            request.date_last_customer_message = heard or (
                False if request.proactive else request.date_open
            )

    @api.depends("date_last_customer_message", "date_last_answer")
    def _compute_date_last_message(self):
        for request in self:
            dates = (request.date_last_customer_message, request.date_last_answer)
            request.date_last_message = max(filter(None, dates), default=False)

    @api.depends("date_last_customer_message", "date_last_answer", "stage_id.is_closed")
    def _compute_awaiting_us(self):
        for request in self:
            heard, said = request.date_last_customer_message, request.date_last_answer
            unanswered = heard and (not said or heard > said)
            request.awaiting_us = bool(unanswered) and not request.stage_id.is_closed

    def _service_answered(self, when):
        res = super()._service_answered(when)
        # sudo: squad members who answer may not write the request itself
        self.sudo().date_last_answer = when
        return res

    def _service_customer_wrote(self, when):
        res = super()._service_customer_wrote(when)
        # sudo: the message of a portal customer or a mail moves it
        self.sudo().date_last_customer_message = when
        return res

    # Levels with their time and cost

    @api.depends(
        "level_span_ids.date_from",
        "level_span_ids.date_to",
        "effort_ids.minutes",
        "effort_ids.level",
        "effort_ids.cost",
    )
    @api.depends_context("uid", "lang")
    def _compute_level_steps(self):
        now = fields.Datetime.now()
        work = self._work_by_level()
        for request in self:
            # sudo: whoever may read a request may know on which levels it was
            spans = request.sudo().level_span_ids.sorted("date_from")
            uses = [
                steps.Use(span._as_spans()[0], span.reason, span.user_id.name or "")
                for span in spans
            ]
            found = steps.of(uses, work.get(request.id, {}), now)
            request.level_steps = [request._step_payload(step) for step in found]

    def _work_by_level(self):
        """``{request id: {level: (minutes, cost or None)}}``; costs for team leaders only."""
        leader = self.env.user.has_group("crm_service_levels.group_service_manager")
        # sudo: the sum of minutes is no secret to a reader of the request; costs are left out below
        rows = (
            self.env["crm.service.effort"]
            .sudo()
            ._read_group(
                [("request_id", "in", self.ids)],
                ["request_id", "level"],
                ["minutes:sum", "cost:sum"],
            )
        )
        found = {}
        for request, level, minutes, cost in rows:
            found.setdefault(request.id, {})[level] = (minutes, cost if leader else None)
        return found

    def _step_payload(self, step):
        labels = dict(self._fields["level"]._description_selection(self.env))
        code, _space, name = labels[step["level"]].partition(" ")
        return {
            **step,
            "code": code,
            "name": name,
            "since": fields.Datetime.to_string(step["since"]) or False,
            "until": fields.Datetime.to_string(step["until"]) or False,
            # sudo: squad members of other companies may not read the request's company
            "currency_id": self.sudo().company_id.currency_id.id,
        }

    # Work in one line

    def log_minutes(self, minutes, name=None, level=None):
        """Note time that the user worked on this request, on the level of now by default.

        :param minutes: more than 0, at most a day
        :param name: what was done, one line
        :return: the levels with their new sums, as field ``level_steps``
        :raise AccessError: when the user may not note work
        """
        self.ensure_one()
        if not isinstance(minutes, (int, float)) or not 0 < minutes <= MOST_MINUTES:
            raise UserError(self.env._("Enter the minutes you worked: more than 0, at most a day."))
        if level is not None and level not in dict(levels.LEVELS):
            raise UserError(self.env._("Choose one of the six levels."))
        if not self.env["crm.service.effort"].has_access("create"):
            raise AccessError(self.env._("Only service staff note work on requests."))
        self.env["crm.service.effort"].create(
            {
                "request_id": self.id,
                "minutes": minutes,
                "name": (name or "")[:200] or False,
                **({"level": level} if level else {}),
            }
        )
        self.invalidate_recordset(["level_steps", "effort_minutes"])
        return self.level_steps
