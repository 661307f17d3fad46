"""Clusters, profiles of segments and attribute analyses over customers with figures (ROI-5)."""

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.crm_customer_insight.tools import clusters, profile_tree

from .segment_common import SegmentCase


class AnalysisCase(SegmentCase):
    """Twenty Germans who buy often and much, twenty French who buy rarely and little."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for model in ("crm.customer.clustering", "crm.customer.lookalike", "crm.segment.profile"):
            cls.env[model].search([]).unlink()
        cls.env["crm.customer.snapshot"].search([]).unlink()
        cls.germany, cls.france = cls.env.ref("base.de"), cls.env.ref("base.fr")
        cls.often = cls._customers("Often", cls.germany, 20, user_id=cls.sam.id)
        cls.rarely = cls._customers("Rarely", cls.france, 20, user_id=cls.tom.id)
        for place, partner in enumerate(cls.often):
            cls._bought(partner, "A", 5000 + 40 * place, 1000, days=5 + place % 5, frequency=30)
        for place, partner in enumerate(cls.rarely):
            cls._bought(partner, "C", 50 + place, 0.1, days=200 + place % 9, frequency=1)

    @classmethod
    def _customers(cls, name, country, count, **values):
        common = {"is_company": True, "country_id": country.id, **values}
        return cls.env["res.partner"].create(
            [{"name": f"{name} {number}", **common} for number in range(count)]
        )

    @classmethod
    def _bought(cls, partner, tier, revenue, profit, days, **values):
        cls._figures(
            partner,
            tier,
            revenue,
            profit,
            days,
            pyramid_level="small",
            margin_rate=profit / revenue,
            first_purchase="2020-01-01",
            **values,
        )

    def compute(self, code):
        return self.env["crm.insight.run"]._run_now([code])[code]


@tagged("post_install", "-at_install")
class TestClusters(AnalysisCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clustering = cls.env["crm.customer.clustering"].create(
            {"name": "How they buy", "use_margin": False}
        )

    def test_groups_become_segments_with_words(self):
        self.compute("clusters")
        found = self.clustering
        self.assertEqual((found.customer_count, len(found.segment_ids)), (40, 2))
        self.assertEqual(found.silhouette_meaning, "Clear groups")
        self.assertIn("2: ", found.tried_text)
        best = found.segment_ids.filtered(lambda s: "buys often" in s.profile)
        self.assertEqual(self.members(best), self.often)
        # 20 × 1,000 of 20,002 of profit; 5 to 9 days ago, four times each
        self.assertEqual(
            best.profile,
            "Bought lately, buys often, large amounts; half of them bought in the last 7 days; "
            "20 customers bring 100 % of the profit.",
        )

    def test_labels_are_stable_from_run_to_run(self):
        self.compute("clusters")
        before = {segment: self.members(segment) for segment in self.clustering.segment_ids}
        self.clustering.segment_ids[0].name = "Named by a person"
        # more figures, another seed: the groups keep their segments and members
        self.env["crm.customer.snapshot"].search(
            [("partner_id", "in", self.often.ids)]
        ).frequency = 33
        self.clustering.seed = 11
        self.assertEqual(self.compute("clusters"), 0)
        self.assertEqual(
            {segment: self.members(segment) for segment in self.clustering.segment_ids}, before
        )
        self.assertEqual(self.clustering.segment_ids[0].name, "Named by a person")

    def test_a_group_that_nobody_continues_is_archived(self):
        self.clustering.cluster_count = 3
        self.compute("clusters")
        self.assertEqual(len(self.clustering.segment_ids), 3)
        self.clustering.cluster_count = 2
        self.compute("clusters")
        self.assertEqual(len(self.clustering.segment_ids), 2)
        everyone = self.env["res.partner"].union(
            *(self.members(segment) for segment in self.clustering.segment_ids)
        )
        self.assertEqual(everyone, self.often | self.rarely)

    def test_features_that_are_the_same_are_left_out(self):
        self.clustering.write({"use_tenure": True})
        self.compute("clusters")
        self.assertEqual(self.clustering.constant, "Days since the first purchase")

    def test_more_clusters_than_customers_are_refused(self):
        self.clustering.cluster_count = 45
        self.assertEqual(
            self.compute("clusters"), "45 clusters are too many for 40 different customers."
        )
        self.assertFalse(self.clustering.segment_ids)
        with self.assertRaises(ValidationError):
            self.clustering.write(
                {"use_recency": False, "use_frequency": False, "use_monetary": False}
            )

    def test_without_scikit_learn_the_rest_works(self):
        best = self.segment("Best", ("tier", "in", ["A"]))
        with patch.object(clusters, "AVAILABLE", False):
            self.assertEqual(
                self.compute("clusters"),
                "Clusters need the Python package “scikit-learn” on the server.",
            )
            self.refresh()
        self.assertEqual(self.members(best), self.often)

    def test_too_few_customers(self):
        self.env["crm.customer.snapshot"].search([("partner_id", "in", self.rarely.ids)]).unlink()
        self.env["crm.customer.snapshot"].search(
            [("partner_id", "in", self.often[5:].ids)]
        ).unlink()
        self.assertEqual(self.compute("clusters"), "5 customers bought so far; 10 are needed.")


@tagged("post_install", "-at_install")
class TestProfiles(AnalysisCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.best = cls.segment("Best", ("tier", "in", ["A"]))
        cls.env["crm.insight.run"]._run_now(["segments"])
        cls.profile = cls.env["crm.segment.profile"].create({"segment_id": cls.best.id})

    def test_a_tree_says_what_the_customers_have_in_common(self):
        self.profile.with_user(self.ann).action_compute()
        profile = self.profile
        # country, salesperson or recency tell all of them apart; money defines the tier
        self.assertEqual((profile.accuracy, profile.population), (1, 40))
        self.assertEqual((profile.learned, profile.tested), (28, 12))
        self.assertLess(profile.majority, 1)
        self.assertIn("Revenue", profile.left_out)
        leaves = profile.tree["leaves"]
        self.assertEqual(
            sorted((leaf["size"], leaf["group"]) for leaf in leaves), [(20, 0), (20, 20)]
        )

    def test_a_leaf_opens_its_customers_and_becomes_a_segment(self):
        self.profile.action_compute()
        places = [leaf["group"] for leaf in self.profile.tree["leaves"]]
        action = self.profile.with_user(self.ann).action_open_leaf(places.index(20))
        partners = self.env["res.partner"].with_user(self.ann)
        self.assertEqual(partners.search(action["domain"]), self.often)
        saved = self.profile.with_user(self.ann).action_save_leaf(places.index(0))
        segment = self.Segment.browse(saved["res_id"])
        self.refresh()
        self.assertEqual(self.members(segment), self.rarely)
        with self.assertRaises(UserError):
            self.profile.action_open_leaf(7)
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(self.sam).search(action["domain"])

    def test_facts_that_define_the_segment_are_not_asked(self):
        asked = self.profile._facts()
        self.assertFalse({"tier", "revenue", "profit"} & set(asked))
        self.assertIn("country", asked)

    def test_too_few_members_and_no_package(self):
        few = self.segment("Few", ("days_since_purchase", "between", [5, 5]))
        self.refresh()
        profile = self.env["crm.segment.profile"].create({"segment_id": few.id})
        profile.action_compute()
        self.assertEqual(profile.problem, "4 customers are on the smaller side; 10 are needed.")
        with patch.object(profile_tree, "AVAILABLE", False):
            profile.action_compute()
        self.assertIn("scikit-learn", profile.problem)


@tagged("post_install", "-at_install")
class TestLookalikes(AnalysisCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lookalike = cls.env["crm.customer.lookalike"].create({"name": "Best"})
        prospects = cls._customers("Maybe", cls.germany, 1, user_id=cls.sam.id)
        prospects |= cls._customers("Hardly", cls.france, 1)
        prospects |= cls.env["res.partner"].create({"name": "Unknown", "is_company": False})
        for partner in prospects:
            cls._snapshot(partner, pyramid_level="prospect")
        cls.maybe, cls.hardly, cls.unknown = prospects
        cls.lead = cls.env["crm.lead"].create(
            {"name": "Dryer", "country_id": cls.germany.id, "user_id": cls.sam.id}
        )
        cls.lookalike.action_compute()

    def score(self, **owner):
        [(name, record)] = owner.items()
        return self.env["crm.lookalike.score"].search(
            [("lookalike_id", "=", self.lookalike.id), (name, "=", record.id)]
        )

    def test_attributes_that_mark_the_best(self):
        found = self.lookalike
        self.assertEqual((found.group_count, found.others_count, found.auc), (20, 20, 1))
        marks = {(mark["code"], mark["value"]): mark for mark in found.marks}
        german = marks["country", "Germany"]
        # all 20 against none of 20; 20 of 40 in all: lift 1 ÷ 0.5
        self.assertEqual((german["group_share"], german["others_share"], german["lift"]), (1, 0, 2))
        self.assertTrue(german["significant"])
        self.assertFalse(marks["is_company", "yes"]["significant"])

    def test_prospects_and_leads_are_scored_with_reasons(self):
        # weight of Germany: ln(((20 + 1) ÷ (20 + 2)) ÷ ((0 + 1) ÷ (20 + 2))) = ln 21; companies say
        # nothing; the language is that of the tests for all. Score: 100 ÷ (1 + 1 ÷ 21)
        self.assertAlmostEqual(self.score(lead_id=self.lead).score, 100 * 21 / 22, 3)
        self.assertEqual(self.score(lead_id=self.lead).why, "+ Country: Germany")
        self.assertEqual(self.lead.insight_lookalike_score, 95)
        self.assertGreater(self.score(partner_id=self.maybe).score, 90)
        self.assertLess(self.score(partner_id=self.hardly).score, 10)
        self.assertEqual(self.maybe.insight_lookalike_score, 95)

    def test_missing_attributes_are_no_evidence(self):
        for partner in (self.often | self.rarely)[::3]:  # a third is not known
            partner.country_id = False
        self.lookalike.action_compute()
        self.assertGreater(self.score(partner_id=self.maybe).score, 85)
        self.assertTrue(self.lookalike.auc > 0.75)
        unknown = self.score(partner_id=self.unknown)
        self.assertNotIn("country", [code for code, *_rest in unknown.reasons or ()])

    def test_a_segment_of_the_prospects_with_many_points(self):
        action = self.lookalike.with_user(self.ann).action_save_segment()
        segment = self.Segment.browse(action["res_id"])
        self.assertEqual(self.members(segment), self.maybe)
        self.assertEqual(segment.kind, "lookalike")

    def test_too_small_a_group(self):
        self.lookalike.tier = "B"
        self.assertEqual(
            self.compute("lookalikes"),
            "0 marked customers, 40 others: 5 of each are needed.",
        )
        with self.assertRaises(ValidationError):
            self.lookalike.write({"target": "product"})

    def test_a_salesperson_sees_his_own(self):
        rows = (
            self.env["crm.lookalike.score"]
            .with_user(self.sam)
            .search([("lookalike_id", "=", self.lookalike.id)])
        )
        self.assertEqual(rows.partner_id, self.maybe)
        self.assertEqual(rows.lead_id, self.lead)
        with self.assertRaises(AccessError):
            self.lookalike.with_user(self.sam).action_compute()
