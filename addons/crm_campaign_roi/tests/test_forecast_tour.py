from datetime import timedelta

from odoo import Command, fields
from odoo.tests import HttpCase, tagged

from .common_campaign import CampaignCase


@tagged("post_install", "-at_install")
class TestForecastTour(CampaignCase, HttpCase):
    """ROI-4: a planner takes the forecast over, in a real browser."""

    def test_a_planner_takes_the_forecast_over(self):
        """1,000 persons, 10 % respond, half of them buy two each: 100 in five weeks."""
        self.env["crm.campaign.demand"].search([]).unlink()
        kind = self.env["crm.campaign.kind"].create({"name": "Tour fair", "window_months": 1})
        pump = self.env["product.product"].create({"name": "Tour pump", "list_price": 100})
        today = fields.Date.context_today(self.campaign)
        campaign = self._campaign(
            "Tour campaign",
            kind_id=kind.id,
            date_start=today + timedelta(days=7 - today.weekday()),
            date_end=False,
            window_months=1,
            expected_reach=1000,
            forecast_by_hand=True,
            expected_response=10,
            expected_conversion=50,
            expected_quantity=2,
            mix_ids=[Command.create({"product_id": pump.id})],
        )
        campaign.sudo()._set_phase("approved")
        self.env["crm.campaign.demand"]._cron_refresh()
        rows = self.env["crm.campaign.demand"].search([("campaign_id", "=", campaign.id)])
        self.assertEqual([round(row.expected) for row in rows], [20] * 5)
        self.start_tour(
            "/odoo/campaign-demand", "crm_campaign_roi_forecast", login="paul_planner", timeout=180
        )
        self.assertEqual(
            rows.mapped("state"), ["accepted", "changed", "refused", "accepted", "accepted"]
        )
        self.assertEqual([round(row.planned_quantity) for row in rows], [20, 30, 0, 20, 20])
        self.assertEqual(rows.decided_by, self.paul)
        self.assertEqual(rows[2].reason, "The hall is closed")
        prior = self.env["crm.campaign.prior"].search([("kind_id", "=", kind.id)])
        self.assertEqual((prior.hand_response, prior.corrected_by), (5.0, self.paul))
