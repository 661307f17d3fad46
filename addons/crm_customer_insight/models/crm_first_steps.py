from odoo import api, models
from odoo.fields import Domain

from .crm_first_steps_mixin import Step

MODULE = "crm_customer_insight"
ADMIN, MANAGER = f"{MODULE}.group_insight_admin", f"{MODULE}.group_insight_manager"


class CrmFirstSteps(models.AbstractModel):
    """What leads a new company to its first figures, until all is done or it is closed for good
    (``res.users.settings.insight_first_steps_closed``).
    """

    _name = "crm.first.steps"
    _inherit = ["crm.first.steps.mixin"]
    _description = "First steps"
    _first_steps_of = "crm.customer.snapshot"

    @api.model
    def _steps(self):
        return [*super()._steps(), *self._steps_of_administrators(), *self._steps_of_managers()]

    def _steps_of_administrators(self):
        company = [("company_id", "in", [False, self.env.company.id])]
        return [
            Step(
                "rules", ADMIN, self.env._("Check the rules"),
                self.env._(
                    "How many months count, what makes tier A, when a customer is lost. "
                    "Save the proposed rules, or yours."
                ),
                self.env._("Check the rules"),
                "crm.value.setting", company, "crm_value_setting_first_action",
            ),
            Step(
                "costs", ADMIN, self.env._("Say what a contact costs"),
                self.env._("Enter the cost of a call or a visit; profit then counts it."),
                self.env._("Enter costs"),
                "crm.contact.channel.rate", company, "crm_contact_channel_action",
            ),
        ]  # fmt: skip

    def _steps_of_managers(self):
        snapshots = self.env["crm.customer.snapshot"]
        mine = Domain("company_id", "=", snapshots._current_company_id())
        return [
            Step(
                "figures", MANAGER, self.env._("Compute the figures"),
                self.env._(
                    "From posted invoices, orders and contacts. Later, this happens by itself."
                ),
                self.env._("Compute now"),
                snapshots._name, list(mine & Domain("is_current", "=", True)), "action_refresh",
            ),
            Step(
                "permissions", MANAGER, self.env._("Record a permission"),
                self.env._("How may a customer be reached? Marketing asks before it writes."),
                self.env._("Record one"),
                "crm.contact.permission", [], "crm_contact_permission_action",
            ),
            Step(
                "key_account", MANAGER, self.env._("Designate a key account"),
                self.env._("Your most profitable customers are proposed; give one a team."),
                self.env._("See proposals"),
                "crm.key.account", [], "crm_key_account_proposal_action",
            ),
        ]  # fmt: skip
