from odoo import api, models


class CrmContactChannel(models.Model):
    _inherit = "crm.contact.channel"

    @api.model
    def _of_code(self, code):
        """Channel with this technical name; may be empty."""
        return self.search([("code", "=", code)], limit=1)
