from odoo import fields
from odoo.tests import TransactionCase

from odoo.addons.crm_customer_insight.tests.common_users import new_users

MODULE = "crm_campaign_roi"


class CampaignCase(TransactionCase):
    """A campaign of one company with the people who work on it.

    ========  =============================================
    mara      marketer, owner of the campaign
    max       another marketer
    mona      marketing manager
    cara      controller
    paul      planner
    ada       administrator of the addon
    sam       salesperson
    emma      employee of another department
    ========  =============================================
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": True})
        cls.company = cls.env.company
        cls.mara, cls.max, cls.mona, cls.cara, cls.paul, cls.ada, cls.sam, cls.emma = new_users(
            cls.env,
            {
                "mara": f"{MODULE}.group_campaign_user",
                "max": f"{MODULE}.group_campaign_user",
                "mona": f"{MODULE}.group_campaign_manager",
                "cara": f"{MODULE}.group_campaign_controller",
                "paul_planner": f"{MODULE}.group_campaign_planner",
                "ada_campaign": f"{MODULE}.group_campaign_admin",
                "sam_sales": "sales_team.group_sale_salesman",
                "emma": "base.group_user",
            },
        )
        cls.kind = cls.env.ref(f"{MODULE}.kind_selective_mailing")
        cls.campaign = cls._campaign("Spring")

    @classmethod
    def _user(cls, login, groups, **values):
        return new_users(cls.env, {login: groups}, **values)

    @classmethod
    def _campaign(cls, title, **values):
        """A campaign of mara's from 1 March 2026, published that day, with a window of 3 months."""
        return cls.env["utm.campaign"].create(
            {
                "title": title,
                "user_id": cls.mara.id,
                "kind_id": cls.kind.id,
                "date_start": fields.Date.to_date("2026-03-01"),
                "date_end": fields.Date.to_date("2026-04-30"),
                **values,
            }
        )
