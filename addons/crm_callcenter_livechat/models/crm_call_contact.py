from odoo import fields, models


class CrmCallContact(models.Model):
    """Live chats (CC-7)."""

    _inherit = "crm.call.contact"

    channel = fields.Selection(selection_add=[("chat", "Live chat")], ondelete={"chat": "cascade"})
