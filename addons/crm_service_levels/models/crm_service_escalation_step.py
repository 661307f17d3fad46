from odoo import api, fields, models

from ..tools.sla_policy import HOUR, Step
from . import crm_service_escalation_action_mixin  # noqa: F401 (a parent is defined first)
from .crm_service_sla_target import KINDS


class CrmServiceEscalationStep(models.Model):
    """What is done at a share of the time or after a breach, and by whom (SVC-S)."""

    _name = "crm.service.escalation.step"
    _inherit = ["crm.service.escalation.action.mixin", "crm.service.cached.mixin"]
    _description = "Escalation step"
    _order = "policy_id, sequence, id"

    policy_id = fields.Many2one(
        "crm.service.sla.policy", required=True, ondelete="cascade", index=True
    )
    sequence = fields.Integer(default=10)
    name = fields.Char("What to say", required=True, translate=True)
    kind = fields.Selection(KINDS, "Only for", help="Empty: for every target of the policy.")

    # When
    moment = fields.Selection(
        [("share", "At a share of the time"), ("after", "After the breach")],
        "When",
        required=True,
        default="after",
    )
    share = fields.Integer("Share (%)", default=90)
    after_hours = fields.Float("Hours after", default=1.0, help="Working hours after the breach.")
    any_time = fields.Boolean(
        "At any time", help="Also outside the working hours of the team, for emergencies."
    )

    _share_range = models.Constraint(
        "CHECK(moment <> 'share' OR share BETWEEN 1 AND 99)", "A share is from 1 to 99 percent."
    )
    _after_positive = models.Constraint(
        "CHECK(moment <> 'after' OR after_hours > 0)", "Name the hours after the breach."
    )

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps.policy_id._sla_changed()
        return steps

    def write(self, vals):
        res = super().write(vals)
        if vals.keys() & {"moment", "share", "after_hours", "kind"}:
            self.policy_id._sla_changed()
        return res

    def _as_plain(self):
        after = self.moment == "after"
        return Step(
            id=self._origin.id,
            share=0 if after else self.share,
            after=round(self.after_hours * HOUR) if after else 0,
            kinds=frozenset([self.kind] if self.kind else []),
            any_time=self.any_time,
        )
