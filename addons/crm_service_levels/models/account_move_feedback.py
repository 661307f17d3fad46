from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    feedback_invitation_ids = fields.One2many(
        "crm.feedback.invitation",
        "invoice_id",
        "Feedback asked",
        groups="crm_service_levels.group_service_user",
    )
