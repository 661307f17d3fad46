from odoo import api, fields, models
from odoo.tools import SQL


class CrmServiceArticleVote(models.Model):
    """Whether an article helped: one vote per user, or per visitor of the help page (SVC-L1).

    Of a visitor only a hash of a random token of his browser session is kept.
    """

    _name = "crm.service.article.vote"
    _description = "Vote on a knowledge article"
    _order = "id desc"
    _rec_name = "article_id"

    article_id = fields.Many2one(
        "crm.service.article", required=True, index=True, ondelete="cascade"
    )
    user_id = fields.Many2one("res.users", ondelete="cascade", index="btree_not_null")
    visitor = fields.Char(help="Hash of the visitor's token.")
    helpful = fields.Boolean()
    date = fields.Datetime("When", required=True, default=fields.Datetime.now)

    _user_uniq = models.UniqueIndex("(article_id, user_id) WHERE user_id IS NOT NULL")
    _visitor_uniq = models.UniqueIndex("(article_id, visitor) WHERE visitor IS NOT NULL")
    _one_voter = models.Constraint(
        "CHECK ((user_id IS NULL) <> (visitor IS NULL))", "A vote is a user's or a visitor's."
    )

    @api.model
    def _vote(self, article, helpful, user=None, visitor=None):
        """Take a vote; the same voter's later vote replaces the earlier one."""
        column, value = ("user_id", user.id) if user else ("visitor", visitor)
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_service_article_vote (article_id, %(column)s, helpful, date)
                   VALUES (%(article)s, %(value)s, %(helpful)s, now() AT TIME ZONE 'UTC')
                   ON CONFLICT (article_id, %(column)s) WHERE %(column)s IS NOT NULL
                   DO UPDATE SET helpful = EXCLUDED.helpful, date = EXCLUDED.date""",
                column=SQL.identifier(column),
                article=article.id,
                value=value,
                helpful=bool(helpful),
            )
        )
        self._count(article)

    @api.model
    def _count(self, articles):
        self.env.cr.execute(
            SQL(
                """UPDATE crm_service_article a SET vote_yes = v.yes, vote_no = v.no
                   FROM (SELECT article_id, COUNT(*) FILTER (WHERE helpful) AS yes,
                                COUNT(*) FILTER (WHERE NOT helpful) AS no
                         FROM crm_service_article_vote WHERE article_id IN %s
                         GROUP BY article_id) v
                   WHERE a.id = v.article_id""",
                tuple(articles.ids) or (0,),
            )
        )
        articles.invalidate_recordset(["vote_yes", "vote_no"])
        self.invalidate_model()
