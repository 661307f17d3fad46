from odoo import api, fields, models
from odoo.tools import SQL

KINDS = [
    ("viewed", "Opened"),
    ("linked", "Linked to the request"),
    ("inserted", "Text inserted in the answer"),
    ("link_sent", "Link inserted in the answer"),
    ("helped", "Helped to solve"),
]


class CrmServiceArticleUse(models.Model):
    """An article was used for a request: one row per request, person and way (SVC-L1).

    ``position`` is the place it had among the suggestions: it measures how good they are. Empty:
    the article was looked for.
    """

    _name = "crm.service.article.use"
    _description = "Use of a knowledge article"
    _order = "id desc"
    _rec_name = "article_id"

    article_id = fields.Many2one(
        "crm.service.article", required=True, index=True, ondelete="cascade"
    )
    request_id = fields.Many2one(
        "crm.service.request", required=True, index=True, ondelete="cascade"
    )
    kind = fields.Selection(KINDS, "How", required=True)
    user_id = fields.Many2one("res.users", "Used by", required=True)
    date = fields.Datetime("When", required=True, default=fields.Datetime.now)
    position = fields.Integer(
        "Place among suggestions", aggregator="avg", help="1 is the first; 0: not suggested."
    )
    suggested = fields.Boolean(help="It was among the suggestions, not looked for.")

    _use_idx = models.Index("(article_id, request_id, kind, user_id)")

    @api.model
    def _note(self, article, request, kind, position=0):
        """Count a use once per request, person and way; opening is no use that is counted.

        :return: whether it is new
        """
        # sudo: uses are written by this method only, nobody has the right to write them
        uses = self.sudo()
        row = {
            "article_id": article.id,
            "request_id": request.id,
            "kind": kind,
            "user_id": self.env.uid,
        }
        if uses.search_count([(name, "=", value) for name, value in row.items()], limit=1):
            return False
        uses.create({**row, "position": position, "suggested": bool(position)})
        self._count(article)
        return True

    @api.model
    def _count(self, articles):
        """Requests for which each article was used, in one statement."""
        self.flush_model()
        articles.flush_recordset(["use_count"])
        self.env.cr.execute(
            SQL(
                """UPDATE crm_service_article a SET use_count = (
                       SELECT COUNT(DISTINCT u.request_id) FROM crm_service_article_use u
                       WHERE u.article_id = a.id AND u.kind <> 'viewed')
                   WHERE a.id IN %s""",
                tuple(articles.ids) or (0,),
            )
        )
        articles.invalidate_recordset(["use_count"])
