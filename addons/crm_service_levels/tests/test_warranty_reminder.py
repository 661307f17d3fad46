"""Warranties that end soon are brought up in time (C360-4)."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common_asset import AssetCase


@tagged("post_install", "-at_install")
class TestWarrantyReminder(AssetCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._rule(months_parts=12, months_labor=12)
        cls.today = fields.Date.context_today(cls.env["res.partner"])

    def asset_ending_in(self, days, **values):
        """A pump whose twelve months end so many days from now."""
        end = self.today + timedelta(days=days)
        asset = self._asset(delivered_on=fields.Date.subtract(end, months=12), **values)
        self.assertTrue(asset.warranty_until)
        return asset

    def proposals(self):
        self.env.flush_all()
        actions = self.env["crm.next.action"].get_next_actions(self.acme.ids)
        return [row for row in actions if row["code"] == "warranty"]

    def test_ends_within_six_weeks(self):
        soon, later = self.asset_ending_in(10), self.asset_ending_in(40)
        self.asset_ending_in(60)
        self.asset_ending_in(-20)
        [proposal] = self.proposals()
        self.assertEqual((proposal["urgency"], proposal["expected_value"]), ("medium", False))
        self.assertIn("Warranties ending: 2", proposal["reason"])
        action = self.env["crm.next.action"].execute_next_action("warranty", self.acme.id)
        self.assertEqual(self.env["crm.customer.asset"].search(action["domain"]), soon | later)

    def test_later_ends_are_not_urgent(self):
        self.asset_ending_in(40)
        self.assertEqual([row["urgency"] for row in self.proposals()], ["low"])

    def test_assets_out_of_use_are_left_in_peace(self):
        self.asset_ending_in(10).state = "scrapped"
        self.assertEqual(self.proposals(), [])
