import base64

from reportlab.graphics.barcode import createBarcodeDrawing

from odoo import api, fields, models
from odoo.exceptions import UserError


class CrmFeedbackDesk(models.Model):
    """Feedback desk of a branch: a tablet or a QR code on the counter (SVC-F)."""

    _name = "crm.feedback.desk"
    _description = "Feedback desk"
    _inherit = ["crm.feedback.token.mixin"]
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one("crm.service.team", index="btree_not_null")
    scheme_id = fields.Many2one("crm.feedback.scheme", required=True, index=True)
    hourly_limit = fields.Integer(
        "Answers an hour at most", default=120, help="Further ones are turned away politely."
    )
    url = fields.Char("Address", compute="_compute_url")
    qr_url = fields.Char(compute="_compute_url")
    answer_ids = fields.One2many("crm.feedback.answer", "desk_id", "Answers")
    answer_count = fields.Integer(compute="_compute_answer_count")

    _limit_positive = models.Constraint("CHECK(hourly_limit > 0)", "The limit must be positive.")

    @api.depends("company_id", "nonce")
    def _compute_url(self):
        for desk in self:
            known = isinstance(desk.id, int)
            base = desk.get_base_url()
            desk.url = known and f"{base}/feedback/desk/{desk.id}/{desk._token()}"
            desk.qr_url = known and self._qr_image(desk.url)

    @api.model
    def _qr_image(self, text):
        """QR code of *text* as an image of lines: sharp at every size, without a raster library."""
        drawing = createBarcodeDrawing("QR", value=text, format="svg", width=400, height=400)
        image = base64.b64encode(drawing.asString("svg").encode()).decode()
        return f"data:image/svg+xml;base64,{image}"

    @api.depends("answer_ids")
    def _compute_answer_count(self):
        rows = self.env["crm.feedback.answer"]._read_group(
            [("desk_id", "in", self.ids)], ["desk_id"], ["__count"]
        )
        counts = {desk.id: count for desk, count in rows}
        for desk in self:
            desk.answer_count = counts.get(desk.id, 0)

    def action_open_page(self):
        self.ensure_one()
        self.check_access("read")  # the address holds the desk's token
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    def action_print(self):
        """Sheet with the QR code for the counter."""
        return self.env.ref("crm_service_levels.crm_feedback_desk_report").report_action(self)

    def action_new_address(self):
        """Make the present address void, for example after a tablet was lost."""
        self.check_access("write")
        if not self:
            raise UserError(self.env._("Choose a desk."))
        self._renew_token()

    def action_open_answers(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Answers"),
            "res_model": "crm.feedback.answer",
            "view_mode": "list,form",
            "domain": [("desk_id", "=", self.id)],
        }

    def _is_full(self):
        """Did more people answer in the last hour than can stand at a counter?"""
        since = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
        count = self.env["crm.feedback.answer"].search_count(
            [("desk_id", "=", self.id), ("date", ">", since)], limit=self.hourly_limit
        )
        return count >= self.hourly_limit

    def _save(self, given):
        """Answer of a visitor; called after the token was checked. Empty when nothing was said."""
        self.ensure_one()
        answers = self.env["crm.feedback.answer"]
        if self._is_full():
            return answers
        answer = answers.create(
            {
                "desk_id": self.id,
                "scheme_id": self.scheme_id.id,
                "source": "desk",
                "company_id": self.company_id.id,
                "team_id": self.team_id.id,
                "lang": self.env.lang,
            }
        )
        answer._take(given)
        if not answer.line_ids:
            answer.unlink()
            return answers
        answer._settle(complete=True)
        return answer
