from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..tools import scorecard

STATES = [
    ("draft", "Being reviewed"),
    ("scored", "Scored"),
    ("released", "Released"),
    ("appealed", "Appealed"),
    ("closed", "Closed"),
]
CORRECTNESS = [("correct", "Correct"), ("partly", "Partly"), ("wrong", "Wrong")]
#: States in which the agent sees a review.
SEEN = ("released", "appealed", "closed")


class CrmCallReview(models.Model):
    """A call looked at by a reviewer with a scorecard (CC-5).

    The agent sees it once it is released; he may then appeal for some days.
    """

    _name = "crm.call.review"
    _description = "Call review"
    _inherit = ["crm.call.steps.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _by_steps = frozenset(
        ("state", "score", "has_score", "is_fatal", "missing_count", "correctness", "passed",
         "released_on", "appeal_until", "calibration_id")
    )  # fmt: skip

    call_id = fields.Many2one("crm.call", required=True, ondelete="restrict", index=True)
    agent_id = fields.Many2one(
        "crm.call.agent",
        compute="_compute_of_call",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        index=True,
        help="Whose conversation is reviewed; of a call with several agents choose one.",
    )
    company_id = fields.Many2one(related="call_id.company_id", store=True, index=True)
    queue_id = fields.Many2one(related="call_id.queue_id", store=True)
    call_start = fields.Datetime(related="call_id.start", store=True, string="Call on")
    scorecard_id = fields.Many2one(
        "crm.call.scorecard",
        compute="_compute_of_call",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        ondelete="restrict",
        index=True,
        domain=[("state", "=", "active")],
    )
    reviewer_id = fields.Many2one(
        "res.users", required=True, default=lambda self: self.env.user, ondelete="restrict"
    )
    state = fields.Selection(
        STATES, required=True, default="draft", readonly=True, copy=False, tracking=True
    )
    answer_ids = fields.One2many("crm.call.review.answer", "review_id", "Answers")
    remark_ids = fields.One2many("crm.call.review.remark", "review_id", "Remarks")
    score = fields.Float(
        compute="_compute_score", store=True, digits=(16, 1), aggregator="avg",
        help="Weighted share of the points of all criteria that apply; 0 after a fatal error.",
    )  # fmt: skip
    has_score = fields.Boolean(
        compute="_compute_score",
        store=True,
        help="Off: nothing applied; there is no score.",
        string="Has score",
    )
    is_fatal = fields.Boolean("Fatal error", compute="_compute_score", store=True)
    missing_count = fields.Integer("Not answered", compute="_compute_score", store=True)
    correctness = fields.Selection(CORRECTNESS, "Answer was", compute="_compute_score", store=True)
    section_text = fields.Char("By section", compute="_compute_section_text")
    passed = fields.Boolean(compute="_compute_passed", store=True)
    feedback = fields.Text("Summary for the agent")
    released_on = fields.Datetime(readonly=True, copy=False, string="Released on")
    appeal_until = fields.Date(readonly=True, copy=False, string="Appeal until")
    appeal_ids = fields.One2many("crm.call.review.appeal", "review_id", "Appeals against it")
    coaching_ids = fields.One2many("crm.call.review.coaching", "review_id")
    calibration_id = fields.Many2one(
        "crm.call.review.calibration",
        readonly=True,
        ondelete="cascade",
        index="btree_not_null",
        help="Made to compare reviewers; does not count for the agent.",
    )
    sample_line_ids = fields.One2many(
        "crm.call.review.sample.line", "review_id", "Drawn in a sample"
    )
    is_mine = fields.Boolean(compute="_compute_is_mine", string="Is mine")
    recording_id = fields.Many2one("crm.call.recording", compute="_compute_recording_id")

    _once = models.UniqueIndex(
        "(call_id, agent_id, reviewer_id, COALESCE(calibration_id, 0))",
        "You have reviewed this conversation already.",
    )

    @api.depends("call_id")
    def _compute_of_call(self):
        for review in self:
            call = review.call_id
            review.agent_id = review.agent_id or call.agent_id
            if not review.scorecard_id and call:
                review.scorecard_id = self.env["crm.call.scorecard"]._for_call(call)

    @api.depends("answer_ids.rating", "scorecard_id")
    def _compute_score(self):
        for review in self:
            found = review._score()
            review.score = found.percent or 0.0
            review.has_score = found.percent is not None
            review.is_fatal = bool(found.fatal)
            review.missing_count = len(found.missing)
            review.correctness = found.correctness

    def _score(self):
        answers = {answer.criterion_id.id: answer.rating for answer in self.answer_ids}
        criteria = [one for one in self.scorecard_id._criteria() if one.key in answers]
        return scorecard.score(criteria, answers)

    @api.depends("answer_ids.rating", "scorecard_id")
    def _compute_section_text(self):
        for review in self:
            review.section_text = " · ".join(
                f"{name or self.env._('Other')}: {self._percent_text(value)}"
                for name, value in review._score().sections.items()
            )

    def _percent_text(self, value):
        return "–" if value is None else f"{value:.0f} %"

    @api.depends("score", "has_score", "missing_count", "scorecard_id.pass_score")
    def _compute_passed(self):
        for review in self:
            complete = review.has_score and not review.missing_count
            review.passed = complete and review.score >= review.scorecard_id.pass_score

    @api.depends("call_id.recording_ids.state")
    def _compute_recording_id(self):
        for review in self:
            stored = review.call_id.recording_ids.filtered(lambda one: one.state == "stored")
            review.recording_id = stored[:1]

    @api.depends_context("uid")
    def _compute_is_mine(self):
        for review in self:
            review.is_mine = review.agent_id.user_id == self.env.user

    @api.depends("call_id", "agent_id", "call_start")
    def _compute_display_name(self):
        for review in self:
            day = fields.Date.to_string(review.call_start) if review.call_start else ""
            review.display_name = f"{review.agent_id.name or ''} {day}".strip()

    @api.model_create_multi
    def create(self, vals_list):
        found = super().create(vals_list)
        for review in found:
            review._ask_criteria()
        return found

    def write(self, vals):
        if {"scorecard_id", "agent_id", "call_id", "reviewer_id"} & vals.keys():
            self._check_open()
        done = super().write(vals)
        if "scorecard_id" in vals:
            for review in self:
                review.answer_ids.unlink()
                review._ask_criteria()
        return done

    @api.ondelete(at_uninstall=False)
    def _unlink_except_released(self):
        if any(review.state in SEEN for review in self):
            raise UserError(self.env._("A review that was released stays."))

    def _ask_criteria(self):
        known = self.answer_ids.criterion_id
        self.answer_ids.create(
            [
                {"review_id": self.id, "criterion_id": one.id}
                for one in self.scorecard_id.criterion_ids - known
            ]
        )

    def _check_open(self):
        if any(review.state != "draft" for review in self):
            raise UserError(self.env._("A review that is scored does not change; reopen it first."))

    def _set_state(self, state):
        self._take_step({"state": state})

    # -- steps

    def action_score(self):
        """Everything is answered; the review waits for its release."""
        for review in self:
            if review.state != "draft":
                raise UserError(self.env._("This review is scored already."))
            if review.missing_count:
                raise UserError(self.env._("%s criteria have no answer yet.", review.missing_count))
            review._set_state("scored")
            due = review.sample_line_ids.filtered(lambda line: line.state == "due")
            due._take_step({"state": "done"})
        self.calibration_id._compare()

    def action_reopen(self):
        """Back to the reviewer, as long as the agent has not seen it."""
        if any(review.state != "scored" for review in self):
            raise UserError(self.env._("Only a scored review that is not released is reopened."))
        self._set_state("draft")

    def _reopen(self):
        self._set_state("draft")

    def action_release(self):
        """Show it to the agent, who may appeal from now on."""
        for review in self:
            if review.state != "scored" or review.calibration_id:
                raise UserError(
                    self.env._("A scored review is released; not one made to compare reviewers.")
                )
            days = timedelta(days=review.scorecard_id.appeal_days)
            review._take_step(
                {
                    "state": "released",
                    "released_on": fields.Datetime.now(),
                    "appeal_until": fields.Date.context_today(review) + days,
                }
            )
            review._tell_agent(self.env._("A review of one of your calls was released."))

    def _tell_agent(self, text):
        """A message in his inbox."""
        user = self.agent_id.user_id
        self.message_post(
            body=text, partner_ids=user.partner_id.ids, subtype_xmlid="mail.mt_comment"
        )

    def action_appeal(self, reason):
        """The agent does not agree.

        :param reason: why, in his words
        :raises AccessError: not his review
        :raises UserError: no reason, not released, or too late
        """
        self.ensure_one()
        self.check_access("read")
        if not self.is_mine:
            raise AccessError(self.env._("Only the agent himself appeals against a review."))
        if not (reason or "").strip():
            raise UserError(self.env._("Say what you do not agree with."))
        if self.state != "released" or self.appeal_until < fields.Date.context_today(self):
            raise UserError(self.env._("The time for an appeal is over."))
        # sudo: the agent may not write reviews; this is what he may do about his own
        review = self.sudo()
        appeal = (
            self.env["crm.call.review.appeal"].sudo()._open(review, reason.strip())
        )  # sudo: same
        review._set_state("appealed")
        return appeal.id

    def action_open_appeal(self):
        """The dialog in which the agent writes his reasons."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Appeal"),
            "res_model": "crm.call.review.appeal.write",
            "view_mode": "form",
            "target": "new",
            "context": {"default_review_id": self.id},
        }

    def action_coach(self):
        """A coaching plan for what was found."""
        self.ensure_one()
        weak = self.answer_ids.filtered(lambda answer: answer.rating == "0").criterion_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Coaching"),
            "res_model": "crm.call.review.coaching",
            "view_mode": "form",
            "context": {
                "default_agent_id": self.agent_id.id,
                "default_review_id": self.id,
                "default_goal": "\n".join(weak.mapped("name")),
            },
        }

    @api.model
    def _cron_close(self):
        """Reviews whose time for an appeal is over are closed."""
        today = fields.Date.context_today(self)
        over = self.search([("state", "=", "released"), ("appeal_until", "<", today)])
        over._set_state("closed")
