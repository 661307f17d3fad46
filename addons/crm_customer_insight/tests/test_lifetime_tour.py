"""An analyst's look at the life-time values (ROI-3)."""

from odoo.tests import HttpCase, new_test_user, tagged

from .test_lifetime import TODAY, LifetimeCommon


@tagged("post_install", "-at_install")
class TestLifetimeTour(LifetimeCommon, HttpCase):
    def test_from_the_page_to_the_customer(self):
        self.env["crm.customer.snapshot"]._refresh(date=TODAY)
        self.run_now()
        new_test_user(
            self.env,
            "lifetime_ann",
            groups="crm_customer_insight.group_insight_analyst,base.group_user",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.start_tour(
            "/odoo/lifetime-value", "crm_customer_insight_lifetime", login="lifetime_ann"
        )
