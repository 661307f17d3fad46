from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import plaintext2html

from ..tools.working_time import to_moment
from . import crm_service_hooks_mixin  # noqa: F401 (Odoo wants a parent defined before its child)

#: Longest text of one message, in characters.
LONGEST_TEXT = 20_000
#: Longest line of an address or a name.
LONGEST_LINE = 200
#: Messages, closings and bookings one request takes within an hour from its customer.
MOST_WRITES = 30


class CrmServicePortalActMixin(models.AbstractModel):
    """What a customer may do with his request: write, close, reopen, rate, have it collected.

    The methods are called with ``sudo`` after the caller checked whose request it is, by log-in or
    guest link, and say what is wrong in words for the customer (SVC-T).
    """

    _name = "crm.service.portal.act.mixin"
    _inherit = ["crm.service.hooks.mixin"]
    _description = "What a customer does with a service request"

    # Writing

    def _portal_write_text(self, text, files=(), author=None):
        """A message of the customer; reopens a request that was closed lately.

        :param files: ``(name, bytes)``
        :param author: contact who writes; without one the request's address is the sender
        :raise UserError: what is wrong with the text or the files
        """
        self.ensure_one()
        text = (text or "").strip()
        if not text and not files:
            raise UserError(self.env._("Please write something, or add a file."))
        self._portal_check_text(text)
        self.team_id._portal_check_files(files)
        if self.is_closed and not self._portal_may_reopen():
            raise UserError(self.env._("This request is closed. Please open a new one."))
        self._portal_slow_down()
        if self.is_closed:
            self._to_state("open")
        self._portal_post(text, files, author)

    @api.model
    def _portal_check_text(self, text):
        if len(text) > LONGEST_TEXT:
            raise UserError(
                self.env._(
                    "Your text is too long: %(most)s characters are taken.", most=LONGEST_TEXT
                )
            )

    def _portal_post(self, text, files, author):
        author = author or self.partner_id
        self.with_context(mail_post_autofollow=False).message_post(
            body=plaintext2html(text) if text else "",
            author_id=author.id or False,
            email_from=author.email_formatted or self.email_from,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
            attachments=list(files),
        )

    def _portal_say(self, text):
        """A machine tells the customer something, as part of the conversation."""
        known = self.partner_id.email_normalized == self.email_normalized
        self.sudo().message_post(  # sudo: in the name of the company, whoever set it off
            body=text,
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.company_id.partner_id.id,
            email_from=self._service_own_address(),
            partner_ids=self.partner_id.ids,
            outgoing_email_to=False if known or self.partner_id else self.email_from,
        )

    def _portal_slow_down(self):
        hits = self.env["crm.service.portal.hit"]
        if not hits._allow("write", self.id, MOST_WRITES):
            raise UserError(self.env._("That was a lot at once. Please try again in an hour."))

    # Closing and reopening

    def _portal_close(self):
        """The customer says that it is done."""
        if not self.is_closed or self.state == "solved":
            self._portal_slow_down()
            self._to_state("closed")
            self._message_log(body=self.env._("Closed by the customer on his page."))

    def _portal_reopen(self, text, author=None):
        """The customer says what is still wrong."""
        if not self._portal_may_reopen():
            raise UserError(
                self.env._("This request cannot be opened again. Please open a new one.")
            )
        if not (text or "").strip():
            raise UserError(self.env._("Please tell us what is still wrong."))
        self._portal_write_text(text, author=author)

    # Satisfaction

    def _portal_rate(self, points):
        """Take the one-tap answer.

        :return: address of the page with the other questions; empty if nothing was taken
        """
        shown = self._portal_feedback()
        if not shown or not shown["open"]:
            return ""
        self._portal_slow_down()
        invitation = self._feedback_invite("mail")
        aspect = invitation.scheme_id.aspect_ids.filtered(lambda one: one.kind != "words")[:1]
        if not aspect or not aspect._line_values(points):
            return ""
        invitation._save({aspect.id: points})
        return f"/feedback/{invitation.id}/{invitation._token()}"

    # Collection

    def _service_merged(self, target):
        """Collections follow a merge; of several that are booked one does, the first.

        The others stay with the request whose number is on their label; the driver comes.
        """
        res = super()._service_merged(target)
        # sudo: what is moved belongs to requests that the user may write
        collections = self.env["crm.service.collection"].sudo()
        found = collections.search([("request_id", "in", (self | target).ids)], order="id")
        moving = found.filtered(lambda one: one.request_id != target)
        busy = moving.filtered(lambda one: one.state in ("booked", "collected"))
        kept = (found - moving).filtered(lambda one: one.state in ("booked", "collected"))
        (moving - (busy if kept else busy[1:])).request_id = target
        return res

    def _collection_belongs(self):
        """What a collection takes from its request."""
        return {
            "partner_id": self.partner_id.id,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id,
        }

    def _collection_defaults(self):
        partner = self.partner_id
        return {
            **self._collection_belongs(),
            "contact_name": partner.name or "",
            "phone": self.phone or "",
            "address": self.env["crm.service.collection"]._address_lines(partner),
        }

    def action_collection_new(self):
        """Staff book a collection, at any time."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Book a collection"),
            "res_model": "crm.service.collection",
            "view_mode": "form",
            "context": {"default_request_id": self.id},
        }

    def _portal_slots(self):
        """Days with the slots that can be booked: ``[{"day", "slots": [{"value", "text"}]}]``."""
        if not self._portal_may_collect():
            return []
        days = {}
        for slot in self.team_id._collection_slots():
            day, text = self._portal_slot_words(slot)
            value = str(to_moment(slot.start))
            days.setdefault(day, []).append({"value": value, "text": text, "left": slot.left})
        return [{"day": day, "slots": slots} for day, slots in days.items()]

    def _portal_slot_words(self, slot):
        words = self.env["crm.service.collection"]._time_words
        zone = self.team_id._collection_zone()
        start, end = words(slot.start, zone, "HH:mm"), words(slot.end, zone, "HH:mm")
        return words(slot.start, zone, "EEEE, d MMMM"), f"{start}–{end}"

    def _portal_book(self, values):
        """Book a collection as the customer filled it in.

        :param values: ``slot``, ``contact_name``, ``phone``, ``address``, ``packages``, ``note``
        :raise UserError: what is missing, or that the time was taken meanwhile
        """
        self.ensure_one()
        if not self._portal_may_collect():
            raise UserError(self.env._("Nothing can be collected for this request now."))
        self._portal_slow_down()
        offered = {str(to_moment(s.start)): s for s in self.team_id._collection_slots()}
        slot = offered.get(str(values.get("slot") or ""))
        if not slot:
            raise UserError(self.env._("Please choose a time that is still offered."))
        booked = self.env["crm.service.collection"]._book(
            {
                **self._portal_book_values(values),
                **self._collection_belongs(),
                "request_id": self.id,
                "slot_start": slot.start,
                "slot_end": slot.end,
                "booked_by": "customer",
            },
            self.team_id.collection_capacity,
        )
        self._portal_say(booked._news())
        return booked

    def _portal_book_values(self, values):
        given = {
            name: str(values.get(name) or "").strip()[
                : LONGEST_LINE * (5 if name != "phone" else 1)
            ]
            for name in ("contact_name", "phone", "address", "note")
        }
        if not (given["contact_name"] and given["phone"] and given["address"]):
            raise UserError(
                self.env._("Please tell us whom we meet, a telephone number and where.")
            )
        packages = str(values.get("packages") or "1")
        if not packages.isascii() or not packages.isdigit() or not 1 <= int(packages[:3]) <= 99:
            raise UserError(self.env._("Between 1 and 99 parcels are collected."))
        return {**given, "packages": int(packages)}

    def _portal_collection(self, collection_id):
        """A collection of this request, or an empty record."""
        return self.collection_ids.filtered(lambda one: one.id == collection_id)

    def _portal_cancel_collection(self, collection_id):
        booked = self._portal_collection(collection_id)
        if booked.state == "booked":
            self._portal_slow_down()
            booked.action_cancel()
