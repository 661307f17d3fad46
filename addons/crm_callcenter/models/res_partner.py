from odoo import models

from odoo.addons.crm_customer_insight.report import person_erasure


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _erase_person(self, emails=()):
        """The sound of their calls goes, too; on legal hold as soon as that is lifted (CC-5)."""
        self.env["crm.contact.number"]._drain()
        self.env.flush_all()
        numbers = person_erasure.numbers_of(self.env, self.ids)
        people = self | self.with_context(active_test=False).child_ids.filtered(
            lambda child: child.type != "contact"
        )
        # sudo: whoever may erase a person need not be in the call center
        recordings = self.env["crm.call.recording"].sudo()
        recordings.search(
            [
                "|",
                ("call_id.partner_id", "in", people.ids),
                "&",
                ("call_id.partner_id", "=", False),
                ("call_id.e164", "in", numbers),
            ]
        )._erase_person()
        return super()._erase_person(emails)
