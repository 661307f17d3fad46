from odoo import models

from ..report import event_persons as sql


class ResPartner(models.Model):
    """Registrations of erased people (GDPR article 17)."""

    _inherit = "res.partner"

    def _erase_beside(self, leads, addresses):
        """Registrations lose name and addresses, what was typed, and their conversation."""
        found = self.env.execute_query(sql.registrations_of(self.ids, leads.ids, addresses))
        ids = [row_id for (row_id,) in found]
        result = super()._erase_beside(leads, addresses)
        # sudo: whoever may erase people need not be able to read registrations
        self.sudo()._erase_conversation(self.env["event.registration"].browse(ids))
        self._execute_on_campaigns(sql.erase_registrations(ids) if ids else ())
        return result
