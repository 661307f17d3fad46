from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tools import SQL, html2plaintext

from ..tools import article_words, bigrams
from . import crm_service_article_search_mixin  # noqa: F401 (a parent comes before its child)

STATES = [
    ("draft", "Draft"),
    ("review", "In review"),
    ("published", "Published"),
    ("retired", "Retired"),
]
#: Where an article may go from each state.
TRANSITIONS = {
    "draft": {"review"},
    "review": {"draft", "published"},
    "published": {"retired"},
    "retired": {"draft"},
}
#: What the search index is made of, and what readers see: it changes by review only.
_INDEXED = {"name", "body", "lang", "keywords"}
_TEXT = ("name", "body", "keywords")
#: Most megabytes and files of one article.
MOST_FILES, MOST_MEGABYTES = 10, 10


class CrmServiceArticle(models.Model):
    """An article of knowledge (SVC-L1): what solves a matter, for colleagues or for everybody.

    One article is written in one language; its translations are articles of their own that point to
    ``original_id``. So each has the dictionary, the review, the versions and the votes of its own
    language. The column ``search_vector`` (PostgreSQL ``tsvector``, GIN index) is written with the
    text by :meth:`_index`: title (A), keywords (B), text (D), by the dictionary of the language,
    and for Chinese, Japanese and Korean by pairs of signs.

    What is published is never written over: a revision is a draft of its own that replaces the text
    when somebody else has reviewed it; every published text is kept as a version.
    """

    _name = "crm.service.article"
    _description = "Knowledge article"
    _inherit = ["crm.service.article.search.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "use_count desc, id desc"

    name = fields.Char("Title", required=True, index="trigram", tracking=True)
    body = fields.Html("Text", sanitize_attributes=True, sanitize_form=True)
    body_text = fields.Text("Plain text", compute="_compute_body_text", store=True)
    keywords = fields.Char(help="Other words by which people look for this, also misspelt ones.")
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        "Language",
        required=True,
        default=lambda self: self.env.lang or "en_US",
        index=True,
    )
    original_id = fields.Many2one(
        "crm.service.article",
        "Translation of",
        index="btree_not_null",
        ondelete="set null",
        domain="[('original_id', '=', False), ('id', '!=', id), ('lang', '!=', lang)]",
    )
    translation_ids = fields.One2many("crm.service.article", "original_id", "Translations")
    state = fields.Selection(
        STATES,
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    audience = fields.Selection(
        [("internal", "Colleagues only"), ("public", "Everybody")],
        default="internal",
        required=True,
        tracking=True,
        help="Everybody: once published it is on the public help page.",
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")

    # What it is about
    product_tmpl_ids = fields.Many2many("product.template", string="Products")
    category_ids = fields.Many2many("product.category", string="Product categories")
    type_ids = fields.Many2many("crm.service.type", string="Types of requests")
    tag_ids = fields.Many2many("crm.service.tag", string="Tags")
    attachment_ids = fields.Many2many("ir.attachment", string="Files", copy=False)

    # Who and when
    user_id = fields.Many2one(
        "res.users", "Owner", default=lambda self: self.env.user, index=True, tracking=True
    )
    editor_id = fields.Many2one("res.users", "Written by", readonly=True, copy=False)
    reviewer_id = fields.Many2one("res.users", "Reviewed by", readonly=True, copy=False)
    date_published = fields.Datetime("Published on", readonly=True, copy=False)
    review_date = fields.Date(
        "Look at it again on",
        copy=False,
        index=True,
        help="The owner gets an activity on this day.",
    )
    request_id = fields.Many2one(
        "crm.service.request", "Written from", readonly=True, copy=False, index="btree_not_null"
    )

    # Versions
    version = fields.Integer(readonly=True, copy=False)
    version_ids = fields.One2many("crm.service.article.version", "article_id", "Versions")
    revision_of_id = fields.Many2one(
        "crm.service.article",
        "Revision of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )
    revision_ids = fields.One2many("crm.service.article", "revision_of_id", "Revisions")

    # What it is good for; counted by SQL in the tables of uses and votes
    use_ids = fields.One2many("crm.service.article.use", "article_id", "Uses")
    use_count = fields.Integer("Used", readonly=True, copy=False, index=True)
    vote_yes = fields.Integer("Helpful", readonly=True, copy=False)
    vote_no = fields.Integer("Not helpful", readonly=True, copy=False)
    unhelpful = fields.Boolean(compute="_compute_unhelpful", search="_search_unhelpful")
    fulltext = fields.Char("Words", store=False, search="_search_fulltext")

    _revision_uniq = models.UniqueIndex(
        "(revision_of_id) WHERE revision_of_id IS NOT NULL AND active",
        "This article is being revised already.",
    )

    # Computed

    @api.depends("body")
    def _compute_body_text(self):
        for article in self:
            text = html2plaintext(article.body or "", include_references=False)
            article.body_text = "\n".join(filter(None, map(str.strip, text.splitlines())))

    @api.depends("vote_yes", "vote_no")
    def _compute_unhelpful(self):
        for article in self:
            article.unhelpful = article.vote_no > article.vote_yes

    def _search_unhelpful(self, operator, value):
        if operator != "in":
            return NotImplemented
        if len(set(value)) != 1:
            return Domain(bool(value))
        more = Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "COALESCE(%s, 0) > COALESCE(%s, 0)",
                SQL.identifier(alias, "vote_no"),
                SQL.identifier(alias, "vote_yes"),
            )
        )
        return more if True in value else ~more

    def _search_fulltext(self, operator, value):
        """Articles in any state that hold the words, for the search box of the list."""
        if operator != "in":
            return NotImplemented
        terms = [term for term in value if isinstance(term, str)]
        found = [
            self._find(t, Domain.TRUE, [self.env.lang or "en_US"], limit=50).ids for t in terms
        ]
        return Domain("id", "in", [hit for hits in found for hit in hits])

    # Constraints

    @api.constrains("attachment_ids")
    def _check_files(self):
        for article in self:
            # sudo: sizes of all files count, whoever added them
            files = article.sudo().attachment_ids
            if len(files) > MOST_FILES or sum(files.mapped("file_size")) > MOST_MEGABYTES << 20:
                raise UserError(
                    self.env._(
                        "At most %(files)s files with %(size)s MB together.",
                        files=MOST_FILES,
                        size=MOST_MEGABYTES,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_published(self):
        if any(article.state == "published" for article in self):
            raise UserError(self.env._("Retire a published article instead of deleting it."))

    # Create and write

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("state", "draft") != "draft" and not self.env.su:
                raise UserError(self.env._("A new article is a draft."))
            vals.setdefault("editor_id", self.env.uid)
        articles = super().create(vals_list)
        articles._index()
        return articles

    def write(self, vals):
        released = self.env.context.get("article_release") is _RELEASE
        if not released:
            vals = self._guarded(vals)
        res = super().write(vals)
        if _INDEXED & vals.keys():
            self._index()
        return res

    def _guarded(self, vals):
        """*vals* of an ordinary write; states and published texts are changed by actions only."""
        if "state" in vals and any(article.state != vals["state"] for article in self):
            raise UserError(self.env._("Use the buttons to change the state of an article."))
        if not vals.get("active", True):
            self._check_may_retire()
        if not vals.keys() & {*_TEXT, "attachment_ids", "lang", "audience"}:
            return vals
        if any(article.state == "published" for article in self):
            raise UserError(
                self.env._("A published article is changed by a revision that somebody reviews.")
            )
        # The text that is in review is the text that is published.
        return {**vals, "editor_id": self.env.uid} if vals.keys() & {*_TEXT} else vals

    def _release(self, vals):
        """Write what ordinary writes may not; the context value cannot come from outside."""
        self.check_access("write")
        self.with_context(article_release=_RELEASE).write(vals)

    def copy_data(self, default=None):
        rows = super().copy_data(default)
        return [{**row, "user_id": self.env.uid} for row in rows]

    # States

    def _move(self, state):
        self.check_access("write")
        for article in self:
            if state not in TRANSITIONS[article.state]:
                names = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "An article cannot go from “%(old)s” to “%(new)s”.",
                        old=names[article.state],
                        new=names[state],
                    )
                )
        self._release({"state": state})

    def action_submit(self):
        """Ask a colleague to review it."""
        if any(not (article.body_text or "").strip() for article in self):
            raise UserError(self.env._("Write the text first."))
        self._move("review")

    def action_send_back(self):
        self._move("draft")

    def action_publish(self):
        """Publish what somebody else has written; a revision replaces the text it revises."""
        self._check_reviewer()
        self._move("published")
        self._release({"reviewer_id": self.env.uid})
        for revision in self.filtered("revision_of_id"):
            revision._replace_original()
        self.filtered(lambda article: not article.revision_of_id)._keep_version()
        return True

    def action_retire(self):
        """Nobody finds them any more; the team leader or who reviewed them decides that."""
        self._check_may_retire()
        self._move("retired")

    def _check_may_retire(self):
        if self.env.su or self.env.user.has_group("crm_service_levels.group_service_manager"):
            return
        published = self.filtered(lambda article: article.state == "published")
        if any(article.reviewer_id != self.env.user for article in published):
            raise AccessError(
                self.env._("A team leader or who reviewed it takes a published article away.")
            )

    def action_reopen(self):
        """A retired article becomes a draft."""
        self._move("draft")

    def _check_reviewer(self):
        if not self.env.user.has_group("crm_service_levels.group_service_user"):
            raise AccessError(self.env._("Only service staff publishes articles."))
        if any(self.env.user in (article.editor_id | article.create_uid) for article in self):
            raise UserError(
                self.env._("Nobody publishes what he wrote himself: ask a colleague to review it.")
            )

    # Versions

    def action_revise(self):
        """Open the revision of a published article; it is made if there is none."""
        self.ensure_one()
        if self.state != "published":
            raise UserError(self.env._("Only published articles are revised."))
        return (self.revision_ids[:1] or self._make_revision()).get_formview_action()

    def _make_revision(self, **values):
        files = self.attachment_ids
        return self.copy(
            {
                "name": self.name,
                "revision_of_id": self.id,
                "attachment_ids": [Command.set(files.ids)],
                **values,
            }
        )

    def _replace_original(self):
        """Take the reviewed text into the article that is revised, and put this draft away."""
        original = self.revision_of_id
        # sudo: representatives who review may not write what is published but by this method
        original.sudo()._release(
            {
                **{name: self[name] for name in (*_TEXT, "lang", "audience")},
                "attachment_ids": [Command.set(self.attachment_ids.ids)],
                "editor_id": self.editor_id.id,
                "reviewer_id": self.reviewer_id.id,
            }
        )
        original._keep_version()
        self._release({"active": False, "state": "retired"})

    def _keep_version(self):
        """Number what is published now and keep it, with the day the former one ended."""
        now = fields.Datetime.now()
        # sudo: versions are written by publishing only, nobody has the right to write them
        versions = self.env["crm.service.article.version"].sudo()
        versions.search([("article_id", "in", self.ids), ("date_to", "=", False)]).date_to = now
        for article in self.sudo():
            article._release({"version": article.version + 1, "date_published": now})
        versions.create([article._version_values(now) for article in self])
        self.invalidate_recordset(["version_ids"])

    def _version_values(self, now):
        return {
            "article_id": self.id,
            "number": self.version,
            **{name: self[name] for name in _TEXT},
            "body_text": self.body_text,
            "editor_id": self.editor_id.id,
            "reviewer_id": self.reviewer_id.id,
            "date_from": now,
        }

    # Search index

    def init(self):
        """The column of the index: PostgreSQL's type, which the ORM does not know."""
        table = SQL.identifier(self._table)
        cr = self.env.cr
        cr.execute(SQL("ALTER TABLE %s ADD COLUMN IF NOT EXISTS search_vector tsvector", table))
        cr.execute(
            SQL(
                "CREATE INDEX IF NOT EXISTS crm_service_article_search_idx "
                "ON %s USING gin (search_vector)",
                table,
            )
        )

    def _index(self):
        """Write the search index of these articles in one statement."""
        if not self:
            return
        rows = [article._index_row() for article in self]
        self.flush_recordset()
        self.env.cr.execute(SQL(_INDEX_SQL, *([row[n] for row in rows] for n in range(8))))

    def _index_row(self):
        row = [self.id, article_words.config_of(self.lang)]
        for text in (self.name, self.keywords, self.body_text):
            row += [bigrams.without_cjk(text), bigrams.index_words(text)]
        return row

    # Review dates

    @api.model
    def _cron_review(self):
        """An activity for the owner of every published article whose day has come."""
        due = self.search(
            [
                ("state", "=", "published"),
                ("review_date", "<=", fields.Date.context_today(self)),
                ("user_id", "!=", False),
            ],
            limit=500,
        )
        kind = self.env.ref("crm_service_levels.activity_type_article_review")
        waiting = due.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        due = due.filtered(lambda article: not article.activity_ids & waiting)
        for article in due:
            article.activity_schedule(
                activity_type_id=kind.id,
                date_deadline=article.review_date,
                user_id=article.user_id.id,
                summary=self.env._("Is this article still right?"),
            )
        self.env["ir.cron"]._commit_progress(len(due))

    # Lists

    def action_open_uses(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_service_levels.crm_service_article_use_action"
        )
        return {**action, "domain": [("article_id", "=", self.id)], "context": {}}

    def action_open_versions(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Versions"),
            "res_model": "crm.service.article.version",
            "view_mode": "list,form",
            "domain": [("article_id", "=", self.id)],
        }

    @api.model
    def _visible(self, langs=()):
        """Domain of what a search shows: published, no revisions; of *langs* if given."""
        domain = Domain("state", "=", "published") & Domain("revision_of_id", "=", False)
        return domain & Domain("lang", "in", list(langs)) if langs else domain


#: Stands in the context of writes by the actions; an object, so that no RPC can send it.
_RELEASE = object()

_INDEX_SQL = """
UPDATE crm_service_article a SET search_vector =
    setweight(to_tsvector(r.config::regconfig, r.title), 'A')
    || setweight(to_tsvector('simple', r.title_signs), 'A')
    || setweight(to_tsvector(r.config::regconfig, r.words), 'B')
    || setweight(to_tsvector('simple', r.words_signs), 'B')
    || setweight(to_tsvector(r.config::regconfig, left(r.body, 200000)), 'D')
    || setweight(to_tsvector('simple', left(r.body_signs, 200000)), 'D')
FROM unnest(%s::int[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[],
            %s::text[])
    AS r (id, config, title, title_signs, words, words_signs, body, body_signs)
WHERE a.id = r.id"""
