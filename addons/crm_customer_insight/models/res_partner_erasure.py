from odoo import models
from odoo.exceptions import UserError

from ..report import person_erasure, person_merge

#: Fields of a contact that tell who it is; those that are not installed are left out.
PERSONAL_FIELDS = (
    "barcode",
    "city",
    "comment",
    "company_name",
    "company_registry",
    "email",
    "function",
    "image_1920",
    "partner_latitude",
    "partner_longitude",
    "phone",
    "ref",
    "street",
    "street2",
    "vat",
    "website",
    "zip",
)
#: The same for a lead. Its expected revenue, stage and dates stay as figures.
PERSONAL_LEAD_FIELDS = (
    "city",
    "contact_name",
    "description",
    "email_cc",
    "email_from",
    "function",
    "partner_name",
    "phone",
    "street",
    "street2",
    "website",
    "zip",
)
_QUIET = {"tracking_disable": True, "mail_notrack": True, "active_test": False}


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _erase_person(self, emails=()):
        """Erase these people: nothing that our tables, the contact or its leads hold tells who
        they were (right to erasure, GDPR article 17).

        What the law wants kept stays as figures without a person: invoices and orders keep their
        amounts and point to a contact without name, ledger rows keep date, kind and amount, months
        and snapshots their sums. Issued documents (PDF) and mails written by the person are listed
        by the privacy look-up for the administrator to decide.

        :param emails: normalized addresses of people who are no contacts, erased as well
        :raises UserError: when somebody still logs in as one of these contacts
        """
        if self.with_context(active_test=False).user_ids:
            raise UserError(
                self.env._("Delete the user of this contact first; the contact belongs to it.")
            )
        people = self | self.with_context(active_test=False).child_ids.filtered(
            lambda child: child.type != "contact"
        )
        addresses = set(emails) | set(filter(None, people.mapped("email_normalized")))
        self.env["crm.contact.number"]._drain()
        self.env.flush_all()
        numbers = person_erasure.numbers_of(self.env, people.ids)
        people._erase_leads(addresses)
        people._erase_contacts()
        self.env.flush_all()
        for model in person_merge.tables(self.env):
            person_erasure.erase(model, people.ids, addresses, numbers)

    def _erase_contacts(self):
        """Take from each contact what tells who it is, with its conversation, and archive it."""
        if not self:
            return
        empty = {name: False for name in PERSONAL_FIELDS if name in self._fields}
        for partner in self.with_context(**_QUIET):
            name = self.env._("Erased contact %(id)s", id=partner.id)
            partner.write({**empty, "name": name, "active": False})
        self.category_id = False
        self._erase_conversation(self)

    def _erase_leads(self, addresses):
        leads = (
            self.env["crm.lead"]
            .with_context(**_QUIET)
            .search(
                [
                    "|",
                    ("partner_id", "in", self.ids),
                    ("email_normalized", "in", list(addresses)),
                ]
            )
        )
        if not leads:
            return
        empty = {name: False for name in PERSONAL_LEAD_FIELDS if name in leads._fields}
        for lead in leads:
            lead.write({**empty, "name": self.env._("Erased lead %(id)s", id=lead.id)})
        # sudo: numbers go with the person whoever may edit them
        leads.sudo().contact_number_ids.unlink()
        self._erase_conversation(leads)

    def _erase_conversation(self, records):
        """Delete messages, activities, followers and files that hang on *records*."""
        document = [("res_model", "=", records._name), ("res_id", "in", records.ids)]
        messages = [("model", "=", records._name), ("res_id", "in", records.ids)]
        self.env["mail.message"].search(messages).unlink()
        self.env["mail.activity"].with_context(active_test=False).search(document).unlink()
        self.env["mail.followers"].search(document).unlink()
        attachments = [*document, ("res_field", "in", [False, *records._fields])]
        self.env["ir.attachment"].search(attachments).unlink()
