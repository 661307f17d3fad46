from odoo import api, fields, models

from ..tools import intake


class CrmServiceType(models.Model):
    _inherit = "crm.service.type"

    mail_keywords = fields.Text(
        "Words in mails",
        help="A mail whose subject, or else whose text, has most of these words becomes a request "
        "of this type. Separate them by commas, in every language your customers write.",
    )

    @api.model
    def _with_keywords(self, company):
        """``{type id: keywords}`` of the types that mails to *company* may become."""
        domain = [("mail_keywords", "!=", False), ("company_id", "in", [False, company.id])]
        # sudo: the gateway guesses the type whoever fetches the mail
        return {kind.id: intake.words(kind.mail_keywords) for kind in self.sudo().search(domain)}
