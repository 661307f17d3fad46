from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

MODULE = "crm_customer_insight"
ADMIN, MANAGER = f"{MODULE}.group_insight_admin", f"{MODULE}.group_insight_manager"


class Step(NamedTuple):
    """One of the first steps: ``domain`` finds records of ``model`` when it is done.

    ``group`` may take it. ``run`` names the action that opens its screen, or a method of ``model``
    that does it at once and returns what to show.
    """

    code: str
    group: str
    title: str
    text: str
    button: str
    model: str
    domain: list
    run: str


class CrmFirstSteps(models.AbstractModel):
    """What leads a new company to its first figures; done is what the data shows, not a click.

    The list is for people who set up or manage, and vanishes when all is done or when its reader
    closes it for good (``res.users.settings.insight_first_steps_closed``).
    """

    _name = "crm.first.steps"
    _description = "First steps"

    @api.model
    @api.readonly
    def get_first_steps(self):
        """Steps of the viewer's roles, in order; none for whoever neither manages nor sets up.

        :return: list of dicts: code, title, text, button, done, and what its button does: either
            ``action`` (an id) or ``model`` and ``method``
        """
        self.env["crm.customer.snapshot"].check_access("read")
        return [
            self._describe(step) for step in self._steps() if self.env.user.has_group(step.group)
        ]

    @api.model
    def _steps(self):
        """List of :class:`Step`; extended by ``super()``."""
        return [*self._steps_of_administrators(), *self._steps_of_managers()]

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

    def _describe(self, step):
        records = self.env[step.model]
        done = bool(records.search_count(step.domain, limit=1))
        values = {name: getattr(step, name) for name in ("code", "title", "text", "button")}
        if hasattr(records, step.run):
            return {**values, "done": done, "model": step.model, "method": step.run}
        # sudo: the id of an action says nothing; opening it asks for the viewer's rights
        action = self.env["ir.model.data"].sudo()._xmlid_to_res_id(f"{MODULE}.{step.run}")
        return {**values, "done": done, "action": action}
