from datetime import datetime
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..models.crm_service_lookup_mixin import CrmServiceLookupMixin
from .common_sell import SellCase


@tagged("post_install", "-at_install")
class TestSellLookup(SellCase):
    """SVC-L1: products with the customer's price and the stock, and the nearest dealers."""

    # Products and prices

    def _found(self, term, quantity=1.0):
        return self._as(self.rita).lookup_products(term, quantity)["products"]

    def test_by_code_barcode_and_name(self):
        for term in ("SEAL-1", "4006381333931", "Sea"):
            self.assertIn(self.seal.id, [row["id"] for row in self._found(term)], term)
        self.assertFalse(self._found(" ") or self._found("no such thing"))
        self.seal.sale_ok = False
        self.assertFalse(self._found("SEAL-1"))

    def test_a_quantity_is_above_zero(self):
        for quantity in (0, -1, "2", float("nan")):
            with self.assertRaises(UserError):
                self._as(self.rita).lookup_products("SEAL-1", quantity)

    def test_without_inventory_stock_is_not_known(self):
        alone = CrmServiceLookupMixin._service_product_stock
        self.assertIsNone(alone(self.request, self.seal))
        with patch.object(type(self.request), "_service_product_stock", alone):
            found = self._as(self.rita).lookup_products("SEAL-1")
        row = found["products"][0]
        self.assertEqual((found["stock"], row["stock"], row["stored"]), (False, None, False))

    def test_the_price_list_gives_what_the_order_charges(self):
        self._price_list(10.0, 5, "percentage")
        price = self._found("SEAL-1", 5)[0]["price"]
        # 50 − 10 % = 45, five of them
        self.assertEqual((price["excluded"], price["unit"]), (225.0, 45.0))
        self.assertEqual(self._found("SEAL-1", 4)[0]["price"]["excluded"], 200.0)
        order = self.env["sale.order"].create(
            {
                "partner_id": self.anna.id,
                "order_line": [Command.create({"product_id": self.seal.id, "product_uom_qty": 5})],
            }
        )
        self.assertEqual(order.amount_untaxed, price["excluded"])

    def test_a_discount_comes_on_top_of_the_price_list(self):
        self._price_list(10.0, 1, "percentage")
        self.seal_part.covered = False
        order = self._sell(self._want(self.seal, "part", 2, discount=5))
        # 2 × 50 × 0.9 × 0.95
        self.assertEqual(order.amount_untaxed, 85.5)
        action = self._as(self.sal).action_sell()
        sell = self.env["crm.service.sell"].with_user(self.sal).browse(action["res_id"])
        line = sell.line_ids.filtered(lambda one: one.product_id == self.seal)
        line.write({"chosen": True, "discount": 5})
        self.assertEqual(line.subtotal, 85.5)

    def test_prices_with_taxes_and_in_another_currency(self):
        tax = self.env["account.tax"].create({"name": "Tax 20", "amount": 20.0})
        self.seal.taxes_id = tax
        foreign = self.env["res.currency"].create({"name": "QQQ", "symbol": "q", "rounding": 0.01})
        foreign.rate_ids = [
            Command.create({"name": "2020-01-01", "rate": 2.0, "company_id": self.company.id})
        ]
        self._price_list(0.0, 1, "percentage", currency_id=foreign.id)
        price = self._found("SEAL-1", 3)[0]["price"]
        # 3 × 50 × 2 before, 20 % more with taxes
        self.assertEqual((price["excluded"], price["included"]), (300.0, 360.0))
        self.assertEqual(price["currency_id"], foreign.id)

    def _price_list(self, percent, least, kind, **values):
        group = self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user").implied_ids += group
        item = {"compute_price": kind, "percent_price": percent, "min_quantity": least}
        prices = self.env["product.pricelist"].create(
            {"name": "Partners", "item_ids": [Command.create(item)], **values}
        )
        self.acme.property_product_pricelist = prices

    def test_the_look_up_asks_the_same_for_one_and_for_eight(self):
        def count(term):
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            found = self.request.with_user(self.rita).lookup_products(term)["products"]
            return len(found), self.env.cr.sql_log_count - before

        for number in range(8):
            self._sold(f"Gasket {number}", 3.0, 1.0)
        count("Gasket 1")
        one, few = count("Gasket 1")
        eight, many = count("Gasket")
        self.assertEqual((one, eight), (1, 8))
        self.assertEqual(few, many)

    # Dealers

    def _dealer(self, name, latitude=0.0, longitude=0.0, **values):
        values |= {"partner_latitude": latitude, "partner_longitude": longitude}
        return self.env["res.partner"].create({"name": name, "service_dealer": True, **values})

    def _dealers(self, place=None):
        return self._as(self.rita).lookup_dealers(place)

    def test_the_nearest_dealer_by_distance(self):
        self.env["res.partner"].search([("service_dealer", "=", True)]).service_dealer = False
        self.anna.write({"partner_latitude": 48.0, "partner_longitude": 11.0, "city": "Here"})
        # one degree of a meridian is 111.195 km, two are 222.39
        far = self._dealer("Far", 50.0, 11.0, phone="+49 89 1")
        near = self._dealer("Near", 49.0, 11.0, street="Road 1", city="There")
        lost = self._dealer("Lost")
        self._dealer("Archived", 48.0, 11.0, active=False)
        found = self._dealers()
        self.assertEqual(
            [(row["id"], row["km"]) for row in found["dealers"]],
            [(near.id, 111.2), (far.id, 222.4), (lost.id, None)],
        )
        self.assertTrue(found["known"])
        self.assertIn("Road 1", found["dealers"][0]["address"])
        self.assertEqual(found["dealers"][1]["phone"], "+49 89 1")

    def test_the_site_of_the_asset_comes_before_the_contact(self):
        self.anna.write({"partner_latitude": 10.0, "partner_longitude": 10.0})
        self.site.write({"partner_latitude": 48.0, "partner_longitude": 11.0})
        self.asset.site_id = self.site
        dealer = self._dealer("Near", 48.0, 11.0)
        self.assertEqual(self._dealers()["dealers"][0]["id"], dealer.id)
        self.assertEqual(self._dealers()["dealers"][0]["km"], 0.0)

    def test_a_place_that_is_typed(self):
        germany, france = self.env.ref("base.de"), self.env.ref("base.fr")
        self._dealer("Ours", 48.0, 11.0, city="Upper Qtown", zip="99998", country_id=germany.id)
        near = self._dealer("Theirs", 43.0, 5.0, city="Lower Qtown", country_id=france.id)
        for place in ("lower qtown", " Lower  Qtown "):
            found = self._dealers(place)
            self.assertEqual((found["dealers"][0]["id"], found["known"]), (near.id, True))
        self.assertEqual(self._dealers("99998")["dealers"][0]["name"], "Ours")
        self.assertEqual(self._dealers("Nowhere at all"), {
            "dealers": [], "from": "Nowhere at all", "known": False
        })  # fmt: skip

    def test_a_country_without_coordinates(self):
        france = self.env.ref("base.fr")
        dealer = self._dealer("Aaa Theirs", country_id=france.id)
        self._dealer("Aaa Another", country_id=self.env.ref("base.it").id)
        found = self._dealers("France")
        self.assertEqual((found["dealers"][0]["id"], found["known"]), (dealer.id, False))

    def test_the_same_state_before_the_same_country(self):
        country = self.env.ref("base.us")
        here, there = self.env.ref("base.state_us_5"), self.env.ref("base.state_us_44")
        self.env["res.partner"].search([("service_dealer", "=", True)]).service_dealer = False
        self.anna.write({"country_id": country.id, "state_id": here.id})
        self.asset.site_id = False
        abroad = self._dealer("A abroad", country_id=self.env.ref("base.fr").id)
        country_dealer = self._dealer("B", country_id=country.id, state_id=there.id)
        state_dealer = self._dealer("C", country_id=country.id, state_id=here.id)
        order = [row["id"] for row in self._dealers()["dealers"]]
        self.assertEqual(order, [state_dealer.id, country_dealer.id, abroad.id])
        by_name = self._dealers(there.name)["dealers"]
        self.assertEqual(by_name[0]["id"], country_dealer.id)

    def test_dealers_of_another_company_are_its_own(self):
        other = self.env["res.company"].create({"name": "Works GmbH"})
        dealer = self._dealer("Secret", 48.0, 11.0, company_id=other.id)
        self.assertNotIn(dealer.id, [row["id"] for row in self._dealers()["dealers"]])

    def test_use_a_dealer(self):
        dealer = self._dealer("Near", 48.0, 11.0)
        self._as(self.rita).use_dealer(dealer.id)
        self.assertEqual((self.request.dealer_id, self.asset.dealer_id), (dealer, dealer))
        with self.assertRaisesRegex(UserError, "not marked"):
            self._as(self.rita).use_dealer(self.beta.id)

    def test_dealers_cost_the_same_queries_for_ten_times_as_many(self):
        def count():
            self.env.invalidate_all()
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            found = self.request.with_user(self.rita).lookup_dealers()["dealers"]
            self.assertEqual(len(found), 8)
            return self.env.cr.sql_log_count - before

        for number in range(8):
            self._dealer(f"Dealer {number}", 48.0 + number, 11.0)
        count()
        few = count()
        for number in range(72):
            self._dealer(f"Another {number}", 20.0 + number / 2, 11.0)
        self.assertEqual(count(), few)

    # Prices of another day are not shown

    def test_a_price_list_of_yesterday_is_over(self):
        group = self.env.ref("product.group_product_pricelist")
        self.env.ref("base.group_user").implied_ids += group
        item = {
            "compute_price": "fixed",
            "fixed_price": 1.0,
            "date_end": datetime(2026, 1, 1, 0, 0),
        }
        prices = self.env["product.pricelist"].create(
            {"name": "Old", "item_ids": [Command.create(item)]}
        )
        self.acme.property_product_pricelist = prices
        with freeze_time("2026-01-02"):
            self.assertEqual(fields.Date.to_string(fields.Date.today()), "2026-01-02")
            self.assertEqual(self._found("SEAL-1")[0]["price"]["excluded"], 50.0)
