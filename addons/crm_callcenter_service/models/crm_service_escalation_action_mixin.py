from odoo import fields, models


class CrmServiceEscalationActionMixin(models.AbstractModel):
    """Escalation calls, of steps and rules: we call the customer first (SVC-S, SVC-L6)."""

    _inherit = "crm.service.escalation.action.mixin"

    call_list_id = fields.Many2one(
        "crm.call.list",
        "Call the customer",
        index="btree_not_null",
        ondelete="set null",
        domain=[("purpose", "=", "service"), ("state", "!=", "done")],
        help="The customer comes onto this list.",
    )
