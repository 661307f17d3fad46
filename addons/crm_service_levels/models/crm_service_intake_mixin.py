from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import email_normalize, email_normalize_all, formataddr, html2plaintext
from odoo.tools.mail import email_split_tuples

from ..tools import intake
from . import crm_service_hooks_mixin  # noqa: F401 (Odoo wants a parent defined before its child)

#: Acknowledgements to one address within :data:`QUIET_HOURS`; more would feed a loop.
MOST_ACKNOWLEDGEMENTS = 3
QUIET_HOURS = 2
NAME_LENGTH = 250
MEGABYTE = 1024 * 1024
#: Longest text of a mail that a request shows; beyond 10 MB the parser of HTML would drop the rest.
TEXT_LENGTH = 500_000
#: Clocks of two computers differ; a receipt a little ahead is no mistake.
TOLERANCE = timedelta(minutes=5)


class CrmServiceIntakeMixin(models.AbstractModel):
    """How requests come in by mail: whose it is, about what, what is answered (SVC-L1)."""

    _name = "crm.service.intake.mixin"
    _inherit = ["crm.service.hooks.mixin", "mail.thread.cc"]
    _description = "Intake of a service request"

    followed_up_id = fields.Many2one(
        "crm.service.request",
        "Follow-up of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The customer answered to that request when it had been closed for long.",
    )
    email_normalized = fields.Char(
        compute="_compute_email_normalized", store=True, precompute=True, index="btree_not_null"
    )
    date_acknowledged = fields.Datetime("Receipt acknowledged", readonly=True, copy=False)
    date_reopened = fields.Datetime("Last reopened", readonly=True, copy=False)

    @api.depends("email_from")
    def _compute_email_normalized(self):
        for request in self:
            request.email_normalized = email_normalize(request.email_from)

    @api.constrains("date_open")
    def _check_date_open(self):
        latest = fields.Datetime.now() + TOLERANCE
        if any(request.date_open > latest for request in self):
            raise ValidationError(self.env._("The date of receipt cannot be in the future."))

    def _service_changed(self, before):
        res = super()._service_changed(before)
        for request in self._service_was(before, "stage_id"):
            was = before[request.id]["stage_id"]
            if was.is_closed and not request.stage_id.is_closed:
                # sudo: portal customers may reopen by an answer
                request.sudo().date_reopened = fields.Datetime.now()
        return res

    @api.model
    def default_get(self, fields):
        """``default_channel_code`` of the context names the channel that is offered."""
        values = super().default_get(fields)
        code = self.env.context.get("default_channel_code")
        if code and "channel_id" in fields and not values.get("channel_id"):
            ways = self.env["crm.contact.channel"]
            values["channel_id"] = ways.search([("code", "=", code)], limit=1).id
        return values

    # Which request a mail is about

    @api.model
    def _service_by_subject(self, msg_dict):
        """The request whose number stands in the subject, if the sender has to do with it; a number
        can be guessed, so that it alone opens nothing."""
        numbers = intake.numbers_in(msg_dict.get("subject"))
        sender = email_normalize(msg_dict.get("email_from"))
        if not numbers or not sender:
            return self.browse()
        found = self.with_context(active_test=False).search([("number", "in", numbers)], limit=10)
        return found.filtered(lambda request: sender in request._service_addresses())[:1]

    def _service_addresses(self):
        """Normalized addresses of those who take part: customer, copies, owner and squad."""
        self.ensure_one()
        people = self.partner_id | self.message_partner_ids | self.user_id.partner_id
        people |= self.squad_member_ids.user_id.partner_id
        written = email_normalize_all(f"{self.email_from or ''},{self.email_cc or ''}")
        return {*people.mapped("email_normalized"), *written} - {False}

    def _service_at_work(self):
        """The request that goes on with the matter: the one it was merged into."""
        request, seen = self, set()
        while request.merged_into_id and request.id not in seen:
            seen.add(request.id)
            request = request.merged_into_id
        return request

    def _service_too_old(self):
        """Whether an answer opens a follow-up instead of this request."""
        ended = self.date_closed or self.date_solved
        if not self.is_closed or not ended:
            return False
        return ended < fields.Datetime.now() - timedelta(days=self.team_id._reopen_within())

    # New mail

    @api.model
    def message_new(self, msg_dict, custom_values=None):
        values = dict(custom_values or {})
        team = self.env["crm.service.team"].browse(values.get("team_id"))
        company = team.company_id or self.env.company
        notes = self._service_sieve(msg_dict, team)
        self._service_copies(msg_dict)
        values = {
            **self._service_mail_values(msg_dict),
            **self._service_followed_values(values.get("followed_up_id")),
            **values,
            "company_id": company.id,
        }
        notes += self._service_find_sender(msg_dict, values, company)
        notes += self._service_guess_type(msg_dict, values, company)
        request = super().message_new(msg_dict, values)
        request._service_note(notes)
        request._service_tell_refused(msg_dict)
        request._service_link_followed()
        return request.with_context(service_mail_new=True)

    @api.model
    def _service_mail_values(self, msg_dict):
        channel = self.env["ir.model.data"]._xmlid_to_res_id(
            "crm_customer_insight.crm_contact_channel_email", raise_if_not_found=False
        )
        subject = " ".join((msg_dict.get("subject") or "").split())
        body = intake.without_inline_images(msg_dict.get("body"))
        said = html2plaintext(body).strip()
        return {
            "name": subject[:NAME_LENGTH] or self.env._("(no subject)"),
            "description": body if said else False,
            "channel_id": channel or False,
        }

    @api.model
    def _service_followed_values(self, request_id):
        """What a follow-up takes over: the matter, not the stage."""
        if not request_id:
            return {}
        # sudo: the gateway goes on with a request whoever fetches the mail
        earlier = self.sudo().browse(request_id)
        taken = earlier._continued_values()
        return {name: taken[name] for name in ("partner_id", "product_id", "sale_order_id")}

    def _service_link_followed(self):
        if self.followed_up_id:
            # sudo: as _service_followed_values
            self.env["crm.service.request.link"].sudo().create(
                {"request_id": self.followed_up_id.id, "kind": "parent", "other_id": self.id}
            )

    # Whose it is

    @api.model
    def _service_find_sender(self, msg_dict, values, company):
        """Put the contact into *values* and the author into *msg_dict*; notes when it is open."""
        if values.get("partner_id"):
            return []
        people = self._service_candidates(msg_dict, company)
        rows = [intake.Candidate(p.id, p.name or "", p.commercial_partner_id.id) for p in people]
        names = [name for name, _address in email_split_tuples(msg_dict.get("email_from") or "")]
        chosen, why = intake.choose_sender(rows, names[0] if names else "")
        values["partner_id"] = chosen
        if why in ("name", "company"):
            msg_dict["author_id"] = chosen
        if why == "ambiguous":
            msg_dict["author_id"] = False
            links = Markup(", ").join(p._get_html_link() for p in people)
            return [self.env._("Several customers have this address: %s", links)]
        return []

    @api.model
    def _service_candidates(self, msg_dict, company):
        """Contacts with the sender's address that the company may use; our own are none."""
        address = email_normalize(msg_dict.get("email_from"))
        ours = self.env.context.get("service_mail_ours")
        if not address or (self._service_is_ours(address) if ours is None else ours):
            return self.env["res.partner"]
        # sudo: the gateway finds the customer whoever fetches the mail
        partners = self.env["res.partner"].sudo()
        domain = [("email_normalized", "=", address), ("company_id", "in", [False, company.id])]
        return partners.search(domain, order="id", limit=20)

    # What it is about

    @api.model
    def _service_guess_type(self, msg_dict, values, company):
        """Put the type whose keywords fit into *values*; a note says which words they were."""
        if values.get("type_id"):
            return []
        types = self.env["crm.service.type"]._with_keywords(company)
        body = html2plaintext(msg_dict.get("body") or "")
        chosen, said = intake.guess_type(types, msg_dict.get("subject"), body)
        if not chosen:
            return []
        values["type_id"] = chosen
        return [self.env._("Type chosen because the mail says: %s", ", ".join(said))]

    @api.model
    def _service_copies(self, msg_dict):
        """Leave who had a copy in *msg_dict* but for ourselves: answers to all would come back."""
        copies = email_split_tuples(msg_dict.get("cc") or "")
        addresses = {address: email_normalize(address) for _name, address in copies}
        # sudo: addresses of the gateway are asked for every mail
        aliases = self.env["mail.alias.domain"].sudo()
        ours = set(aliases._find_aliases(list(filter(None, addresses.values()))))
        if ours:
            kept = [pair for pair in copies if addresses[pair[1]] not in ours]
            msg_dict["cc"] = ", ".join(map(formataddr, kept))

    # Files

    @api.model
    def _service_sieve(self, msg_dict, team):
        """Take files beyond the team's limits out of *msg_dict*; notes which."""
        files = [(file, file[0], intake.file_size(file[1])) for file in msg_dict["attachments"]]
        most, largest = team._mail_limits()
        sieve = intake.sieve_files(files, most, largest)
        msg_dict["attachments"] = sieve.kept
        msg_dict["service_refused"] = [(*row, most, largest) for row in sieve.refused]
        notes = [self._service_refused_line(*row, most, largest) for row in sieve.refused]
        return notes + self._service_shorten(msg_dict)

    @api.model
    def _service_shorten(self, msg_dict):
        """Keep a very long text (a log that was pasted) as a file, and show how it begins."""
        body = str(msg_dict.get("body") or "")
        if len(body) <= TEXT_LENGTH:
            return []
        name = "mail.html"
        msg_dict["attachments"].append(self._Attachment(name, body.encode(), {}))
        msg_dict["body"] = body[:TEXT_LENGTH]
        return [self.env._("The mail is very long: its whole text is the file %s.", name)]

    @api.model
    def _service_refused_line(self, name, size, why, most, largest):
        told = {"name": name, "size": f"{size / MEGABYTE:.1f}"}
        if why == "count":
            return self.env._(
                "File refused: %(name)s (%(size)s MB); at most %(most)s files are taken.",
                most=most,
                **told,
            )
        return self.env._(
            "File refused: %(name)s (%(size)s MB); at most %(largest)s MB are taken.",
            largest=largest // MEGABYTE,
            **told,
        )

    def _service_tell_refused(self, msg_dict):
        """Mail the customer which of his files were refused and why, in his language."""
        rows = msg_dict.pop("service_refused", [])
        if not rows or self._service_by_machine() or not self.email_normalized:
            return
        if self._service_is_colleague(self._service_author(msg_dict)):
            return
        # sudo: the language the customer is written to in
        spoken = self.with_context(lang=self.sudo().partner_id.lang or self.env.lang)
        lines = [spoken._service_refused_line(*row) for row in rows]
        items = Markup().join(Markup("<li>%s</li>") % line for line in lines)
        words = spoken.env._("We have your mail, but not all of its files:")
        spoken._portal_say(Markup("<p>%s</p><ul>%s</ul>") % (words, items))

    def _service_note(self, notes):
        if notes:
            lines = Markup().join(Markup("<li>%s</li>") % line for line in notes)
            self._message_log(body=Markup("<ul>%s</ul>") % lines)

    # Further mail

    def message_update(self, msg_dict, update_vals=None):
        """A mail to a request that is there: reopens it, unless a machine wrote."""
        self._service_note(self._service_sieve(msg_dict, self.team_id))
        self._service_copies(msg_dict)
        self._service_tell_refused(msg_dict)
        if self._service_by_machine():
            msg_dict["is_internal"] = True
        elif self.is_closed and not self._service_is_colleague(self._service_author(msg_dict)):
            self._to_state("open")
        return super().message_update(msg_dict, update_vals)

    @api.model
    def _service_author(self, msg_dict):
        return self.env["res.partner"].browse(msg_dict.get("author_id") or ())

    @api.model
    def _detect_loop_sender_domain(self, email_from_normalized):
        """Requests of a sender, by whom Odoo stops more than 20 in two hours; uses the index."""
        return [("email_normalized", "=", email_from_normalized)]

    @api.model
    def _service_by_machine(self):
        return self.env.context.get("service_mail_kind") in (intake.REPLY, intake.MACHINE)

    def _service_ignores(self, message):
        """A machine's answer is noted; a colleague's mail that opens a request answers nobody."""
        if message.message_type != "email":
            return super()._service_ignores(message)
        if self.env.context.get("service_mail_new"):
            return self._service_is_colleague(message.author_id)
        return self._service_by_machine() or super()._service_ignores(message)

    @api.model
    def _service_is_colleague(self, partner):
        # sudo: whether somebody is a colleague is asked for every author
        return any(not user.share for user in partner.sudo().user_ids)

    def _message_post_after_hook(self, message, msg_vals):
        res = super()._message_post_after_hook(message, msg_vals)
        if message.message_type == "email" and self._service_wants_acknowledgement():
            self._service_acknowledge()
        return res

    # Bounces

    def _message_receive_bounce(self, email, partner):
        """Say on the request and on the contact that our mail did not arrive."""
        res = super()._message_receive_bounce(email, partner)
        note = self.env._("A mail to %s came back: it could not be delivered.", email)
        self._message_log_batch({request.id: note for request in self})
        partner._message_log_batch({contact.id: note for contact in partner})
        return res

    # Acknowledgement

    def _message_compute_subject(self):
        """Subject of our mails; the number finds the request when a client drops references."""
        self.ensure_one()
        known = self.number not in (False, "/")
        return f"[{self.number}] {self.name}" if known else self.name

    def _service_wants_acknowledgement(self):
        """Once, at the mail by which somebody outside opens a request; never for a machine."""
        self.ensure_one()
        context = self.env.context
        if not context.get("service_mail_new") or context.get("service_mail_kind"):
            return False
        if self.date_acknowledged or not self.team_id.acknowledge or not self.email_normalized:
            return False
        return self._service_few_acknowledged()

    def _service_few_acknowledged(self):
        since = fields.Datetime.now() - timedelta(hours=QUIET_HOURS)
        domain = [("date_acknowledged", ">=", since)]
        domain.append(("email_normalized", "=", self.email_normalized))
        return self.search_count(domain, limit=MOST_ACKNOWLEDGEMENTS) < MOST_ACKNOWLEDGEMENTS

    def _service_acknowledge(self):
        """Tell the sender the number, in his language; the mail says that a machine wrote it."""
        template = self.env.ref("crm_service_levels.mail_template_acknowledge", False)
        if not template:
            return
        # sudo: the template answers in the name of the team
        texts = template.sudo()._generate_template(self.ids, ("subject", "body_html"))[self.id]
        known = self.partner_id.email_normalized == self.email_normalized
        quiet = {"service_mail_kind": None, "service_mail_new": False}
        self.with_context(**quiet).message_post(
            subject=texts["subject"],
            body=texts["body_html"],
            message_type="auto_comment",
            subtype_xmlid="mail.mt_comment",
            author_id=self.company_id.partner_id.id,
            email_from=self._service_own_address(),
            partner_ids=self.partner_id.ids if known else [],
            outgoing_email_to=False if known else self.email_from,
            notify_skip_followers=True,
            mail_headers={"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
        )
        self.date_acknowledged = fields.Datetime.now()

    def _service_own_address(self):
        return self.team_id.alias_email or self.company_id.email_formatted
