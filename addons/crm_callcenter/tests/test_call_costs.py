"""Cost per contact, dearer channels than suit, profit center (CC-9)."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .measure_common import NOW, MeasureCase, T


@tagged("post_install", "-at_install")
class TestCallCosts(MeasureCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "Costs Ltd"})
        cls.eve.write({"company_ids": [(4, cls.company.id)]})
        channels = cls.env["crm.contact.channel"].search([("code", "in", ("phone", "web"))])
        cls.phone = channels.filtered(lambda one: one.code == "phone")
        cls.web = channels - cls.phone
        cls.env["crm.contact.channel.rate"].create(
            [
                {"channel_id": channel.id, "company_id": cls.company.id, "cost": cost}
                for channel, cost in ((cls.phone, 6), (cls.web, 1))
            ]
        )

    def _cost(self, kind, amount, **values):
        may = {"date_from": "2026-05-01", "date_to": "2026-05-31", "channel_id": self.phone.id}
        self.env["crm.call.cost"].create(
            {"name": kind, "kind": kind, "amount": amount, "company_id": self.company.id}
            | may
            | values
        )

    def _page(self, user=None, first="2026-05-01", last="2026-05-31"):
        self.env["crm.call.interval"]._drain(NOW)
        page = self.env["crm.call.cost.page"].with_user(user or self.eve)
        return page.with_company(self.company).get_costs(first, last)

    def _channel(self, data, code):
        return next((one for one in data["channels"] if one["code"] == code), None)

    def test_cost_per_contact(self):
        """10 hours × 30 + 80 for lines + 20 fixed = 400; ÷ 100 calls = 4, configured 6."""
        self._cost("hour", 30)
        self._cost("line", 80)
        self._cost("fixed", 20)
        for _one in range(100):
            self._call()
        others = ("ringing", "on_call", "wrap_up", "paused", "unreachable")
        self.env["crm.call.agent.interval"].create(
            {
                "company_id": self.company.id, "agent_id": self.ada.id, "start": T,
                "ready": 36000, **dict.fromkeys(others, 0),
            }
        )  # fmt: skip
        phone = self._channel(self._page(), "phone")
        self.assertEqual((phone["contacts"], phone["real"], phone["rate"]), (100, 4, 6))
        self.assertEqual(phone["used"], 4)
        self.assertAlmostEqual(phone["off"], 4 / 6 - 1)

    def test_few_contacts_use_the_rate(self):
        self._call()
        self._cost("fixed", 500)
        phone = self._channel(self._page(), "phone")
        self.assertEqual((phone["real"], phone["used"]), (500, 6))

    def test_costs_by_days(self):
        """310 in May are 100 in ten of its days."""
        self._cost("fixed", 310)
        self.assertEqual(self._page(first="2026-05-11", last="2026-05-20")["cost"], 100)

    def test_nothing_known_is_not_free(self):
        data = self._page()
        self.assertIsNone(self._channel(data, "phone")["real"])
        self.assertIsNone(data["result"])
        self.assertIsNone(data["cost"], "no cost recorded is not a cost of 0")

    def test_income_without_a_cost_is_no_result(self):
        row = {"label": "Sales", "amount": 1000.0, "model": "crm.lead", "domain": []}
        page = type(self.env["crm.call.cost.page"])
        self.patch(page, "_income", lambda self, first, last: [row])
        self.assertIsNone(self._page()["result"])
        self._cost("fixed", 0)
        self.assertEqual(self._page()["result"], 1000, "a cost of 0 that was recorded is known")

    def test_audience_of_unknown_costs_is_not_known(self):
        """Not “0 customers, 0.00 could be saved” as long as no two channels can be compared."""
        self.env["crm.contact.channel.rate"].search(
            [("company_id", "in", (False, self.company.id))]
        ).unlink()
        ann = self.env["res.partner"].create({"name": "Ann"})
        self.topic.channel_ids = self.web
        self._call(partner_id=ann.id, topic_id=self.topic.id)
        audience = self._page()["audience"]
        self.assertEqual((audience["customers"], audience["saving"]), (None, None))
        self._cost("fixed", 500)
        self.assertIsNone(self._page()["audience"]["saving"], "the other channel is not known")
        self.env["crm.contact.channel.rate"].create(
            {"channel_id": self.web.id, "company_id": self.company.id, "cost": 1}
        )
        audience = self._page()["audience"]
        self.assertEqual((audience["customers"], audience["saving"]), (1, 499))

    def test_contacts_open_exactly_their_records(self):
        """Every number of the column is the number of the records behind it."""
        for result in ("answered", "answered", "abandoned", "ivr_contained"):
            self._call(result=result)
        self._call(direction="outbound")
        self._call(direction="internal")
        for day in ("2026-04-30 23:59:59", "2026-05-01 00:00:00", "2026-05-31 23:59:59"):
            self._call(day)
        self._call("2026-06-01 00:00:00")
        self._call(company_id=self.env.company.id)
        self._cost("fixed", 20, channel_id=self.web.id, contacts=40)
        self._cost("fixed", 9, channel_id=self.web.id, date_from="2026-06-01", date_to="2026-06-30")
        data = self._page()
        for code, count in (("phone", 5), ("ivr", 1)):
            row = self._channel(data, code)
            calls = self.env[row["open"]["model"]].with_user(self.eve).with_company(self.company)
            found = calls.with_context(allowed_company_ids=self.company.ids).search(
                row["open"]["domain"]
            )
            self.assertEqual((row["contacts"], len(found)), (count, count), code)
        row = self._channel(data, "web")
        costs = self.env[row["open"]["model"]].search(row["open"]["domain"])
        self.assertEqual((row["contacts"], costs.mapped("contacts")), (40, [40]))

    def test_dearer_than_suits(self):
        """Ann calls three times about what the web serves: 3 × (6 − 1) = 15."""
        ann, bob = self.env["res.partner"].create([{"name": "Ann"}, {"name": "Bob"}])
        self.topic.channel_ids = self.web
        for _one in range(3):
            self._call(partner_id=ann.id, topic_id=self.topic.id)
        self._call(partner_id=bob.id, topic_id=self.other.id)
        audience = self._page()["audience"]
        self.assertEqual((audience["ids"], audience["saving"]), (ann.ids, 15))
        self.assertEqual(audience["first"][0]["contacts"], 3)

    def test_profit_center(self):
        """What other addons bring against the cost."""
        self._cost("fixed", 310)
        row = {"label": "Sales", "amount": 1000.0, "model": "crm.lead", "domain": []}
        page = type(self.env["crm.call.cost.page"])
        self.patch(page, "_income", lambda self, first, last: [row])
        self.assertEqual(self._page()["result"], 690)

    def _alert(self, partner, amount, outcome="kept", **values):
        rule = self.env["crm.customer.alert.rule"].search([], limit=1)
        return self.env["crm.customer.alert"].create(
            {
                "rule_id": rule.id,
                "kind": rule.kind,
                "partner_id": partner.id,
                "company_id": self.company.id,
                "cause": f"silence {amount}",
                "raised_on": "2026-05-02",
                "amount": amount,
                "outcome": outcome,
                "judged_on": "2026-05-20",
                "state": "done",
                **values,
            }
        )

    def _called(self, partner, date, person=True):
        """A call of a list to somebody."""
        one = self.env["crm.call.list"].create(
            {
                "name": f"{partner.name} {date}",
                "mode": "notice",
                "notice_sound": "spring",
                "company_id": self.company.id,
                "exchange_id": self.exchange.id,
            }
        )
        entry = self.env["crm.call.list.entry"].create(
            {"list_id": one.id, "company_id": self.company.id, "partner_id": partner.id}
        )
        result = "answered" if person else "no_answer"
        self.env["crm.call.list.attempt"].create(
            {"entry_id": entry.id, "date": date, "result": result, "person": person}
        )

    def test_customers_kept_by_calls(self):
        """Ann is kept once (the larger amount); Bob nobody reached, Cyd was called too late, Dan
        is lost, Eda was kept in June."""
        names = ("Ann", "Bob", "Cyd", "Dan", "Eda")
        ann, bob, cyd, dan, eda = self.env["res.partner"].create([{"name": one} for one in names])
        self.exchange.company_id = self.company
        best = self._alert(ann, 1200)
        self._alert(ann, 300)
        self._alert(bob, 5000)
        self._alert(cyd, 5000)
        self._alert(dan, 5000, "lost")
        self._alert(eda, 5000, judged_on="2026-06-01")
        for partner in (ann, dan, eda):
            self._called(partner, "2026-05-10 10:00:00")
        self._called(bob, "2026-05-10 10:00:00", person=False)
        self._called(cyd, "2026-05-21 00:00:01")
        self._cost("fixed", 310)
        self.eve.group_ids += self.env.ref("crm_customer_insight.group_insight_analyst")
        data = self._page()
        [row] = data["income"]
        found = self.env[row["model"]].search(row["domain"])
        self.assertEqual((found, row["count"], row["amount"]), (best, 1, 1200))
        self.assertEqual(data["result"], 890)

    def test_orders_count_once_and_are_opened(self):
        """Confirmed orders of these days and this company; a row has not what one before it had."""
        buyer = self.env["res.partner"].create({"name": "Buyer"})
        product = self.env["product.product"].create({"name": "Pump", "type": "service"})

        def order(price, date="2026-05-10 10:00:00", state="sale", company=self.company):
            return self.env["sale.order"].create(
                {
                    "partner_id": buyer.id,
                    "company_id": company.id,
                    "state": state,
                    "date_order": date,
                    "order_line": [
                        (0, 0, {"product_id": product.id, "price_unit": price, "tax_ids": False})
                    ],
                }
            )

        first, second = order(100), order(40)
        out = (
            order(1, "2026-06-01 00:00:00")
            | order(2, state="draft")
            | order(4, company=self.env.company)
        )
        page = type(self.env["crm.call.cost.page"])
        named = [("Service", (first | out).ids), ("Calls", (first | second).ids)]
        self.patch(page, "_income_orders", lambda self, first, last: named)
        rows = self._page()["income"]
        self.assertEqual([(row["label"], row["amount"]) for row in rows],
                         [("Service", 100), ("Calls", 40)])  # fmt: skip
        self.assertEqual(rows[0]["model"], False, "who may not read orders sees the sum alone")
        seller = new_test_user(
            self.env,
            "cc_costs_seller",
            "crm_callcenter.group_call_supervisor,sales_team.group_sale_salesman_all_leads",
            company_ids=[(6, 0, self.company.ids)],
            company_id=self.company.id,
        )
        rows = self._page(seller)["income"]
        for row, expected in zip(rows, (first, second), strict=True):
            orders = self.env[row["model"]].with_user(seller).search(row["domain"])
            self.assertEqual((orders, sum(orders.mapped("amount_untaxed"))),
                             (expected, row["amount"]))  # fmt: skip

    def test_rights_and_bad_input(self):
        with self.assertRaises(AccessError):
            self._page(self.ada.user_id)
        with self.assertRaises(UserError):
            self._page(first="x")
        costs = self.env["crm.call.cost"]
        costs.with_user(self.eve).check_access("read")
        for user, operation in ((self.eve, "write"), (self.ada.user_id, "read")):
            with self.assertRaises(AccessError):
                costs.with_user(user).check_access(operation)
