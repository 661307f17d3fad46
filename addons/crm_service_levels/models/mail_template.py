from odoo import fields, models


class MailTemplate(models.Model):
    _inherit = "mail.template"

    service_answer = fields.Boolean(
        "Canned answer",
        help="Offered in the composer of service requests; its placeholders are filled in there.",
    )
    service_type_ids = fields.Many2many(
        "crm.service.type",
        "mail_template_service_type_rel",
        string="For types",
        help="Offered first for requests of these types. Empty: for all.",
    )
    service_sequence = fields.Integer("Order among answers", default=10)

    _service_answer_idx = models.Index("(service_sequence, id) WHERE service_answer")
