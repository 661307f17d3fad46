from odoo import fields, models


class CrmServiceEscalationLog(models.Model):
    """That a rule took hold of a request in a stage; it does so once per stay there (SVC-L2)."""

    _name = "crm.service.escalation.log"
    _description = "Escalation done"
    _order = "id desc"
    _rec_name = "rule_id"

    rule_id = fields.Many2one(
        "crm.service.escalation.rule", required=True, ondelete="cascade", index=True
    )
    request_id = fields.Many2one(
        "crm.service.request", required=True, ondelete="cascade", index=True
    )
    span_id = fields.Many2one(
        "crm.service.stage.span", "Stay", required=True, ondelete="cascade", index=True
    )
    date = fields.Datetime("When", required=True)

    _once = models.UniqueIndex("(rule_id, request_id, span_id)")
