from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_customer_insight.models.crm_first_steps_mixin import Step

MODULE = "crm_service_levels"
ADMIN, MANAGER = f"{MODULE}.group_service_admin", f"{MODULE}.group_service_manager"


class CrmServiceFirstSteps(models.AbstractModel):
    """What leads a new service department to its first request.

    Shown above requests to administrators and team leaders, until all is done or they close it
    for good (``res.users.settings.service_first_steps_closed``).
    """

    _name = "crm.service.first.steps"
    _inherit = ["crm.first.steps.mixin"]
    _description = "First steps in service"
    _first_steps_of = "crm.service.request"

    @api.model
    def _steps(self):
        return [*super()._steps(), *self._steps_of_set_up(), *self._steps_of_leaders()]

    def _steps_of_set_up(self):
        company = Domain("company_id", "=", self.env.company.id)
        team = company & Domain("kind", "=", "service") & Domain("member_ids", "!=", False)
        rules = Domain("company_id", "in", [False, self.env.company.id])
        usual = Domain("team_id.company_id", "=", self.env.company.id)
        return [
            Step(
                "team", ADMIN, self.env._("Put a team together"),
                self.env._(
                    "Who takes requests, in which hours, at which mail address customers reach the "
                    "team, and whether it collects what is to be repaired."
                ),
                self.env._("Set up a team"),
                "crm.service.team", list(team), "crm_service_team_action",
            ),
            Step(
                "types", ADMIN, self.env._("Say who gets what"),
                self.env._(
                    "Look through the types of requests with their usual priority, and give one "
                    "its team."
                ),
                self.env._("Look at types"),
                "crm.service.type", list(usual | company), "crm_service_type_action",
            ),
            Step(
                "promises", ADMIN, self.env._("Promise times"),
                self.env._(
                    "Within how many working hours you reply and solve. A promise counts from the "
                    "first request on."
                ),
                self.env._("Check the promises"),
                "crm.service.sla.policy", list(rules), "crm_service_sla_policy_action",
            ),
        ]  # fmt: skip

    def _steps_of_leaders(self):
        company = Domain("company_id", "=", self.env.company.id)
        rules = Domain("company_id", "in", [False, self.env.company.id])
        return [
            Step(
                "request", MANAGER, self.env._("Enter the first request"),
                self.env._("Note what a customer asked you, by New or Alt+Shift+N."),
                self.env._("Enter one"),
                "crm.service.request", list(company), "crm_service_request_action_first",
            ),
            Step(
                "satisfaction", ADMIN, self.env._("Ask whether they are satisfied"),
                self.env._("Choose whose customers are asked, when, and how often."),
                self.env._("Switch a rule on"),
                "crm.feedback.rule", list(rules), "crm_feedback_rule_action",
            ),
        ]  # fmt: skip
