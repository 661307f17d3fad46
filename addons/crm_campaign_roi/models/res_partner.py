from odoo import models
from odoo.fields import Domain

from ..report import campaign_persons as persons


class ResPartner(models.Model):
    """Contacts can be searched by audience (ROI-1)."""

    _name = "res.partner"
    _inherit = ["res.partner", "crm.campaign.person.mixin"]
    _campaign_column = "partner_id"

    def unlink(self):
        """Rows of campaigns stay as figures without the contact: there is no foreign key."""
        ids = self.ids
        result = super().unlink()
        self._execute_on_campaigns(persons.forget_contacts(ids) if ids else ())
        return result

    def _execute_on_campaigns(self, statements):
        self.env.flush_all()
        for statement in statements:
            self.env.cr.execute(statement)
        self.env.invalidate_all()

    # -- erasure ---------------------------------------------------------------------------------

    def _erase_leads(self, addresses):
        """What campaigns hold about these people beside the declared tables goes, too."""
        theirs = Domain("partner_id", "in", self.ids)
        theirs |= Domain("email_normalized", "in", list(addresses))
        leads = self.env["crm.lead"].with_context(active_test=False).search(theirs)
        result = super()._erase_leads(addresses)
        self._erase_beside(leads, addresses)
        return result

    def _erase_beside(self, leads, addresses):
        """Take from documents of waves what tells who these contacts and *leads* are.

        Contacts still have their names here. Extended by glue whose waves make documents.

        :param addresses: normalized e-mail addresses of these people
        """
        documents = [
            (model, [row_id for (row_id,) in self.env.execute_query(found)], erase)
            for model, found, erase in self._documents_beside(leads, addresses)
        ]
        self._delete_letters(leads)
        self._execute_on_campaigns(persons.erase_words(self.ids, leads.ids))
        for model, ids, erase in documents:
            # sudo: whoever may erase people need not be able to read these documents
            self.sudo()._erase_conversation(self.env[model].browse(ids))
            self._execute_on_campaigns(erase(ids) if ids else ())

    def _documents_beside(self, leads, addresses):
        """Documents of these people that lose name, addresses, words and their conversation.

        :return: list of (model, SELECT of their ids, callable that makes the statements which
            erase what is personal in the documents of some ids); extended by glue
        """
        return []

    def _delete_letters(self, leads):
        """Letters are printed in batches: the files of those with an erased person in them go.

        They were made to be printed; that they were is noted on each delivery, and on the wave
        that its files are gone.
        """
        rows = self.env.execute_query(persons.letter_files(self.ids, leads.ids))
        # sudo: whoever may erase people need not be able to read campaigns
        files = self.env["ir.attachment"].sudo()
        for wave_id, file_id in rows:
            pdf = files.browse(file_id).exists()
            name = (pdf.name or "").removesuffix(".pdf")
            on_wave = [("res_model", "=", "crm.campaign.wave"), ("res_id", "=", wave_id)]
            (pdf | files.search([*on_wave, ("name", "=", f"{name}.csv")])).unlink()
        # sudo: as above
        for wave in self.env["crm.campaign.wave"].sudo().browse({row[0] for row in rows}):
            wave.message_post(
                body=self.env._("Files to print were deleted: a person in them was erased.")
            )

    def _erase_contacts(self):
        """A competitor who is a person is called as the contact is afterwards."""
        result = super()._erase_contacts()
        # sudo: whoever may erase people need not be able to write competitors
        competitors = self.env["crm.competitor"].sudo().with_context(active_test=False)
        for competitor in competitors.search([("partner_id", "in", self.ids)]):
            competitor.name = competitor.partner_id.name
        return result
