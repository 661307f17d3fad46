from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.report_fields import Mean
from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..tools import feedback, themes
from ..tools.levels import LEVELS
from .crm_feedback_invitation import SOURCES

NPS_GROUPS = [("promoter", "Promoter"), ("passive", "Passive"), ("detractor", "Detractor")]
#: An answer that nobody went on with for so long is taken as it is.
IDLE_MINUTES = 60
#: What people may change; what the customer said stays.
EDITABLE = {"theme_ids", "is_suggestion", "suggestion_state", "product_id"}


class CrmFeedbackAnswer(models.Model):
    """What somebody answered, with team, type, level and service level as they were (SVC-L5).

    The score is the weighted mean of the places on the scales, in percent.
    """

    _name = "crm.feedback.answer"
    _inherit = ["crm.service.request.link.mixin"]
    _description = "Feedback answer"
    _order = "date desc, id desc"
    _person_data = PersonData(
        merge="move", erase="blank", blank=("comment", "signed_by"), person=("partner_id",)
    )

    invitation_id = fields.Many2one(
        "crm.feedback.invitation", readonly=True, index="btree_not_null", ondelete="set null"
    )
    desk_id = fields.Many2one("crm.feedback.desk", readonly=True, index="btree_not_null")
    scheme_id = fields.Many2one(
        "crm.feedback.scheme", required=True, readonly=True, index=True, ondelete="restrict"
    )
    source = fields.Selection(SOURCES, "By", required=True, readonly=True)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now, index=True)
    complete = fields.Boolean(readonly=True, help="Off: only the first questions were answered.")
    settled = fields.Boolean(readonly=True)
    lang = fields.Char("Language", readonly=True)
    officer_id = fields.Many2one("res.users", "Entered by", readonly=True)

    # About what, as it was then
    request_id = fields.Many2one(
        "crm.service.request", readonly=True, index="btree_not_null", ondelete="set null"
    )
    invoice_id = fields.Many2one(
        "account.move", readonly=True, index="btree_not_null", ondelete="set null"
    )
    sale_order_id = fields.Many2one(
        "sale.order", "Order", readonly=True, index="btree_not_null", ondelete="set null"
    )
    partner_id = fields.Many2one("res.partner", "Contact", readonly=True, index="btree_not_null")
    commercial_partner_id = fields.Many2one(
        related="partner_id.commercial_partner_id",
        string="Customer",
        store=True,
        index="btree_not_null",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    team_id = fields.Many2one("crm.service.team", readonly=True, index="btree_not_null")
    user_id = fields.Many2one("res.users", "Owner", readonly=True, index="btree_not_null")
    type_id = fields.Many2one(
        "crm.service.type", "Request type", readonly=True, index="btree_not_null"
    )
    product_id = fields.Many2one("product.product", readonly=True, index="btree_not_null")
    asset_id = fields.Many2one("crm.customer.asset", readonly=True, index="btree_not_null")
    level = fields.Selection(LEVELS, "Highest level", readonly=True)
    sla_met = fields.Selection([("yes", "Met"), ("no", "Missed")], "Service level", readonly=True)

    # What was said
    line_ids = fields.One2many("crm.feedback.answer.line", "answer_id", "Questions", readonly=True)
    score = Mean("Score (%)")
    has_score = fields.Boolean(readonly=True)
    nps = fields.Integer("NPS (0–10)", readonly=True, aggregator="avg")
    nps_group = fields.Selection(NPS_GROUPS, "Recommends us", readonly=True, index=True)
    csat = Mean("CSAT (1–5)")
    ces = Mean("CES (1–7)")
    ratio = Mean("Perceived ÷ expected")
    comment = fields.Text("In his words", readonly=True)
    theme_ids = fields.Many2many("crm.feedback.theme", string="Themes")
    is_suggestion = fields.Boolean("Suggestion")
    suggestion_state = fields.Selection(
        [("open", "To look at"), ("passed", "With product design"), ("done", "Dealt with")],
        "Suggestion is",
    )
    loop_ids = fields.One2many("crm.feedback.loop", "answer_id")

    # Signature on the work order
    signature_id = fields.Many2one("ir.attachment", readonly=True, index="btree_not_null")
    signed_by = fields.Char(readonly=True)
    signed_on = fields.Datetime(readonly=True)

    _invitation_uniq = models.UniqueIndex(
        "(invitation_id) WHERE invitation_id IS NOT NULL", "An invitation has one answer."
    )
    _idle_idx = models.Index("(date) WHERE settled IS NOT TRUE")

    @api.depends("partner_id", "date", "source")
    def _compute_display_name(self):
        sources = dict(self._fields["source"]._description_selection(self.env))
        for answer in self:
            who = answer.partner_id.display_name or sources.get(answer.source)
            answer.display_name = f"{who}, {fields.Date.to_string(answer.date)}"

    def write(self, vals):
        if not self.env.su and vals.keys() - EDITABLE:
            raise AccessError(self.env._("What was answered cannot be changed."))
        return super().write(vals)

    @api.model
    def _values_of(self, request):
        """What is known of the request now and belongs to the answer."""
        states = set(request.sla_timer_ids.mapped("state")) if request else set()
        met = "no" if "breached" in states else "yes" if "met" in states else False
        return {
            "request_id": request.id,
            "team_id": request.team_id.id,
            "user_id": request.user_id.id,
            "type_id": request.type_id.id,
            "product_id": request.product_id.id,
            "asset_id": request.asset_id.id,
            "level": request.level_highest,
            "sla_met": met,
        }

    # Taking answers; the caller has checked the token or the rights

    def _take(self, given):
        """Note ``{question id: points or text}``; what does not fit a question is left out."""
        self.ensure_one()
        lines = {line.aspect_id.id: line for line in self.line_ids}
        new = []
        for aspect in self.scheme_id.aspect_ids:
            values = aspect._line_values(given.get(aspect.id))
            if values and aspect.id in lines:
                lines[aspect.id].write(values)
            elif values:
                new.append({**values, "answer_id": self.id, "aspect_id": aspect.id})
        self.env["crm.feedback.answer.line"].create(new)
        self.write(self._figures())

    def _figures(self):
        """Score and figures that follow from the lines."""
        rated = self.line_ids.filtered(lambda line: line.aspect_id.kind != "words")
        given = [line._given() for line in rated]
        points = {line.aspect_id.kind: line.points for line in rated}
        score = feedback.weighted_score(given)
        texts = [line.text for line in self.line_ids if line.text]
        return {
            "score": score or 0.0,
            "has_score": score is not None,
            "nps": int(points.get("nps", 0)),
            "nps_group": "nps" in points and feedback.nps_group(points["nps"]),
            "csat": points.get("csat", 0.0),
            "ces": points.get("ces", 0.0),
            "ratio": feedback.perceived_to_expected(given) or 0.0,
            "comment": "\n\n".join(texts) or False,
        }

    # What follows

    def _settle(self, complete=False):
        """Themes, loops, ledger and level of answers to which nothing more is expected."""
        if not self:
            return
        self.write({"settled": True, **({"complete": True} if complete else {})})
        self._match_themes()
        self.env["crm.feedback.loop"]._open_for(self._detractors())
        invitations = self.invitation_id
        invitations._append_touches("answered", fields.Datetime.now())
        invitations.filtered(lambda one: one.state == "answered")._end_levels()

    @api.model
    def _settle_idle(self):
        """Answers nobody went on with count as they are."""
        limit = fields.Datetime.subtract(fields.Datetime.now(), minutes=IDLE_MINUTES)
        left = True
        while left:
            idle = self.search([("settled", "!=", True), ("date", "<", limit)], limit=500)
            idle = idle.try_lock_for_update()
            if not idle:
                break
            idle._settle()
            left = self.env["ir.cron"]._commit_progress(len(idle))

    def _detractors(self):
        return self.filtered(
            lambda one: feedback.is_detractor(
                one.nps if one.nps_group else None,
                one.score if one.has_score else None,
                one.scheme_id.loop_threshold,
            )
        )

    def _match_themes(self):
        catalog = self.env["crm.feedback.theme"]._catalog()
        for answer in self.filtered("comment"):
            found = themes.matches(answer.comment, catalog)
            answer.sudo().theme_ids = list(found)  # sudo: grouped by key words, not by the user

    def _sign(self, name, image):
        """Keep the signature on the work order as a file of the request."""
        self.ensure_one()
        file = self.env["ir.attachment"].create(
            {
                "name": self.env._("Signature of %s.png", name),
                "datas": image,
                "mimetype": "image/png",
                "res_model": "crm.service.request" if self.request_id else self._name,
                "res_id": self.request_id.id or self.id,
            }
        )
        self.write(
            {
                "signature_id": file.id,
                "signed_by": name,
                "signed_on": fields.Datetime.now(),
            }
        )

    # Actions

    def action_pass_to_design(self):
        """Hand a suggestion to who is responsible for the product (SVC-F)."""
        self.check_access("write")
        for answer in self:
            if not answer.product_id:
                raise UserError(self.env._("Say first which product it is about."))
            # sudo: representatives have no right to products; they only hand on what was said
            answer.product_id.product_tmpl_id.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                summary=self.env._("Suggestion of a customer"),
                note=answer.comment or "",
                user_id=answer.team_id.user_id.id or self.env.uid,
            )
        self.write({"is_suggestion": True, "suggestion_state": "passed"})


class CrmFeedbackAnswerLine(models.Model):
    """One answered question; place on the scale in percent for charts by aspect.

    Grouped, the place is empty below five answers, and its margin is the normal 95 % interval.
    """

    _name = "crm.feedback.answer.line"
    _description = "Answered question"
    _order = "answer_id, aspect_id"
    _person_data = PersonData(merge="move", erase="blank", blank=("text",))

    answer_id = fields.Many2one(
        "crm.feedback.answer", required=True, readonly=True, ondelete="cascade", index=True
    )
    aspect_id = fields.Many2one("crm.feedback.aspect", required=True, readonly=True, index=True)
    points = Mean()
    place = fields.Float("Score (%)", compute="_compute_place", store=True, aggregator="avg")
    text = fields.Text(readonly=True)
    partner_id = fields.Many2one(related="answer_id.partner_id", store=True, index="btree_not_null")
    company_id = fields.Many2one(related="answer_id.company_id", store=True, index=True)
    team_id = fields.Many2one(related="answer_id.team_id", store=True, index="btree_not_null")
    type_id = fields.Many2one(related="answer_id.type_id", store=True, index="btree_not_null")
    date = fields.Datetime(related="answer_id.date", store=True, index=True)
    product_id = fields.Many2one(related="answer_id.product_id")
    model_id = fields.Many2one(related="answer_id.asset_id.product_id", string="Asset model")
    level = fields.Selection(related="answer_id.level")
    sla_met = fields.Selection(related="answer_id.sla_met")
    place_margin = fields.Float(
        "Score ±",
        compute="_compute_place_margin",
        aggregator="avg",
        help="95 % interval; there is none of a single answer.",
    )

    _aspect_uniq = models.UniqueIndex("(answer_id, aspect_id)", "A question has one answer.")

    @api.depends("aspect_id.label")
    def _compute_display_name(self):
        for line in self:
            line.display_name = line.aspect_id.label

    @api.depends("points", "aspect_id")
    def _compute_place(self):
        for line in self:
            low, high = line.aspect_id._range()
            place = None if low is None else feedback.share(line.points, low, high)
            line.place = 100 * place if place is not None else 0.0

    def _compute_place_margin(self):
        self.place_margin = 0.0

    def _read_group_select(self, aggregate_spec, query):
        """A mean is empty below the least number of answers; its margin is in SQL alone."""
        if aggregate_spec not in ("place:avg", "place_margin:avg"):
            return super()._read_group_select(aggregate_spec, query)
        place = self._field_to_sql(self._table, "place", query)
        margin = SQL("%s * SQRT(VAR_POP(%s) / COUNT(*))", feedback.Z95, place)
        found = margin if aggregate_spec == "place_margin:avg" else SQL("AVG(%s)", place)
        return SQL("CASE WHEN COUNT(*) >= %s THEN %s END", feedback.LEAST, found)

    def _given(self):
        low, high = self.aspect_id._range()
        return feedback.Given(
            self.points, low, high, self.aspect_id.weight, self.aspect_id.expected or None
        )
