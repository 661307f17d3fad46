from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..tools.article_words import miss_term

#: Days after which a term that was asked once only is forgotten.
FORGOTTEN = 90


class CrmServiceArticleMiss(models.Model):
    """What people looked for and did not find: the list of articles to write (SVC-L1).

    Mail addresses and long numbers are left out of the terms.
    """

    _name = "crm.service.article.miss"
    _description = "Search without a hit"
    _order = "count desc, date_last desc, id"
    _rec_name = "term"

    term = fields.Char("Looked for", required=True, readonly=True)
    lang = fields.Char("Language", required=True, readonly=True)
    place = fields.Selection(
        [("help", "Help page"), ("request", "Request")], "Where", required=True, readonly=True
    )
    count = fields.Integer("Times", required=True, readonly=True, default=1)
    date_last = fields.Datetime("Last time", required=True, readonly=True)
    article_id = fields.Many2one("crm.service.article", "Answered by", index="btree_not_null")
    done = fields.Boolean(help="An article was written, or none is needed.")

    _term_uniq = models.UniqueIndex("(term, lang, place)")

    @api.model
    def _note(self, term, lang, place):
        """Count a search that found nothing; a term asked again is open again."""
        term = miss_term(term)
        if len(term) < 2:
            return
        self.flush_model()
        self.env.cr.execute(
            SQL(
                """INSERT INTO crm_service_article_miss
                       (term, lang, place, count, date_last, done)
                   VALUES (%s, %s, %s, 1, now() AT TIME ZONE 'UTC', FALSE)
                   ON CONFLICT (term, lang, place) DO UPDATE
                   SET count = crm_service_article_miss.count + 1, done = FALSE,
                       date_last = EXCLUDED.date_last""",
                term,
                lang or "en_US",
                place,
            )
        )
        self.invalidate_model()

    def action_write_article(self):
        """Start an article on what was looked for."""
        self.ensure_one()
        langs = dict(self.env["res.lang"].get_installed())
        values = {"name": self.term.capitalize(), "keywords": self.term}
        if self.lang in langs:
            values["lang"] = self.lang
        self.article_id = self.env["crm.service.article"].create(values)
        self.done = True
        return self.article_id.get_formview_action()

    def action_done(self):
        self.done = True

    @api.autovacuum
    def _gc_rare(self):
        before = fields.Datetime.now() - relativedelta(days=FORGOTTEN)
        self.search([("count", "=", 1), ("date_last", "<", before)], limit=10000).unlink()
