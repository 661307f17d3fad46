from odoo import models

from ..report import survey_persons as sql


class ResPartner(models.Model):
    """Answers of erased people (GDPR article 17)."""

    _inherit = "res.partner"

    def _erase_beside(self, leads, addresses):
        """Answers lose name, address, words and their conversation; what was chosen stays."""
        found = self.env.execute_query(sql.answers_of(self.ids, leads.ids, addresses))
        ids = [row_id for (row_id,) in found]
        result = super()._erase_beside(leads, addresses)
        # sudo: whoever may erase people need not be able to read answers
        self.sudo()._erase_conversation(self.env["survey.user_input"].browse(ids))
        self._execute_on_campaigns(sql.erase_answers(ids) if ids else ())
        return result
