from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_forecast import ForecastCase

#: What each role may read; nobody writes but by the methods that ask for the role.
READERS = {"paul": True, "mara": True, "mona": True, "cara": True, "sam": False}
MODELS = (
    "crm.campaign.demand",
    "crm.campaign.demand.accuracy",
    "crm.campaign.lesson",
    "crm.campaign.lesson.line",
    "crm.campaign.mix",
    "crm.campaign.prior",
    "crm.campaign.sales.forecast",
)


@tagged("post_install", "-at_install")
class TestForecastAccess(ForecastCase):
    """ROI-4: planners decide, marketers and controllers see, salespeople do not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Demand._refresh(cls.campaign)
        cls.demand = cls.Demand.search([("campaign_id", "=", cls.campaign.id)])

    def test_who_reads(self):
        for login, may in READERS.items():
            for model in MODELS:
                records = self.env[model].with_user(getattr(self, login))
                self.assertEqual(records.has_access("read"), may, f"{login} {model}")

    def test_nobody_writes_past_the_methods(self):
        for login in READERS:
            for model in MODELS:
                if model == "crm.campaign.mix":
                    continue
                records = self.env[model].with_user(getattr(self, login))
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(records.has_access(operation), f"{login} {model} {operation}")

    def test_only_planners_decide(self):
        for login in ("mara", "mona", "cara", "sam"):
            rows = self.demand.with_user(getattr(self, login))
            for method, arguments in (
                ("action_accept", ()),
                ("action_refuse", ("No",)),
                ("action_change", ({self.demand[0].id: 1.0}, "No")),
                ("action_take_back", ()),
            ):
                with self.assertRaises(AccessError, msg=f"{login} {method}"):
                    getattr(rows[0], method)(*arguments)
        self.demand[0].with_user(self.paul).action_accept()
        self.assertEqual(self.demand[0].state, "accepted")

    def test_who_corrects_experience(self):
        self.env["crm.campaign.lesson"]._learn(self.campaign.date_start)
        prior = self.env["crm.campaign.prior"].search([("kind_id", "=", self.kind.id)])
        for login in ("mara", "cara", "sam"):
            with self.assertRaises(AccessError, msg=login):
                prior.with_user(getattr(self, login))._correct(5, 40, 2, 200, "No")
        for login in ("mona", "paul"):
            prior.with_user(getattr(self, login))._correct(5, 40, 2, 200, "Yes")
            self.assertEqual(prior.corrected_by, getattr(self, login))

    def test_planners_say_what_is_sold_and_nothing_else(self):
        campaign = self.campaign.with_user(self.paul)
        campaign.write({"product_ids": [Command.set(self.pump.ids)], "expected_reach": 500})
        campaign.mix_ids = [Command.clear(), Command.create({"product_id": self.pump.id})]
        campaign.action_refresh_forecast()
        self.assertAlmostEqual(sum(self.rows().mapped("expected")), 50)
        for values in ({"target_revenue": 1.0}, {"product_ids": [], "date_start": "2026-04-01"}):
            with self.assertRaises(AccessError):
                campaign.write(values)

    def test_planners_and_controllers_open_the_campaign(self):
        """Every field of its form, those of Odoo's mailings included."""
        for user in (self.paul, self.cara):
            campaigns = self.env["utm.campaign"].with_user(user)
            arch = etree.fromstring(campaigns.get_view(view_type="form")["arch"])
            shown = {node.get("name") for node in arch.iter("field")}
            names = sorted(shown & campaigns._fields.keys())
            [values] = self.campaign.with_user(user).read(names)
            self.assertEqual(values["title"], "Spring")

    def test_salespeople_do_not_say_it(self):
        campaign = self.campaign.with_user(self.sam)
        for values in ({"product_ids": [Command.clear()]}, {"expected_reach": 5}):
            with self.assertRaises(AccessError):
                campaign.write(values)
        with self.assertRaises(AccessError):
            campaign.action_refresh_forecast()
        with self.assertRaises(AccessError):
            self.env["crm.campaign.mix"].with_user(self.sam).create(
                {"campaign_id": campaign.id, "product_id": self.pump.id}
            )
        self.assertNotIn("demand_units", campaign.fields_get())

    def test_other_companies_see_nothing(self):
        other = self.make_user("olga_forecast", "crm_campaign_roi.group_campaign_planner")
        other.write(
            {
                "company_ids": [Command.set(self.company_eur.ids)],
                "company_id": self.company_eur.id,
            }
        )
        self._finished("Autumn")
        self.Demand._cron_refresh()
        for model in MODELS:
            seen = self.env[model].with_user(other).search([])
            if model in ("crm.campaign.mix", "crm.campaign.sales.forecast"):
                self.assertNotIn(self.campaign.id, seen.campaign_id.ids, model)
            elif model == "crm.campaign.lesson.line":
                self.assertNotIn(self.company, seen.sudo().lesson_id.company_id, model)
            else:
                self.assertNotIn(self.company, seen.sudo().company_id, model)
        with self.assertRaises(AccessError):
            self.demand.with_user(other).action_accept()

    def test_planners_learn_no_names_of_opportunities(self):
        lead = self.env["crm.lead"].create(
            {"name": "Secret", "type": "opportunity", "company_id": self.company.id}
        )
        forecast = self.env["crm.campaign.sales.forecast"].search([("lead_id", "=", lead.id)])
        with self.assertRaises(AccessError):
            forecast.with_user(self.paul).read(["lead_id"])
        self.assertEqual(forecast.with_user(self.paul).source, "pipeline")
        with self.assertRaises(AccessError):
            forecast.with_user(self.sam).read(["revenue"])

    def test_sales_managers_read_the_sales_forecast(self):
        manager = self.make_user("sue_forecast", "sales_team.group_sale_manager")
        rows = self.env["crm.campaign.sales.forecast"].with_user(manager)
        self.assertTrue(rows.search([("campaign_id", "=", self.campaign.id)]))
        self.assertFalse(self.env["crm.campaign.demand"].with_user(manager).has_access("read"))
