from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_customer_insight.models.crm_first_steps_mixin import Step

MODULE = "crm_campaign_roi"
USER, ADMIN = f"{MODULE}.group_campaign_user", f"{MODULE}.group_campaign_admin"


class CrmCampaignFirstSteps(models.AbstractModel):
    """What leads a new marketing department to its first return (ROI-1, ROI-2).

    The panel stands above the campaigns of marketers, until all is done or they close it for good
    (``res.users.settings.campaign_first_steps_closed``).
    """

    _name = "crm.campaign.first.steps"
    _inherit = ["crm.first.steps.mixin"]
    _description = "First steps in campaigns"
    _first_steps_of = "utm.campaign"

    @api.model
    def _steps(self):
        return [*super()._steps(), *self._steps_of_set_up(), *self._steps_of_marketers()]

    def _steps_of_set_up(self):
        rules = Domain("company_id", "in", [False, self.env.company.id])
        return [
            Step(
                "approval", ADMIN, self.env._("Say who approves"),
                self.env._(
                    "From which budget on who decides, and who stands in. Without a rule a "
                    "marketing manager decides."
                ),
                self.env._("Enter a rule"),
                "crm.campaign.approval.rule", list(rules), "action_crm_campaign_approval_rule",
            ),
            Step(
                "cost", ADMIN, self.env._("Link cost kinds to accounts"),
                self.env._("Bills on these accounts become cost of a campaign by themselves."),
                self.env._("Choose accounts"),
                "crm.campaign.cost.kind", [("account_ids", "!=", False)],
                "crm_campaign_cost_kind_action",
            ),
        ]  # fmt: skip

    def _steps_of_marketers(self):
        company = Domain("company_id", "=", self.env.company.id)
        own = Domain("company_id", "in", [False, self.env.company.id])
        own &= Domain("is_auto_campaign", "=", False) & Domain("is_template", "=", False)
        begun = Domain("phase", "in", ("running", "finished", "settled"))
        planned = Domain("kind_id", "!=", False)
        waves = Domain("company_id", "in", [False, self.env.company.id])
        waves &= Domain("campaign_id.is_template", "=", False)
        return [
            Step(
                "audience", USER, self.env._("Choose an audience"),
                self.env._("Whom do you want to reach? Conditions show at once how many they are."),
                self.env._("Choose customers"),
                "crm.campaign.audience", list(company), "action_crm_campaign_audience",
            ),
            Step(
                "campaign", USER, self.env._("Plan a campaign"),
                self.env._("What it is for, when it begins, and what it may cost by kind."),
                self.env._("Plan one"),
                "utm.campaign", list(own & planned), "action_crm_campaign_first",
            ),
            Step(
                "wave", USER, self.env._("Add waves"),
                self.env._(
                    "A mail, then a letter to those who did not answer, a call to those who did."
                ),
                self.env._("Add a wave"),
                "crm.campaign.wave", list(waves), "action_crm_campaign_wave",
            ),
            Step(
                "start", USER, self.env._("Apply and start"),
                self.env._("Once the budget is approved, start: the return window opens."),
                self.env._("Open campaigns"),
                "utm.campaign", list(own & begun & planned), "action_crm_campaign",
            ),
        ]  # fmt: skip
