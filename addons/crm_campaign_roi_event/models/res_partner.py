from odoo import models

from ..report import event_persons as sql


class ResPartner(models.Model):
    """Registrations of erased people (GDPR article 17)."""

    _inherit = "res.partner"

    def _documents_beside(self, leads, addresses):
        """Registrations lose name and addresses, what was typed, and their conversation."""
        found = sql.registrations_of(self.ids, leads.ids, addresses)
        documents = super()._documents_beside(leads, addresses)
        return [*documents, ("event.registration", found, sql.erase_registrations)]
