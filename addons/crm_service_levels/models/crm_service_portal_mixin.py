from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.mail import email_normalize

from ..tools import complaint as nine
from ..tools import portal
from . import crm_service_hooks_mixin  # noqa: F401 (Odoo wants a parent defined before its child)

#: Kinds of messages that people read; notes and tracking are none.
SPOKEN = ("comment", "email", "email_outgoing", "auto_comment")


class CrmServicePortalMixin(models.AbstractModel):
    """What a request gives out to its customer, on the portal and by a guest link (SVC-T).

    The pages are made of the plain values of :meth:`_portal_values` and of nothing else: what is
    not named here never leaves the house.
    """

    _name = "crm.service.portal.mixin"
    _inherit = ["crm.service.hooks.mixin"]
    _description = "Customer's page of a service request"

    date_promised = fields.Datetime(
        "Promised for", copy=False, help="The customer sees it on the page of his request."
    )
    collection_ids = fields.One2many(
        "crm.service.collection", "request_id", "Collections", copy=False
    )

    def _portal_lang(self):
        return self.partner_id.lang or self.company_id.partner_id.lang or self.env.lang

    def _portal_current(self):
        """The request that goes on with the matter, if it is of the same customer."""
        current = self._service_at_work()
        return current if current.active and self._portal_same_customer(current) else self

    def _portal_same_customer(self, other):
        """Whether two requests are of one customer; who is no contact yet is known by address."""
        if self.commercial_partner_id or other.commercial_partner_id:
            return self.commercial_partner_id == other.commercial_partner_id
        return bool(self.email_normalized) and self.email_normalized == other.email_normalized

    # The page

    def _portal_values(self, guest=False):
        """Everything the page shows; called on a request that the visitor may follow.

        :param guest: the page of a link without log-in: other documents are named, not linked
        """
        self.ensure_one()
        messages = self._portal_messages()
        return {
            **self._portal_row(),
            "description": False if self._portal_opened_by(messages) else self.description,
            "received": self.date_open,
            "stations": self._portal_stations(),
            "course": self._portal_course(),
            "next": self._portal_next(),
            "expected": self._portal_expected(),
            "messages": messages,
            "files": [file for message in messages for file in message["files"]],
            "links": [link for link in self._portal_links(guest) if link],
            "asset": self.asset_id._portal_row() if self._portal_own_asset() else None,
            "complaint": self._portal_complaint(),
            "feedback": self._portal_feedback(),
            "collections": [one._portal_values() for one in self.collection_ids],
            "can_write": not self.is_closed or self._portal_may_reopen(),
            "can_close": not self.is_closed or self.state == "solved",
            "can_reopen": self._portal_may_reopen(),
            "can_collect": self._portal_may_collect(),
            "most_files": self.team_id._mail_limits()[0],
            "most_megabytes": self.team_id._mail_limits()[1] // 1024 // 1024,
        }

    def _portal_row(self):
        """What the list of requests shows of one."""
        self.ensure_one()
        return {
            "id": self.id,
            "number": self.number,
            "name": self.name,
            "url": self.access_url,
            "type": self.type_id.name or "",
            "state": self.state,
            "stage": self._portal_stage(self.stage_id),
            "closed": self.is_closed,
            "date": self.date_open,
            "contact": self.partner_id.name or "",
            "product": self.asset_id.display_name
            if self._portal_own_asset()
            else self.product_id.display_name or "",
        }

    def _portal_own_asset(self):
        """An asset that went to somebody else is not shown to its former owner."""
        customer = self.commercial_partner_id
        return customer and self.asset_id.commercial_partner_id == customer

    # Where it stands

    def _portal_stations(self):
        names = {
            portal.RECEIVED: self.env._("Received"),
            portal.WORK: self.env._("In progress"),
            portal.SOLVED: self.env._("Solved"),
            portal.CLOSED: self.env._("Closed"),
            portal.CANCELLED: self.env._("Cancelled"),
        }
        begun = self.stage_span_ids.filtered(lambda span: span.stage_id.state not in ("new", False))
        progress = portal.Progress(
            self.state or "new",
            self.date_open,
            begun[:1].date_from or None,
            self.date_solved or None,
            self.date_closed or None,
        )
        return [{**row, "name": names[row["code"]]} for row in portal.stations(progress)]

    def _portal_stage(self, stage):
        """Name of a stage as customers read it."""
        if stage.state == "customer" and not stage.portal_name:
            return self.env._("Your answer is needed")
        return stage.portal_name or stage.name or ""

    def _portal_course(self):
        return portal.course(
            (self._portal_stage(span.stage_id), span.date_from) for span in self.stage_span_ids
        )

    def _portal_next(self):
        """What happens next, in one sentence."""
        if self.state == "solved" and not self._portal_may_reopen():
            return self.env._("Your request is solved.")
        return {
            "new": self.env._("We have your request and will look at it."),
            "open": self.env._("We are working on it."),
            "customer": self.env._("We need your answer to go on. Please write to us below."),
            "third_party": self.env._("We wait for something from outside, such as a part."),
            "solved": self.env._("We think this is solved. Please tell us whether it is."),
            "closed": self.env._("This request is closed."),
            "cancelled": self.env._("This request was cancelled."),
        }.get(self.state or "new")

    def _portal_expected(self):
        """``{"date", "promised", "late"}``: a promise, or the deadline if the team tells it."""
        now = fields.Datetime.now()
        if self.is_closed:
            return None
        if self.date_promised:
            late = self.date_promised < now
            return {"date": self.date_promised, "promised": True, "late": late}
        timers = self.sla_timer_ids.filtered(
            lambda one: one.kind == "resolution" and not one.met_at and one.due_at
        )
        due = timers[:1].due_at
        if not self.team_id.portal_expected or not due or due < now:
            return None
        return {"date": due, "promised": False, "late": False}

    def _portal_complaint(self):
        """The complaint in the customer's words; what was decided only once we told him."""
        complaint = self.complaint_id
        if not complaint or complaint.state == "withdrawn":
            return None
        names = {
            "received": self.env._("Received"),
            "examined": self.env._("Being examined"),
            "decided": self.env._("Solution being prepared"),
            "answered": self.env._("Our answer"),
            "finished": self.env._("Finished"),
        }
        closed = complaint.state == "closed"
        now = portal.complaint_station(complaint.step_code or "", closed, nine.STEPS)
        dates = {"received": complaint.date_start, "answered": complaint.replied_on or None}
        dates["finished"] = complaint.date_closed or None
        rows = portal.along(tuple(names), now, dates)
        told = bool(complaint.replied_on)
        return {
            "stations": [{**row, "name": names[row["code"]]} for row in rows],
            "accepted": complaint.validity != "invalid" if told and complaint.validity else None,
            "reason": (complaint.validity_reason or "") if told else "",
        }

    # Conversation

    def _portal_messages(self):
        """What was said to the customer and by him: never notes, judgement or other people."""
        domain = Domain("model", "=", self._name) & Domain("res_id", "=", self.id)
        domain &= Domain("subtype_id", "=", self.env.ref("mail.mt_comment").id)
        domain &= Domain("is_internal", "=", False) & Domain("message_type", "in", SPOKEN)
        # sudo: customers have no right to messages; the domain and _portal_side leave their own
        messages = self.env["mail.message"].sudo().search(domain, order="date, id")
        rows = [self._portal_message(message) for message in messages]
        return [row for row in rows if row["side"] and (row["body"] or row["files"])]

    def _portal_message(self, message):
        side = self._portal_side(message)
        files = message.attachment_ids if side else message.attachment_ids.browse()
        return {
            "id": message.id,
            "side": side,
            "author": message.author_id.name or self.env._("You"),
            "date": message.date,
            "body": message.body,
            "opened": side == "you" and message.create_date == self.create_date,
            "files": [
                {"id": file.id, "name": file.name, "size": file.file_size, "date": message.date}
                for file in files
            ],
        }

    def _portal_side(self, message):
        """``us``, ``you``, or empty for others who wrote, such as a supplier."""
        author = message.author_id
        if not author:
            mine = email_normalize(message.email_from or "") == self.email_normalized
            return "you" if mine and self.email_normalized else ""
        users = author.with_context(active_test=False).user_ids
        if any(not user.share for user in users) or author == self.company_id.partner_id:
            return "us"
        mine = author == self.partner_id
        return "you" if mine or author.commercial_partner_id == self.commercial_partner_id else ""

    def _portal_opened_by(self, messages):
        """Whether the conversation begins with what is in the description, too."""
        return any(message["opened"] and message["body"] for message in messages)

    def _portal_file(self, file_id):
        """A file of the conversation the customer sees, or an empty record."""
        shown = {file["id"] for row in self._portal_messages() for file in row["files"]}
        # sudo: the file was in a message shown to the customer
        return self.env["ir.attachment"].sudo().browse(file_id if file_id in shown else ())

    # Documents beside it; glue adds deliveries and repairs

    def _portal_links(self, guest):
        """``{"label", "name", "url"}`` of documents of this customer; no address for guests."""
        return [
            self._portal_link(self.env._("Order"), self.sale_order_id, guest),
            self._portal_link(self.env._("Invoice"), self.invoice_id, guest),
        ]

    def _portal_link(self, label, record, guest, url=None):
        if not record or record.state in ("draft", "cancel"):
            return None
        if record.partner_id.commercial_partner_id != self.commercial_partner_id:
            return None
        address = "" if guest else url or record.access_url
        return {"label": label, "name": record.display_name, "url": address}

    # Satisfaction

    def _portal_feedback(self):
        """The first question, to be answered by one tap once the request is closed."""
        if self.state not in ("solved", "closed") or self.merged_into_id:
            return None
        answer = self.feedback_answer_ids[:1]
        scheme = answer.scheme_id or self.env["crm.feedback.scheme"]._for_request(self)
        aspect = scheme.aspect_ids.filtered(lambda one: one.kind != "words")[:1]
        if not aspect:
            return None
        line = answer.line_ids.filtered(lambda one: one.aspect_id == aspect)
        return {
            "question": aspect.name,
            "kind": aspect.kind,
            "choices": aspect._choices(),
            "given": line[:1].points if line else None,
            "open": not self.feedback_invitation_ids.filtered(
                lambda one: one.state in ("answered", "cancelled")
            ),
        }

    # What may be done

    def _portal_may_reopen(self):
        closed = self.is_closed and self.state != "cancelled" and not self.merged_into_id
        return closed and not self._service_too_old()

    def _portal_may_collect(self):
        booked = self.collection_ids.filtered(lambda one: one.state in ("booked", "collected"))
        thing = self.asset_id or self.product_id or self.nature == "fault"
        free = not self.is_closed and not booked
        return bool(free and thing and self.team_id.collection_capacity)
