import re

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged
from odoo.tools import SQL

from .common_portal import PageMixin, PortalCase

SECRETS = ("Pump does not start", "SN-1", "manual.txt", "plan.txt", "Street 1", "Our words")
ACTIONS = ("answer", "close", "reopen", "rate", "cancel", "collection")


@tagged("post_install", "-at_install")
class TestPortalIsolation(PageMixin, PortalCase, HttpCase):
    """SVC-T: nothing of another customer is ever reachable, and GET changes nothing."""

    def setUp(self):
        super().setUp()
        self.message = self._say("Our words", files=[("plan.txt", b"plan")])
        self.file = self.message.attachment_ids
        self.collection = self._booked()
        self.request.action_take()
        self.theirs = self._request(name="Of Beta", partner_id=self.bert.id, team_id=self.team.id)
        self.env.flush_all()

    def _paths(self, request, token=""):
        base = f"/service/{request.id}/{token}" if token else f"/my/requests/{request.id}"
        return [
            base,
            f"{base}/file/{self.file.id}",
            f"{base}/file/{self.manual.id}",
            f"{base}/collection",
            f"{base}/label/{self.collection.id}",
        ]

    def _own_pages(self):
        """Every page of Acme that a GET opens."""
        asset = f"/my/assets/{self.asset.id}"
        token = self.request._guest_token()
        return [
            "/my",
            "/my/requests",
            "/my/requests?search=pump&filterby=open&sortby=stage",
            "/my/requests/page/2",
            "/my/requests/new",
            f"/my/requests/new?asset={self.asset.id}",
            *self._paths(self.request),
            "/my/assets",
            asset,
            f"{asset}/file/{self.manual.id}",
            *self._paths(self.request, token),
            f"/service/{self.request.id}/wrong",
            "/service/link",
        ]

    def test_get_changes_nothing(self):
        """No row of any table of the addon or of the conversation is written by opening pages."""
        self._login(self.anna_user)
        self.url_open("/my/requests")  # the session is there
        before = self._state()
        for path in self._own_pages():
            self.assertIn(self.url_open(path).status_code, (200, 404), path)
            self.assertIn(self.url_open(path, method="HEAD").status_code, (200, 404), path)
        self.assertEqual(self._state(), before)

    def _state(self):
        """Rows and their last writers (transaction ids) of every table a page could touch."""
        self.env.flush_all()
        found = {}
        names = [name for name in self.env.registry if name.startswith("crm.")]
        for name in (*names, "mail.message", "mail.mail", "mail.followers", "res.partner"):
            model = self.env[name]
            if model._auto and not model._abstract and not model._transient:
                found[name] = self._rows(model._table)
        return found

    def _rows(self, table):
        query = "SELECT count(*), max(id), sum(hashtext(t::text)::bigint) FROM %s t"
        return self.env.execute_query(SQL(query, SQL.identifier(table)))[0]

    def test_the_list_of_pages_knows_every_route(self):
        """A new GET route of these pages must be added to the tests."""
        rules = self.env["ir.http"]._generate_routing_rules(["crm_service_levels"], converters={})
        mine = {
            re.sub(r"<[^>]*>", "N", url)
            for url, endpoint in rules
            if url.startswith(("/my/", "/service/"))
            and "GET" in (endpoint.routing.get("methods") or ["GET"])
            and endpoint.routing["type"] == "http"
        }
        known = {
            re.sub(r"/service/\d+/[^/]+", "/service/N/N", path.split("?")[0])
            for path in self._own_pages()
        }
        known = {re.sub(r"/\d+", "/N", path) for path in known}
        ours = {url for url in mine if url.startswith(("/my/requests", "/my/assets", "/service"))}
        self.assertTrue(ours)
        self.assertFalse(ours - known)

    def test_another_customer_reaches_nothing(self):
        """Beta opens every address of Acme, with ids of Acme under his own request, too."""
        self._login(self.bert_user)
        paths = [path for path in self._own_pages() if "/service/" not in path]
        for path in (*paths, *self._paths(self.theirs), *self._paths(self.theirs)):
            page = self.url_open(path)
            for secret in SECRETS:
                if not (secret == "Pump does not start" and "search" in path):
                    self.assertNotIn(secret, page.text, path)
        own = (f"/my/requests/{self.request.id}", f"/my/assets/{self.asset.id}")
        for path in [path for path in paths if path.startswith(own)]:
            self.assertEqual(self.url_open(path).status_code, 404, path)

    def test_files_are_served_by_the_own_routes_only(self):
        """The general routes of Odoo ask for a right to the request, which no customer has."""
        note = self._say("Note", files=[("secret.txt", b"secret")], subtype="mail.mt_note")
        for user in (self.anna_user, self.bert_user, None):
            self._login(user)
            for file in (self.file, note.attachment_ids, self.manual):
                for path in ("/web/content/%s", "/web/image/%s"):
                    got = self.url_open(path % file.id)
                    for content in (b"plan", b"secret", b"content"):
                        self.assertNotEqual(got.content, content)

    def test_another_customer_changes_nothing(self):
        self._login(self.bert_user)
        before = self._state()["crm.service.request"]
        token = self._csrf(self.url_open("/my/requests/new").text)
        for action in ACTIONS:
            data = {"csrf_token": token, "text": "Mine", "points": "5"}
            data["collection_id"] = str(self.collection.id)
            sent = self.url_open(f"/my/requests/{self.request.id}/{action}", data=data)
            self.assertEqual(sent.status_code, 404, action)
        own = f"/my/requests/{self.theirs.id}"
        self.url_open(f"{own}/cancel", data={**data, "csrf_token": token})
        self.collection.invalidate_recordset()
        self.assertEqual(self.collection.state, "booked")
        self.assertEqual(self._state()["crm.service.request"], before)

    def test_strangers_reach_nothing_and_log_in_first(self):
        self._login()
        for path in [path for path in self._own_pages() if path.startswith("/my")]:
            page = self.url_open(path)
            self.assertTrue("/web/login" in page.url, path)

    def test_a_guest_reaches_his_own_request_only(self):
        self._login()
        token = self.theirs._guest_token()
        for path in (*self._paths(self.theirs, token), *self._paths(self.request, token)):
            page = self.url_open(path)
            for secret in SECRETS:
                self.assertNotIn(secret, page.text, path)

    def test_forms_need_their_token(self):
        self._login(self.anna_user)
        guest = f"/service/{self.request.id}/{self.request._guest_token()}"
        before = self._state()
        for base in (f"/my/requests/{self.request.id}", guest):
            for action in ACTIONS:
                sent = self.url_open(f"{base}/{action}", data={"text": "Forged", "points": "5"})
                self.assertEqual(sent.status_code, 400, (base, action))
        for path in ("/my/requests/new", "/service/link"):
            forged = {"name": "Forged", "description": "x", "email": "x@y.z"}
            sent = self.url_open(path, data=forged)
            self.assertEqual(sent.status_code, 400)
        self.assertEqual(self._state(), before)

    def test_unknown_actions_and_get_on_actions_are_refused(self):
        self._login(self.anna_user)
        base = f"/my/requests/{self.request.id}"
        token = self._csrf(self.url_open(base).text)
        for action in ("unlink", "write", "_portal_close"):
            sent = self.url_open(f"{base}/{action}", data={"csrf_token": token})
            self.assertEqual(sent.status_code, 404)
        self.assertEqual(self.url_open(f"{base}/close").status_code, 405)
        self.assertFalse(self.request.is_closed)

    def test_customers_have_no_right_to_any_model_of_the_addon(self):
        names = [
            name
            for name, model in self.env.registry.items()
            if name.startswith(("crm.service.", "crm.customer.asset", "crm.feedback."))
            and not model._abstract
        ]
        self.assertGreater(len(names), 40)
        public = self.env.ref("base.public_user")
        for user in (self.anna_user, public):
            for name in names:
                for operation in ("read", "write", "create", "unlink"):
                    self.assertFalse(
                        self.env[name].with_user(user).has_access(operation), (name, operation)
                    )
        with self.assertRaises(AccessError):
            self.request.with_user(self.anna_user).read(["name"])

    def test_methods_of_the_pages_cannot_be_called_from_outside(self):
        for name in ("crm.service.portal", "crm.service.portal.hit"):
            public = [
                method
                for method in vars(type(self.env[name]).__mro__[1])
                if callable(getattr(type(self.env[name]), method)) and not method.startswith("_")
            ]
            self.assertEqual(public, [])
