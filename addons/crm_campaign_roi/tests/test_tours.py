"""What each role does with a campaign, in a real browser (ROI-1, ROI-2)."""

from datetime import timedelta

from odoo import fields
from odoo.fields import Command
from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.crm_customer_insight.tests.common_first_steps import FirstStepsCase

from .common_campaign import MODULE
from .common_waves import WaveCase


@tagged("post_install", "-at_install")
class TestCampaignTours(WaveCase, HttpCase):
    """ROI-1, ROI-2: marketer, approver, salesperson and controller, each on his own screens."""

    def setUp(self):
        super().setUp()
        self.today = fields.Date.context_today(self.env["utm.campaign"])
        self.env["crm.campaign.approval.rule"].search([]).active = False

    def _planned(self, title, amount=400, **values):
        """A campaign of mara's from today on, with a budget."""
        return self._campaign(
            title,
            date_start=self.today,
            date_end=self.today + timedelta(days=30),
            company_id=self.company.id,
            budget_ids=[
                Command.create(
                    {"kind_id": self.env.ref(f"{MODULE}.cost_kind_print").id, "amount": amount}
                )
            ],
            **values,
        )

    def _chain(self, user):
        """Only *user* approves."""
        rule = {"name": "All", "step_ids": [Command.create({"user_id": user.id})]}
        self.env["crm.campaign.approval.rule"].create(rule)

    # -- marketer ------------------------------------------------------------------------------

    def _template(self):
        template = self._planned("Spring template", is_template=True)
        self._wave("Letter of the tour", campaign=template, method="letter")
        self._members("Tour people", self.people[:3])
        return template

    def test_a_marketer_plans_applies_and_starts(self):
        """ROI-1: from the template over audience and simulation to the application; then start."""
        self._chain(self.mona)
        self._template()
        self.start_tour("/odoo/campaign-templates", "crm_campaign_roi_marketer", login="mara")
        campaign = self.env["utm.campaign"].search([("title", "=", "Spring tour")])
        self.assertEqual((campaign.phase, campaign.user_id), ("submitted", self.mara))
        self.assertEqual(campaign.target_ids.partner_id, self.people[:3])
        self.assertEqual(campaign.wave_ids.planned_count, 3)
        campaign.approval_ids.with_user(self.mona).action_approve()
        url = f"/odoo/campaigns/{campaign.id}"
        self.start_tour(url, "crm_campaign_roi_marketer_start", login="mara")
        self.assertEqual((campaign.phase, campaign.wave_ids.state), ("running", "running"))
        self.assertEqual(campaign.date_published, self.today)

    # -- approver ------------------------------------------------------------------------------

    def test_an_approver_refuses_one_and_approves_another(self):
        """ROI-1: the reason of a refusal reaches whoever asked."""
        self._chain(self.mona)
        large, small = self._planned("Expensive spring", 9000), self._planned("Modest spring", 400)
        (large | small).with_user(self.mara).action_apply()
        self.start_tour("/odoo/campaign-approvals", "crm_campaign_roi_approver", login="mona")
        self.assertEqual((large.phase, small.phase), ("draft", "approved"))
        self.assertEqual(large.approval_ids.step_ids.reason, "Half of it is enough.")
        self.assertTrue(large.message_ids.filtered(lambda one: "Half of it is enough." in one.body))

    # -- salesperson ---------------------------------------------------------------------------

    def test_a_salesperson_follows_his_customers_answers(self):
        """ROI-1: answers and the opportunity of his own customer, nobody else's."""
        self.anna.user_id = self.sam
        self.campaign._fill_targets()
        replied = self.env.ref(f"{MODULE}.response_kind_replied")
        self.env["crm.campaign.response"].create(
            [
                {"campaign_id": self.campaign.id, "partner_id": person.id, "kind_id": replied.id}
                for person in self.anna | self.bert
            ]
        )
        lead = self.env["crm.lead"].create(
            {
                "name": "Spring: Anna",
                "type": "opportunity",
                "partner_id": self.anna.id,
                "user_id": self.sam.id,
                "campaign_id": self.campaign.id,
            }
        )
        url = f"/odoo/action-{MODULE}.action_crm_campaign_response_own"
        self.start_tour(url, "crm_campaign_roi_salesperson", login="sam_sales")
        self.assertEqual((lead.won_status, lead.campaign_id), ("won", self.campaign))

    # -- controller ----------------------------------------------------------------------------

    def _deal(self, campaign):
        """Profit 1,000: ten at 300 that cost 200 each, invoiced today."""
        product = self.env["product.product"].create(
            {"name": "Tour pump", "type": "consu", "list_price": 300, "standard_price": 200}
        )
        line = {
            "product_id": product.id,
            "quantity": 10,
            "price_unit": 300,
            "tax_ids": [Command.clear()],
        }
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.anna.id,
                "campaign_id": campaign.id,
                "invoice_date": self.today,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        move.action_post()

    def test_a_controller_shares_overhead_reads_and_locks_the_return(self):
        """ROI-2: profit 1,000 ÷ cost 500 (400 + 100 of overhead) = 200 %, locked."""
        new_test_user(
            self.env, "cleo_tour",
            groups=f"{MODULE}.group_campaign_controller,account.group_account_readonly",
        )  # fmt: skip
        campaign = self._planned("Spring", 400)
        self.campaign.title = "Winter"
        self._run_campaign(campaign)
        self.env["crm.campaign.cost"].create(
            {
                "name": "Flyers",
                "campaign_id": campaign.id,
                "kind_id": self.env.ref(f"{MODULE}.cost_kind_print").id,
                "amount": 400,
            }
        )
        self._deal(campaign)
        pool = self.env["crm.campaign.pool"].create(
            {
                "name": "Overhead of the tour",
                "is_typed": True,
                "typed_amount": 100,
                "reason": "Rent of the office",
                "key": "share",
                "date_from": self.today - timedelta(days=30),
                "date_to": self.today,  # what is locked today has it
                "line_ids": [Command.create({"campaign_id": campaign.id})],
            }
        )
        action = f"/odoo/action-{MODULE}.action_crm_campaign_pool/{pool.id}"
        self.start_tour(action, "crm_campaign_roi_controller", login="cleo_tour")
        self.assertEqual((pool.state, campaign.cost_actual), ("posted", 500.0))
        result = campaign.result_ids
        self.assertEqual((result.gross_profit, result.cost), (1000.0, 500.0))
        self.assertEqual((result.campaign_return, result.net_return), (200.0, 100.0))


@tagged("post_install", "-at_install")
class TestCampaignFirstSteps(FirstStepsCase):
    """ROI-1: a new department is led to its first campaign; done is what the data shows."""

    STEPS, CLOSED = "crm.campaign.first.steps", "campaign_first_steps_closed"
    LOGIN, GROUPS = "first_campaign_%s", f"{MODULE}.group_campaign_%s"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["utm.campaign"].search([("company_id", "=", False)]).active = False
        cls.env["crm.campaign.wave"].search([("company_id", "=", False)]).unlink()
        cls.mia, cls.ada, cls.cem = (cls._user(role) for role in ("user", "admin", "controller"))

    def test_each_role_sees_what_it_may_do(self):
        codes = ["approval", "cost", "audience", "campaign", "wave", "start"]
        self.assertEqual(self._codes(self.ada), codes)
        self.assertEqual(self._codes(self.mia), codes[2:])
        self.assertEqual(self._steps(self.cem), [])

    def test_done_is_what_the_data_shows(self):
        self.assertEqual(self._done(self.mia), set())
        values = {"user_id": self.mia.id, "company_id": self.company.id}
        self.env["crm.campaign.audience"].create({"name": "All", **values})
        kind = self.env.ref(f"{MODULE}.kind_selective_mailing")
        campaign = self.env["utm.campaign"].create(
            {"title": "First", "kind_id": kind.id, "date_start": "2026-03-01", **values}
        )
        self.assertEqual(self._done(self.mia), {"audience", "campaign"})
        self.env["crm.campaign.wave"].create({"name": "Mail", "campaign_id": campaign.id})
        self.assertEqual(self._done(self.mia), {"audience", "campaign", "wave"})
        campaign._set_phase("approved")
        campaign._set_phase("running")
        self.assertEqual(self._done(self.mia), {"audience", "campaign", "wave", "start"})

    def test_every_step_leads_to_a_screen(self):
        for step in self._steps(self.ada):
            self.assert_screen(step)

    def test_a_marketer_takes_one_and_closes_the_rest(self):
        self.start_tour(
            "/odoo/campaigns", "crm_campaign_roi_first_steps", login="first_campaign_user"
        )
        self.assert_closed_by(self.mia, self.ada)
