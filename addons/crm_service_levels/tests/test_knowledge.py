from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_service import MODULE, ServiceCase


class KnowledgeCase(ServiceCase):
    """Three published articles; rita writes, rob reviews."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.articles = cls.env["crm.service.article"]
        cls.product = cls.env["product.product"].create({"name": "Pump P-200"})
        cls.start = cls._published(
            "Pump does not start", "<p>Check the fuse, then the float switch.</p>", "public"
        )
        cls.noise = cls._published("Noise from the pump", "<p>Air in the pipes. Bleed them.</p>")
        cls.jam = cls._published(
            "打印机卡纸", "<p>关闭电源，取出卡住的纸。</p>", "public", lang="zh_CN"
        )

    @classmethod
    def _draft(cls, name, body="<p>Text</p>", audience="internal", **values):
        values = {"name": name, "body": body, "audience": audience, **values}
        return cls.articles.with_user(cls.rita).create(values)

    @classmethod
    def _published(cls, *args, **values):
        if values.get("lang"):
            cls.env["res.lang"]._activate_lang(values["lang"])
        article = cls._draft(*args, **values)
        article.action_submit()
        article.with_user(cls.rob).action_publish()
        return article.with_env(cls.env)

    def _find(self, term, langs=("en_US",), **options):
        articles = self.articles.with_user(self.rita)
        return articles._find(term, articles._visible(), list(langs), **options)


@tagged("post_install", "-at_install")
class TestKnowledgeArticle(KnowledgeCase):
    """SVC-L1: how an article is written, reviewed, published, revised and retired."""

    def test_nobody_publishes_what_he_wrote(self):
        article = self._draft("Filter")
        article.action_submit()
        with self.assertRaisesRegex(UserError, "wrote himself"):
            article.action_publish()
        article.with_user(self.rob).body = "<p>Changed by the reviewer</p>"
        with self.assertRaisesRegex(UserError, "wrote himself"):
            article.with_user(self.rob).action_publish()
        article.with_user(self.leo).action_publish()
        self.assertEqual((article.state, article.version), ("published", 1))
        self.assertEqual((article.editor_id, article.reviewer_id), (self.rob, self.leo))

    def test_a_representative_takes_no_published_article_away(self):
        """Archiving and retiring is for a leader, or for who reviewed the article."""
        article = self._draft("Filter")
        article.action_submit()
        article.with_user(self.rob).action_publish()
        for take in (article.action_retire, lambda: article.write({"active": False})):
            with self.assertRaisesRegex(AccessError, "reviewed it"):
                take()
        self.assertEqual((article.state, article.active), ("published", True))
        article.with_user(self.rob).action_retire()
        self.assertEqual(article.state, "retired")
        self.noise.with_user(self.leo).active = False
        self.assertFalse(self.noise.active)

    def test_states_change_by_their_ways_only(self):
        article = self._draft("Filter")
        with self.assertRaisesRegex(UserError, "buttons"):
            article.state = "published"
        with self.assertRaisesRegex(UserError, "cannot go"):
            article.with_user(self.rob).action_publish()
        with self.assertRaisesRegex(UserError, "cannot go"):
            article.action_retire()
        article.action_submit()
        article.with_user(self.rob).action_send_back()
        self.assertEqual(article.state, "draft")
        with self.assertRaisesRegex(UserError, "is a draft"):
            self._draft("Sly", state="published")
        released = article.with_context(article_release=True)
        with self.assertRaisesRegex(UserError, "buttons"):
            released.state = "published"

    def test_an_empty_article_is_not_reviewed(self):
        with self.assertRaisesRegex(UserError, "Write the text"):
            self._draft("Empty", "<p><br></p>").action_submit()

    def test_a_published_text_changes_by_a_reviewed_revision_and_is_kept(self):
        with self.assertRaisesRegex(UserError, "by a revision"):
            self.start.with_user(self.leo).body = "<p>Sly</p>"
        action = self.start.with_user(self.rita).action_revise()
        revision = self.articles.with_user(self.rita).browse(action["res_id"])
        self.assertEqual(self.start.with_user(self.rob).action_revise()["res_id"], revision.id)
        revision.body = "<p>Check the fuse, then the impeller.</p>"
        self.assertIn("float switch", self.start.body)
        self.assertNotIn(revision, self._find("impeller"))
        revision.action_submit()
        revision.with_user(self.rob).action_publish()
        self.assertIn("impeller", self.start.body)
        self.assertEqual((self.start.state, self.start.version), ("published", 2))
        self.assertFalse(revision.active)
        self.assertEqual(self._find("impeller"), self.start)
        self.assertFalse(self._find("float"))
        now, former = self.start.version_ids
        self.assertEqual((now.number, former.number), (2, 1))
        self.assertIn("float switch", former.body)
        self.assertTrue(former.date_to)
        self.assertFalse(now.date_to)
        self.assertIn("<del>float switch</del><ins>impeller</ins>", now.changes)

    def test_a_former_text_is_restored_by_a_revision(self):
        self.test_a_published_text_changes_by_a_reviewed_revision_and_is_kept()
        former = self.start.version_ids[1].with_user(self.rita)
        revision = self.articles.with_user(self.rita).browse(former.action_restore()["res_id"])
        self.assertIn("float switch", revision.body)
        self.assertEqual(revision.state, "draft")
        with self.assertRaisesRegex(UserError, "already"):
            former.action_restore()

    def test_bodies_are_sanitized(self):
        article = self._draft("Script", "<p onclick='x()'>a</p><script>alert(1)</script>")
        self.assertNotIn("script", article.body)
        self.assertNotIn("onclick", article.body)

    def test_files_are_limited(self):
        files = self.env["ir.attachment"].create([{"name": f"{n}", "raw": b"x"} for n in range(11)])
        article = self._draft("Files")
        article.sudo().attachment_ids = [Command.set(files[:10].ids)]
        with self.assertRaisesRegex(UserError, "At most 10 files"):
            article.sudo().attachment_ids = [Command.set(files.ids)]

    def test_a_published_article_is_not_deleted(self):
        with self.assertRaisesRegex(UserError, "Retire"):
            self.start.with_user(self.leo).unlink()

    def test_the_owner_is_told_when_an_article_is_due(self):
        yesterday = fields.Date.today() - timedelta(days=1)
        self.start.review_date = yesterday
        self.noise.review_date = fields.Date.today() + timedelta(days=1)
        cron = self.env.ref(f"{MODULE}.ir_cron_article_review")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.assertEqual(self.start.activity_ids.user_id, self.rita)
        self.assertEqual(self.start.activity_ids.mapped("date_deadline"), [yesterday])
        self.assertFalse(self.noise.activity_ids)


@tagged("post_install", "-at_install")
class TestKnowledgeSearch(KnowledgeCase):
    """SVC-L1: full-text search in the language of the article."""

    def test_words_are_found_with_other_endings(self):
        self.assertEqual(self._find("pumps starting"), self.start)
        self.assertEqual(self._find("bleeding the pipe"), self.noise)

    def test_titles_come_before_texts(self):
        other = self._published("Spare parts", "<p>For every noise there is a part.</p>")
        self.assertEqual(self._find("noise").ids, [self.noise.id, other.id])

    def test_any_word_if_not_all(self):
        self.assertEqual(self._find("pipes burst"), self.noise)

    def test_german_words_by_the_german_dictionary(self):
        self.env["res.lang"]._activate_lang("de_DE")
        article = self._published("Häuser heizen", "<p>Die Pumpen laufen.</p>", lang="de_DE")
        self.assertEqual(self._find("Haus heizt", ["de_DE"]), article)
        self.assertEqual(self._find("Pumpe läuft Pumpen", ["de_DE"]), article)

    def test_chinese_is_found_by_pairs_and_single_signs(self):
        for term in ("卡纸", "打印机卡纸", "电源", "纸", "打印机坏了"):
            self.assertEqual(self._find(term, ["zh_CN"]), self.jam, term)
        self.assertFalse(self._find("墨盒", ["zh_CN"]))
        # an English user finds it, too, when nothing else is there
        self.assertEqual(self._find("卡纸"), self.jam)

    def test_keywords_and_the_last_word_while_typing(self):
        article = self._published("Leak", "<p>Seal it.</p>", keywords="dripping 滴水")
        self.assertEqual(self._find("drips"), article)
        self.assertEqual(self._find("滴水"), article)
        self.assertEqual(self._find("see", typing=True), self.articles)
        self.assertEqual(self._find("noi", typing=True), self.noise)

    def test_misspelt_titles_are_found_by_likeness(self):
        self.assertTrue(self.env.registry.has_trigram)
        self.assertEqual(self._find("nois from teh pumpe")[:1], self.noise)
        self.assertFalse(self._find("zzzzqqqq"))

    def test_the_product_of_the_request_goes_first(self):
        twin = self._published("Pump does not start", "<p>Check the fuse.</p>")
        twin.product_tmpl_ids = self.product.product_tmpl_id
        about = {"product_tmpl": self.product.product_tmpl_id.id}
        self.assertEqual(self._find("pump start", about=about)[0], twin)
        self.start.vote_yes = 8
        self.assertEqual(self._find("pump start")[0], self.start)

    def test_the_type_of_the_request_goes_before_others(self):
        twin = self._published("Pump does not start", "<p>Check the fuse.</p>")
        self.start.type_ids = self.usage
        self.assertEqual(self._find("pump start", about={"type": self.usage.id})[0], self.start)
        twin.type_ids, self.start.type_ids = self.usage, False
        self.assertEqual(self._find("pump start", about={"type": self.usage.id})[0], twin)

    def test_drafts_retired_and_other_companies_are_not_found(self):
        self._draft("Noise of drafts")
        other = self.env["res.company"].create({"name": "Other"})
        self.noise.sudo().company_id = other
        self.assertFalse(self._find("noise"))
        self.noise.sudo().company_id = False
        self.assertEqual(self._find("noise"), self.noise)
        self.noise.with_user(self.leo).action_retire()
        self.assertFalse(self._find("noise"))

    def test_the_list_finds_by_words(self):
        found = self.articles.with_user(self.rita).search([("fulltext", "=", "bleeding")])
        self.assertEqual(found, self.noise)

    def test_statements_do_not_grow_with_the_articles(self):
        counts = []
        for number in (3, 30):
            for n in range(number):
                self._published(f"Valve {number} {n}", "<p>valve</p>")
            self.env.flush_all()
            self.env.invalidate_all()
            self._find("valve", limit=50)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = self._find("valve", limit=50)
            found._hit_values("valve")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(len(found), 33)
        self.assertEqual(counts[0], counts[1])

    def test_writing_many_indexes_in_one_statement(self):
        drafts = self.articles.create([{"name": f"A {n}"} for n in range(30)])
        counts = []
        for some in (drafts[:2], drafts[10:30]):
            some.mapped("body")  # into the cache
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            some.keywords = "more"
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestKnowledgeRequest(KnowledgeCase):
    """SVC-L1: articles beside a request, and a request that becomes an article."""

    def _as(self, user, request):
        return request.with_user(user)

    def test_suggestions_for_a_subject(self):
        requests = self.env["crm.service.request"].with_user(self.rita)
        hits = requests.suggest_articles("Pump makes noise", False, self.usage.id, self.anna.id)
        self.assertEqual(hits[0]["id"], self.noise.id)
        self.assertIn(["pump", True], hits[0]["title"])
        self.assertFalse(hits[0]["url"])
        self.assertEqual(requests.suggest_articles("ab"), [])
        self.assertEqual(requests.suggest_articles(None), [])
        public = requests.suggest_articles("fuse")[0]
        self.assertEqual(public["url"], f"/help/pump-does-not-start-{self.start.id}")

    def test_the_customers_language_comes_first(self):
        self.anna.lang = "zh_CN"
        hits = (
            self.env["crm.service.request"]
            .with_user(self.rita)
            .suggest_articles("卡纸 pump", partner_id=self.anna.id)
        )
        self.assertEqual(hits[0]["id"], self.jam.id)

    def test_a_use_links_and_counts_once_per_request(self):
        request = self._request(self.rita)
        self.assertTrue(request.use_article(self.noise.id, "viewed", 1))
        self.assertEqual((self.noise.use_count, request.article_ids), (0, self.articles))
        self.assertTrue(request.use_article(self.noise.id, "inserted", 2))
        self.assertFalse(request.use_article(self.noise.id, "inserted", 2))
        self.assertTrue(request.use_article(self.noise.id, "helped"))
        self.assertEqual(request.article_ids, self.noise)
        self.assertEqual((self.noise.use_count, self.noise.vote_yes), (1, 1))
        uses = request.article_use_ids.sorted("id")
        self.assertEqual(uses.mapped("kind"), ["viewed", "inserted", "helped"])
        self.assertEqual(uses.mapped("position"), [1, 2, 0])
        self.assertEqual(uses.mapped("suggested"), [True, True, False])
        self._request(self.rob).use_article(self.noise.id, "linked")
        self.assertEqual(self.noise.use_count, 2)

    def test_only_published_articles_and_known_ways(self):
        request = self._request(self.rita)
        with self.assertRaisesRegex(UserError, "not published"):
            request.use_article(self._draft("Draft").id, "linked")
        with self.assertRaisesRegex(UserError, "this way"):
            request.use_article(self.noise.id, "eaten")

    def test_a_search_without_hit_is_counted_without_personal_data(self):
        requests = self.env["crm.service.request"].with_user(self.rita)
        for _ in range(2):
            self.assertEqual(requests.search_articles("Teleporter of anna@acme.example"), [])
        misses = self.env["crm.service.article.miss"].search([])
        self.assertEqual(len(misses), 1)
        self.assertNotIn("acme", misses.term)
        self.assertEqual((misses.count, misses.place, misses.lang), (2, "request", "en_US"))
        misses.with_user(self.leo).action_write_article()
        self.assertTrue(misses.done)
        requests.search_articles("Teleporter of anna@acme.example")
        misses.invalidate_recordset()
        self.assertEqual((misses.count, misses.done), (3, False))

    def test_an_article_from_a_solved_request_leaves_the_customer_out(self):
        request = self._request(
            self.rita,
            name="Pump of Acme does not start, call +49 30 1234567",
            description="<p>Hello,</p><p>Anna here, anna@acme.example.com. It hums only.</p>",
            product_id=self.product.id,
        )
        with self.assertRaisesRegex(UserError, "Solve the request"):
            request.action_make_article()
        request.solution = f"<p>Changed the capacitor, see {request.number}.</p>"
        request.action_solve()
        article = self.articles.browse(request.action_make_article()["res_id"])
        text = f"{article.name} {article.body_text}"
        for personal in ("Acme", "Anna", "acme.example", "1234567", request.number):
            self.assertNotIn(personal, text)
        self.assertEqual(article.name, "Pump of … does not start, call …")
        self.assertIn("It hums only.", text)
        self.assertIn("Changed the capacitor", text)
        self.assertEqual(article.state, "draft")
        self.assertEqual(article.audience, "internal")
        self.assertEqual(article.product_tmpl_ids, self.product.product_tmpl_id)
        self.assertEqual((article.request_id, article.type_ids), (request, self.usage))

    def test_articles_follow_a_merge(self):
        source, target = self._request(self.rita), self._request(self.rita)
        source.use_article(self.noise.id, "linked")
        source._merge_into(target)
        self.assertEqual(target.article_ids, self.noise)
        self.assertEqual(target.article_use_ids.article_id, self.noise)

    def test_suggesting_costs_the_same_for_many_articles(self):
        requests = self.env["crm.service.request"].with_user(self.rita)
        counts = []
        for number in (1, 10):
            for n in range(number):
                self._published(f"Gasket {number} {n}")
            self.env.flush_all()
            requests.suggest_articles("gasket", self.product.id, self.usage.id, self.anna.id)
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            requests.suggest_articles("gasket", self.product.id, self.usage.id, self.anna.id)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])


@tagged("post_install", "-at_install")
class TestKnowledgeAccess(KnowledgeCase):
    """SVC-L1: who may do what, by role, model and operation."""

    #: read, write, create, unlink by role
    RIGHTS = {
        "crm.service.article": {"emma": "r", "rita": "rwc", "leo": "rwcd", "ada": "rwcd"},
        "crm.service.article.version": {"emma": "r", "rita": "r", "leo": "r", "ada": "r"},
        "crm.service.article.use": {"emma": "", "rita": "r", "leo": "r", "ada": "r"},
        "crm.service.article.vote": {"emma": "", "rita": "", "leo": "r", "ada": "r"},
        "crm.service.article.miss": {"emma": "", "rita": "r", "leo": "rwd", "ada": "rwd"},
    }

    def test_rights_by_role(self):
        letters = {"r": "read", "w": "write", "c": "create", "d": "unlink"}
        for model, roles in self.RIGHTS.items():
            for role, rights in roles.items():
                records = self.env[model].with_user(getattr(self, role))
                allowed = "".join(k for k, op in letters.items() if records.has_access(op))
                self.assertEqual(allowed, rights, f"{model} {role}")

    def test_customers_and_visitors_have_no_right_to_any_model(self):
        portal = self._user("pia", "base.group_portal")
        for user in (portal, self.env.ref("base.public_user")):
            for model in self.RIGHTS:
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(self.env[model].with_user(user).has_access(operation))
            requests = self.env["crm.service.request"].with_user(user)
            with self.assertRaises(AccessError):
                requests.suggest_articles("Pump noise")
            with self.assertRaises(AccessError):
                requests.search_articles("Pump noise")

    def test_employees_read_what_is_published(self):
        draft = self._draft("Draft of a noise")
        found = self.articles.with_user(self.emma).search([])
        self.assertIn(self.noise, found)
        self.assertNotIn(draft, found)
        with self.assertRaises(AccessError):
            draft.with_user(self.emma).read(["name"])
        with self.assertRaises(AccessError):
            self.noise.with_user(self.emma).action_retire()
        with self.assertRaises(AccessError):
            self.noise.with_user(self.emma).action_revise()
