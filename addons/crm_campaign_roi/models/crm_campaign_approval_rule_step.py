from odoo import api, fields, models


class CrmCampaignApprovalRuleStep(models.Model):
    """One of the approvals that a rule asks for, in order."""

    _name = "crm.campaign.approval.rule.step"
    _description = "Step of an approval rule"
    _order = "rule_id, sequence, id"

    rule_id = fields.Many2one(
        "crm.campaign.approval.rule", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="rule_id.company_id")
    sequence = fields.Integer(default=10)
    user_id = fields.Many2one(
        "res.users", "Approver", required=True, domain=[("share", "=", False)]
    )
    substitute_id = fields.Many2one(
        "res.users",
        domain=[("share", "=", False)],
        help="May decide instead, and does when the approver has asked for it himself.",
    )
    days = fields.Integer("Within (days)", default=3, required=True)

    _days_positive = models.Constraint("CHECK(days > 0)", "A decision takes at least a day.")
    _user_uniq = models.UniqueIndex("(rule_id, user_id)", "An approver has one step of a rule.")

    @api.model_create_multi
    def create(self, vals_list):
        """Whoever is named finds what waits for him in the menu."""
        steps = super().create(vals_list)
        steps._show_menu()
        return steps

    def write(self, vals):
        """As when it is created."""
        result = super().write(vals)
        self._show_menu()
        return result

    def _show_menu(self):
        (self.user_id | self.substitute_id)._name_approvers()
