from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL, email_normalize

from odoo.addons.crm_customer_insight.tools.person_data import PersonData

STATES = [
    ("draft", "To be asked"),
    ("sent", "Asked"),
    ("partial", "Begun"),
    ("answered", "Answered"),
    ("expired", "No answer"),
    ("cancelled", "Withdrawn"),
]
#: States in which an answer is taken.
OPEN = ("draft", "sent", "partial")
SOURCES = [
    ("mail", "Mail and page"),
    ("officer", "Satisfaction officer"),
    ("signature", "Signature on the work order"),
    ("desk", "Branch desk"),
    ("employee", "Employee"),
]
#: Saves one page may make; more is not a person answering four questions.
MOST_SAVES = 200
#: Invitations one run of a job deals with at a time.
BATCH = 500


class CrmFeedbackInvitation(models.Model):
    """Somebody is asked what he thinks of a request, an order, an invoice, or working here (SVC-F).

    Whatever is tapped is saved at once and counts, even if the rest is never sent. Opening a page
    changes nothing: mail scanners open every link.
    """

    _name = "crm.feedback.invitation"
    _description = "Feedback invitation"
    _inherit = ["crm.feedback.token.mixin", "crm.service.request.link.mixin"]
    _order = "id desc"
    _rec_name = "request_id"
    _person_data = PersonData(erase="delete", email="email_normalized")

    scheme_id = fields.Many2one("crm.feedback.scheme", required=True, index=True)
    rule_id = fields.Many2one("crm.feedback.rule", readonly=True, index="btree_not_null")
    source = fields.Selection(SOURCES, "By", required=True, default="mail")
    state = fields.Selection(STATES, required=True, default="draft", readonly=True, index=True)
    request_id = fields.Many2one("crm.service.request", index="btree_not_null", ondelete="cascade")
    invoice_id = fields.Many2one("account.move", index="btree_not_null", ondelete="cascade")
    sale_order_id = fields.Many2one("sale.order", index="btree_not_null", ondelete="cascade")
    partner_id = fields.Many2one("res.partner", "Contact", index="btree_not_null")
    employee_id = fields.Many2one("res.users", index="btree_not_null")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one("crm.service.team", index="btree_not_null")
    officer_id = fields.Many2one("res.users", index="btree_not_null")
    channel_id = fields.Many2one("crm.contact.channel", index="btree_not_null")
    email_normalized = fields.Char("E-mail", index="btree_not_null")
    phone = fields.Char(related="partner_id.phone")
    lang = fields.Char()
    may_call = fields.Selection(
        [("yes", "May be called"), ("later", "Not now"), ("no", "Do not call")],
        compute="_compute_may_call",
    )

    # Times in UTC
    sent_at = fields.Datetime("Asked on", readonly=True)
    expires_at = fields.Datetime("Open until", readonly=True, index=True)
    remind_at = fields.Datetime("Reminder", readonly=True, index="btree_not_null")
    reminders = fields.Integer("Reminders sent", readonly=True)
    answered_at = fields.Datetime("Answered on", readonly=True)
    saves = fields.Integer(readonly=True)
    answer_ids = fields.One2many("crm.feedback.answer", "invitation_id", "Answers")

    # A contact is not asked again too soon.
    _partner_sent_idx = models.Index("(partner_id, sent_at) WHERE sent_at IS NOT NULL")

    @api.depends("partner_id")
    def _compute_may_call(self):
        phone = self.env["crm.contact.channel"]._of_code("phone")
        decisions = self.partner_id._contact_decisions(phone, marketing=False) if phone else {}
        for invitation in self:
            decision = decisions.get(invitation.partner_id.id)
            stopped = invitation.partner_id.feedback_opt_out
            later = decision and decision.earliest
            allowed = decision and decision.allowed and not stopped
            invitation.may_call = "yes" if allowed else "later" if later and not stopped else "no"

    # Create

    @api.model
    def _values_of(self, request, scheme, **values):
        """Values of an invitation about *request*."""
        return {
            "scheme_id": scheme.id,
            "request_id": request.id,
            "partner_id": request.partner_id.id,
            "company_id": request.company_id.id,
            "team_id": request.team_id.id,
            "email_normalized": email_normalize(request.email_from) or False,
            "lang": request.partner_id.lang or self.env.lang,
            **values,
        }

    @api.model_create_multi
    def create(self, vals_list):
        now = fields.Datetime.now()
        days = {
            scheme.id: scheme.days_valid
            for scheme in self.env["crm.feedback.scheme"].browse(
                {vals["scheme_id"] for vals in vals_list if vals.get("scheme_id")}
            )
        }
        for vals in vals_list:
            valid = days.get(vals.get("scheme_id"), 14)
            vals.setdefault("expires_at", fields.Datetime.add(now, days=valid))
        invitations = super().create(vals_list)
        requests = invitations.request_id
        if requests:
            requests._begin_level("5", self.env._("Asked how satisfied the customer is"))
        return invitations

    # Pages

    def _url(self):
        """Address of the page; a secret of its recipient."""
        return f"{self.get_base_url()}{self._path()}"

    def _path(self):
        """The page on the site where somebody is logged in, whatever name he calls it by."""
        self.ensure_one()
        return f"/feedback/{self.id}/{self._token()}"

    def _open_page(self, target="new"):
        return {"type": "ir.actions.act_url", "url": self._path(), "target": target}

    def _is_open(self, now=None):
        self.ensure_one()
        now = now or fields.Datetime.now()
        return self.state in OPEN and self.expires_at > now and self.saves < MOST_SAVES

    def _may_stop(self):
        """Was somebody invited by us who can say that he does not want it?"""
        self.ensure_one()
        invited = self.source in ("mail", "officer") and self.partner_id
        return bool(invited) and not self.partner_id.feedback_opt_out

    def _stop_asking(self):
        """The contact opts out by his own page: what is open for him is closed, too (SVC-F).

        Called after the token was checked. Answers that he gave stay.
        """
        self.ensure_one()
        self.partner_id.feedback_opt_out = True
        self.partner_id._message_log(
            body=self.env._("Does not want to be asked for feedback any more, by his own page.")
        )
        open_ones = self.search(
            [
                ("partner_id", "=", self.partner_id.id),
                ("state", "in", ("draft", "sent")),
                ("source", "in", ("mail", "officer")),
            ]
        )
        open_ones.write({"state": "cancelled", "remind_at": False})
        open_ones._end_levels()

    # Sending

    def action_send(self):
        """Send the question by mail."""
        self.check_access("write")
        mailed = self.filtered(lambda one: one.state in ("draft", "sent") and one.email_normalized)
        if not mailed:
            raise UserError(self.env._("There is no open invitation with an e-mail address."))
        mailed._send()

    def _send(self, reminder=False):
        """Mail all in one batch and note it in the ledger."""
        if not self:
            return
        now = fields.Datetime.now()
        email = self.env["crm.contact.channel"]._of_code("email")
        for scheme, invitations in self.grouped("scheme_id").items():
            left = scheme.reminder_count > (1 if reminder else 0)
            days = scheme.reminder_days
            invitations.write(
                {
                    "state": "sent",
                    "sent_at": now,
                    "channel_id": email.id,
                    "remind_at": left and days and fields.Datetime.add(now, days=days),
                }
            )
        if reminder:
            for count, invitations in self.grouped("reminders").items():
                invitations._count_reminder(count + 1, now)
        # sudo: the template writes the address of the page, which is for the recipient alone
        template = self.env.ref("crm_service_levels.mail_template_feedback").sudo()
        template.send_mail_batch(self.ids)
        self._append_touches("reminded" if reminder else "asked", now)

    def _count_reminder(self, count, now):
        for scheme, invitations in self.grouped("scheme_id").items():
            more = count < scheme.reminder_count and scheme.reminder_days
            invitations.write(
                {
                    "reminders": count,
                    "remind_at": more and fields.Datetime.add(now, days=scheme.reminder_days),
                }
            )

    def _append_touches(self, event, when):
        """Rows of the ledger, in one statement whatever their number (C360-1)."""
        with_partner = self.filtered("partner_id")
        code = "email" if event in ("asked", "reminded") else False
        name = {
            "asked": self.env._("Asked for feedback"),
            "reminded": self.env._("Reminded of the feedback"),
            "answered": self.env._("Gave feedback"),
        }[event]
        self.env["crm.touchpoint"]._append(
            [
                {
                    "res_model": self._name,
                    "res_id": one.id,
                    "event": f"{event} {one.reminders}" if event == "reminded" else event,
                    "kind": "mail" if code else "other",
                    "direction": "in" if event == "answered" else "out",
                    "date": when,
                    "channel": code or one.channel_id.code,
                    "partner_id": one.partner_id.id,
                    "company_id": one.company_id.id,
                    "name": name,
                }
                for one in with_partner
            ]
        )

    @api.model
    def _recently_asked(self, partners, days):
        """Those of *partners* who were asked within the last *days*."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=days)
        rows = self._read_group(
            [("partner_id", "in", partners.ids), ("sent_at", ">", since)], ["partner_id"]
        )
        return self.env["res.partner"].union(*(partner for (partner,) in rows))

    # Answers

    def _save(self, given, done=False):
        """Take answers; called after the token or the user's rights were checked.

        :param given: ``{question id: points or text}``
        :param done: nothing more will come
        :return: the answer
        """
        self.ensure_one()
        # Two taps at once wait for each other; the later one is tried again by the server.
        self.env.cr.execute(
            SQL("SELECT id FROM crm_feedback_invitation WHERE id = %s FOR UPDATE", self.id)
        )
        self.invalidate_recordset(["state", "saves"])
        if not self._is_open():
            return self.env["crm.feedback.answer"]
        answer = self.answer_ids[:1] or self.env["crm.feedback.answer"].create(
            self._answer_values()
        )
        answer._take(given)
        if not answer.line_ids:
            done = False
        now = fields.Datetime.now()
        self.write(
            {
                "state": "answered" if done else "partial",
                "saves": self.saves + 1,
                "answered_at": now,
                "remind_at": False,
            }
        )
        if done:
            answer._settle(complete=True)
        return answer

    def _close_signed(self):
        """A signed work order is done, whatever was rated."""
        self.write({"state": "answered", "remind_at": False})
        self.answer_ids._settle(complete=True)

    def _answer_values(self):
        return {
            **self.env["crm.feedback.answer"]._values_of(self.request_id),
            "invitation_id": self.id,
            "scheme_id": self.scheme_id.id,
            "source": self.source,
            "company_id": self.company_id.id,
            "team_id": self.team_id.id or self.request_id.team_id.id,
            "partner_id": self.partner_id.id,
            "invoice_id": self.invoice_id.id,
            "sale_order_id": self.sale_order_id.id,
            "officer_id": self.officer_id.id,
            "lang": self.lang,
        }

    def action_enter(self):
        """Officer's form: the customer's page, filled in during the call (SVC-L5)."""
        self.ensure_one()
        self.check_access("write")
        phone = self.env["crm.contact.channel"]._of_code("phone")
        self.write({"source": "officer", "officer_id": self.env.uid, "channel_id": phone.id})
        return self._open_page()

    def action_cancel(self):
        self.check_access("write")
        self.filtered(lambda one: one.state in OPEN).write(
            {"state": "cancelled", "remind_at": False}
        )
        self._end_levels()

    def _end_levels(self):
        """Level 5 of requests that wait for no answer any more."""
        requests = self.request_id
        if requests:
            waiting = self.search([("request_id", "in", requests.ids), ("state", "in", OPEN)])
            (requests - waiting.request_id)._end_level("5")

    @api.model
    def _for_employee(self):
        """Page for what the employee himself has to say."""
        scheme = (
            self.env["crm.feedback.scheme"]
            # sudo: employees have no right to schemes; they see the questions on the page
            .sudo()
            .search(
                [
                    ("audience", "=", "employee"),
                    ("company_id", "in", [False, self.env.company.id]),
                ],
                limit=1,
            )
        )
        if not scheme:
            raise UserError(self.env._("There are no questions for employees yet."))
        # sudo: employees have no right to invitations; this one is their own
        own = self.sudo().search(
            [
                ("employee_id", "=", self.env.uid),
                ("scheme_id", "=", scheme.id),
                ("state", "in", OPEN),
                ("expires_at", ">", fields.Datetime.now()),
            ],
            limit=1,
        )
        return own or own.create(
            {
                "scheme_id": scheme.id,
                "source": "employee",
                "employee_id": self.env.uid,
                "lang": self.env.lang,
            }
        )

    @api.model
    def action_give_feedback(self):
        """Employees say what they think; open to every employee, and to nobody else."""
        if not self.env.user._is_internal():
            raise AccessError(self.env._("Only employees are asked here."))
        return self._for_employee()._open_page("self")

    # Jobs

    @api.model
    def _cron_follow(self):
        """Remind, close what nobody finished, and let old invitations expire."""
        self._remind_due()
        self.env["crm.feedback.answer"]._settle_idle()
        self._expire_due()

    @api.model
    def _remind_due(self):
        now = fields.Datetime.now()
        domain = [("state", "=", "sent"), ("remind_at", "<=", now), ("expires_at", ">", now)]
        left = True
        while left:
            due = self.search(domain, limit=BATCH, order="remind_at, id").try_lock_for_update()
            if not due:
                break
            allowed = due._reachable(now)
            allowed._send(reminder=True)
            (due - allowed).remind_at = False
            left = self.env["ir.cron"]._commit_progress(len(due))

    def _reachable(self, now):
        """Those whose contact may still be mailed: permission and opt-out can change."""
        email = self.env["crm.contact.channel"]._of_code("email")
        decisions = self.partner_id._contact_decisions(email, now, marketing=False)
        return self.filtered(
            lambda one: (
                not one.partner_id.feedback_opt_out
                and (not one.partner_id or decisions[one.partner_id.id].allowed)
            )
        )

    @api.model
    def _expire_due(self):
        now = fields.Datetime.now()
        left = True
        while left:
            due = self.search(
                [("state", "in", OPEN), ("expires_at", "<=", now)], limit=BATCH
            ).try_lock_for_update()
            if not due:
                break
            begun = due.filtered(lambda one: one.state == "partial")
            begun.write({"state": "answered", "remind_at": False})
            (due - begun).write({"state": "expired", "remind_at": False})
            begun.answer_ids._settle()
            due._end_levels()
            left = self.env["ir.cron"]._commit_progress(len(due))
