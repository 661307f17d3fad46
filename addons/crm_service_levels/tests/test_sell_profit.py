from odoo.tests import tagged

from .common_sell import SellCase


@tagged("post_install", "-at_install")
class TestSellProfit(SellCase):
    """SVC-L4: revenue, margin and cost of service per request, representative and model."""

    def _row(self, user=None, *groupby):
        report = self.env["crm.service.profit.report"].with_user(user or self.leo)
        names = ("revenue", "product_cost", "margin", "effort_cost", "net", "given")
        rows = report._read_group(
            [("request_id", "=", self.request.id)], groupby, [f"{name}:sum" for name in names]
        )
        return rows if groupby else dict(zip(names, rows[0], strict=True))

    def _sold_order(self, *wanted):
        order = self._sell(*wanted)
        order.action_confirm()
        self.env.flush_all()
        return order

    def test_by_hand(self):
        self.env["crm.service.effort"].create(
            {"request_id": self.request.id, "minutes": 90, "user_id": self.rita.id}
        )
        self._sold_order(
            self._want(self.seal, "part", 2),  # free; 2 × 30 of cost, worth 2 × 50
            self._want(self.kit, "add_on", 1),  # 100, cost 60
            self._want(self.hour, "labor", 1.5),  # 120; its cost is the work
        )
        # margin 220 − 60 − 60; work 90 minutes at 60 an hour
        expected = {
            "revenue": 220.0,
            "product_cost": 120.0,
            "margin": 100.0,
            "effort_cost": 90.0,
            "net": 10.0,
            "given": 100.0,
        }
        self.assertEqual(self._row(), expected)

    def test_quotations_and_cancelled_orders_do_not_count(self):
        order = self._sell(self._want(self.kit, "add_on", 1))
        self.env.flush_all()
        self.assertFalse(self._row()["revenue"])
        order._action_cancel()
        self.env.flush_all()
        self.assertFalse(self._row()["revenue"])

    def test_goods_without_a_cost_are_in_no_margin(self):
        gift = self._sold("Bolt", 10.0, 0.0)
        self._sold_order(self._want(gift, "part", 2), self._want(self.kit, "add_on", 1))
        report = self.env["crm.service.profit.report"].with_user(self.leo)
        row = report.search([("request_id", "=", self.request.id), ("revenue_unknown", ">", 0)])
        self.assertEqual((row.revenue, row.revenue_unknown, row.margin), (20.0, 20.0, 0.0))
        # 100 − 60; the bolts' 20 are not counted
        self.assertEqual((self._row()["revenue"], self._row()["margin"]), (120.0, 40.0))

    def test_orders_in_another_currency_count_at_their_own_rate(self):
        order = self._sell(self._want(self.kit, "add_on", 1))
        order.action_confirm()
        self.env.flush_all()
        order.currency_rate = 2.0
        self.env.flush_all()
        # 100 ÷ 2, cost 60 ÷ 2
        self.assertEqual((self._row()["revenue"], self._row()["margin"]), (50.0, 20.0))

    def test_by_representative_and_model(self):
        self.env["crm.service.effort"].create(
            {"request_id": self.request.id, "minutes": 60, "user_id": self.rita.id}
        )
        self._sold_order(self._want(self.kit, "add_on", 1))
        found = {row[0]: (row[1], row[4]) for row in self._row(None, "user_id")}
        self.assertEqual(found[self.sal][0], 100.0)
        self.assertEqual(found[self.rita][1], 60.0)
        models = [row[0] for row in self._row(None, "product_id")]
        self.assertEqual(models, [self.pump])
        months = self._row(None, "date:month")
        self.assertEqual(len(months), 1)

    def test_a_row_opens_what_is_behind_it(self):
        order = self._sold_order(self._want(self.kit, "add_on", 1))
        report = self.env["crm.service.profit.report"]
        row = report.search([("order_id", "=", order.id)])
        self.assertEqual(row.action_open_source()["res_id"], order.id)
        row = row.with_user(self.leo)
        self.assertEqual(row.action_open_source()["res_id"], self.request.id)

    def test_other_companies_are_apart(self):
        self._sold_order(self._want(self.kit, "add_on", 1))
        other = self.env["res.company"].create({"name": "Works GmbH"})
        lena = self._user(
            "lena",
            "crm_service_levels.group_service_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        self.assertFalse(self._row(lena)["revenue"])
