from odoo import api, models
from odoo.tools import SQL

from ..tools import article_words
from ..tools.article_words import cleaned, config_of, query_parts

#: Most hits of one search.
MOST_HITS = 50
#: Least similarity (pg_trgm, 0 to 1) of a title with a misspelt term.
SIMILAR = 0.45
#: What is read with the hits, so that showing them asks nothing more.
_HIT = ("name", "body_text", "lang", "audience", "vote_yes", "vote_no")
#: What counts beside the words: ``{field: (key of "about", weight)}``.
_ABOUT = {
    "product_tmpl_ids": ("product_tmpl", 0.5),
    "category_ids": ("category", 0.3),
    "type_ids": ("type", 0.2),
}


class CrmServiceArticleSearchMixin(models.AbstractModel):
    """Full-text search for articles, one statement for every try, whatever their number (SVC-L1).

    Tries, until something is found: all words in the wanted languages; any word in them; all words
    in every language; titles that are written alike (needs ``pg_trgm``). The order is

    ``ts_rank(title 1, keywords 0.4, text 0.1) + 0.5 product + 0.3 its category + 0.2 type
    + 0.2 · ((yes + 1) / (yes + no + 2) − 0.5) + 0.1 first language``

    with 1 where the article names the product (category, type) of the request and 0 else.
    """

    _name = "crm.service.article.search.mixin"
    _description = "Search for knowledge articles"

    @api.model
    def _find(self, term, domain, langs, *, about=None, typing=False, limit=10):
        """Articles that answer *term*, best first.

        :param domain: which articles may be found; the record rules of the user come on top
        :param langs: locales wanted, the first one is preferred
        :param about: ``{"product_tmpl", "category", "type"}`` with ids of what the request is about
        :param typing: the last word may be unfinished
        """
        term = cleaned(term)
        latin, signs = query_parts(term, typing)
        found = self.browse()
        if not latin and not signs:
            return found
        limit = max(1, min(limit, MOST_HITS))
        self.flush_model(["lang", "vote_yes", "vote_no", *_ABOUT])
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        for codes, operator in ((langs, "&"), (langs, "|"), (installed, "&")):
            sql = self._match_sql(codes, latin, signs, operator)
            found = self._ranked(domain, sql, langs, about or {}, limit)
            if found:
                return found
        return self._alike(term, domain, limit)

    def _match_sql(self, langs, latin, signs, operator):
        """``{configuration: (its languages, its query)}`` as SQL, a query per dictionary."""
        configs = {}
        for lang in dict.fromkeys(langs):
            configs.setdefault(config_of(lang), []).append(lang)
        glue = f" {operator} "
        other = SQL("to_tsquery('simple', %s)", glue.join(signs)) if signs else None
        queries = {}
        for config, codes in configs.items():
            own = SQL("to_tsquery(%s::regconfig, %s)", config, glue.join(latin)) if latin else None
            join = SQL(" && ") if operator == "&" else SQL(" || ")
            queries[config] = (codes, SQL("(%s)", join.join(q for q in (own, other) if q)))
        return queries

    @api.model
    def _ranked(self, domain, queries, langs, about, limit):
        query = self._search(domain)
        column = SQL.identifier(query.table, "search_vector")
        lang = SQL.identifier(query.table, "lang")
        tests = [
            SQL("(%s @@ %s AND %s IN %s)", column, asked, lang, tuple(codes))
            for codes, asked in queries.values()
        ]
        query.add_where(SQL("(%s)", SQL(" OR ").join(tests)))
        ranks = [
            SQL("WHEN %s IN %s THEN ts_rank(%s, %s)", lang, tuple(codes), column, asked)
            for codes, asked in queries.values()
        ]
        rank = SQL("(CASE %s ELSE 0 END)", SQL(" ").join(ranks))
        score = SQL("%s + %s", rank, self._bonus_sql(query.table, langs, about))
        query.order = SQL("%s DESC, %s DESC", score, SQL.identifier(query.table, "id"))
        query.limit = limit
        return self._fetch_query(query, self._determine_fields_to_fetch(_HIT))

    def _bonus_sql(self, alias, langs, about):
        """What counts beside the words; an empty part of *about* costs nothing."""
        yes, no = SQL.identifier(alias, "vote_yes"), SQL.identifier(alias, "vote_no")
        parts = [
            SQL("0.2 * ((COALESCE(%s, 0) + 1.0)", yes),
            SQL("/ (COALESCE(%s, 0) + COALESCE(%s, 0) + 2) - 0.5)", yes, no),
            SQL("+ 0.1 * (%s = %s)::int", SQL.identifier(alias, "lang"), (langs or [""])[0]),
        ]
        for name, (key, weight) in _ABOUT.items():
            if about.get(key):
                parts.append(self._about_sql(alias, self._fields[name], about[key], weight))
        return SQL(" ").join(parts)

    @staticmethod
    def _about_sql(alias, field, value, weight):
        return SQL(
            "+ %s * EXISTS (SELECT FROM %s r WHERE r.%s = %s AND r.%s = %s)::int",
            weight,
            SQL.identifier(field.relation),
            SQL.identifier(field.column1),
            SQL.identifier(alias, "id"),
            SQL.identifier(field.column2),
            value,
        )

    @api.model
    def _alike(self, term, domain, limit):
        """Articles with a title written like the term, for misspelt words."""
        if not self.env.registry.has_trigram or len(term) < 4:
            return self.browse()
        query = self._search(domain)
        name = SQL.identifier(query.table, "name")
        query.add_where(SQL("%s <%% %s", term, name))
        query.order = SQL(
            "word_similarity(%s, %s) DESC, %s", term, name, SQL.identifier(query.table, "id")
        )
        query.limit = limit
        self.env.cr.execute(
            SQL("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", str(SIMILAR))
        )
        return self.browse(query.get_result_ids())

    # What people see

    def _hit_values(self, term):
        """What lists of hits show; pieces of the text say what is marked."""
        return [
            {
                "id": article.id,
                "title": article_words.marked(article.name, term),
                "name": article.name,
                "snippet": article_words.snippet(article.body_text or "", term),
                "public": article.audience == "public",
                "yes": article.vote_yes,
                "no": article.vote_no,
                "lang": article.lang,
            }
            for article in self
        ]
