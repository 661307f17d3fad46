from odoo import fields
from odoo.tests import TransactionCase, new_test_user

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
        cls.mara = cls._user("mara", f"{MODULE}.group_campaign_user")
        cls.max = cls._user("max", f"{MODULE}.group_campaign_user")
        cls.mona = cls._user("mona", f"{MODULE}.group_campaign_manager")
        cls.cara = cls._user("cara", f"{MODULE}.group_campaign_controller")
        cls.paul = cls._user("paul_planner", f"{MODULE}.group_campaign_planner")
        cls.ada = cls._user("ada_campaign", f"{MODULE}.group_campaign_admin")
        cls.sam = cls._user("sam_sales", "sales_team.group_sale_salesman")
        cls.emma = cls._user("emma", "base.group_user")
        cls.kind = cls.env.ref(f"{MODULE}.kind_selective_mailing")
        cls.campaign = cls._campaign("Spring")

    @classmethod
    def _user(cls, login, groups, **values):
        """A user who gets no invitation: rendering the mail takes a third of the time."""
        uninvited = {"no_reset_password": True}
        user = new_test_user(cls.env, login, groups=groups, context=uninvited, **values)
        return user.with_env(cls.env)

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
