from odoo import fields, models

from ..tools import approval


class CrmCampaignApprovalRule(models.Model):
    """Who approves campaigns from which amount (ROI-1)."""

    _name = "crm.campaign.approval.rule"
    _description = "Approval rule of campaigns"
    _order = "least, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null")
    currency_id = fields.Many2one(
        "res.currency", required=True, default=lambda self: self.env.company.currency_id
    )
    least = fields.Monetary("From", help="Budgets of this amount and more, up to the next rule.")
    kind_ids = fields.Many2many("crm.campaign.kind", string="Only for")
    step_ids = fields.One2many("crm.campaign.approval.rule.step", "rule_id", "Steps", copy=True)

    _least_positive = models.Constraint("CHECK(least >= 0)", "The amount is not negative.")

    def _as_rules(self, campaign, day):
        """The rules as values, limits in the currency of *campaign* at the rate of *day*."""
        return [
            approval.Rule(
                rule.id,
                rule.currency_id._convert(
                    rule.least, campaign.currency_id, campaign.company_id, day
                ),
                frozenset(rule.kind_ids.ids),
            )
            for rule in self
            if rule.step_ids
        ]
