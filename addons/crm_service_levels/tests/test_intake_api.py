import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common_service import ServiceCase


@tagged("post_install", "-at_install")
class TestIntakeApi(ServiceCase):
    """SVC-L1: other programs open requests, checked and safe to repeat."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.robot = new_test_user(
            cls.env, "robot_service", groups="base.group_user,crm_service_levels.group_service_api"
        )
        cls.api = cls.env["crm.service.request"].with_user(cls.robot)

    def _create(self, **values):
        return self.api.api_create({"name": "Pump", "external_reference": "A-1", **values})

    def _made(self, answer):
        return self.env["crm.service.request"].browse(answer["id"])

    def test_a_request_with_all_values(self):
        answer = self._create(
            description="It <stopped>", email="anna@acme.example.com", severity="2",
            type="crm_service_levels.type_usage", date_open="2024-03-01 08:00:00", channel="chat",
        )  # fmt: skip
        self.assertEqual((answer["created"], answer["state"]), (True, "new"))
        request = self._made(answer)
        self.assertEqual((request.partner_id, request.type_id), (self.anna, self.usage))
        self.assertEqual((request.severity, request.channel_id.code), ("2", "chat"))
        self.assertIn("&lt;stopped&gt;", request.description)
        bodies = " ".join(map(str, request.message_ids.mapped("body")))
        self.assertIn("through the API", bodies)

    def test_the_same_reference_is_the_same_request(self):
        first, again = self._create(), self._create(name="Other")
        self.assertEqual((again["id"], again["created"]), (first["id"], False))
        self.assertEqual(self._made(first).name, "Pump")
        self.assertNotEqual(self._create(external_reference="A-2")["id"], first["id"])

    def test_wrong_values_are_named(self):
        later = fields.Datetime.to_string(fields.Datetime.now() + timedelta(days=1))
        wrong = {
            "Unknown value: stage_id": {"stage_id": 1},
            "“name” is needed": {"name": " "},
            "“external_reference” is needed": {"external_reference": None},
            "“partner_id” must be a number": {"partner_id": "1"},
            "“email” is not an address": {"email": "nobody"},
            "“severity”: there is no 9": {"severity": "9"},
            "“channel”: there is no smoke": {"channel": "smoke"},
            "“type”: there is no Nothing": {"type": "Nothing"},
            "“product”: there is no NOPE": {"product": "NOPE"},
            "“company_id” is not yours": {"company_id": 999999},
            "“date_open” is not a moment": {"date_open": "yesterday"},
            "cannot be in the future": {"date_open": later},
            "“name” is too long": {"name": "x" * 251},
        }
        for text, values in wrong.items():
            with self.subTest(text), self.assertRaisesRegex(UserError, text):
                self._create(**values)
        with self.assertRaises(UserError):
            self.api.api_create(["name"])

    def test_who_may(self):
        values = {"name": "Pump", "external_reference": "R-1"}
        requests = self.env["crm.service.request"]
        self.assertTrue(requests.with_user(self.rita).api_create(values)["created"])
        with self.assertRaises(AccessError):
            requests.with_user(self.emma).api_create(values)

    def test_the_role_opens_requests_and_nothing_else(self):
        request = self._made(self._create())
        for operation in ("write", "create", "unlink"):
            self.assertFalse(request.with_user(self.robot).has_access(operation), operation)


@tagged("post_install", "-at_install")
class TestIntakeJson(HttpCase):
    """SVC-L1: the same over ``/json/2`` with an API key."""

    def setUp(self):
        super().setUp()
        groups = "base.group_user,crm_service_levels.group_service_api"
        self.robot = new_test_user(self.env, "robot_json", groups=groups)
        expires = fields.Datetime.now() + timedelta(days=1)
        keys = self.env["res.users.apikeys"].with_user(self.robot)
        self.key = keys._generate("rpc", "test", expires)

    def _post(self, values, key=None):
        return self.url_open(
            "/json/2/crm.service.request/api_create",
            data=json.dumps({"values": values}),
            headers={
                "Authorization": f"Bearer {key or self.key}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self.env.cr.dbname,
            },
        )

    def test_open_and_repeat(self):
        values = {"name": "Pump", "external_reference": "J-1"}
        first, again = self._post(values), self._post(values)
        self.assertEqual((first.status_code, again.status_code), (200, 200))
        self.assertEqual(first.json()["id"], again.json()["id"])
        self.assertEqual((first.json()["created"], again.json()["created"]), (True, False))
        request = self.env["crm.service.request"].browse(first.json()["id"])
        self.assertEqual(request.create_uid, self.robot)

    def test_refused(self):
        self.assertEqual(self._post({}, key="0" * 40).status_code, 401)
        answer = self._post({"name": "Pump"})
        self.assertEqual(answer.status_code, 422)
        self.assertIn("external_reference", answer.json()["message"])
