from datetime import date

from odoo.fields import Command
from odoo.tests import Form, tagged

from .common_asset import AssetCase


@tagged("post_install", "-at_install")
class TestAssetRequest(AssetCase):
    """SVC-L3: a request on an asset, and what the representative sees at once."""

    def test_choosing_an_asset_fills_product_and_customer_and_begins_level_3(self):
        asset = self._asset()
        with Form(self.env["crm.service.request"].with_user(self.rita)) as form:
            form.name = "No pressure"
            form.asset_id = asset
            self.assertEqual((form.product_id, form.partner_id), (self.pump, self.anna))
        request = form.record
        self.assertEqual((request.level, request.level_highest), ("3", "3"))
        request.asset_id = False
        self.assertEqual((request.level, request.level_highest), ("1", "3"))

    def test_by_api_the_same_is_filled(self):
        asset = self._asset()
        request = self._request(self.rita, partner_id=False, asset_id=asset.id)
        self.assertEqual((request.partner_id, request.product_id), (self.anna, self.pump))
        later = self._request(self.rita, partner_id=False)
        later.asset_id = asset
        self.assertEqual((later.partner_id, later.product_id, later.level),
                         (self.anna, self.pump, "3"))  # fmt: skip

    def test_the_card_answers_warranty_recalls_and_requests(self):
        self._rule(months_parts=1200)
        asset = self._asset(serial="C1")
        recall = self.env["crm.service.recall"].create(
            {"name": "Seal", "product_ids": self.pump.ids}
        )
        recall.action_publish()
        earlier = self._request(asset_id=asset.id)
        request = self._request(asset_id=asset.id)
        card = self.Asset.with_user(self.rita).get_service_card(asset.id, request.id)
        self.assertEqual(card["warranty_state"], "active")
        self.assertEqual(card["warranty"][0]["until"], "2126-03-15")
        self.assertEqual([one["name"] for one in card["recalls"]], ["Seal"])
        self.assertEqual([one["id"] for one in card["requests"]], [earlier.id])
        self.assertEqual((card["contract"], card["request_count"]), (None, 1))

    def test_similar_cases_are_ranked_by_cause_type_solution_and_date(self):
        asset, other = self._asset(), self._asset(product_id=self.motor.id)
        cause = self.env["crm.service.cause"].create({"name": "Seal"})
        cases = {
            "late": {"type_id": self.usage.id, "solution": "<p>Read page 3</p>"},
            "type": {"type_id": self.fault.id},
            "solved": {"type_id": self.fault.id, "solution": "<p>New <b>seal</b></p>"},
            "cause": {"type_id": self.usage.id, "cause_id": cause.id},
        }
        for name, values in cases.items():
            request = self._request(name=name, asset_id=asset.id, **values)
            request.action_solve()
        self._request(name="motor", asset_id=other.id).action_solve()
        self._request(name="open", asset_id=asset.id)
        card = self.Asset.with_user(self.rita).get_service_card(
            asset.id, False, self.fault.id, cause.id
        )
        found = self.env["crm.service.request"].browse([one["id"] for one in card["similar"]])
        self.assertEqual(found.mapped("name"), ["cause", "solved", "type", "late"])
        self.assertEqual(card["similar"][1]["solution"], "New seal")

    def test_the_card_costs_the_same_for_long_histories(self):
        asset = self._asset()
        self._request(asset_id=asset.id).action_solve()
        few = self._card_queries(asset)
        for _number in range(10):
            self._request(asset_id=asset.id).action_solve()
        self.assertLessEqual(self._card_queries(asset), few + 1)  # one count beyond five

    def _card_queries(self, asset):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.Asset.with_user(self.rita).get_service_card(asset.id)
        return self.cr.sql_log_count - before

    def test_a_card_of_nothing_or_somebody_elses_is_empty(self):
        self.assertIsNone(self.Asset.get_service_card(False))
        self.assertIsNone(self.Asset.get_service_card(10**9))
        asset = self._asset()
        self.assertIsNone(self.Asset.with_user(self.emma).get_service_card(asset.id))

    def test_a_squad_member_sees_the_asset_of_the_request(self):
        asset = self._asset(warranty_ids=[Command.create({"name": "Gift", "months_parts": 12})])
        self._request(
            asset_id=asset.id, squad_member_ids=[Command.create({"user_id": self.emma.id})]
        )
        card = self.Asset.with_user(self.emma).get_service_card(asset.id)
        self.assertEqual(card["name"], asset.display_name)
        self.assertTrue(card["warranty"][0]["until"])

    def test_creating_1000_requests_on_assets_needs_no_query_per_request(self):
        assets = self._assets(100)
        few, many = self._create(assets, 10), self._create(assets, 100)
        self.assertLess(many, 2 * few)

    def _create(self, assets, count):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.env["crm.service.request"].create(
            [
                {"name": "Fault", "asset_id": assets[n].id, "type_id": self.fault.id}
                for n in range(count)
            ]
        )
        self.env.flush_all()
        return self.cr.sql_log_count - before

    def test_the_axis_shows_requests_on_one_line(self):
        self._rule()
        asset = self._asset()
        self._request(asset_id=asset.id)
        axis = asset.with_user(self.rita).service_axis
        self.assertEqual([row["code"] for row in axis["rows"]], ["parts", "labor", "travel"])
        self.assertEqual({event["kind"] for event in axis["events"]}, {"request", "move"})
        self.assertLess(axis["from"], "2026-03-15")

    def test_customer_360_shows_the_assets(self):
        asset = self._asset()
        self._asset(state="scrapped")
        answer = self.env["res.partner"].with_user(self.rita).get_customer_360(self.anna.id)
        [section] = [one for one in answer["sections"] if one["code"] == "assets"]
        self.assertEqual([one["res_id"] for one in section["items"]], [asset.id])
        self.assertEqual(section["items"][0]["note"], "No warranty rule")

    def test_the_find_box_knows_serials(self):
        """SVC-L1: the customer is located by the serial number of his machine."""
        asset = self._asset(serial="ZQ-4711")
        groups = self.env["crm.service.finder"].with_user(self.rita).find("zq-4711")["groups"]
        [hit] = next(group["hits"] for group in groups if group["code"] == "assets")
        self.assertEqual((hit["res_id"], hit["rank"]), (asset.id, 0))
        self.assertEqual(hit["new"]["default_asset_id"], asset.id)

    def test_counters_on_contact_and_product(self):
        self._asset()
        self.assertEqual(self.anna.with_user(self.rita).asset_count, 1)
        self.assertEqual(self.pump.with_user(self.rita).asset_count, 1)
        self.assertEqual(self.pump.product_tmpl_id.with_user(self.rita).asset_count, 1)
        action = self.anna.with_user(self.rita).action_open_assets()
        self.assertEqual(self.Asset.search(action["domain"]).partner_id, self.acme)

    def test_open_requests_are_counted_for_the_company_of_a_contact(self):
        """As many queries for 80 contacts as for one."""
        requests = self.env["crm.service.request"].create(
            [{"name": "Leaks", "partner_id": self.anna.id} for _n in range(2)]
        )
        requests[0]._to_state("closed")
        anna = self.anna.with_user(self.rita)
        self.assertEqual((anna.service_request_count, self.acme.service_request_count), (1, 1))
        action = anna.action_open_service_requests()
        self.assertEqual(self.env["crm.service.request"].search(action["domain"]), requests)
        others = self.env["res.partner"].create([{"name": f"Other {n}"} for n in range(79)])
        names = ["service_request_count", "asset_count"]
        queries = []
        anna.read(names)  # rules and rights are cached by the first one
        for people in (anna, anna | others.with_user(self.rita)):
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            people.read(names)
            queries.append(self.env.cr.sql_log_count - before)
        self.assertEqual(queries[0], queries[1])

    def test_facts_about_assets(self):
        """C360-6: owns model X, in use for longer than, out of warranty."""
        self._rule(months_parts=12)
        self._asset(delivered_on=date(2020, 1, 1))
        self._asset(product_id=self.motor.id, partner_id=self.beta.id)
        (self.acme | self.beta).user_id = self.env.user
        self.assertEqual(self._who("asset_model", "in", self.pump.ids), self.acme)
        self.assertFalse(self._who("asset_model", "in", self.pump.ids, older_than=36000))
        self.assertEqual(
            self._who("asset_model", "in", self.pump.ids, older_than=700, warranty="expired"),
            self.acme,
        )
        self.assertEqual(self._who("asset_count", ">=", 1, warranty="no_rule"), self.beta)
        self.assertEqual(self._who("asset_out_of_warranty", "=", True), self.acme)
        self.assertEqual(self._who("asset_age", ">", 60), self.acme)
        self.assertFalse(self._who("asset_warranty_end", "set", None))

    def _who(self, fact, operator, value, **params):
        condition = {"fact": fact, "operator": operator, "value": value, "params": params}
        ours = (self.acme | self.beta).ids
        rows = self.env.execute_query(self.env["crm.customer.fact"]._select(condition))
        return self.env["res.partner"].browse(one for (one,) in rows if one in ours)
