import hashlib

from odoo import api, models
from odoo.fields import Domain

from ..tools.article_words import cleaned

PAGE = 20


class CrmServiceHelp(models.AbstractModel):
    """What the public help page shows (SVC-L1): public, published articles and nothing else.

    Visitors have no right to any model; these methods cannot be called from outside and give out
    plain values. Every read goes through :meth:`_shown`.
    """

    _name = "crm.service.help"
    _description = "Public help page"

    @api.model
    def _url(self, article):
        """Address of an article, speaking for people and search engines."""
        return f"/help/{self.env['ir.http']._slug((article.id, article.name))}"

    @api.model
    def _shown(self):
        """Domain of what everybody may read."""
        articles = self.env["crm.service.article"]
        companies = [False, self.env.company.id]
        shown = articles._visible() & Domain("audience", "=", "public")
        return shown & Domain("active", "=", True) & Domain("company_id", "in", companies)

    @api.model
    def _articles(self):
        # sudo: visitors have no right to the model; every use adds the domain of _shown()
        return self.env["crm.service.article"].sudo()

    @api.model
    def _search_page(self, term="", type_id=False, product_id=False, page=1):
        """Hits or, without a term, the articles used most.

        :return: ``{"hits", "term", "more"}``
        """
        term, domain = cleaned(term), self._shown()
        if type_id:
            domain &= Domain("type_ids", "child_of", type_id)
        if product_id:
            domain &= Domain("product_tmpl_ids", "in", [product_id])
        lang = self.env.lang or "en_US"
        if term:
            found = self._articles()._find(term, domain, [lang], limit=PAGE)
            self._note_miss(found, term, lang)
            return {"hits": self._hits(found, term), "term": term, "more": False}
        found = self._articles().search(
            domain & Domain("lang", "=", lang), limit=PAGE + 1, offset=(page - 1) * PAGE
        )
        hits = self._hits(found[:PAGE], "")
        return {"hits": hits, "term": "", "more": len(found) > PAGE}

    @api.model
    def _note_miss(self, found, term, lang):
        if not found:
            # sudo: misses are written by their method only
            self.env["crm.service.article.miss"].sudo()._note(term, lang, "help")

    @api.model
    def _hits(self, articles, term):
        return [
            {
                "title": hit["title"],
                "snippet": hit["snippet"],
                "url": self._url(article),
                "votes": hit["yes"],
            }
            for hit, article in zip(articles._hit_values(term), articles, strict=True)
        ]

    @api.model
    def _suggest(self, subject, type_id=False, limit=3):
        """Public articles for the subject of a request, which its form on the portal shows before
        the request is sent.

        :return: list of ``{"title", "snippet", "url", "votes"}``
        """
        term = cleaned(subject)
        if len(term) < 3:
            return []
        about = {"type": type_id}
        langs = [self.env.lang or "en_US"]
        found = self._articles()._find(
            term, self._shown(), langs, about=about, typing=True, limit=limit
        )
        return self._hits(found, term)

    @api.model
    def _read_page(self, article_id):
        """One article, or None when visitors may not read it (whether it exists is not told)."""
        article = self._articles().search(self._shown() & Domain("id", "=", article_id))
        if not article:
            return None
        family = article | article.original_id | article.translation_ids
        family |= article.original_id.translation_ids
        others = (family - article).filtered_domain(self._shown())
        names = dict(self.env["res.lang"].get_installed())
        return {
            "id": article.id,
            "name": article.name,
            "body": article.body,
            "date": article.date_published,
            "url": self._url(article),
            "votes": article.vote_yes,
            "products": article.product_tmpl_ids.filtered("active").mapped("name"),
            "files": [
                {"id": file.id, "name": file.name, "size": file.file_size}
                for file in article.attachment_ids
            ],
            "others": [{"name": names.get(o.lang, o.lang), "url": self._url(o)} for o in others],
        }

    @api.model
    def _file(self, article_id, attachment_id):
        """A file of an article that visitors may read, or an empty record."""
        article = self._articles().search(self._shown() & Domain("id", "=", article_id))
        return article.attachment_ids.filtered(lambda file: file.id == attachment_id)

    @api.model
    def _choices(self):
        """Types and products with articles for visitors: ``{"types", "products"}``."""
        types = self._articles()._read_group(self._shown(), ["type_ids"], ["__count"])
        products = self._articles()._read_group(self._shown(), ["product_tmpl_ids"], ["__count"])
        return {
            "types": [(kind.id, kind.name, n) for kind, n in types if kind],
            "products": [(item.id, item.name, n) for item, n in products if item and item.active],
        }

    @api.model
    def _vote(self, article_id, helpful, token):
        """Take a visitor's vote. :return: whether the article is one that visitors may read"""
        article = self._articles().search(self._shown() & Domain("id", "=", article_id))
        if not article:
            return False
        user = self.env.user if not self.env.user._is_public() else None
        visitor = None if user else hashlib.sha256(token.encode()).hexdigest()
        # sudo: votes are written by their method only
        self.env["crm.service.article.vote"].sudo()._vote(article, helpful, user, visitor)
        return True
