from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_customer_insight.tools.person_data import PersonData

STATES = [("open", "To call"), ("contacted", "Talked to"), ("won", "Won back"), ("lost", "Lost")]


class CrmFeedbackLoop(models.Model):
    """Somebody was not satisfied: who talks to him until when, and what came of it (SVC-F)."""

    _name = "crm.feedback.loop"
    _description = "Loop with a detractor"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "deadline, id"
    _rec_name = "partner_id"
    _person_data = PersonData(merge="move", erase="blank", blank=("note",))

    answer_id = fields.Many2one(
        "crm.feedback.answer", required=True, readonly=True, ondelete="cascade", index=True
    )
    request_id = fields.Many2one(
        "crm.service.request", readonly=True, index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, index="btree_not_null")
    phone = fields.Char(related="partner_id.phone")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    team_id = fields.Many2one("crm.service.team", readonly=True, index="btree_not_null")
    user_id = fields.Many2one(
        "res.users", "Responsible", index="btree_not_null", domain=[("share", "=", False)]
    )
    deadline = fields.Date(required=True, index=True)
    state = fields.Selection(STATES, required=True, default="open", index=True)
    note = fields.Text("What came of it")
    closed_on = fields.Datetime(readonly=True)
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late")
    score = fields.Float(related="answer_id.score")
    nps_group = fields.Selection(related="answer_id.nps_group")
    comment = fields.Text(related="answer_id.comment")

    _answer_uniq = models.UniqueIndex("(answer_id)", "An answer has one loop.")

    @api.depends("deadline", "state")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for loop in self:
            loop.is_late = loop.state == "open" and bool(loop.deadline) and loop.deadline < today

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = fields.Domain("state", "=", "open") & fields.Domain("deadline", "<", today)
        wanted = [late if one else ~late for one in value]
        return fields.Domain.OR(wanted)

    @api.model
    def _open_for(self, answers):
        """Loops for *answers* that have none, with an activity each, in batch."""
        known = self.search([("answer_id", "in", answers.ids)]).answer_id
        today = fields.Date.context_today(self)
        loops = self.create(
            [
                {
                    "answer_id": one.id,
                    "request_id": one.request_id.id,
                    "partner_id": one.partner_id.id,
                    "company_id": one.company_id.id,
                    "team_id": one.team_id.id,
                    "user_id": (one.user_id or one.team_id.user_id).id,
                    "deadline": fields.Date.add(today, days=one.scheme_id.loop_days),
                }
                for one in answers - known
            ]
        )
        loops._remind_owner()
        return loops

    def _remind_owner(self):
        kind = self.env.ref("mail.mail_activity_data_call")
        model = self.env["ir.model"]._get_id(self._name)
        self.env["mail.activity"].create(
            [
                {
                    "res_model_id": model,
                    "res_id": loop.id,
                    "activity_type_id": kind.id,
                    "summary": self.env._("Not satisfied: talk to the customer"),
                    "date_deadline": loop.deadline,
                    "user_id": loop.user_id.id,
                }
                for loop in self
                if loop.user_id
            ]
        )

    def action_contacted(self):
        self._to("contacted")

    def action_won(self):
        self._to("won")

    def action_lost(self):
        self._to("lost")

    def _to(self, state):
        self.check_access("write")
        for loop in self:
            if state in ("won", "lost") and not loop.note:
                raise UserError(self.env._("Note first what came of it."))
        self.write({"state": state})
        if state in ("won", "lost"):
            self.closed_on = fields.Datetime.now()
            self.activity_ids.action_feedback()

    def action_open_request(self):
        return self.answer_id.action_open_request()
