"""An analyst finds who is about to leave, in the browser (ROI-3, ROI-5)."""

from odoo import fields
from odoo.tests import HttpCase, tagged


@tagged("post_install", "-at_install")
class TestChurnTour(HttpCase):
    def test_from_the_page_to_the_call(self):
        rows = self.env["crm.customer.churn"]
        rows.search([]).unlink()
        today = fields.Date.context_today(rows)
        customer = self.env["res.partner"].create({"name": "Tour Works", "is_company": True})
        rows.create(
            {
                "partner_id": customer.id,
                "company_id": self.env.ref("base.main_company").id,
                "currency_id": self.env.ref("base.main_company").currency_id.id,
                "month": today.replace(day=1),
                "date": today,
                "first_date": today,
                "is_current": True,
                "state": "at_risk",
                "tier": "A",
                "silence_days": 80,
                "silence_part": 0.9,
                "usual_days": 30,
                "risk": 0.9,
                "value": 1000,
                "stake": 900,
            }
        )
        self.env["crm.insight.run"].create({"code": "churn", "state": "done"})
        self.start_tour("/odoo/churn", "crm_customer_insight_churn", login="admin")
        self.assertTrue(customer.activity_ids)
