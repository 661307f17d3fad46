from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

#: Invitations to be asked by telephone that wait for an answer.
TO_CALL = [("source", "=", "officer"), ("state", "in", ("draft", "sent", "partial"))]


class CrmCallList(models.Model):
    """Satisfaction call-backs and calls about requests (SVC-L5, SVC-L6, CC-5)."""

    _inherit = "crm.call.list"

    def _add_requests(self, requests):
        """Customers of requests; the most urgent first."""
        self.ensure_one()
        if not requests:
            return {}
        counts = self._add(
            SQL(
                """SELECT DISTINCT ON (partner_id) partner_id, NULL::integer, NULL::varchar,
                          COALESCE(priority, '0')::integer, NULL::double precision
                     FROM crm_service_request WHERE id = ANY(%s) AND partner_id IS NOT NULL
                 ORDER BY partner_id, priority DESC NULLS LAST""",
                requests.ids,
            )
        )
        self._note_subject("request_id", requests)
        return counts

    def _add_invitations(self, domain=()):
        """Customers who are asked by telephone how satisfied they are."""
        self.ensure_one()
        invitations = self.env["crm.feedback.invitation"].search(
            Domain(domain) & Domain(TO_CALL) & Domain("company_id", "=", self.company_id.id)
        )
        asked = invitations.filtered(lambda one: not one.partner_id.feedback_opt_out)
        counts = self._add_partners([("id", "in", asked.partner_id.ids)])
        self._note_subject("invitation_id", asked)
        return counts

    def _note_subject(self, field, documents):
        """What each customer is called about; of several documents the newest."""
        newest = {document.partner_id: document for document in documents.sorted("id")}
        entries = self.env["crm.call.list.entry"].search(
            [
                ("list_id", "=", self.id),
                ("partner_id", "in", [partner.id for partner in newest]),
                (field, "=", False),
            ]
        )
        for entry in entries:
            entry[field] = newest[entry.partner_id]

    @api.model
    def _card_documents(self, entry):
        """What the agent opens from the card: the request, the questions to ask."""
        found = super()._card_documents(entry)
        if entry.request_id:
            name = entry.request_id.display_name
            found.append({"code": "request", "label": self.env._("Request %s", name)})
        if entry.invitation_id:
            found.append({"code": "invitation", "label": self.env._("Ask the questions")})
        return found

    @api.model
    def _open_document(self, entry, code):
        if code == "request":
            return entry.request_id.with_user(self.env.user).get_formview_action()
        if code == "invitation":
            # sudo: an agent has no right to invitations; this one is on his card, and its page
            # asks the customer's questions and nothing else
            return entry.invitation_id.sudo().action_enter()
        return super()._open_document(entry, code)
