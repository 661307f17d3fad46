from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools import feedback

#: More questions than these are asked only after a warning (SVC-L5).
QUESTIONS = 4
AUDIENCES = [("customer", "Customers"), ("desk", "Visitors of a branch"), ("employee", "Employees")]
KINDS = [
    ("nps", "Would recommend us (0–10)"),
    ("csat", "Satisfied (1–5)"),
    ("ces", "Was easy (1–7)"),
    ("scale", "Own scale"),
    ("words", "Free words"),
]
#: Longest comment that is kept, in characters.
LONGEST = 10_000
#: What may be changed although people have answered: it does not change what they were asked.
ALWAYS_EDITABLE = {
    "active",
    "sequence",
    "team_id",
    "type_id",
    "days_valid",
    "reminder_days",
    "reminder_count",
    "loop_days",
    "replaced_by_id",
}


class CrmFeedbackScheme(models.Model):
    """What is asked, how it is weighed, and what follows from an answer (SVC-L5, SVC-F).

    Once answered, a scheme is a fact: its questions stay as they are, and changes go into a new
    version that replaces it. Texts are translated; everybody is asked in his own language.
    """

    _name = "crm.feedback.scheme"
    _description = "Feedback scheme"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    audience = fields.Selection(AUDIENCES, "Asked", required=True, default="customer")
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Empty: for all companies."
    )
    team_id = fields.Many2one("crm.service.team", index="btree_not_null", help="Empty: all teams.")
    type_id = fields.Many2one(
        "crm.service.type", "Request type", index="btree_not_null", help="Empty: all types."
    )
    intro = fields.Text("Words before", translate=True)
    thanks = fields.Text("Words after", translate=True)
    aspect_ids = fields.One2many("crm.feedback.aspect", "scheme_id", "Questions", copy=True)
    version = fields.Integer(default=1, readonly=True, copy=False)
    replaced_by_id = fields.Many2one(
        "crm.feedback.scheme", readonly=True, copy=False, index="btree_not_null"
    )
    answer_ids = fields.One2many("crm.feedback.answer", "scheme_id", "Answers")
    answer_count = fields.Integer(compute="_compute_answer_count")
    too_many = fields.Boolean(compute="_compute_too_many")

    # What follows
    days_valid = fields.Integer("Open for (days)", default=14, required=True)
    reminder_days = fields.Integer("Remind after (days)", default=4)
    reminder_count = fields.Integer("Reminders", default=1)
    loop_threshold = fields.Float(
        "Call below (%)", default=50.0, help="Answers with a lower score, or NPS 0–6, open a loop."
    )
    loop_days = fields.Integer("Call within (days)", default=2, required=True)

    _days_positive = models.Constraint(
        "CHECK(days_valid > 0 AND reminder_days >= 0 AND reminder_count >= 0 AND loop_days >= 0)",
        "Days and reminders cannot be negative.",
    )

    @api.depends("aspect_ids")
    def _compute_too_many(self):
        for scheme in self:
            scheme.too_many = len(scheme.aspect_ids) > QUESTIONS

    @api.depends("answer_ids")
    def _compute_answer_count(self):
        rows = self.env["crm.feedback.answer"]._read_group(
            [("scheme_id", "in", self.ids)], ["scheme_id"], ["__count"]
        )
        counts = {scheme.id: count for scheme, count in rows}
        for scheme in self:
            scheme.answer_count = counts.get(scheme.id, 0)

    @api.constrains("aspect_ids")
    def _check_aspects(self):
        for scheme in self:
            if not scheme.aspect_ids:
                raise ValidationError(self.env._("A scheme needs a question at least."))

    def write(self, vals):
        if vals.keys() - ALWAYS_EDITABLE:
            self._check_unanswered()
        return super().write(vals)

    def _check_unanswered(self):
        # sudo: whether somebody answered must not depend on who asks
        if self and self.env["crm.feedback.answer"].sudo().search_count(
            [("scheme_id", "in", self.ids)], limit=1
        ):
            raise UserError(
                self.env._(
                    "People have answered these questions. Make a new version and change that one."
                )
            )

    def action_new_version(self):
        """Copy for changes; this one is archived and keeps its answers."""
        self.ensure_one()
        new = self.copy({"name": self.name})
        new.version = self.version + 1
        self.write({"active": False, "replaced_by_id": new.id})
        rules = self.env["crm.feedback.rule"].search([("scheme_id", "=", self.id)])
        rules.scheme_id = new
        desks = self.env["crm.feedback.desk"].search([("scheme_id", "=", self.id)])
        desks.scheme_id = new
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }

    def action_open_answers(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answers"),
            "res_model": "crm.feedback.answer",
            "view_mode": "list,form",
            "domain": [("scheme_id", "=", self.id)],
        }

    @api.model
    def _for_request(self, request, audience="customer"):
        """Closest scheme of a request: type and team, then type, then team, then any."""
        schemes = self.search(
            [
                ("audience", "=", audience),
                ("company_id", "in", [False, request.company_id.id]),
                ("team_id", "in", [False, request.team_id.id]),
                ("type_id", "in", [False, request.type_id.id]),
            ]
        )
        return schemes.sorted(lambda one: (not one.type_id, not one.team_id))[:1]


class CrmFeedbackAspect(models.Model):
    """One question of a scheme with its weight and its scale."""

    _name = "crm.feedback.aspect"
    _description = "Feedback question"
    _order = "sequence, id"

    scheme_id = fields.Many2one(
        "crm.feedback.scheme", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("Question", required=True, translate=True)
    label = fields.Char("Aspect", required=True, translate=True, help="Short name for charts.")
    kind = fields.Selection(KINDS, "Answer", required=True, default="scale")
    weight = fields.Float(default=1.0)
    expected = fields.Float(
        "Expected points", help="What customers expect; satisfaction is perceived ÷ expected."
    )
    option_ids = fields.One2many("crm.feedback.option", "aspect_id", "Scale", copy=True)

    _weight_positive = models.Constraint("CHECK(weight >= 0)", "A weight cannot be negative.")

    @api.constrains("kind", "option_ids")
    def _check_options(self):
        for aspect in self:
            if aspect.kind == "scale" and len(set(aspect.option_ids.mapped("points"))) < 2:
                raise ValidationError(
                    self.env._("“%s” needs two labels with different points.", aspect.name)
                )

    @api.model_create_multi
    def create(self, vals_list):
        self.env["crm.feedback.scheme"].browse(
            {vals["scheme_id"] for vals in vals_list if vals.get("scheme_id")}
        )._check_unanswered()
        return super().create(vals_list)

    def write(self, vals):
        self.scheme_id._check_unanswered()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self.scheme_id._check_unanswered()

    def _range(self):
        """Lowest and highest points of the question; ``(None, None)`` for free words."""
        points = self.option_ids.mapped("points")
        if self.kind == "scale":
            return min(points, default=None), max(points, default=None)
        return feedback.RANGES.get(self.kind, (None, None))

    def _choices(self):
        """What can be tapped: list of (points, label)."""
        if self.kind == "scale":
            return [(option.points, option.name) for option in self.option_ids]
        low, high = self._range()
        return [] if low is None else [(points, str(points)) for points in range(low, high + 1)]

    def _accepts(self, points):
        if self.kind == "scale":
            return points in self.option_ids.mapped("points")
        return feedback.in_range(self.kind, points) and points == int(points)

    def _line_values(self, value):
        """Values of an answered question, or ``None`` if *value* is no answer to it."""
        self.ensure_one()
        if self.kind == "words":
            text = value.strip()[:LONGEST] if isinstance(value, str) else ""
            return {"text": text} if text else None
        try:
            points = float(value)
        except (TypeError, ValueError):
            return None
        return {"points": points} if self._accepts(points) else None


class CrmFeedbackOption(models.Model):
    """A label of a scale with its points: fast 5, medium 3, slow 1."""

    _name = "crm.feedback.option"
    _description = "Feedback scale"
    _order = "points desc, id"

    aspect_id = fields.Many2one(
        "crm.feedback.aspect", required=True, ondelete="cascade", index=True
    )
    name = fields.Char("Label", required=True, translate=True)
    points = fields.Float(required=True)

    _points_uniq = models.UniqueIndex("(aspect_id, points)", "Each label has points of its own.")

    @api.model_create_multi
    def create(self, vals_list):
        self.env["crm.feedback.aspect"].browse(
            {vals["aspect_id"] for vals in vals_list if vals.get("aspect_id")}
        ).scheme_id._check_unanswered()
        return super().create(vals_list)

    def write(self, vals):
        self.aspect_id.scheme_id._check_unanswered()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_answered(self):
        self.aspect_id.scheme_id._check_unanswered()
