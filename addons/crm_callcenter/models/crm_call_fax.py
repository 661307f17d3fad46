import base64
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.crm_customer_insight.tools import phone
from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..tools import fax as pages

STATES = [
    ("draft", "Draft"),
    ("waiting", "Waiting"),
    ("sending", "Being sent"),
    ("sent", "Sent"),
    ("received", "Received"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
]
#: Minutes until a fax is tried again, by the tries made.
PAUSES = (5, 15, 60)
#: A fax of which nothing is heard for so long has failed.
LONGEST = timedelta(hours=1)


class CrmCallFax(models.Model):
    """A fax, sent or received over the exchange, with its customer (CC-7)."""

    _name = "crm.call.fax"
    _description = "Fax"
    _inherit = ["mail.thread", "mail.activity.mixin", "crm.call.inbox.source.mixin"]
    _order = "id desc"
    _rec_name = "number"
    _person_data = PersonData(person=("partner_id",), erase="delete", number="e164")

    direction = fields.Selection(
        [("out", "Outgoing"), ("in", "Incoming")], required=True, default="out", readonly=True
    )
    exchange_id = fields.Many2one(
        "crm.call.exchange",
        required=True,
        ondelete="cascade",
        index=True,
        default=lambda self: self.env["crm.call.exchange"].search([], limit=1),
    )
    company_id = fields.Many2one(related="exchange_id.company_id", store=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", ondelete="set null", index="btree_not_null"
    )
    number = fields.Char("Fax number")
    e164 = fields.Char(
        "Number (E.164)", compute="_compute_e164", store=True, index="btree_not_null"
    )
    document = fields.Binary(attachment=True, help="PDF or picture; of received faxes a PDF.")
    document_name = fields.Char("File name")
    tiff = fields.Binary("Pages as sent", attachment=True, readonly=True)
    page_count = fields.Integer("Pages", readonly=True)
    pages_done = fields.Integer("Pages sent", readonly=True)
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, tracking=True)
    tries = fields.Integer(readonly=True)
    next_try = fields.Datetime(readonly=True, string="Next try")
    error = fields.Char(readonly=True)
    user_id = fields.Many2one(
        "res.users", "Sent by", default=lambda self: self.env.user, readonly=True
    )
    command_uid = fields.Char(
        readonly=True, index="btree_not_null", copy=False, string="Command uid"
    )
    file = fields.Char("File on the exchange", readonly=True, copy=False)

    _file_uniq = models.UniqueIndex("(exchange_id, file) WHERE file IS NOT NULL")

    @api.depends("number", "exchange_id")
    def _compute_e164(self):
        for fax in self:
            country = fax.exchange_id.country_id or fax.exchange_id.company_id.country_id
            fax.e164 = phone.parse(fax.number or "", country.code).e164

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        if self.partner_id.phone and not self.number:
            self.number = self.partner_id.phone

    # -- sending

    def action_send(self):
        """Send it now; how it went is told in its state.

        :raises UserError: without number or document, or one that cannot be drawn
        """
        for fax in self:
            if fax.direction != "out" or fax.state not in ("draft", "failed", "cancelled"):
                continue
            if not fax.e164:
                raise UserError(self.env._("To whom? A fax needs a telephone number."))
            fax._draw()
            fax.tries = 0
            fax._try()

    def action_cancel(self):
        """Do not try again."""
        self.filtered(lambda fax: fax.state in ("draft", "waiting")).state = "cancelled"

    def _draw(self):
        if not self.document:
            raise UserError(self.env._("There is nothing to send: add a document."))
        try:
            content, count = pages.to_tiff(base64.b64decode(self.document))
        except pages.FaxError as error:
            raise UserError(self._why(error)) from error
        self.write({"tiff": base64.b64encode(content), "page_count": count})

    def _why(self, error):
        return {
            "too_large": self.env._("The document is larger than 20 MB."),
            "no_ghostscript": self.env._(
                "A PDF can be sent when Ghostscript is installed on the server (package "
                "ghostscript). Without it send a picture: TIFF, PNG or JPEG."
            ),
            "bad_pdf": self.env._("The PDF cannot be drawn: %s", error.about),
            "too_many_pages": self.env._("A fax has %s pages at most.", error.about),
        }.get(error.code) or self.env._("This is neither a PDF nor a picture.")

    def _try(self):
        """One call."""
        self.ensure_one()
        self.write({"state": "sending", "tries": self.tries + 1, "next_try": False, "error": False})
        values = {"channel": self.exchange_id._line_to(self.e164), "number": self.e164}
        command = self.env["crm.call.command"]._ask(
            self.exchange_id, "fax_send", values, seconds=60
        )
        self.command_uid = command.uid
        self._command_ended(command)  # a dialing rule may have refused it at once

    @api.model
    def _command_ended(self, commands):
        """Calls that did not come about: busy, no answer, refused by a rule, expired."""
        failed = commands.filtered(
            lambda one: one.action == "fax_send" and one.state in ("failed", "expired", "unknown")
        )
        if not failed:
            return
        texts = {command.uid: command.text or command.state for command in failed}
        # sudo: the exchange tells of faxes of all people
        faxes = self.sudo().search([("command_uid", "in", list(texts)), ("state", "=", "sending")])
        for fax in faxes:
            fax._failed(texts[fax.command_uid])

    def _failed(self, why):
        """Once more after a pause, or not any more."""
        again = self.tries <= len(PAUSES)
        pause = timedelta(minutes=PAUSES[self.tries - 1]) if again else None
        self.write(
            {
                "state": "waiting" if again else "failed",
                "next_try": fields.Datetime.now() + pause if again else False,
                "error": str(why)[:200],
            }
        )
        if not again:
            self._tell_customer(self.env._("Fax to %(number)s failed: %(why)s",
                                           number=self.e164, why=self.error))  # fmt: skip

    @api.model
    def _cron_retry(self, limit=50):
        now = fields.Datetime.now()
        silent = self.search(
            [("state", "=", "sending"), ("write_date", "<", now - LONGEST)], limit=limit
        )
        for fax in silent:
            fax._failed(self.env._("Nothing was heard of it."))
        for fax in self.search([("state", "=", "waiting"), ("next_try", "<=", now)], limit=limit):
            fax._try()

    # -- what the exchange tells

    @api.model
    def _told(self, exchange, events):
        """How faxes ended: events of the dial plan with ``Step: fax``."""
        for event in events:
            if event.kind == "ivr" and event.data.get("step") == "fax":
                self._ended(exchange, event)

    def _ended(self, exchange, event):
        name = str(event.data.get("file", "")).rpartition("/")[2]
        if not name.startswith("out-"):
            return self._note_sender(exchange, name, event)
        uid = name.removeprefix("out-").removesuffix(".tif")
        fax = self.search(
            [("exchange_id", "=", exchange.id), ("command_uid", "=", uid),
             ("state", "in", ("sending", "waiting"))], limit=1,
        )  # fmt: skip
        if not fax:
            return fax
        fax.pages_done = int(event.data.get("pages", 0))
        if event.data.get("status") == "SUCCESS":
            fax.write({"state": "sent", "error": False, "next_try": False})
            text = self.env._("Fax sent to %(number)s (%(pages)s pages)",
                              number=fax.e164, pages=fax.page_count)  # fmt: skip
            fax._tell_customer(text)
        elif fax.state == "sending":
            fax._failed(event.data.get("error") or self.env._("broken off"))
        return fax

    def _note_sender(self, exchange, name, event):
        """Who sent a fax, told before or after its pages come."""
        call = self.env["crm.call"].search(
            [("exchange_id", "=", exchange.id), ("linked", "=", event.call)], limit=1
        )
        fax = self.search([("exchange_id", "=", exchange.id), ("file", "=", name)], limit=1)
        if not name or (event.data.get("status") != "SUCCESS" and not fax):
            return fax
        fax = fax or self._new_received(exchange, name)
        fax.write({"number": call.number, "partner_id": fax.partner_id.id or call.partner_id.id})
        return fax

    def _new_received(self, exchange, name):
        return self.create(
            {"direction": "in", "exchange_id": exchange.id, "file": name, "state": "received",
             "user_id": False}
        )  # fmt: skip

    @api.model
    def _receive(self, exchange, name, tiff):
        """A fax with its pages; known ones are left as they are."""
        fax = self.search([("exchange_id", "=", exchange.id), ("file", "=", name)], limit=1)
        if fax.document:
            return fax
        try:
            content, count = pages.to_pdf(tiff)
        except pages.FaxError as error:
            raise UserError(self._why(error)) from error
        fax = fax or self._new_received(exchange, name)
        fax.write(
            {
                "document": base64.b64encode(content),
                "document_name": f"{name.rpartition('.')[0] or name}.pdf",
                "tiff": base64.b64encode(tiff),
                "page_count": count,
            }
        )
        fax._tell_customer(self.env._("Fax received (%s pages)", count))
        fax._inbox_enter("fax")
        return fax

    def _inbox_subject(self):
        sender = self.number or self.env._("unknown number")
        return self.env._("Fax from %(sender)s (%(pages)s pages)",
                          sender=sender, pages=self.page_count)  # fmt: skip

    def _tell_customer(self, text):
        """A note with the document in the customer's own thread."""
        self.ensure_one()
        if not self.partner_id:
            return
        name = self.document_name or self.env._("fax.pdf")
        content = base64.b64decode(self.document or b"")
        self.partner_id.message_post(
            body=text,
            attachments=[(name, content)] if content else [],
            subtype_xmlid="mail.mt_note",
        )
