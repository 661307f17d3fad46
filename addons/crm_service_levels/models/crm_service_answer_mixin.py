from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import html2plaintext

#: Placeholders that may stand in an answer without the right to edit all templates: the customer
#: may read each of them.
PLACEHOLDERS = (
    "object.number",
    "object.partner_id.lang",
    "object.company_id.name",
    "object.team_id.name",
    "object.product_id.name",
    "object.type_id.name",
)
#: Most answers that the picker lists; the rest is found by typing.
MOST_ANSWERS = 40


class CrmServiceAnswerMixin(models.AbstractModel):
    """Canned answers: mail templates of requests, offered in the composer (SVC-L1)."""

    _name = "crm.service.answer.mixin"
    _description = "Canned answers of a service request"

    @api.model
    def mail_allowed_qweb_expressions(self):
        return (*super().mail_allowed_qweb_expressions(), *PLACEHOLDERS)

    @api.readonly
    def get_service_answers(self, term=""):
        """Answers for the picker: those for the request's type first, then the general ones.

        :param term: part of the name or text
        :return: list of ``{"id", "name", "fits"}``
        """
        self.ensure_one()
        self.check_access("read")
        domain = Domain([("service_answer", "=", True), ("model", "=", self._name)])
        if isinstance(term, str) and term.strip():
            text = term.strip()[:80]
            domain &= Domain("name", "ilike", text) | Domain("body_html", "ilike", text)
        found = self.env["mail.template"].search(
            domain, order="service_sequence, id", limit=MOST_ANSWERS
        )
        types = self._types_upwards()
        rows = [
            {"id": answer.id, "name": answer.name, "fits": bool(answer.service_type_ids & types)}
            for answer in found
            if not answer.service_type_ids or answer.service_type_ids & types
        ]
        return sorted(rows, key=lambda row: not row["fits"])

    def _types_upwards(self):
        path = (self.type_id.parent_path or "").strip("/")
        return self.type_id.browse(int(part) for part in path.split("/") if part)

    @api.readonly
    def render_service_answer(self, template_id):
        """A canned answer with its placeholders filled in, in the customer's language.

        :return: ``{"html", "text", "language"}``
        :raise UserError: when there is no such answer (any more)
        """
        self.ensure_one()
        self.check_access("read")
        answer = self.env["mail.template"].browse(int(template_id)).exists()
        if not answer or not answer.service_answer or answer.model != self._name:
            raise UserError(self.env._("This answer is no longer there. Choose another one."))
        html = answer._render_field("body_html", self.ids, compute_lang=True)[self.id]
        lang = answer._render_lang(self.ids)[self.id] or self.env.lang
        languages = dict(self.env["res.lang"].get_installed())
        return {
            "html": html,
            "text": html2plaintext(html or "").strip(),
            "language": languages.get(lang, ""),
        }
