from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools import text_diff


class CrmServiceArticleVersion(models.Model):
    """A text of an article as it was published; written by publishing only (SVC-L1)."""

    _name = "crm.service.article.version"
    _description = "Version of a knowledge article"
    _order = "article_id, number desc"

    article_id = fields.Many2one(
        "crm.service.article", required=True, index=True, ondelete="cascade"
    )
    number = fields.Integer("Version", required=True)
    name = fields.Char("Title", required=True)
    body = fields.Html("Text")
    body_text = fields.Text("Plain text")
    keywords = fields.Char()
    editor_id = fields.Many2one("res.users", "Written by")
    reviewer_id = fields.Many2one("res.users", "Reviewed by")
    date_from = fields.Datetime("Published on", required=True)
    date_to = fields.Datetime("Until", help="Empty: this is what is published now.")
    changes = fields.Html(
        compute="_compute_changes", sanitize=False, help="Against the version before."
    )

    _number_uniq = models.Constraint(
        "UNIQUE (article_id, number)", "This version of the article is kept already."
    )

    @api.depends("article_id", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = f"{version.name} ({version.number})"

    @api.depends("body_text", "name")
    def _compute_changes(self):
        texts = {
            (version.article_id.id, version.number): version._whole_text()
            for version in self.search([("article_id", "in", self.article_id.ids)])
        }
        for version in self:
            before = texts.get((version.article_id.id, version.number - 1), "")
            # the tool escapes the texts: only its own <del>, <ins>, <br> are HTML
            version.changes = text_diff.as_html(before, version._whole_text())

    def _whole_text(self):
        return "\n".join(filter(None, (self.name, self.body_text)))

    def action_restore(self):
        """Open a revision of the article with this former text; it is reviewed as any other."""
        self.ensure_one()
        article = self.article_id
        if article.state != "published":
            raise UserError(self.env._("Only published articles are revised."))
        if article.revision_ids:
            raise UserError(self.env._("This article is being revised already."))
        revision = article._make_revision(
            name=self.name, body=self.body, keywords=self.keywords, editor_id=self.env.uid
        )
        return revision.get_formview_action()
