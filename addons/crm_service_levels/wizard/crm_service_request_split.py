from odoo import api, fields, models
from odoo.tools import clean_context, html2plaintext


class CrmServiceRequestSplit(models.TransientModel):
    """Make a request of its own out of one message or one part of a request (SVC-L1)."""

    _name = "crm.service.request.split"
    _description = "Split a service request"

    request_id = fields.Many2one(
        "crm.service.request", "From", required=True, ondelete="cascade", readonly=True
    )
    source_message_ids = fields.Many2many(
        "mail.message",
        string="Messages",
        domain="[('model', '=', 'crm.service.request'), ('res_id', '=', request_id)]",
        help="Their words and files begin the new request; they stay in the old one too.",
    )
    name = fields.Char(
        "Subject",
        compute="_compute_from_messages",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    description = fields.Html(
        compute="_compute_from_messages", store=True, readonly=False, precompute=True
    )
    type_id = fields.Many2one(
        "crm.service.type",
        compute="_compute_type_id",
        store=True,
        readonly=False,
        precompute=True,
    )
    keep_attachments = fields.Boolean("Copy the files", default=True)

    @api.depends("source_message_ids")
    def _compute_from_messages(self):
        for wizard in self:
            bodies = wizard._own_messages().mapped("body")
            wizard.description = wizard.description or "".join(bodies)
            lines = html2plaintext(wizard.description or "").strip().splitlines()
            wizard.name = wizard.name or (lines[0][:80] if lines else wizard.request_id.name)

    @api.depends("request_id")
    def _compute_type_id(self):
        for wizard in self:
            wizard.type_id = wizard.request_id.type_id

    def _own_messages(self):
        """The chosen messages that do belong to the request."""
        return self.source_message_ids.filtered(
            lambda message: (
                (message.model, message.res_id) == (self.request_id._name, self.request_id.id)
            )
        ).sorted("id")

    def action_split(self):
        self.ensure_one()
        self.request_id.check_access("write")
        values = {
            "name": self.name,
            "description": self.description,
            "type_id": self.type_id.id,
        }
        source = self.request_id.with_context(clean_context(self.env.context))
        part = source._split_off(values, self._own_messages(), self.keep_attachments)
        return part._open_form()
