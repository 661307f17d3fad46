from datetime import date, timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, new_test_user, tagged

from ..models.crm_suggestion_portal_mixin import LIMIT
from .association_common import AssociationCommon

PAGE = "/my/suggestions"


class SuggestionPortalCase(AssociationCommon):
    """Alma buys pumps; others buy filters with them. Her contact Ann has a portal user."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.twenty_baskets(partner=cls.bert)
        cls.baskets((1, cls.pump), partner=cls.alma)
        for month in (9, 10, 11):
            cls.baskets((1, cls.hose), partner=cls.alma, day=date(2025, month, 14))
        cls.env["crm.insight.run"]._run_now(["association", "reorder"])
        cls.user = new_test_user(
            cls.env,
            "suggest_portal",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.user.partner_id.parent_id = cls.alma
        cls.engine = cls.Suggestion.with_user(cls.user)

    def names(self, engine=None):
        return [
            item["name"]
            for item in (self.engine if engine is None else engine)._portal_page()["suggestions"]
        ]


@tagged("post_install", "-at_install")
class TestSuggestionPortal(SuggestionPortalCase):
    """The customer's page: suggestions from what he bought and what he looks at (ROI-5)."""

    def test_from_past_purchases(self):
        """A hose every 30 days is due; others who bought the pump bought the filter."""
        found = self.engine._portal_page()["suggestions"]
        self.assertEqual([item["name"] for item in found], ["Hose C", "Filter B"])
        self.assertIn("every 30 days", found[0]["reason"])
        self.assertEqual(found[1]["reason"], "Often bought together with Pump A.")

    def test_nothing_of_other_customers(self):
        """No name, no number of orders, and not what the company's other customers bought."""
        stranger = new_test_user(
            self.env,
            "suggest_stranger",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.assertEqual(self.names(self.Suggestion.with_user(stranger)), [])
        words = str(self.engine._portal_page())
        self.assertNotIn("Bert", words)
        self.assertNotIn("10 orders", words)

    # Looking around

    def test_looking_needs_permission(self):
        order = self.quotation(self.valve)
        self.engine._note_order_viewed(order.id)
        views = self.env["crm.product.view"].search([("product_id", "=", self.valve.id)])
        self.assertFalse(views)
        self.engine._portal_allow(True)
        self.engine._note_order_viewed(order.id)
        self.engine._note_order_viewed(order.id)
        views = self.env["crm.product.view"].search([("product_id", "=", self.valve.id)])
        self.assertEqual((views.partner_id, views.view_count), (self.user.partner_id, 2))
        self.assertIn("Valve D", self.names())

    def test_withdrawn_is_forgotten(self):
        self.engine._portal_allow(True)
        self.engine._note_order_viewed(self.quotation(self.valve).id)
        self.engine._portal_allow(False)
        self.assertFalse(self.env["crm.product.view"].search([("product_id", "=", self.valve.id)]))
        self.assertNotIn("Valve D", self.names())

    def test_orders_of_others_are_not_noted(self):
        self.engine._portal_allow(True)
        self.engine._note_order_viewed(self.quotation(self.valve, partner=self.bert).id)
        self.engine._note_order_viewed(0)
        self.assertFalse(self.env["crm.product.view"].search([("product_id", "=", self.valve.id)]))

    # Deciding

    def offers(self):
        return self.Offer.search(
            [("partner_id", "=", self.alma.id), ("place", "=", "portal")], order="id"
        )

    def test_shown_once(self):
        self.names()
        self.names()
        self.assertEqual(self.offers().mapped("shown_count"), [2, 2])
        self.assertEqual(set(self.offers().mapped("state")), {"shown"})

    def test_asking_for_a_quotation(self):
        """What he asks for is collected in one quotation of his salesperson."""
        seller = self.make_user("suggest_seller", "sales_team.group_sale_salesman")
        self.alma.user_id = seller
        self.names()
        self.assertTrue(self.engine._portal_decide(self.filter.id, "interested"))
        self.assertTrue(self.engine._portal_decide(self.hose.id, "interested"))
        offers = self.offers()
        self.assertEqual(set(offers.mapped("state")), {"accepted"})
        order = offers.order_id
        self.assertEqual((len(order), order.state, order.user_id), (1, "draft", seller))
        self.assertEqual(order.order_line.product_id, self.hose | self.filter)
        self.assertEqual(order.activity_ids.user_id, seller)
        self.assertEqual(self.names(), [])

    def test_not_interested(self):
        self.names()
        self.engine._portal_decide(self.filter.id, "dismiss")
        self.assertEqual(self.names(), ["Hose C"])

    def test_only_what_was_shown(self):
        """Neither an unknown product nor one that was never suggested to this customer."""
        self.names()
        for product_id in (self.valve.id, 0, 10**9):
            self.assertFalse(self.engine._portal_decide(product_id, "interested"))
        self.pump.sale_ok = False
        self.filter.sale_ok = False
        self.assertFalse(self.engine._portal_decide(self.filter.id, "interested"))

    def test_rate_limit(self):
        self.names()
        products = self.env["product.product"].create([{"name": f"P{n}"} for n in range(LIMIT)])
        row = {"partner_id": self.alma.id, "company_id": self.company.id, "kind": "rule"}
        now = fields.Datetime.now()
        decided = {"place": "portal", "state": "dismissed", "date": now}
        offers = self.Offer.create(
            [{**row, **decided, "product_id": p.id, "decided": now} for p in products]
        )
        self.assertTrue(self.engine._portal_limit_reached())
        offers[0].decided = now - timedelta(hours=2)
        self.assertFalse(self.engine._portal_limit_reached())


@tagged("post_install", "-at_install")
class TestSuggestionPages(SuggestionPortalCase, HttpCase):
    """The pages in the browser (ROI-5)."""

    def test_visitors_log_in_first(self):
        answer = self.url_open(PAGE)
        self.assertIn("/web/login", answer.url)

    def test_nobody_acts_without_the_form(self):
        self.authenticate("suggest_portal", "suggest_portal")
        self.assertEqual(self.url_open(PAGE).status_code, 200)
        forged = self.url_open(f"{PAGE}/{self.filter.id}/dismiss", data={"x": "1"})
        self.assertEqual(forged.status_code, 400)
        self.assertEqual(self.url_open(f"{PAGE}/{self.filter.id}/dismiss").status_code, 405)

    def test_opening_an_order_is_noted_when_allowed(self):
        self.engine._portal_allow(True)
        order = self.baskets((1, self.valve), partner=self.user.partner_id)
        self.authenticate("suggest_portal", "suggest_portal")
        self.assertEqual(self.url_open(f"/my/orders/{order.id}").status_code, 200)
        views = self.env["crm.product.view"].search([("product_id", "=", self.valve.id)])
        self.assertEqual(views.partner_id, self.user.partner_id)

    def test_portal_tour(self):
        self.start_tour("/my", "crm_insight_suggestion_portal", login="suggest_portal")
        offers = self.Offer.search([("partner_id", "=", self.alma.id), ("place", "=", "portal")])
        self.assertEqual(set(offers.mapped("state")), {"accepted", "dismissed"})

    def test_quotation_tour(self):
        sam = self.make_user(
            "suggest_sam",
            "sales_team.group_sale_salesman,crm_customer_insight.group_insight_user",
        )
        order = self.quotation(self.pump, user=sam, partner=self.cora)
        self.start_tour(
            f"/odoo/sales/{order.id}", "crm_insight_suggestion_quotation", login="suggest_sam"
        )
        self.assertEqual(order.order_line.product_id, self.pump | self.filter)

    def test_rules_tour(self):
        self.make_user(
            "suggest_ann",
            "sales_team.group_sale_salesman_all_leads,crm_customer_insight.group_insight_analyst",
        )
        self.start_tour("/odoo/bought-together", "crm_insight_bought_together", login="suggest_ann")
