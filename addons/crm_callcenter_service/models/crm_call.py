from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: Requests of a customer that are shown when he calls.
SHOWN = 5


class CrmCall(models.Model):
    """A call and the request it is about (SVC-L6, CC-2)."""

    _inherit = "crm.call"

    request_id = fields.Many2one(
        "crm.service.request",
        index="btree_not_null",
        ondelete="set null",
        help="What the call was about.",
    )

    @api.model
    @api.readonly
    def get_popup(self, call_id):
        """Also what is open with the customer, as far as the agent may read it."""
        found = super().get_popup(call_id)
        call = self.browse(call_id)
        return {
            **found,
            "requests": call._popup_requests(),
            "request_id": call.request_id._filtered_access("read").id,
        }

    @api.model
    def _popup_rights(self):
        may = self.env["crm.service.request"].has_access("create")
        complaints = may and bool(self._complaint_types())
        return {**super()._popup_rights(), "request": may, "complaint": complaints}

    @api.model
    def _satisfaction(self):
        """Also answers about requests: each rates the last answered call about it before."""
        return SQL(
            """%s UNION ALL
               SELECT said.id AS call_id, answer.score / 100.0 AS score FROM crm_call said
                 JOIN crm_feedback_answer answer ON answer.request_id = said.request_id
                  AND answer.has_score AND answer.date >= said.start
                WHERE said.result = 'answered' AND NOT EXISTS (
                      SELECT FROM crm_call later WHERE later.request_id = said.request_id
                         AND later.result = 'answered' AND later.start > said.start
                         AND later.start <= answer.date)""",
            super()._satisfaction(),
        )

    def _popup_requests(self):
        requests = self.env["crm.service.request"]
        if not self.partner_id or not requests.has_access("read"):
            return []
        customer = self.partner_id.commercial_partner_id
        found = requests.search(
            [("commercial_partner_id", "=", customer.id), ("is_closed", "=", False)],
            order="priority desc, date_open desc",
            limit=SHOWN,
        )
        return [
            {
                "id": one.id,
                "number": one.number or "",
                "name": one.name,
                "stage": one.stage_id.name,
                "since": one.date_open.isoformat(),
                "user": one.user_id.name or "",
                "nature": one.nature or False,
            }
            for one in found
        ]

    @api.model
    def link_request(self, call_id, request_id):
        """Say which request the call is about.

        :raises UserError: the request of another customer
        """
        call = self.browse(call_id)
        call.check_access("write")
        request = self.env["crm.service.request"].browse(request_id)
        request.check_access("read")
        customer = request.commercial_partner_id
        if call.partner_id and customer and call.partner_id.commercial_partner_id != customer:
            raise UserError(self.env._("This request is of another customer."))
        call._about(request)
        return True

    def _about(self, request):
        """Note the request, and the customer where the number did not tell him."""
        self.ensure_one()
        values = {"request_id": request.id}
        if not self.partner_id and request.partner_id:
            values["partner_id"] = request.partner_id.id
        self.write(values)

    @api.model
    def open_request(self, call_id, complaint=False):
        """One click: the request or complaint that the customer calls about.

        A call has one request; a second click opens it.

        :return: action of its form
        """
        call = self.browse(call_id)
        call.check_access("write")
        if not call.request_id:
            request = self.env["crm.service.request"].create(call._request_values(complaint))
            call._about(request)
        return call.request_id.get_formview_action()

    def action_open_request(self):
        """Open the request of the call, or make one."""
        self.ensure_one()
        return self.open_request(self.id)

    def action_open_complaint(self):
        """Make a complaint of the call."""
        self.ensure_one()
        return self.open_request(self.id, complaint=True)

    def _request_values(self, complaint):
        who = self.partner_id.name or self.number or self.env._("an anonymous caller")
        values = {
            "name": self.env._("Call of %s", who),
            "partner_id": self.partner_id.id,
            "phone": self.number or False,
            "channel_id": self.env["crm.contact.channel"]._of_code("phone").id,
            "user_id": self.env.uid,
            "company_id": self.company_id.id,
            "description": self.note or False,
        }
        if complaint:
            values["type_id"] = self._complaint_type().id
        return values

    @api.model
    def _complaint_types(self):
        return self.env["crm.service.type"].search([("nature", "=", "complaint")], limit=1)

    def _complaint_type(self):
        found = self._complaint_types()
        if not found:
            raise UserError(self.env._("There is no type of request for complaints."))
        return found
