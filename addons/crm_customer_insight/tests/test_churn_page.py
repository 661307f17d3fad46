"""The page Churn, the call list, facts, columns and proposals (ROI-3, ROI-5)."""

from datetime import date

from odoo.tests import tagged

from .churn_common import ChurnCommon
from .value_common import TODAY


@tagged("post_install", "-at_install")
class TestChurnPage(ChurnCommon):
    abroad = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.analyst = cls.make_user("page_ann", "crm_customer_insight.group_insight_analyst")
        cls.sam = cls.make_user("page_sam", "sales_team.group_sale_salesman")

    def page(self, user=None):
        return self.env["crm.churn.page"].with_user(user or self.analyst).get_churn_page()

    def month(self, page, month):
        return next(item for item in page["months"] if item["month"] == month)

    def test_rates_of_a_month_count_who_was_there_at_its_start(self):
        self.bought(self.alma, date(2024, 5, 10))  # lost on 11 May 2025
        self.bought(self.bert, date(2024, 5, 20), date(2025, 7, 1))  # lost 21 May, back 1 July
        self.bought(self.cora, date(2025, 4, 1))
        new = self.env["res.partner"].create({"name": "New"})
        self.bought(new, date(2025, 5, 15))  # not there at the start of May
        self.compute()
        page = self.page()
        may, july = self.month(page, "2025-05-01"), self.month(page, "2025-07-01")
        self.assertEqual((may["base"], may["lost"], may["rate"]), (3, 2, 2 / 3))
        self.assertEqual((may["gone_base"], may["back_rate"]), (0, None))
        # at the start of July Alma and Bert are lost; Bert comes back
        self.assertEqual((july["gone_base"], july["back"], july["back_rate"]), (2, 1, 0.5))
        self.assertEqual((july["base"], july["rate"]), (2, 0))

    def test_rates_open_exactly_the_customers_they_count(self):
        self.bought(self.alma, date(2024, 5, 10))
        self.bought(self.cora, date(2025, 4, 1))
        self.compute()
        page = self.page()
        domain = [
            *page["domain"],
            ("month", "=", "2025-05-01"),
            ("previous_state", "in", ["active", "at_risk", "won_back"]),
        ]
        rows = self.Churn.with_user(self.analyst).search(domain)
        self.assertEqual(rows.partner_id, self.alma | self.cora)
        lost = rows.search([*domain, ("state", "=", "lost")])
        self.assertEqual(lost.partner_id, self.alma)

    def test_rates_by_tier_are_of_the_tier_when_he_last_bought(self):
        # alone with revenue he is tier A in the month of his purchase, D later
        self.invoice(self.alma, date(2025, 1, 10), (1, 100))
        self.env["crm.churn.rule"].create({"lost_days": 90, "at_risk_days": 45})
        self.compute()
        page = self.page()
        april = self.month(page, "2025-04-01")  # lost on 11 April, 91 days later
        self.assertEqual(april["tiers"]["A"]["lost"], 1)
        self.assertEqual(self.churn(self.alma).tier, "A")

    def test_a_month_of_many_losses_is_a_wave(self):
        # nine customers lost in May 2025, nobody in the other months; others stay
        partners = self.env["res.partner"].create([{"name": f"W{n}"} for n in range(20)])
        for number, partner in enumerate(partners):
            self.bought(partner, date(2024, 5, 10))
            if number >= 9:
                self.bought(partner, *(date(2025, month, 3) for month in (2, 5, 8, 11)))
        self.compute()
        page = self.page()
        waves = [month["month"] for month in page["months"] if month["wave"]]
        self.assertEqual(waves, ["2025-05-01"])

    def test_survival_curve(self):
        partners = self.env["res.partner"].create([{"name": f"S{n}"} for n in range(10)])
        for number, partner in enumerate(partners):
            # on 15 January 2025; two are lost by a rule of 60 days, 16 March: month 3
            self.bought(partner, date(2025, 1, 15))
            if number > 1:
                self.bought(partner, *(date(2025, month, 15) for month in range(2, 13)))
        self.env["crm.churn.rule"].create({"lost_days": 60, "at_risk_days": 40, "count_by": "days"})
        self.compute()
        curve = self.page()["survival"][0]
        points = [(p["months"], p["at_risk"], p["lost"], p["share"]) for p in curve["points"]]
        # eight are watched for eleven months until 15 December
        self.assertEqual(points, [(3, 10, 2, 0.8), (11, 8, 0, 0.8)])

    def test_too_few_customers_make_no_curve(self):
        self.bought(self.alma, 10)
        self.compute(history=False)
        self.assertEqual(self.page()["survival"], [])

    def test_matrix_holds_all_but_the_lost(self):
        self.bought(self.alma, 274)  # 274/366 = 0.7486
        self.bought(self.bert, 275)  # 275/366 = 0.7514
        self.bought(self.cora, 400)
        self.compute()
        cells = {cell["low"]: cell["count"] for cell in self.page()["matrix"]}
        self.assertEqual(cells, {0.75: 1, 0.5: 1})

    def test_reasons_are_shares_of_the_losses_of_a_year(self):
        self.bought(self.alma, 400)
        self.bought(self.bert, 380)
        self.bought(self.cora, 900)  # lost before that year
        self.compute()
        [reason] = self.page()["reasons"]
        self.assertEqual((reason["count"], reason["share"]), (2, 1))
        self.assertEqual(reason["label"], "No reason recorded")

    def test_before_anything_is_computed(self):
        self.assertFalse(self.page()["summary"])

    def test_salespeople_see_their_own_customers(self):
        self.alma.user_id = self.sam
        self.bought(self.alma, 200)
        self.bought(self.bert, 200)
        self.compute()
        own, whole = self.page(self.sam), self.page()
        self.assertEqual(sum(state["count"] for state in own["summary"]["states"]), 1)
        self.assertEqual(sum(state["count"] for state in whole["summary"]["states"]), 2)
        self.assertTrue(own["summary"]["only_own"])

    def test_the_page_costs_the_same_for_more_customers(self):
        def count():
            self.page()  # what the registry caches is read once
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.page()
            return self.env.cr.sql_log_count - before

        self.bought(self.alma, 200, 500)
        self.compute()
        few = count()
        for partner in self.env["res.partner"].create([{"name": "Q"}] * 20):
            self.bought(partner, 200, 500)
        self.compute()
        self.assertEqual(count(), few)

    # Elsewhere

    def test_facts_columns_and_proposals(self):
        self.alma.user_id = self.sam
        self.invoice(self.alma, date(2025, 5, 1), (1, 1000))  # 228 days: at risk after 182
        self.bought(self.bert, 10)
        self.compute()
        facts = self.env["crm.customer.fact"].with_user(self.analyst).with_company(self.company)
        found = facts._values(["churn_state", "churn_risk", "churn_reason"], self.alma.ids)
        self.assertEqual(found["churn_state"][self.alma.id], "at_risk")
        self.assertAlmostEqual(found["churn_risk"][self.alma.id], 228 / 366, 4)
        self.assertEqual(found["churn_reason"][self.alma.id], "silence")
        condition = {"fact": "churn_state", "operator": "in", "value": ["at_risk"]}
        self.assertEqual(facts._count(condition), 1)

    def test_columns_on_contacts(self):
        self.bought(self.alma, 228)
        self.bought(self.bert, 10)
        self.compute()
        partners = self.env["res.partner"].with_user(self.analyst).with_company(self.company)
        ours = [("id", "in", (self.alma | self.bert | self.contact).ids)]
        at_risk = partners.search([*ours, ("insight_churn_state", "=", "at_risk")])
        self.assertEqual(at_risk, self.alma | self.contact)
        by_risk = partners.search([*ours, ("parent_id", "=", False)], order="insight_churn_risk")
        self.assertEqual(by_risk.ids, [self.bert.id, self.alma.id])
        self.assertEqual(self.alma.with_user(self.analyst).insight_churn_state, "at_risk")
        groups = partners._read_group(ours, ["insight_churn_state"], ["__count"])
        self.assertEqual(dict(groups), {"at_risk": 2, "active": 1})

    def test_proposal_to_keep_and_to_win_back(self):
        self.alma.user_id = self.bert.user_id = self.cora.user_id = self.sam
        self.invoice(self.alma, date(2025, 5, 1), (1, 1000))
        self.bought(self.bert, 400)
        self.bought(self.cora, 800)  # lost for more than a year
        self.compute()
        ids = (self.alma | self.bert | self.cora).ids
        actions = self.env["crm.next.action"].with_user(self.sam).with_company(self.company)
        found = [item for item in actions.get_next_actions(ids) if item["code"] == "churn"]
        titles = {item["partner_id"]: item["title"] for item in found}
        self.assertEqual(
            titles,
            {self.alma.id: "Keep the customer", self.bert.id: "Win the customer back"},
        )
        keep = next(item for item in found if item["partner_id"] == self.alma.id)
        self.assertAlmostEqual(keep["expected_value"], 1000 * 228 / 366, 2)
        self.assertIn("Silent for 228 days", keep["reason"])

    def test_calls_are_planned_from_the_list(self):
        self.alma.user_id = self.sam
        self.bought(self.alma, 228)
        self.compute()
        self.churn(self.alma).with_user(self.sam).action_plan_call()
        self.assertEqual(self.alma.activity_ids.user_id, self.sam)

    def test_the_models_probability_stands_beside_the_risk(self):
        self.bought(self.alma, date(2024, 5, 10))
        self.bought(self.cora, date(2025, 4, 1))
        self.compute()
        rows = self.Churn.search(
            [("partner_id", "=", self.alma.id), ("company_id", "=", self.company.id)]
        )
        common = {"currency_id": self.company.currency_id.id, "date": TODAY}
        self.env["crm.customer.lifetime"].create(
            [
                {
                    **common,
                    "partner_id": self.alma.id,
                    "company_id": company,
                    "is_current": True,
                    "month": TODAY.replace(day=1),
                    "model": "noncontractual",
                    "p_alive": p_alive,
                }
                for company, p_alive in ((self.company.id, 0.25), (False, 0.5))
            ]
        )
        current = rows.filtered("is_current")
        self.assertEqual(current.with_user(self.analyst).p_alive, 0.25)
        self.assertEqual({row.p_alive for row in rows - current}, {False})
        cora = self.Churn.search([("partner_id", "=", self.cora.id), ("is_current", "=", True)])
        self.assertIs(cora[0].p_alive, False)

    def test_who_buys_daily(self):
        row = self.Churn.new({"silence_days": 3, "usual_days": 1.2, "silence_part": 0.1})
        self.assertEqual(row.why, "Silent for 3 days; usually buys every day.")

    def test_the_360_view_says_why(self):
        self.bought(self.alma, 228)
        self.compute()
        customer = self.env["res.partner"].with_user(self.analyst).with_company(self.company)
        sections = customer.get_customer_360(self.alma.id)["sections"]
        [section] = [item for item in sections if item["code"] == "churn"]
        self.assertEqual(section["state"], "at_risk")
        self.assertIn("Silent for 228 days", section["why"][0])
        self.assertEqual(section["date"], str(TODAY))
