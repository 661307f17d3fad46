"""The page about loyalty programs in the browser (C360-8)."""

from odoo import fields
from odoo.tests import HttpCase, tagged

from odoo.addons.crm_customer_insight.tests.common_users import new_users
from odoo.addons.crm_customer_insight.tests.test_hoot import run_hoot

from ..models.crm_loyalty_effect import LEAST


@tagged("post_install", "-at_install")
class TestLoyaltyTour(HttpCase):
    def setUp(self):
        super().setUp()
        new_users(self.env, {"ana": "crm_customer_insight.group_insight_analyst"})
        self.env["crm.loyalty.effect"].search([]).unlink()
        self._members(LEAST)

    def _members(self, count):
        """20 of 100 more members bought again, 10 of 100 fewer others: 0.2 − (−0.1) = 30 points.

        One of them has days between purchases on both sides.
        """
        today = fields.Date.context_today(self.env["res.partner"])
        partners = self.env["res.partner"].create(
            [{"name": f"Member {number}"} for number in range(count)]
        )
        common = {
            "company_id": self.env.company.id,
            "currency_id": self.env.company.currency_id.id,
            "month": today.replace(day=1),
            "date": today,
            "is_current": True,
            "joined": today,
            "cohort": today.replace(day=1),
            "other_count": 3,
            "repeat_before": 0.4,
            "repeat_after": 0.6,
            "other_repeat_before": 0.4,
            "other_repeat_after": 0.3,
            "repeat_effect": 0.3,
        }
        rows = [{**common, "partner_id": partner.id} for partner in partners]
        rows[0]["gap_effect"] = -5
        self.env["crm.loyalty.effect"].create(rows)

    def test_an_analyst_reads_the_page(self):
        self.start_tour("/odoo/loyalty-effect", "crm_customer_insight_loyalty_effect", login="ana")

    def test_hoot(self):
        run_hoot(self, "crm_customer_insight_loyalty")
