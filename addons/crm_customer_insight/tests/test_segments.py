"""Segments: members with history, sizes and values by month, overlaps, columns, rights (ROI-5)."""

import datetime

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .segment_common import SegmentCase

ANYONE = ("revenue", ">", 0)
BEST = ("tier", "in", ["A"])
SILENT = ("days_since_purchase", ">", 90)


@tagged("post_install", "-at_install")
class TestSegmentMembers(SegmentCase):
    def test_members_are_whom_the_conditions_find(self):
        best, silent = self.segment("Best", BEST), self.segment("Silent", SILENT)
        self.refresh()
        self.assertEqual(self.members(best), self.acme)
        self.assertEqual(self.members(silent), self.corn)
        self.assertEqual(best.member_count, 1)

    def test_a_second_run_writes_nothing(self):
        self.segment("Best", BEST)
        self.assertEqual(self.refresh(), 1)
        self.assertEqual(self.refresh(), 0)

    def test_history_says_who_joined_and_left_when(self):
        best = self.segment("Best", BEST)
        self.refresh()
        self.at(datetime.date(2026, 3, 20))
        rows = self.env["crm.customer.snapshot"].search([("partner_id", "=", self.acme.id)])
        rows.tier = "B"
        self.refresh()
        row = self.Member.search([("segment_id", "=", best.id)])
        self.assertEqual(
            (row.date_from, row.date_to), (datetime.date(2026, 3, 10), datetime.date(2026, 3, 20))
        )
        self.at(datetime.date(2026, 4, 2))
        rows.tier = "A"
        self.refresh()
        self.assertEqual(
            self.Member.search([("segment_id", "=", best.id)], order="id").mapped("date_from"),
            [datetime.date(2026, 3, 10), datetime.date(2026, 4, 2)],
        )

    def test_who_leaves_on_the_day_of_joining_never_was_a_member(self):
        best = self.segment("Best", BEST)
        self.refresh()
        self.env["crm.customer.snapshot"].search([("partner_id", "=", self.acme.id)]).tier = "B"
        self.refresh()
        self.assertFalse(self.Member.search([("segment_id", "=", best.id)]))

    def test_an_archived_segment_has_no_members(self):
        best = self.segment("Best", BEST)
        self.refresh()
        self.at(datetime.date(2026, 3, 11))
        best.active = False
        self.refresh()
        row = self.Member.search([("segment_id", "=", best.id)])
        self.assertEqual(row.date_to, datetime.date(2026, 3, 11))

    def test_each_company_has_its_own_members(self):
        branch = self.other_company
        self._figures(self.bolt, "A", 50, 20, days=3, company_id=branch.id)
        everywhere, here = self.segment("Best", BEST), self.segment("Here", BEST)
        here.company_id = self.company
        self.refresh()
        self.assertEqual(self.members(everywhere), self.acme)
        self.assertEqual(self.members(everywhere, branch), self.bolt)
        self.assertFalse(self.members(here, branch))
        # a customer of another company is not found by what is no figure of a company
        self.acme.company_id = branch
        named = self.segment("Companies", ("is_company", "=", True))
        self.refresh()
        self.assertNotIn(self.acme, self.members(named))
        self.assertIn(self.acme, self.members(named, branch))

    def test_a_condition_that_cannot_be_asked_keeps_the_members(self):
        best = self.segment("Best", BEST)
        self.refresh()
        self.env.cr.execute(
            "UPDATE crm_customer_segment SET conditions = %s WHERE id = %s",
            ['{"fact": "gone", "operator": "=", "value": 1}', best.id],
        )
        best.invalidate_recordset()
        self.refresh()
        self.assertIn("gone", best.problem)
        self.assertEqual(self.members(best), self.acme)

    def test_nonsense_is_refused_when_it_is_saved(self):
        with self.assertRaises(UserError):
            self.segment("Nonsense", ("tier", "in", ["Z"]))
        segment = self.segment("Own", BEST)
        with self.assertRaises(ValidationError):
            segment.conditions = {"fact": "segment", "operator": "in", "value": [segment.id]}

    def test_without_figures_nothing_is_guessed(self):
        self.segment("Best", BEST)
        self.env["crm.customer.snapshot"].search([]).unlink()
        self.assertEqual(self.refresh(), "Customer figures are computed first.")

    def test_deleted_customers_and_segments_leave_no_rows(self):
        best, silent = self.segment("Best", BEST), self.segment("Silent", SILENT)
        self.refresh()
        best.unlink()
        self.corn.unlink()
        self.assertFalse(self.Member.search([("segment_id", "in", (best.id, silent.id))]))

    def test_merged_customers_are_members_once(self):
        everyone = self.segment("Everyone", ANYONE)
        self.refresh()
        self.env["base.partner.merge.automatic.wizard"]._merge(
            [self.acme.id, self.bolt.id], self.acme
        )
        rows = self.Member.search([("segment_id", "=", everyone.id)])
        self.assertEqual(rows.partner_id, self.acme | self.corn)
        self.assertEqual(len(rows), 2)

    def test_shipped_segments_can_all_be_asked(self):
        shipped = self.Segment.with_context(active_test=False).search(
            [("id", "in", self._shipped_ids())]
        )
        self.assertGreaterEqual(len(shipped), 24)
        shipped.active = True
        self.refresh()
        self.assertFalse(shipped.filtered("problem"))
        silent = self.env.ref("crm_customer_insight.segment_silent")
        self.assertEqual(self.members(silent), self.corn)

    def _shipped_ids(self):
        domain = [("model", "=", "crm.customer.segment"), ("module", "=", "crm_customer_insight")]
        return self.env["ir.model.data"].search(domain).mapped("res_id")


@tagged("post_install", "-at_install")
class TestSegmentFigures(SegmentCase):
    def test_size_and_value_by_month(self):
        everyone = self.segment("Everyone", ANYONE)
        self.refresh()
        month = self.Month.search(
            [("segment_id", "=", everyone.id), ("company_id", "=", self.company.id)]
        )
        # revenue 600 + 300 + 100, profit 300 + 100 − 10 = 390, of three customers 130 each
        self.assertEqual((month.member_count, month.buyer_count), (3, 3))
        self.assertEqual((month.revenue, month.profit, month.mean_value), (1000, 390, 130))
        self.assertEqual((month.joined_count, month.left_count), (3, 0))

    def test_closed_months_stay(self):
        best = self.segment("Best", BEST)
        self.refresh()
        self.at(datetime.date(2026, 4, 2))
        self._figures(self.bolt, "A", 1, 1, days=1, month=datetime.date(2026, 4, 1))
        self.env["crm.customer.snapshot"].search(
            [("partner_id", "=", self.bolt.id), ("tier", "=", "B")]
        ).is_current = False
        self.refresh()
        rows = self.Month.search(
            [("segment_id", "=", best.id), ("company_id", "=", self.company.id)], order="month"
        )
        self.assertEqual(rows.mapped("member_count"), [1, 2])
        self.assertEqual(rows.mapped("is_current"), [False, True])
        self.assertEqual(rows.mapped("profit"), [300, 301])
        self.assertEqual(rows[1].joined_count, 1)

    def test_an_empty_segment_has_no_mean(self):
        nobody = self.segment("Nobody", ("tier", "in", ["D"]))
        self.refresh()
        [card] = [c for c in self.Segment.get_segments()["segments"] if c["id"] == nobody.id]
        self.assertEqual(card["now"]["member_count"], 0)
        self.assertIsNone(card["now"]["mean_value"])

    def test_overlap_of_two_segments(self):
        everyone, best = self.segment("Everyone", ANYONE), self.segment("Best", BEST)
        silent = self.segment("Silent", SILENT)
        self.refresh()
        pairs = {(p["a"], p["b"]): p for p in self.Segment.get_segments()["overlaps"]}
        # best and silent share nobody: no line. Everyone (3) and best (1) share Acme:
        # Jaccard 1 ÷ (3 + 1 − 1) = ⅓, a third of everyone, all of the best
        self.assertEqual(set(pairs), {(everyone.id, best.id), (everyone.id, silent.id)})
        pair = pairs[everyone.id, best.id]
        self.assertEqual(pair["both"], 1)
        self.assertAlmostEqual(pair["jaccard"], 1 / 3)
        self.assertAlmostEqual(pair["share_a"], 1 / 3)
        self.assertEqual(pair["share_b"], 1)
        action = (everyone | best).action_open_customers()
        self.assertEqual(self.env["res.partner"].search(action["domain"]), self.acme)

    def test_queries_do_not_grow_with_segments(self):
        self.segment("Best", BEST)
        self.refresh()
        self.Segment.get_segments()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            self.Segment.get_segments()
        for number in range(10):
            self.segment(f"More {number}", ANYONE)
        self.refresh()
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            self.Segment.get_segments()


@tagged("post_install", "-at_install")
class TestSegmentColumns(SegmentCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.everyone, cls.best = cls.segment("Everyone", ANYONE), cls.segment("Best", BEST)
        cls.env["crm.insight.run"]._run_now(["segments"])

    def test_contacts_show_the_segments_of_their_company(self):
        self.assertEqual(self.bob.insight_segment_ids, self.everyone | self.best)
        self.assertEqual(self.bolt.insight_segment_ids, self.everyone)

    def test_contacts_are_searched_by_segment(self):
        partners = self.env["res.partner"]
        domain = [("insight_segment_ids", "in", self.best.ids)]
        self.assertEqual(partners.search(domain), self.acme | self.bob)
        ours = [("id", "in", (self.acme | self.bolt | self.corn | self.sam.partner_id).ids)]
        self.assertEqual(
            partners.search([("insight_segment_ids", "not in", self.best.ids), *ours]),
            self.bolt | self.corn | self.sam.partner_id,
        )
        self.assertEqual(
            partners.search([("insight_segment_ids", "=", False), *ours]), self.sam.partner_id
        )
        named = [("insight_segment_ids", "ilike", "Bes"), ("is_company", "=", True)]
        self.assertEqual(partners.search(named), self.acme)

    def test_contacts_and_customers_are_grouped_by_segment(self):
        for model in ("res.partner", "crm.customer.snapshot"):
            records = self.env[model]
            self.assertTrue(
                records.fields_get(["insight_segment_ids"])["insight_segment_ids"]["groupable"]
            )
            domain = [("insight_segment_ids", "!=", False)]
            if model == "res.partner":
                domain.append(("is_company", "=", True))
            groups = dict(records._read_group(domain, ["insight_segment_ids"], ["__count"]))
            self.assertEqual(groups, {self.everyone: 3, self.best: 1}, model)

    def test_selections_and_audiences_ask_for_segments(self):
        condition = {"fact": "segment", "operator": "in", "value": self.best.ids}
        selection = self.env["crm.customer.selection"].create(
            {"name": "Best", "conditions": condition}
        )
        self.assertEqual(selection.customer_count, 1)
        values = self.env["crm.customer.fact"]._values(["segment"], self.acme.ids)
        self.assertEqual(values["segment"], {self.acme.id: [self.everyone.id, self.best.id]})

    # Roles

    def test_a_salesperson_sees_his_own_members_only(self):
        page = self.Segment.with_user(self.sam).get_segments()
        cards = {card["id"]: card for card in page["segments"]}
        self.assertTrue(page["only_own"])
        self.assertEqual(cards[self.everyone.id]["now"]["member_count"], 1)
        self.assertEqual(cards[self.everyone.id]["now"]["profit"], 300)
        self.assertFalse(cards[self.everyone.id]["trend"])
        self.assertEqual([pair["jaccard"] for pair in page["overlaps"]], [1])
        partners = self.env["res.partner"].with_user(self.tom)
        self.assertFalse(partners.search([("insight_segment_ids", "in", self.best.ids)]))
        groups = (
            self.env["res.partner"]
            .with_user(self.sam)
            ._read_group(
                [("insight_segment_ids", "!=", False)], ["insight_segment_ids"], ["id:recordset"]
            )
        )
        self.assertEqual({found for _segment, found in groups}, {self.acme | self.bob})
        with self.assertRaises(AccessError):
            self.best.with_user(self.sam).name = "Mine"
        with self.assertRaises(AccessError):
            self.Month.with_user(self.sam).search([])

    def test_an_analyst_sees_all_and_defines(self):
        page = self.Segment.with_user(self.ann).get_segments()
        self.assertFalse(page["only_own"])
        self.best.with_user(self.ann).name = "The best"
        employee = self._user("segment_employee", "base.group_user")
        with self.assertRaises(AccessError):
            self.env["res.partner"].with_user(employee).search(
                [("insight_segment_ids", "in", self.best.ids)]
            )
