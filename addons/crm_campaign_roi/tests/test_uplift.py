from odoo import Command
from odoo.exceptions import AccessError
from odoo.fields import Date
from odoo.tests import tagged

from .test_deals import DealCase


class UpliftCase(DealCase):
    """Spring (1 March to 31 May 2026) with customers in two arms, figures by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.marketer = cls.make_user("mara_uplift", "crm_campaign_roi.group_campaign_user")

    @classmethod
    def customers(cls, name, count):
        return cls.env["res.partner"].create(
            [{"name": f"{name} {n}", "is_company": True} for n in range(count)]
        )

    @classmethod
    def target(cls, partners, arm, state="in", campaign=None):
        return cls.env["crm.campaign.target"].create(
            [
                {
                    "campaign_id": (campaign or cls.spring).id,
                    "company_id": cls.company.id,
                    "partner_id": partner.id,
                    "commercial_partner_id": partner.commercial_partner_id.id,
                    "arm": arm,
                    "state": state,
                }
                for partner in partners
            ]
        )

    def buys(self, partner, day="2026-03-20", price=10.0, **values):
        """Ten pieces at *price*, that cost 6 each."""
        return self.invoice(partner, day, (10, price), **values)

    def all_buy(self, partners, day="2026-03-20", price=10.0):
        """The same of many customers, posted together."""
        line = {"product_id": self.product.id, "quantity": 10, "price_unit": price}
        line["tax_ids"] = [Command.clear()]
        moves = self.env["account.move"].with_company(self.company)
        moves.create(
            [
                {
                    "move_type": "out_invoice",
                    "partner_id": partner.id,
                    "invoice_date": day,
                    "invoice_line_ids": [Command.create(line)],
                }
                for partner in partners
            ]
        ).action_post()

    def found(self, campaign=None):
        self.env.flush_all()
        campaign = (campaign or self.spring).with_company(self.company)
        return campaign.with_context(allowed_company_ids=self.company.ids).get_campaign_uplift()


@tagged("post_install", "-at_install")
class TestUplift(UpliftCase):
    """ROI-2: incremental sales of treated customers against the control group, and estimates."""

    def two_arms(self):
        """40 treated, 20 of whom buy for 100 (profit 40); 30 in control, 6 of whom buy for 100."""
        treated, control = self.customers("T", 40), self.customers("C", 30)
        self.target(treated, "treated")
        self.target(control, "control")
        self.all_buy(treated[:20] | control[:6])
        return treated, control

    def test_treated_against_control(self):
        """Per customer 50 against 20: 30 more, 1,200 for 40. Shares 50 % and 20 %: 12 buyers more.
        Profit 20 against 8: 12 more, 480 in all."""
        self.two_arms()
        found = self.found()
        self.assertTrue(found["control"])
        arms = {row["arm"]: row for row in found["arms"]}
        self.assertEqual((arms["treated"]["persons"], arms["treated"]["buyers"]), (40, 20))
        self.assertEqual((arms["control"]["revenue"], arms["control"]["profit"]), (600.0, 240.0))
        figures = found["figures"]
        self.assertAlmostEqual(figures["buyers"]["total"], 12)
        self.assertAlmostEqual(figures["revenue"]["total"], 1200)
        self.assertAlmostEqual(figures["profit"]["total"], 480)
        self.assertAlmostEqual(figures["revenue"]["lift"], 1.5)
        # variances 2,500 · 40/39 and 1,600 · 30/29: error sqrt(2500/39 + 1600/29) = 10.9213
        self.assertAlmostEqual(figures["revenue"]["low"], 40 * (30 - 1.959964 * 10.9213), 1)
        self.assertTrue(figures["revenue"]["significant"])

    def test_beside_the_return_stands_what_was_caused(self):
        """480 of profit more, as above. Variances 400 · 40/39 and 256 · 30/29: error
        sqrt(400/39 + 256/29) = 4.3685, so 12 ± 8.562 for each of 40: between 137.51 and 822.49."""
        self.assertFalse(self.spring._caused_summary()["control"])
        self.assertIn("attributed, not caused", self.spring._caused_summary()["text"])
        self.target(self.customers("W", 1), "control")
        self.assertIn("not enough customers", self.spring._caused_summary()["text"])
        self.two_arms()
        # one more in control, who buys nothing: 240 / 31 each
        page = self.spring.with_context(allowed_company_ids=self.company.ids).get_return_page()
        found = page["caused"]
        self.assertTrue(found["control"])
        total = self.found()["figures"]["profit"]
        self.assertAlmostEqual(total["total"], 40 * (20 - 240 / 31))
        amounts = [self.spring.currency_id.format(total[name]) for name in ("total", "low", "high")]
        self.assertEqual(
            found["text"],
            f"Against the control group the campaign caused {amounts[0]} of profit "
            f"(between {amounts[1]} and {amounts[2]}).",
        )

    def test_return_of_what_it_caused(self):
        """Profit 480 more for a cost of 240: 200 %."""
        self.two_arms()
        self.env["crm.campaign.cost"].create(
            {
                "name": "Print",
                "campaign_id": self.spring.id,
                "company_id": self.company.id,
                "amount": 240,
                "date": "2026-03-01",
            }
        )
        caused = self.found()["caused"]
        self.assertAlmostEqual(caused["value"], 200)
        self.assertLess(caused["low"], 200)
        self.assertGreater(caused["high"], 200)

    def test_without_cost_or_people_there_are_words(self):
        self.two_arms()
        self.assertIn("Nothing was spent", self.found()["caused"]["word"])
        self.target(self.customers("S", 2), "treated", campaign=self.summer)
        self.target(self.customers("S", 2), "control", campaign=self.summer)
        found = self.found(self.summer)
        self.assertEqual(found["figures"], {})
        self.assertIn("Not enough people", found["caused"]["word"])

    def test_every_sale_counts_whatever_its_campaign(self):
        """Sales of another campaign, of none, and of a contact; outside the window none."""
        self.target(self.alma | self.bert, "treated")
        self.buys(self.contact, post=True)
        move = self.buys(self.bert, post=False)
        move.campaign_id = self.summer
        move.action_post()
        self.buys(self.alma, "2026-02-28")
        self.buys(self.alma, "2026-06-01")
        [row] = self.found()["arms"]
        self.assertEqual((row["persons"], row["buyers"], row["revenue"]), (2, 2, 200.0))

    def test_people_of_one_company_are_one_customer(self):
        self.target(self.alma | self.contact, "treated")
        self.buys(self.alma)
        [row] = self.found()["arms"]
        self.assertEqual((row["persons"], row["revenue"]), (1, 100.0))

    def test_who_is_in_both_groups_is_in_neither(self):
        self.target(self.alma | self.bert, "treated")
        self.target(self.contact, "control")
        self.buys(self.alma)
        found = self.found()
        self.assertEqual([(row["arm"], row["persons"]) for row in found["arms"]], [("treated", 1)])
        self.assertEqual(found["mixed"], 1)

    def test_who_left_the_audience_stays_in_his_arm(self):
        """Who buys leaves "silent for 90 days"; removed people were no targets."""
        self.target(self.alma, "treated", "left")
        self.target(self.bert, "treated", "removed")
        self.target(self.cora, "treated", "duplicate")
        [row] = self.found()["arms"]
        self.assertEqual(row["persons"], 1)

    def test_a_lead_without_a_customer_has_not_bought(self):
        lead = self.env["crm.lead"].create({"name": "Lead"})
        won = self.env["crm.lead"].create({"name": "Won", "partner_id": self.alma.id})
        self.env["crm.campaign.target"].create(
            [
                {"campaign_id": self.spring.id, "lead_id": each.id, "arm": "treated"}
                for each in lead | won
            ]
        )
        self.buys(self.alma)
        [row] = self.found()["arms"]
        self.assertEqual((row["persons"], row["buyers"], row["revenue"]), (2, 1, 100.0))

    def test_without_a_control_group_only_estimates(self):
        """Before (28 November to 28 February, 92 days as March to May): 35 customers bought for 50
        each, 30 of them for 100 now: mean difference (30 · 50 - 5 · 50) / 35."""
        treated = self.customers("T", 35)
        self.target(treated, "treated")
        self.all_buy(treated, "2026-02-10", 5.0)
        self.all_buy(treated[:30])
        found = self.found()
        self.assertFalse(found["control"])
        self.assertEqual(found["figures"], {})
        before, like, others = found["estimates"]
        self.assertAlmostEqual(before["figures"]["revenue"]["per_person"], 1250 / 35)
        self.assertAlmostEqual(before["figures"]["revenue"]["lift"], 1250 / 35 / 50)
        # 50 before for goods of 60, 100 now: profits -10 and 40
        self.assertAlmostEqual(before["figures"]["profit"]["total"], 30 * 50 + 5 * 10)
        self.assertEqual(like["figures"], {})
        self.assertEqual(others["figures"], {})

    def test_all_other_customers_and_campaigns_of_a_kind(self):
        """80 customers bought in February: 40 targets of Spring, of whom 30 buy again for 100, and
        10 of the others: 75 against 25 each. Summer, of the same kind, has 40 other targets, of
        whom 10 buy for 100, against 30 of 40: 25 against 75. Both together: no difference."""
        everybody = self.customers("O", 80)
        self.all_buy(everybody, "2026-02-10")
        self.Snapshot._refresh(full=True, date=Date.to_date("2026-02-27"))
        self.Snapshot._refresh(full=True, date=Date.to_date("2026-03-01"))
        for treated, campaign in ((everybody[:40], self.spring), (everybody[40:], self.summer)):
            self.target(treated, "treated", campaign=campaign)
        kind = self.env["crm.campaign.kind"].create({"name": "Leaflet"})
        both = self.spring | self.summer
        both.write({"kind_id": kind.id, "date_published": "2026-03-01"})
        for phase in ("approved", "running"):
            both._set_phase(phase)
        self.all_buy(everybody[:30] | everybody[40:50])
        others = self.found()["estimates"][2]["figures"]["revenue"]
        self.assertAlmostEqual(others["per_person"], 50)
        self.assertEqual(others["persons"], 40)
        self.env.flush_all()
        campaign = self.spring.with_context(allowed_company_ids=self.company.ids)
        found = campaign.get_kind_uplift()
        self.assertEqual((found["kind"], found["campaigns"]), ("Leaflet", 2))
        figures = found["estimates"][1]["figures"]["revenue"]
        self.assertAlmostEqual(figures["per_person"], 0)
        self.assertEqual(figures["persons"], 80)

    def test_like_customers_by_tier_and_scores(self):
        """80 customers bought for 100 on one day in February, alike in everything; 40 are targets:
        30 of them and 10 of the others buy again. 75 against 25 each: 2,000 more."""
        everybody = self.customers("L", 80)
        self.all_buy(everybody, "2026-02-10")
        self.Snapshot._refresh(full=True, date=Date.to_date("2026-02-27"))
        self.Snapshot._refresh(full=True, date=Date.to_date("2026-03-01"))
        self.env.cr.execute(
            "UPDATE crm_customer_snapshot SET tier = 'B' WHERE partner_id IN %s",
            [tuple(everybody.ids)],
        )
        treated, others = everybody[:40], everybody[40:]
        self.target(treated, "treated")
        self.all_buy(treated[:30] | others[:10])
        like = self.found()["estimates"][1]
        self.assertIn("2026-02", like["help"])
        self.assertAlmostEqual(like["figures"]["revenue"]["total"], 2000)
        self.assertEqual(like["figures"]["revenue"]["persons"], 40)
        self.assertAlmostEqual(like["figures"]["revenue"]["lift"], 2)

    def test_nothing_before_the_window_or_without_targets(self):
        self.assertFalse(self.found()["window"])
        self.target(self.alma, "treated")
        self.spring.date_start = "2099-01-01"
        self.assertFalse(self.found()["window"])

    def test_figures_open_their_sales(self):
        treated, control = self.two_arms()
        self.buys(self.alma)
        self.env.flush_all()
        for arm, partners, revenue in (("treated", treated, 2000.0), ("control", control, 600.0)):
            action = self.spring.action_open_uplift_sales(arm)
            rows = self.env[action["res_model"]].search(
                [*action["domain"], ("company_id", "=", self.company.id)]
            )
            self.assertEqual(sum(rows.mapped("revenue")), revenue)
            self.assertLessEqual(set(rows.partner_id.ids), set(partners.ids))
            action = self.spring.action_open_uplift_targets(arm)
            found = self.env[action["res_model"]].search_count(action["domain"])
            self.assertEqual(found, len(partners))

    def test_amounts_of_another_company_are_converted(self):
        """1 dollar is 0.5 euros: 100 euros sold there are 200 dollars."""
        self.env["res.currency.rate"].create(
            {
                "name": "2026-01-01",
                "rate": 0.5,
                "currency_id": self.euro.id,
                "company_id": self.company.id,
            }
        )
        self.target(self.alma, "treated")
        self.buys(self.alma, company=self.company_eur)
        self.env.flush_all()
        both = (self.company | self.company_eur).ids
        campaign = self.spring.with_context(allowed_company_ids=both)
        [row] = campaign.get_campaign_uplift()["arms"]
        self.assertAlmostEqual(row["revenue"], 200.0)

    def test_who_may_read(self):
        self.two_arms()
        self.env.flush_all()
        found = self.spring.with_user(self.marketer).get_campaign_uplift()
        self.assertEqual(len(found["arms"]), 2)
        for login, group in (
            ("emma", "base.group_user"),
            ("sam", "sales_team.group_sale_salesman"),
        ):
            user = self.make_user(f"{login}_uplift", group)
            with self.assertRaises(AccessError):
                self.spring.with_user(user).get_campaign_uplift()
            with self.assertRaises(AccessError):
                self.spring.with_user(user).get_kind_uplift()
            with self.assertRaises(AccessError):
                self.spring.with_user(user).action_open_uplift_sales("treated")

    def test_a_stranger_sees_no_sales_of_the_company(self):
        self.two_arms()
        self.env.flush_all()
        stranger = self.make_user("mia_uplift", "crm_campaign_roi.group_campaign_user")
        stranger.write(
            {
                "company_ids": [Command.set(self.company_eur.ids)],
                "company_id": self.company_eur.id,
            }
        )
        self.spring.company_id = False
        sales = self.env["crm.campaign.sale"].with_user(stranger)
        self.assertFalse(sales.search([("partner_id.name", "like", "T ")]))
        self.assertFalse(self.spring.with_user(stranger).get_campaign_uplift()["window"])

    def test_queries_of_a_kind_do_not_grow_with_its_campaigns(self):
        """2 and 20 campaigns of a kind ask the same number of queries."""
        self.all_buy(self.alma | self.bert, "2026-02-10")
        self.Snapshot._refresh(full=True, date=Date.to_date("2026-02-27"))
        self.Snapshot._refresh(full=True, date=Date.to_date("2026-03-01"))
        kind = self.env["crm.campaign.kind"].create({"name": "Postcard"})
        counts = []
        for number in (2, 18):
            campaigns = self.env["utm.campaign"].create(
                [
                    {
                        "title": f"Card {number} {n}",
                        "kind_id": kind.id,
                        "company_id": self.company.id,
                        "date_published": "2026-03-01",
                    }
                    for n in range(number)
                ]
            )
            for phase in ("approved", "running"):
                campaigns._set_phase(phase)
            for campaign in campaigns:
                self.target(self.alma, "treated", campaign=campaign)
            campaign = campaigns[0].with_context(allowed_company_ids=self.company.ids)
            campaign.get_kind_uplift()
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = campaign.get_kind_uplift()
            counts.append((found["campaigns"], self.env.cr.sql_log_count - before))
        self.assertEqual([number for number, _count in counts], [2, 20])
        self.assertEqual(counts[0][1], counts[1][1])

    def test_queries_do_not_grow(self):
        counts = []
        for count in (2, 18):
            partners = self.customers("Q", count)
            self.target(partners, "treated")
            self.all_buy(partners)
            self.found()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.found()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
