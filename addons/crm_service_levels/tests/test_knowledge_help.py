from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from .test_knowledge import KnowledgeCase


@tagged("post_install", "-at_install")
class TestHelpPage(KnowledgeCase, HttpCase):
    """SVC-L1: the public help page shows public, published articles and nothing else."""

    def _get(self, url, status=200):
        response = self.url_open(url)
        self.assertEqual(response.status_code, status, url)
        return response.text

    def _url(self, article):
        return self.env["crm.service.help"]._url(article)

    def test_visitors_find_public_articles(self):
        page = self._get("/help?search=pumps+start")
        self.assertIn(self._url(self.start), page)
        self.assertIn("<mark>Pump</mark>", page)
        self.assertNotIn("Noise", page)
        self.assertIn("float switch", self._get(self._url(self.start)))

    def test_nothing_internal_leaks(self):
        self._user("pia", "base.group_portal", password="pia-pia-pia")
        draft = self._draft("Secret draft", "<p>secret</p>", "public")
        retired = self._published("Secret retired", "<p>secret</p>", "public")
        retired.with_user(self.leo).action_retire()
        archived = self._published("Secret archived", "<p>secret</p>", "public")
        archived.active = False
        other = self._published("Secret company", "<p>secret</p>", "public")
        other.sudo().company_id = self.env["res.company"].create({"name": "Other"})
        internal = self._published("Secret internal", "<p>secret</p>")
        action = self.start.with_user(self.rita).action_revise()
        revision = self.articles.browse(action["res_id"])
        revision.body = "<p>secret</p>"
        for login in (None, "pia"):
            self.authenticate(login, login and "pia-pia-pia")
            self.assertNotIn("ecret", self._get("/help"))
            self.assertNotIn("Secret", self._get("/help?search=secret"))
            for article in (draft, retired, archived, other, internal, revision):
                self._get(f"/help/x-{article.id}", 404)
            self._get("/help/x-999999999", 404)
            self._get("/help/nonsense", 404)

    def test_rpc_gives_nothing_out(self):
        self._user("pia", "base.group_portal", password="pia-pia-pia")
        self.authenticate("pia", "pia-pia-pia")
        for model, method in (
            ("crm.service.help", "_search_page"),
            ("crm.service.help", "_articles"),
            ("crm.service.article", "_find"),
            ("crm.service.article", "search_read"),
            ("crm.service.request", "suggest_articles"),
        ):
            params = {"model": model, "method": method, "args": ["pump"], "kwargs": {}}
            if method == "search_read":
                params["args"] = [[]]
            answer = self.url_open(
                f"/web/dataset/call_kw/{model}/{method}", json={"params": params}
            ).json()
            self.assertIn("error", answer, method)

    def test_addresses_speak_and_lead_to_the_right_one(self):
        url = self._url(self.start)
        self.assertEqual(url, f"/help/pump-does-not-start-{self.start.id}")
        response = self.url_open(f"/help/old-title-{self.start.id}", allow_redirects=False)
        self.assertEqual(response.status_code, 301)
        self.assertTrue(response.headers["Location"].endswith(url))

    def test_files_of_public_articles_only(self):
        files = self.env["ir.attachment"].create(
            [{"name": "open.txt", "raw": b"open"}, {"name": "shut.txt", "raw": b"shut"}]
        )
        release = self.start.sudo()
        release._release({"attachment_ids": [Command.link(files[0].id)]})
        self.noise.sudo()._release({"attachment_ids": [Command.link(files[1].id)]})
        self.assertEqual(self._get(f"/help/file/{self.start.id}/{files[0].id}"), "open")
        self._get(f"/help/file/{self.start.id}/{files[1].id}", 404)
        self._get(f"/help/file/{self.noise.id}/{files[1].id}", 404)

    def test_a_visitor_votes_once_and_only_by_his_form(self):
        page = self._get(self._url(self.start))
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        address = f"/help/vote/{self.start.id}"
        self.assertEqual(self.url_open(address, data={"helpful": "yes"}).status_code, 400)
        for helpful in ("no", "yes"):
            answer = self.url_open(address, data={"helpful": helpful, "csrf_token": token})
            self.assertEqual(answer.status_code, 200)
            self.assertIn("Thank you", answer.text)
        self.start.invalidate_recordset()
        self.assertEqual((self.start.vote_yes, self.start.vote_no), (1, 0))
        secret = {"helpful": "yes", "csrf_token": token}
        self.assertEqual(self.url_open(f"/help/vote/{self.noise.id}", data=secret).status_code, 404)
        vote = self.env["crm.service.article.vote"].search([])
        self.assertEqual((len(vote), vote.user_id.id, len(vote.visitor)), (1, False, 64))

    def test_choices_count_public_articles(self):
        self.start.type_ids = self.usage
        self.noise.type_ids = self.usage
        choices = self.env["crm.service.help"]._choices()
        self.assertEqual(choices["types"], [(self.usage.id, self.usage.name, 1)])
        page = self._get(f"/help?type={self.usage.id}")
        self.assertIn(self._url(self.start), page)
        self._get("/help?type=abc&product=-1&page=0")

    def test_misses_are_counted(self):
        self._get("/help?search=teleporter")
        miss = self.env["crm.service.article.miss"].search([])
        self.assertEqual((miss.term, miss.place, miss.count), ("teleporter", "help", 1))

    def test_suggestions_for_the_form_of_the_portal(self):
        visitor = self.env["crm.service.help"].with_user(self.env.ref("base.public_user"))
        hits = visitor._suggest("pump will not start")
        self.assertEqual([hit["url"] for hit in hits], [self._url(self.start)])
        self.assertEqual(visitor._suggest("noise"), [])

    def test_statements_of_the_page_do_not_grow(self):
        helps = self.env["crm.service.help"].with_user(self.env.ref("base.public_user"))
        counts = []
        for number in (1, 10):
            for n in range(number):
                self._published(f"Gasket {number} {n}", "<p>x</p>", "public")
            self.env.flush_all()
            helps._search_page("gasket")
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            helps._search_page("gasket")
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
