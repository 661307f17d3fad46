"""Knowledge (SVC-L1): searching 100,000 articles, against a bare SQL statement and ``ilike``.

``python -m bench.bench_knowledge [--database NAME] [--rows N] [--rounds N]`` with ODOO_RC set. The
database has ``crm_service_levels`` installed; whatever is created is rolled back. Half of the
articles are English, half Chinese, made of a vocabulary by a fixed seed. The floor is the shortest
statement that gives the same ids by the same index and rank; ``ilike`` asks title and text of the
same rows for each word. Every side starts with empty record caches; times are medians.
"""

import argparse
import random
import statistics
import time

from odoo import SUPERUSER_ID, api
from odoo.fields import Domain
from odoo.tools import SQL

from . import service_database, table
from .table import Row

ROWS, ROUNDS, SEED, BATCH, LIMIT = 100_000, 9, 19, 5000, 10
SYLLABLES = [a + b for a in "bdfgk" for b in "aiou"]
SIGNS = [chr(code) for code in range(0x4E00, 0x4E00 + 1200)]
LINES = ("rare word", "two words", "common word", "Chinese pair", "Chinese words")


def main():
    arguments = _arguments()
    with service_database.opened(arguments.database) as cr:
        env = api.Environment(cr, SUPERUSER_ID, {"lang": "en_US"})
        env["res.lang"]._activate_lang("zh_CN")
        terms = fill(env, arguments.rows)
        user = env["res.users"].search([("login", "=", "admin")])
        table.show(measure(env(user=user.id), terms, arguments.rounds))


def _arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    service_database.add_option(parser)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    return parser.parse_args()


def fill(env, rows):
    """Published articles, indexed as the model does; returns ``[(what, language, term)]``."""
    rand = random.Random(SEED)
    words = ["".join(rand.choices(SYLLABLES, k=3)) for _ in range(5000)]
    pairs = ["".join(rand.choices(SIGNS, k=2)) for _ in range(5000)]
    weights = [1 / (place + 10) for place in range(5000)]
    articles = env["crm.service.article"]
    for start in range(0, rows, BATCH):
        values = []
        for number in range(start, min(rows, start + BATCH)):
            english = number % 2 == 0
            text = rand.choices(words if english else pairs, weights, k=60)
            values.append((" " if english else "").join(text))
        env.cr.execute(
            SQL(
                """INSERT INTO crm_service_article
                       (name, body, body_text, lang, state, audience, active, use_count)
                   SELECT left(t, 40), t, t, CASE WHEN n %% 2 = 1 THEN 'en_US' ELSE 'zh_CN' END,
                          'published', 'public', TRUE, 0
                   FROM unnest(%s::text[]) WITH ORDINALITY AS r (t, n) RETURNING id""",
                values,
            )
        )
        articles.browse(row[0] for row in env.cr.fetchall())._index()
        env.invalidate_all()
    env.cr.execute("ANALYZE crm_service_article")
    english = [words[4800], f"{words[300]} {words[500]}", words[0]]
    chinese = [pairs[4000], f"{pairs[200]} {pairs[400]}"]
    langs = ["en_US"] * len(english) + ["zh_CN"] * len(chinese)
    return list(zip(LINES, langs, english + chinese, strict=True))


def measure(env, terms, rounds):
    rows = []
    for what, lang, term in terms:
        mine = median(env, rounds, lambda lang=lang, term=term: ours(env, lang, term))
        bare = median(env, rounds, lambda lang=lang, term=term: floor(env, lang, term))
        plain = median(env, rounds, lambda lang=lang, term=term: ilike(env, lang, term))
        hits = floor(env, lang, term)  # without any, ours goes on to look for less
        assert not hits or ours(env, lang, term).ids == hits, f"other hits for {term}"
        rows.append(Row(what, mine, bare, "bare SQL, same index and rank", "≤ 2", "ms"))
        rows.append(Row(what, mine, plain, "ilike on title and text", "", "ms"))
    return rows


def ours(env, lang, term):
    articles = env["crm.service.article"]
    found = articles._find(term, articles._visible([lang]), [lang], limit=LIMIT)
    found._hit_values(term)
    return found


def floor(env, lang, term):
    """The same question as one statement, with its columns."""
    config_name = "english" if lang == "en_US" else "simple"
    query = " & ".join(term.split())
    env.cr.execute(
        SQL(
            """SELECT id, name, body_text FROM crm_service_article,
                      to_tsquery(%(config)s::regconfig, %(query)s) q
               WHERE search_vector @@ q AND state = 'published' AND lang = %(lang)s AND active
               ORDER BY ts_rank(search_vector, q) DESC, id DESC LIMIT %(limit)s""",
            config=config_name,
            query=query,
            lang=lang,
            limit=LIMIT,
        )
    )
    return [row[0] for row in env.cr.fetchall()]


def ilike(env, lang, term):
    articles = env["crm.service.article"]
    domain = articles._visible([lang])
    for word in term.split():
        domain &= Domain("name", "ilike", word) | Domain("body_text", "ilike", word)
    return articles.search_fetch(domain, ["name", "body_text"], limit=LIMIT)


def median(env, rounds, work):
    """Milliseconds of one call, after a first that does not count."""
    times = []
    for _ in range(rounds + 1):
        env.invalidate_all()
        began = time.perf_counter()
        work()
        times.append((time.perf_counter() - began) * 1000)
    return statistics.median(times[1:])


if __name__ == "__main__":
    main()
