from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain

from ..tools import anonymous
from .crm_service_article_use import KINDS

#: Suggestions beside a request, and least letters of a subject that is looked for.
MOST_SUGGESTIONS, SHORTEST = 5, 3


class CrmServiceKnowledgeMixin(models.AbstractModel):
    """Knowledge beside a request: suggestions, what was used, a solution as article (SVC-L1)."""

    _name = "crm.service.knowledge.mixin"
    _inherit = ["crm.service.hooks.mixin"]
    _description = "Knowledge beside a service request"

    article_ids = fields.Many2many(
        "crm.service.article",
        "crm_service_request_article_rel",
        "request_id",
        "article_id",
        string="Articles",
        copy=False,
    )
    article_use_ids = fields.One2many("crm.service.article.use", "request_id", "Articles used")

    @api.model
    @api.readonly
    def suggest_articles(self, subject, product_id=False, type_id=False, partner_id=False):
        """Articles for a subject that is being typed: in the customer's and the user's language.

        :return: list of hits as ``_hit_values``, with ``url`` of the public page or False
        :raise AccessError: for visitors who are no internal users
        """
        self._check_employee()
        term = anonymous_term(subject)
        if len(term) < SHORTEST:
            return []
        found = self._find_articles(term, product_id, type_id, partner_id, typing=True)
        return self._article_hits(found, term)

    @api.model
    def search_articles(self, term, product_id=False, type_id=False, partner_id=False):
        """As :meth:`suggest_articles` for a term that was sent off; a miss is counted."""
        self._check_employee()
        term = anonymous_term(term)
        found = self._find_articles(term, product_id, type_id, partner_id, typing=False)
        if not found:
            # sudo: misses are written by their method only
            self.env["crm.service.article.miss"].sudo()._note(term, self.env.lang, "request")
        return self._article_hits(found, term)

    @api.model
    def _check_employee(self):
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees look for articles here."))

    @api.model
    def _find_articles(self, term, product_id, type_id, partner_id, typing):
        articles = self.env["crm.service.article"]
        langs = [self.env["res.partner"].browse(_id(partner_id)).lang, self.env.lang or "en_US"]
        about = self._about(_id(product_id), _id(type_id))
        return articles._find(
            term,
            articles._visible(),
            list(dict.fromkeys(filter(None, langs))),
            about=about,
            typing=typing,
            limit=MOST_SUGGESTIONS,
        )

    @api.model
    def _about(self, product_id, type_id):
        # sudo: what a product belongs to orders the articles and is not shown
        product = self.env["product.product"].sudo().browse(product_id).exists()
        return {
            "product_tmpl": product.product_tmpl_id.id,
            "category": product.categ_id.id,
            "type": type_id,
        }

    @api.model
    def _article_hits(self, articles, term):
        hits = articles._hit_values(term)
        for hit, article in zip(hits, articles, strict=True):
            hit["url"] = self.env["crm.service.help"]._url(article) if hit["public"] else False
        return hits

    @api.readonly
    def article_text(self, article_id):
        """Text of a published article for the answer.

        :return: ``{"text", "url"}``, the url of the public page or False
        """
        article = self._published(article_id)
        url = article.audience == "public" and self.env["crm.service.help"]._url(article)
        base = article.get_base_url()
        return {"text": article.body_text or "", "url": url and base + url, "name": article.name}

    def use_article(self, article_id, kind, position=0):
        """Note that an article was used for this request; all but opening links it, too.

        :param kind: one of ``KINDS``
        :param position: its place among the suggestions, 0 if it was looked for
        :raise UserError: for an article that is not published
        """
        self.ensure_one()
        self._check_knowledge_use()
        if kind not in dict(KINDS):
            raise UserError(self.env._("Articles are not used in this way."))
        article = self._published(article_id)
        if kind != "viewed":
            # sudo: squad members who answer may not write the request itself
            self.sudo().article_ids = [Command.link(article.id)]
        if kind == "helped":
            # sudo: votes are written by their method only
            article.env["crm.service.article.vote"].sudo()._vote(article, True, self.env.user)
        place = max(0, min(int(position), MOST_SUGGESTIONS))
        return self.env["crm.service.article.use"]._note(article, self, kind, place)

    def _check_knowledge_use(self):
        self.check_access("read")
        self._check_employee()

    def _published(self, article_id):
        articles = self.env["crm.service.article"]
        found = articles.search(articles._visible() & Domain("id", "=", _id(article_id)))
        if not found:
            raise UserError(self.env._("This article is not published (any more)."))
        return found

    # From a solution to an article

    def action_make_article(self):
        """A draft from this solved request, without what tells who the customer is."""
        self.ensure_one()
        if not self.is_closed or not anonymous.text_of(self.solution):
            raise UserError(self.env._("Solve the request and write down the solution first."))
        article = self.env["crm.service.article"].create(self._article_values())
        return article.get_formview_action()

    def _article_values(self):
        clean = self._without_customer
        problem, solution = (
            anonymous.paragraphs(clean(anonymous.text_of(text)))
            for text in (self.description, self.solution)
        )
        headed = (("Problem", problem), ("Solution", solution))
        titles = {"Problem": self.env._("Problem"), "Solution": self.env._("Solution")}
        body = "".join(f"<h2>{titles[name]}</h2>{text}" for name, text in headed if text)
        return {
            "name": clean(self.name) or self.env._("Untitled"),
            "body": body,
            "product_tmpl_ids": [Command.set(self.product_id.product_tmpl_id.ids)],
            "type_ids": [Command.set(self.type_id.ids)],
            "tag_ids": [Command.set(self.tag_ids.ids)],
            "company_id": self.company_id.id,
            "request_id": self.id,
        }

    def _without_customer(self, text):
        names, codes = self._customer_words()
        return anonymous.without_person(text, names, codes)

    def _customer_words(self):
        """Names of the customer and his people, numbers of his documents and machines."""
        # sudo: names are looked for in order to leave them out, whoever may read the contacts
        request = self.sudo()
        company = request.commercial_partner_id
        people = request.partner_id | company | company.child_ids
        codes = [
            request.number,
            request.sale_order_id.name,
            request.sale_order_id.client_order_ref,
            request.invoice_id.name,
            request.asset_id.serial,
            request.asset_id.number,
            company.ref,
            company.vat,
            *people.mapped("street"),
        ]
        return people.mapped("name"), codes

    @api.model
    def _service_merge_models(self):
        return [*super()._service_merge_models(), ("crm.service.article.use", "request_id")]

    def _service_merged(self, target):
        target.article_ids |= self.article_ids
        return super()._service_merged(target)


def anonymous_term(term):
    """What is looked for of a subject: one line, no mail addresses or telephone numbers."""
    return anonymous.without_person(term[:200]) if isinstance(term, str) else ""


def _id(value):
    return value if isinstance(value, int) and not isinstance(value, bool) else False
