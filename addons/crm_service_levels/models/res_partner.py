from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    service_request_ids = fields.One2many(
        "crm.service.request",
        "partner_id",
        "Service requests",
        groups="crm_service_levels.group_service_user",
    )
