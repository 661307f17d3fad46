from odoo import fields, models


class CrmCallContact(models.Model):
    """Requests that came by mail or web form (CC-7)."""

    _inherit = "crm.call.contact"

    channel = fields.Selection(
        selection_add=[("mail", "Mail"), ("web", "Web form")],
        ondelete={"mail": "cascade", "web": "cascade"},
    )
