from odoo import fields, models


class CrmServiceApprovalRefuse(models.TransientModel):
    """Refuse approvals, with the reason (SVC-L2)."""

    _name = "crm.service.approval.refuse"
    _description = "Refusal"

    approval_ids = fields.Many2many("crm.service.approval", string="Approvals", required=True)
    note = fields.Text("Why")

    def action_refuse(self):
        for approval in self.approval_ids:
            approval.decide("refused", self.note)
        return {"type": "ir.actions.act_window_close"}
