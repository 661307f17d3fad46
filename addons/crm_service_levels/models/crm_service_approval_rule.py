from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import authority


class CrmServiceApprovalRule(models.Model):
    """Who is asked, in which order, when a decision goes beyond somebody's authority (SVC-L2)."""

    _name = "crm.service.approval.rule"
    _description = "Approval rule"
    _order = "kind, least desc, id"

    name = fields.Char(required=True, translate=True)
    kind = fields.Selection(authority.KINDS, "For", required=True)
    least = fields.Float(
        "From", help="Applies from this amount on, in the unit of the kind; the highest one counts."
    )
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")
    step_ids = fields.One2many("crm.service.approval.rule.step", "rule_id", "Steps", copy=True)
    active = fields.Boolean(default=True)

    _least_positive = models.Constraint("CHECK(least >= 0)", "An amount cannot be negative.")

    @api.constrains("step_ids")
    def _check_step_ids(self):
        if any(not rule.step_ids for rule in self):
            raise ValidationError(self.env._("Name at least one step: who is asked first?"))

    @api.model
    def _steps_for(self, kind, amount, company):
        """Steps of the rule that applies; empty when there is none."""
        # sudo: a rule is applied to those who may not read it
        rows = self.sudo().search([("kind", "=", kind), ("company_id", "in", [company.id, False])])
        plain = [
            authority.Rule(row.kind, row.least, tuple(row.step_ids.ids), row.company_id.id or 0)
            for row in rows
        ]
        rule = authority.rule_for(plain, kind, amount, company.id)
        return rows.step_ids.browse(rule.steps if rule else ())
