from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, plaintext2html

from ..tools import files as kinds

#: Longest texts that the form takes.
LIMITS = {"name": 200, "contact": 100, "email": 254, "phone": 40, "description": 10_000}
MOST_PER_HOUR = 10


class CrmServiceRequest(models.Model):
    """Requests that visitors of the website open (SVC-L1)."""

    _inherit = "crm.service.request"

    @api.model
    def _website_types(self, company):
        """``[(id, name)]`` of the types that visitors of *company*'s website may choose."""
        # sudo: visitors may read names of published types, and nothing else of them
        types = self.env["crm.service.type"].sudo()
        domain = [("portal_published", "=", True), ("company_id", "in", [False, company.id])]
        return [(kind.id, kind.complete_name) for kind in types.search(domain)]

    @api.model
    def _website_create(self, form, company, files=()):
        """Open a request from the fields of the public form and return its number.

        :param form: ``name``, ``description``, ``email``, ``contact``, ``phone``, ``type_id`` as
            typed by the visitor
        :param files: ``(name, bytes)``; number and size as mails to the team, kinds as in
            ``tools.files``
        :raise UserError: in words for the visitor
        """
        values = self._website_values(form, company)
        user = self.env.user
        # sudo: visitors have no right to requests; what is written was checked value by value
        requests = self.sudo().with_company(company)
        if user._is_public():
            sender = {"email_from": f"{values.pop('contact')} <{values['email_from']}>"}
            requests._service_find_sender(sender, values, company)
        else:
            values.pop("contact")
            values["partner_id"] = user.partner_id.id
        requests._website_check_files(values, files)
        requests._website_check_rate(values["email_from"])
        request = requests.create(values)
        if files:
            request._portal_post("", files, request.partner_id)
        return request.number

    @api.model
    def _website_check_files(self, values, files):
        """Refuse what is too much, too large or of another kind, in words for the visitor."""
        for name, content in files:
            ending = kinds.ending(name)
            if ending not in kinds.KINDS:
                raise UserError(
                    self.env._(
                        "Files like “%s” are not taken; send pictures, PDF, text or office files.",
                        name,
                    )
                )
            if not content:
                raise UserError(self.env._("“%s” is empty.", name))
            if not kinds.is_what_it_says(ending, content):
                raise UserError(
                    self.env._("“%(name)s” is no %(kind)s file.", name=name, kind=ending.upper())
                )
        self.new(values).team_id._portal_check_files(files)

    @api.model
    def _website_values(self, form, company):
        texts = {name: str(form.get(name) or "").strip() for name in LIMITS}
        if not texts["name"] or not texts["description"]:
            raise UserError(self.env._("Tell us the subject and what happened."))
        for name, most in LIMITS.items():
            if len(texts[name]) > most:
                raise UserError(self.env._("One of the texts is too long."))
        email = email_normalize(texts["email"])
        if not email:
            raise UserError(self.env._("Enter your e-mail address, so that we can answer."))
        web = self.env.ref("crm_customer_insight.crm_contact_channel_web", False)
        return {
            "name": texts["name"],
            "description": plaintext2html(texts["description"]),
            "contact": texts["contact"],
            "email_from": email,
            "phone": texts["phone"] or False,
            "type_id": self._website_type(form.get("type_id"), company),
            "channel_id": web.id if web else False,
            "company_id": company.id,
        }

    @api.model
    def _website_type(self, chosen, company):
        if not chosen:
            return False
        published = {str(key): key for key, _name in self._website_types(company)}
        if str(chosen) not in published:
            raise UserError(self.env._("Choose one of the types."))
        return published[str(chosen)]

    @api.model
    def _website_check_rate(self, email):
        since = fields.Datetime.now() - timedelta(hours=1)
        domain = [("email_normalized", "=", email), ("create_date", ">=", since)]
        if self.search_count(domain, limit=MOST_PER_HOUR) >= MOST_PER_HOUR:
            raise UserError(self.env._("Those were many requests. Please try again in an hour."))
