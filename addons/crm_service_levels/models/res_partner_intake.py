from odoo import models

PERSONAL_REQUEST_FIELDS = ("description", "email_cc", "email_from", "phone", "solution")
_QUIET = {"tracking_disable": True, "mail_notrack": True, "active_test": False}


class ResPartner(models.Model):
    _inherit = "res.partner"

    def _erase_leads(self, addresses):
        """A person's requests lose words, addresses and conversation like leads; number, times,
        type and stage stay, for figures count them (GDPR article 17)."""
        super()._erase_leads(addresses)
        self._erase_requests(addresses)

    def _erase_requests(self, addresses):
        # sudo: a person is erased from all requests, whoever may read them
        requests = self.env["crm.service.request"].sudo().with_context(**_QUIET)
        theirs = [("partner_id", "in", self.ids)]
        unknown = ["&", ("partner_id", "=", False), ("email_normalized", "in", list(addresses))]
        found = requests.search(["|", *theirs, *unknown])
        if not found:
            return
        empty = dict.fromkeys(PERSONAL_REQUEST_FIELDS, False)
        for request in found:
            name = self.env._("Erased request %(id)s", id=request.id)
            request.write({**empty, "name": name, "request_properties": False})
        self._erase_conversation(found)
