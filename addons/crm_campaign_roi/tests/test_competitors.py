from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common_campaign import CampaignCase


@tagged("post_install", "-at_install")
class TestCompetitors(CampaignCase):
    """ROI-6: competitors, their products, wins and losses against each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rival, cls.other = cls.env["crm.competitor"].create(
            [{"name": "Rival"}, {"name": "Other"}]
        )
        cls.dear = cls.env["crm.lost.reason"].create({"name": "Dear"})
        cls.leads = cls.env["crm.lead"].create(
            [
                {
                    "name": name,
                    "type": "opportunity",
                    "user_id": cls.sam.id,
                    "team_id": False,
                    "expected_revenue": amount,
                    "competitor_ids": [Command.set(rivals.ids)],
                }
                for name, amount, rivals in (
                    ("Won", 100, cls.rival),
                    ("Lost", 200, cls.rival),
                    ("Also lost", 300, cls.rival | cls.other),
                    ("Open", 400, cls.rival),
                )
            ]
        )
        cls.won, cls.lost, cls.also, cls.still_open = cls.leads
        cls.won.action_set_won()

    def _lose(self, lead, competitor, user=None):
        wizard = self.env["crm.lead.lost"].with_user(user or self.sam)
        wizard.create(
            {
                "lead_ids": [Command.set(lead.ids)],
                "lost_reason_id": self.dear.id,
                "competitor_id": competitor.id,
            }
        ).action_lost_reason_apply()

    def test_the_dialog_notes_who_got_the_deal(self):
        self._lose(self.lost, self.other)
        self.assertEqual(self.lost.lost_to_id, self.other)
        self.assertEqual(self.lost.competitor_ids, self.rival | self.other)
        self.assertEqual((self.lost.lost_reason_id, self.lost.active), (self.dear, False))
        self._lose(self.also, self.env["crm.competitor"])
        self.assertFalse(self.also.lost_to_id)

    def test_wins_and_losses(self):
        """Rival: one won, two lost, one open: 1 of 3 decided, 33.3 %."""
        self._lose(self.lost, self.rival)
        self._lose(self.also, self.other)
        rival = self.rival.with_user(self.sam)
        self.assertEqual((rival.won_count, rival.lost_count, rival.lead_count), (1, 2, 4))
        self.assertAlmostEqual(rival.win_rate, 100 / 3)
        self.assertEqual((self.other.won_count, self.other.lost_count), (0, 1))
        rows = self.env["crm.competitor.report"].search([("competitor_id", "=", self.rival.id)])
        self.assertEqual(
            {(row.lead_id.name, row.result, row.lost_to) for row in rows},
            {
                ("Won", "won", False),
                ("Lost", "lost", True),
                ("Also lost", "lost", False),
                ("Open", "open", False),
            },
        )
        by_reason = self.env["crm.competitor.report"]._read_group(
            [("competitor_id", "=", self.rival.id), ("result", "!=", "open")],
            ["lost_reason_id"],
            ["__count", "amount:sum", "win_rate:avg"],
        )
        self.assertEqual(
            sorted((reason.name or "", *figures) for reason, *figures in by_reason),
            [("", 1, 100, 100.0), ("Dear", 2, 500, 0.0)],
        )
        action = rival.action_open_races()
        self.assertEqual(self.env[action["res_model"]].search_count(action["domain"]), 4)
        self.assertEqual(rows[0].action_open_lead()["res_id"], rows[0].lead_id.id)

    def test_salespeople_count_their_own(self):
        self.won.user_id = self.env.ref("base.user_admin")
        self.assertEqual(self.rival.with_user(self.sam).won_count, 0)
        self.assertEqual(self.rival.with_user(self.mara).won_count, 1)

    def test_without_a_decision_there_is_no_rate(self):
        self.won.competitor_ids = False
        self.assertFalse(self.rival.win_rate)
        row = self.env["crm.competitor.report"]._read_group(
            [("competitor_id", "=", self.rival.id)], [], ["win_rate:avg"]
        )
        self.assertFalse(row[0][0])

    def test_prices_are_compared(self):
        """He asks 90, we 100: he is 10 % cheaper; an unknown price compares with nothing."""
        product = self.env["product.product"].create({"name": "Pump", "list_price": 100})
        known, unknown = self.env["crm.competitor.product"].create(
            [
                {"competitor_id": self.rival.id, "name": "P", "product_id": product.id, "price": p}
                for p in (90, 0)
            ]
        )
        self.assertEqual((known.our_price, known.dearer), (100, -10))
        self.assertFalse(unknown.dearer)

    def test_the_battle_cards_are_beside_the_competitors(self):
        """The button of an opportunity opens the cards of its rivals, for its salesperson."""
        action = self.env.ref("crm_campaign_roi.action_crm_competitor_of_lead")
        arch = (
            self.env["crm.lead"]
            .with_user(self.sam)
            .get_view(self.env.ref("crm.crm_lead_view_form").id, "form")["arch"]
        )
        self.assertIn(f'name="{action.id}"', arch)
        for lead in self.leads:
            domain = safe_eval(action.domain, {"active_id": lead.id})
            found = self.env[action.res_model].with_user(self.sam).search(domain)
            self.assertEqual(found, lead.competitor_ids)

    def test_the_name_is_that_of_the_contact(self):
        partner = self.env["res.partner"].create({"name": "Rival Ltd"})
        self.assertEqual(
            self.env["crm.competitor"].create({"partner_id": partner.id}).name, "Rival Ltd"
        )
        self.rival.partner_id = partner
        self.assertEqual(self.rival.name, "Rival")

    def test_the_battle_card_prints(self):
        self.rival.write({"battle_card": "<p>Ask for spare parts</p>", "weaknesses": "Slow"})
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "crm_campaign_roi.report_competitor_document", self.rival.ids
        )
        self.assertIn(b"Ask for spare parts", html)
        self.assertIn(b"Slow", html)

    def test_who_may(self):
        competitors = self.env["crm.competitor"]
        self.assertIn(self.rival, competitors.with_user(self.sam).search([]))
        with self.assertRaises(AccessError):
            self.rival.with_user(self.sam).write({"strengths": "Price"})
        with self.assertRaises(AccessError):
            competitors.with_user(self.emma).search([])
        self.rival.with_user(self.mara).strengths = "Price"
        self.assertEqual(self.rival.strengths, "Price")
        self.rival.company_id = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertNotIn(self.rival, competitors.with_user(self.sam).search([]))
        self.assertFalse(
            self.env["crm.competitor.report"]
            .with_user(self.sam)
            .search([("competitor_id", "=", self.rival.id)])
        )
