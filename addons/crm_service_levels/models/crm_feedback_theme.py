from odoo import api, fields, models

from ..tools import themes


class CrmFeedbackTheme(models.Model):
    """What free words are about, by key words anybody can read (SVC-F)."""

    _name = "crm.feedback.theme"
    _description = "Feedback theme"
    _order = "name, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    keywords = fields.Text(
        required=True, help="In all languages; one a line or with commas. “price*” finds prices."
    )
    answer_ids = fields.Many2many("crm.feedback.answer", string="Answers")
    answer_count = fields.Integer(compute="_compute_answer_count")

    @api.depends("answer_ids")
    def _compute_answer_count(self):
        rows = self.env["crm.feedback.answer"]._read_group(
            [("theme_ids", "in", self.ids)], ["theme_ids"], ["__count"]
        )
        counts = {theme.id: count for theme, count in rows}
        for theme in self:
            theme.answer_count = counts.get(theme.id, 0)

    @api.model
    def _catalog(self):
        """All themes as the matcher wants them."""
        return [themes.Theme(one.id, themes.split_words(one.keywords)) for one in self.search([])]

    def action_open_answers(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.feedback.answer",
            "view_mode": "list,form",
            "domain": [("theme_ids", "in", self.ids)],
        }

    def action_match_again(self):
        """Group all comments anew, after key words changed."""
        self.check_access("write")
        self.env["crm.feedback.answer"].search([("comment", "!=", False)])._match_themes()
