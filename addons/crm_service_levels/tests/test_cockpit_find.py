from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from .common_service import ServiceCase


@tagged("post_install", "-at_install")
class TestFind(ServiceCase):
    """SVC-L1: find the customer in seconds, by whatever he tells; create him on the fly."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.finder = cls.env["crm.service.finder"].with_user(cls.rita)
        cls.company.country_id = cls.env.ref("base.fr")
        cls.anna.write({"name": "Zanna Bergwald", "phone": "+33 1 09 75 83 51", "ref": "K-4711"})
        cls.env["crm.contact.number"]._drain()
        product = cls.env["product.product"].create({"name": "Pump", "type": "service"})
        cls.order = cls.env["sale.order"].create(
            {
                "name": "ZQ90042",
                "partner_id": cls.anna.id,
                "order_line": [Command.create({"product_id": product.id, "price_unit": 10.0})],
            }
        )
        cls.request = cls._request(name="Zylinder rattles")

    def _hits(self, term, code=None, user=None):
        finder = self.env["crm.service.finder"].with_user(user or self.rita)
        groups = finder.find(term)["groups"]
        return [hit for group in groups if code in (None, group["code"]) for hit in group["hits"]]

    def test_by_telephone_in_any_writing(self):
        for writing in ("+33 1 09 75 83 51", "0109758351", "01.09.75.83.51", "0033109758351"):
            hit = self._hits(writing, "numbers")[0]
            self.assertEqual((hit["model"], hit["res_id"]), ("res.partner", self.anna.id), writing)

    def test_by_name_mail_and_reference(self):
        for term in ("zanna berg", "ANNA@acme.example.com", "K-4711"):
            self.assertEqual(self._hits(term, "customers")[0]["res_id"], self.anna.id, term)

    def test_by_request_number_and_subject(self):
        for term in (self.request.number, "zylinder"):
            hit = self._hits(term, "requests")[0]
            self.assertEqual((hit["model"], hit["res_id"]), (self.request._name, self.request.id))

    def test_by_order_without_rights_in_sales(self):
        """A representative finds the customer by his order; number, date and name is all."""
        with self.assertRaises(AccessError):
            self.order.with_user(self.rita).read(["amount_total"])
        hit = self._hits("zq90042", "orders")[0]
        self.assertFalse(hit["open"])
        self.assertEqual(
            hit["new"],
            {"default_partner_id": self.anna.id, "default_sale_order_id": self.order.id},
        )
        self.assertNotIn("10.0", str(hit))

    def test_by_invoice_without_rights_in_invoicing(self):
        journal = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)], limit=1
        ) or self.env["account.journal"].create(
            {"name": "Sales", "code": "FND", "type": "sale", "company_id": self.company.id}
        )
        invoices = self.env["account.move"].create(
            [
                {"move_type": "out_invoice", "partner_id": self.anna.id, "name": name,
                 "journal_id": journal.id}
                for name in ("ZINV/2026/0815", "ZINV/2026/0816")
            ]
        )  # fmt: skip
        posted, _draft = invoices
        posted.state = "posted"
        self.assertFalse(posted.with_user(self.rita).has_access("read"))
        (hit,) = self._hits("zinv/2026/081", "invoices")
        self.assertEqual((hit["title"], hit["open"]), ("ZINV/2026/0815", False))
        self.assertEqual(
            hit["new"], {"default_partner_id": self.anna.id, "default_invoice_id": posted.id}
        )
        self.assertEqual(self._hits("zinv/2026/081", user=self.emma), [])

    def test_what_a_request_may_refer_to(self):
        """A representative chooses the order of a request without rights in Sales."""
        expected = [{"id": self.order.id, "display_name": "ZQ90042"}]
        self.assertEqual(self.finder.find_documents("sale.order", "", self.acme.id), expected)
        self.assertEqual(self.finder.find_documents("sale.order", "q900"), expected)
        beta = self.env["res.partner"].create({"name": "Beta"})
        self.assertEqual(self.finder.find_documents("sale.order", "", beta.id), [])
        with self.assertRaisesRegex(UserError, "do not refer to “res.users”"):
            self.finder.find_documents("res.users", "")
        with self.assertRaises(AccessError):
            self.finder.with_user(self.emma).find_documents("sale.order", "")

    def test_other_employees_get_what_they_may_read(self):
        self.assertEqual(self._hits("zq90042", user=self.emma), [])
        self.assertEqual(self._hits("zylinder", user=self.emma), [])

    def test_orders_of_other_companies_are_not_found(self):
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.order.company_id = other
        self.assertEqual(self._hits("zq90042", "orders"), [])

    def test_best_group_comes_first(self):
        groups = self.finder.find(self.request.number)["groups"]
        self.assertEqual(groups[0]["code"], "requests")

    def test_hits_tell_tier_and_open_requests(self):
        hit = self._hits("zanna", "customers")[0]
        self.assertIn("1 open requests", hit["note"])
        self.assertEqual(hit["new"], {"default_partner_id": self.anna.id})

    def test_input_is_bounded(self):
        for term in ("", "x", None, 5, ["a"], {"a": 1}, "%" * 5000, "'; DROP TABLE x; --", "\\"):
            self.assertEqual(self.finder.find(term)["groups"], [], term)
        self.assertLessEqual(len(self._hits("a@b.example", "customers")), 8)
        self.assertIn("groups", self.finder.find("zanna", limit=10**9))

    def test_visitors_are_refused(self):
        portal = self._user("find_portal", "base.group_portal")
        finder = self.env["crm.service.finder"].with_user(portal)
        for call in (
            lambda: finder.find("zanna"),
            lambda: finder.find_duplicates({"name": "Zanna"}),
            lambda: finder.create_customer({"name": "Zanna"}),
        ):
            with self.assertRaises(AccessError):
                call()

    def test_queries_do_not_grow_with_customers(self):
        self._more(3)
        few = self._cost("Ymir")
        self._more(30)
        self.assertEqual(self._cost("Ymir"), few)

    def _more(self, count):
        for number in range(count):
            partner = self.env["res.partner"].create({"name": f"Ymir {number}"})
            self._request(partner_id=partner.id, name=f"Ymir asks {number}")
        self._cost("Ymir")  # what is cached for good is read once

    def _cost(self, term):
        self.env.flush_all()
        self.env.invalidate_all()
        start = self.env.cr.sql_log_count
        self.finder.find(term)
        return self.env.cr.sql_log_count - start

    # On the fly

    def _doubles(self, **values):
        rows = self.finder.find_duplicates(values)
        return {row["id"]: row["reason"] for row in rows}

    def test_duplicates_by_mail_number_and_similar_name(self):
        found = self._doubles(name="Somebody", email="Anna@ACME.example.com ")
        self.assertEqual(found, {self.anna.id: "mail"})
        self.assertEqual(self._doubles(phone="01 09 75 83 51"), {self.anna.id: "number"})
        self.assertEqual(self._doubles(name="Bergwalt, Zanna"), {self.anna.id: "name"})
        self.assertEqual(self._doubles(name="Quite Another"), {})

    def test_representative_creates_a_customer(self):
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.rita).create({"name": "No"})
        partner = self.env["res.partner"].browse(
            self.finder.create_customer(
                {"name": " Neu Kunde ", "phone": "+33 1 09 75 83 52", "user_id": self.rita.id}
            )
        )
        self.assertEqual((partner.name, partner.phone), ("Neu Kunde", "+33 1 09 75 83 52"))
        self.assertFalse(partner.user_id, "only what the dialog asks for is taken")
        self.assertEqual(self._hits("0109758352", "numbers")[0]["res_id"], partner.id)

    def test_a_customer_needs_a_name_and_a_representative(self):
        with self.assertRaises(UserError):
            self.finder.create_customer({"email": "x@example.com"})
        with self.assertRaises(AccessError):
            self.finder.with_user(self.emma).create_customer({"name": "Neu"})

    def test_by_serial_number(self):
        """SVC-L3: the name plate leads to the asset, its customer and a request about it."""
        asset = self.env["crm.customer.asset"].create(
            {"name": "Pump X200", "serial": "ZS-778/4", "partner_id": self.anna.id}
        )
        [hit] = self._hits("zs-778", "assets")
        self.assertEqual((hit["model"], hit["res_id"]), (asset._name, asset.id))
        self.assertEqual(
            hit["new"], {"default_partner_id": self.anna.id, "default_asset_id": asset.id}
        )

    def test_by_number_of_the_asset(self):
        """SVC-L3: our own number does, too; who looks after the machine asks, not the company."""
        values = {"name": "Pump X200", "partner_id": self.acme.id, "contact_id": self.anna.id}
        asset = self.env["crm.customer.asset"].create(values)
        [hit] = self._hits(asset.number, "assets")
        self.assertEqual(hit["new"]["default_partner_id"], self.anna.id)
