from odoo import models

from ..report import survey_persons as sql


class ResPartner(models.Model):
    """Answers of erased people (GDPR article 17)."""

    _inherit = "res.partner"

    def _documents_beside(self, leads, addresses):
        """Answers lose name, address, words and their conversation; what was chosen stays."""
        found = sql.answers_of(self.ids, leads.ids, addresses)
        documents = super()._documents_beside(leads, addresses)
        return [*documents, ("survey.user_input", found, sql.erase_answers)]
