from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ..report import contact_routine as sql
from ..tools import contact_routine as tool

UNITS = [("day", "Days"), ("week", "Weeks"), ("month", "Months"), ("year", "Years")]
BATCH = 200
TO_DO = "mail.mail_activity_data_todo"


class CrmContactRoutine(models.Model):
    """A contact that comes again and again: statements, material for prospects, greetings (C360-4).

    Once per period each customer of the audience gets a mail or a task for his salesperson; the
    log says for each what came of it, and why somebody was left out.
    """

    _name = "crm.contact.routine"
    _description = "Routine contact"
    _inherit = ["mail.thread"]
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [
            ("statement", "Statement of account"),
            ("material", "Material for prospects"),
            ("greeting", "Greeting"),
            ("other", "Other"),
        ],
        required=True,
        default="statement",
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    selection_id = fields.Many2one(
        "crm.customer.selection",
        "Audience",
        required=True,
        ondelete="restrict",
        index=True,
        domain="[('company_id', '=', company_id)]",
        help="Conditions on facts; who fits on the day is contacted.",
    )
    channel_id = fields.Many2one(
        "crm.contact.channel",
        required=True,
        index=True,
        domain="[('is_outbound', '=', True)]",
        default=lambda self: self.env["crm.contact.channel"].search([("code", "=", "email")]),
    )
    by_mail = fields.Boolean("Goes out by itself", compute="_compute_by_mail")
    template_id = fields.Many2one(
        "mail.template",
        "Letter",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('model', '=', 'res.partner')]",
        help="Of the mail. A statement without one lists the open invoices.",
    )
    task = fields.Char(help="What the salesperson is to do, for channels without mail.")
    is_marketing = fields.Boolean(
        "Asked of us by nobody",
        compute="_compute_is_marketing",
        store=True,
        readonly=False,
        precompute=True,
        help="Material and greetings need permission and count as contact pressure; "
        "statements are a service.",
    )
    interval_number = fields.Integer("Every", default=1, required=True)
    interval_unit = fields.Selection(UNITS, "Unit", required=True, default="month")
    date_start = fields.Date("First on", required=True, default=fields.Date.context_today)
    log_ids = fields.One2many("crm.contact.routine.log", "routine_id")
    done_count = fields.Integer("Contacted", compute="_compute_counts")
    skipped_count = fields.Integer("Left out", compute="_compute_counts")
    next_date = fields.Date("Next on", compute="_compute_next_date")

    _interval_positive = models.Constraint(
        "CHECK(interval_number BETWEEN 1 AND 1000)", "A routine comes again after one day at least."
    )

    @api.depends("channel_id")
    def _compute_by_mail(self):
        for routine in self:
            routine.by_mail = routine.channel_id.address_kind == "email"

    @api.depends("kind")
    def _compute_is_marketing(self):
        for routine in self:
            routine.is_marketing = routine.kind != "statement"

    def _compute_counts(self):
        found = {
            (routine, state): count
            for routine, state, count in self.env["crm.contact.routine.log"]._read_group(
                [("routine_id", "in", self.ids)], ["routine_id", "state"], ["__count"]
            )
        }
        for routine in self:
            routine.done_count = found.get((routine, "done"), 0)
            routine.skipped_count = found.get((routine, "skipped"), 0)

    @api.depends("date_start", "interval_number", "interval_unit")
    @api.depends_context("tz")
    def _compute_next_date(self):
        today = fields.Date.context_today(self)
        for routine in self:
            begin = routine._period(today)
            routine.next_date = routine._following(begin) if begin else routine.date_start

    @api.constrains("template_id", "kind", "channel_id")
    def _check_letter(self):
        for routine in self:
            if routine.by_mail and routine.kind != "statement" and not routine.template_id:
                raise UserError(self.env._("Choose the letter that is sent."))

    # -- periods -------------------------------------------------------------------------------

    def _period(self, day):
        """First day of the period that holds *day*; None before the first."""
        if not self.date_start or self.interval_number < 1:
            return None
        unit = self.interval_unit or "month"
        return tool.period_start(self.date_start, self.interval_number, unit, day)

    def _following(self, begin):
        return tool.following(self.date_start, self.interval_number, self.interval_unit, begin)

    # -- contacting ----------------------------------------------------------------------------

    def action_contact_now(self):
        """Contact who is due now, and open the log."""
        self.check_access("write")
        for routine in self:
            routine._contact()
        return self.action_open_log()

    def action_open_log(self):
        """Open what came of each contact."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_contact_routine_log_action"
        )
        return {**action, "domain": [("routine_id", "in", self.ids)], "context": {}}

    def action_preview(self):
        """Open who is in the audience today."""
        self.ensure_one()
        return self.selection_id.action_open_customers()

    @api.model
    def _cron_contact(self):
        """Contact who is due, routine by routine and in batches that are committed."""
        progress = self.env["ir.cron"]._commit_progress
        for routine in self.search([("active", "=", True)]):
            while routine._contact(limit=BATCH):
                if not progress(BATCH):
                    return
        progress(0, remaining=0)

    def _contact(self, limit=None, now=None):
        """Contact the customers who are due in the present period; how many were seen to.

        Never twice in a period: routine, contact and period are unique in the log.
        """
        self.ensure_one()
        now = now or fields.Datetime.now()
        begin = self._period(fields.Date.context_today(self, now))
        if not begin:
            return 0
        routine = self.with_company(self.company_id)
        partners = routine._due_partners(begin, now, limit)
        if not partners:
            return 0
        decisions = partners._contact_decisions(
            self.channel_id, when=now, marketing=self.is_marketing
        )
        allowed = partners.filtered(lambda partner: decisions[partner.id].allowed)
        empty = routine._without_content(allowed)
        rows = [routine._refusal(partner, decisions[partner.id]) for partner in partners - allowed]
        rows += [{"partner_id": partner.id, "state": "skipped", "reason": "nothing"}
                 for partner in empty]  # fmt: skip
        rows += routine._approach(allowed - empty, begin)
        sql.note(self.env, self, begin, rows)
        return len(partners)

    def _due_partners(self, begin, now, limit):
        """Who fits and was not contacted in the period, or may be tried again by now."""
        # sudo: the audience is whom the conditions find, whoever runs the job
        registry = self.env["crm.customer.fact"].sudo()
        selection = self.selection_id.sudo()
        audience = registry._select(selection.conditions, self.company_id, selection.level)
        ids = sql.due(self.env, audience, self, begin, now, limit)
        return self.env["res.partner"].browse(ids)

    def _refusal(self, partner, decision):
        """The log entry of somebody who may not be contacted now; some may be later."""
        reasons = decision.reasons
        waits = decision.earliest or False
        return {
            "partner_id": partner.id,
            "state": "waiting" if waits else "skipped",
            "reason": reasons[0].code if reasons else "other",
            "earliest": waits,
        }

    def _without_content(self, partners):
        """Whom there is nothing to write to: a statement without open invoices."""
        if self.kind != "statement":
            return partners.browse()
        open_for = {row["partner_id"] for row in sql.open_invoices(self.env, self, partners)}
        return partners.filtered(lambda partner: partner.commercial_partner_id.id not in open_for)

    def _approach(self, partners, begin):
        """Send the mails or plan the tasks; log entries."""
        if not self.by_mail:
            return self._plan_tasks(partners, begin)
        return self._send(partners)

    def _plan_tasks(self, partners, begin):
        model_id = self.env["ir.model"]._get_id("res.partner")
        kind = self.env.ref(TO_DO)
        users = {partner: partner.user_id or partner.commercial_partner_id.user_id
                 for partner in partners}  # fmt: skip
        nobody = partners.filtered(lambda partner: not users[partner].active)
        activities = self.env["mail.activity"].create(
            [
                {
                    "res_model_id": model_id,
                    "res_id": partner.id,
                    "activity_type_id": kind.id,
                    "summary": self.task or self.name,
                    "date_deadline": max(begin, fields.Date.context_today(self)),
                    "user_id": users[partner].id,
                    "automated": True,
                }
                for partner in partners - nobody
            ]
        )
        rows = [{"partner_id": partner.id, "state": "skipped", "reason": "nobody"}
                for partner in nobody]  # fmt: skip
        return rows + [
            {"partner_id": activity.res_id, "state": "done", "reason": "task"}
            for activity in activities
        ]

    def _send(self, partners):
        letters = self._letters(partners)
        for partner in partners:
            subject, body = letters[partner.id]
            partner.with_context(mail_notify_force_send=False).message_post(
                body=body,
                subject=subject,
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=partner.ids,
                author_id=(partner.user_id.partner_id or self.env.user.partner_id).id,
            )
        return [{"partner_id": partner.id, "state": "done", "reason": "mail"}
                for partner in partners]  # fmt: skip

    def _letters(self, partners):
        """``{partner id: (subject, body)}`` in each one's language."""
        if self.template_id:
            subjects = self.template_id._render_field("subject", partners.ids, compute_lang=True)
            bodies = self.template_id._render_field("body_html", partners.ids, compute_lang=True)
            return {id_: (subjects[id_], Markup(bodies[id_])) for id_ in partners.ids}
        rows = {}
        for row in sql.open_invoices(self.env, self, partners):
            rows.setdefault(row["partner_id"], []).append(row)
        return {
            partner.id: self._statement(partner, rows.get(partner.commercial_partner_id.id, []))
            for partner in partners
        }

    def _statement(self, partner, rows):
        """Subject and body of a statement: the open invoices and what they add up to."""
        routine = self.with_context(lang=partner.lang or self.env.lang)
        today = fields.Date.context_today(self)
        body = routine.env["ir.qweb"]._render(
            "crm_customer_insight.contact_routine_statement",
            {
                "partner": partner,
                "company": self.company_id,
                "today": format_date(routine.env, today),
                "rows": [
                    {
                        **row,
                        "date": format_date(routine.env, row["date"]),
                        "due": format_date(routine.env, row["due"]),
                        "late": bool(row["due"] and row["due"] < today),
                    }
                    for row in rows
                ],
                "total": sum(row["open"] for row in rows),
                "currency": self.company_id.currency_id,
            },
        )
        subject = routine.env._("Statement of account of %(day)s", day=format_date(self.env, today))
        return subject, body
