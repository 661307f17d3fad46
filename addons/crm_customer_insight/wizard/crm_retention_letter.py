from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, is_html_empty, plaintext2html

from ..models.day_format import format_day

CALL = "mail.mail_activity_data_call"
MEETING = "mail.mail_activity_data_meeting"
LETTER = "mail.mail_activity_data_todo"
#: Which activity says on a channel that nothing sends.
TASKS = {"phone": CALL, "visit": MEETING}


class CrmRetentionLetter(models.TransientModel):
    """Write to the customer of an alert: a template and a personal opening (C360-3)."""

    _name = "crm.retention.letter"
    _description = "Letter to keep a customer"

    alert_id = fields.Many2one("crm.customer.alert", required=True, readonly=True)
    partner_id = fields.Many2one(related="alert_id.partner_id", string="Customer")
    reason = fields.Char(related="alert_id.reason")
    offered_ids = fields.Many2many("crm.retention.template", compute="_compute_offered_ids")
    template_id = fields.Many2one(
        "crm.retention.template",
        compute="_compute_template_id",
        store=True,
        readonly=False,
        domain="[('id', 'in', offered_ids)]",
    )
    contact_id = fields.Many2one(
        "res.partner",
        "To",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        domain="[('commercial_partner_id', '=', partner_id)]",
    )
    channel_id = fields.Many2one(
        "crm.contact.channel",
        compute="_compute_channel_id",
        store=True,
        readonly=False,
        domain="[('is_outbound', '=', True)]",
    )
    is_mail = fields.Boolean("Is sent", compute="_compute_is_mail")
    opening = fields.Text(
        "Personal opening",
        help="Your own first sentence: why you think of him now.",
    )
    facts = fields.Text("You could mention", compute="_compute_facts")
    subject = fields.Char(compute="_compute_text", store=True, readonly=False)
    body = fields.Html(
        "Text", compute="_compute_text", store=True, readonly=False, sanitize_attributes=True
    )
    preview = fields.Html(compute="_compute_preview")
    is_allowed = fields.Boolean("May be reached", compute="_compute_decision")
    decision = fields.Char("Why not", compute="_compute_decision")

    @api.depends("alert_id")
    def _compute_offered_ids(self):
        templates = self.env["crm.retention.template"]
        for letter in self:
            alert = letter.alert_id
            letter.offered_ids = templates._offered(alert.rule_id, alert.tier)

    @api.depends("alert_id")
    def _compute_template_id(self):
        for letter in self:
            letter.template_id = letter.offered_ids[:1]._origin

    @api.depends("alert_id")
    def _compute_contact_id(self):
        """Himself, or of a company the contact with an address whom we met last."""
        for letter in self:
            letter.contact_id = letter._person_of_company() or letter.partner_id

    def _person_of_company(self):
        people = self.partner_id.child_ids.filtered(
            lambda person: person.type == "contact" and person != self.alert_id.contact_id
        )
        if not people:
            return people
        last = dict(
            self.env["crm.touchpoint"]._read_group(
                [("partner_id", "in", people.ids), ("voided", "!=", True)],
                ["partner_id"],
                ["date:max"],
            )
        )
        never = fields.Datetime.to_datetime("1970-01-01 00:00:00")
        return people.sorted(
            lambda person: (bool(person.email), last.get(person) or never), reverse=True
        )[:1]

    @api.depends("template_id")
    def _compute_channel_id(self):
        for letter in self:
            letter.channel_id = letter.template_id.channel_id

    @api.depends("channel_id")
    def _compute_is_mail(self):
        for letter in self:
            letter.is_mail = letter.channel_id.code == "email"

    @api.depends("template_id", "contact_id")
    def _compute_text(self):
        for letter in self:
            lang = letter.contact_id.lang or self.env.lang
            template = letter.template_id.with_context(lang=lang)
            if template:
                letter.subject, letter.body = template._filled(letter._values(lang))

    @api.depends("body", "opening")
    def _compute_preview(self):
        for letter in self:
            letter.preview = letter._text()

    @api.depends("channel_id", "contact_id", "template_id")
    def _compute_decision(self):
        now = fields.Datetime.now()
        for letter in self:
            contact, channel = letter.contact_id._origin, letter.channel_id._origin
            if not contact or not channel:
                letter.is_allowed, letter.decision = False, False
                continue
            decisions = contact._contact_decisions(
                channel, when=now, marketing=letter.template_id.is_marketing
            )
            shown = contact._format_decision(channel, decisions[contact.id], now)
            letter.is_allowed = shown["allowed"]
            letter.decision = " ".join(reason["text"] for reason in shown["reasons"])

    @api.depends("alert_id", "contact_id")
    def _compute_facts(self):
        for letter in self:
            letter.facts = "\n".join(f"• {fact}" for fact in letter._facts_to_mention())

    # -- what is known of him ------------------------------------------------------------------

    def _values(self, lang):
        """What the placeholders stand for, in the customer's language."""
        alert = self.alert_id.with_context(lang=lang)
        last = self._last_order()
        env = alert.env
        return {
            "name": self.contact_id.name,
            "company": alert.partner_id.name,
            "salesperson": env.user.name,
            "our_company": alert.company_id.name,
            "last_purchase": format_day(env, last.date_order.date()) if last else "",
            "last_product": last.order_line.product_id[:1].with_context(lang=lang).name or "",
            "figure": alert._number(alert.figure),
            "usual": alert._number(alert.usual),
        }

    def _last_order(self):
        return self.env["sale.order"].search(
            [
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("state", "=", "sale"),
                ("company_id", "=", self.alert_id.company_id.id),
            ],
            order="date_order desc",
            limit=1,
        )

    def _facts_to_mention(self):
        """Sentences for the opening: the last purchase, an open quotation, since when he buys."""
        facts = [self.alert_id.reason]
        last = self._last_order()
        if last:
            facts.append(
                self.env._(
                    "Last purchase: %(product)s on %(day)s",
                    product=last.order_line.product_id[:1].display_name or last.name,
                    day=format_day(self.env, last.date_order.date()),
                )
            )
        quotation = self.env["sale.order"].search(
            [
                ("partner_id.commercial_partner_id", "=", self.partner_id.id),
                ("state", "in", ("draft", "sent")),
            ],
            order="date_order desc",
            limit=1,
        )
        if quotation:
            facts.append(
                self.env._(
                    "Open quotation: %(name)s for %(amount)s",
                    name=quotation.name,
                    amount=format_amount(self.env, quotation.amount_total, quotation.currency_id),
                )
            )
        return facts + self._profile_facts()

    def _profile_facts(self):
        values = self.env["crm.profile.value"].search(
            [("partner_id", "in", (self.partner_id | self.contact_id).ids)], limit=3
        )
        return [f"{value.attribute_id.name}: {value.value}" for value in values if value.value]

    def _text(self):
        opening = plaintext2html(self.opening) if (self.opening or "").strip() else Markup()
        return opening + (self.body or Markup())

    # -- sending -------------------------------------------------------------------------------

    def action_send(self):
        """Send it, or plan the call, visit or letter; the alert is in progress then."""
        self.ensure_one()
        self.alert_id.check_access("write")
        if not self.is_allowed:
            raise UserError(
                self.env._("He may not be contacted this way now. %(why)s", why=self.decision or "")
            )
        if not self.subject or not self.template_id:
            raise UserError(self.env._("Choose a template and give a subject."))
        if is_html_empty(self.body) and not (self.opening or "").strip():
            raise UserError(self.env._("There is nothing to send yet."))
        if self.is_mail:
            self._send_mail()
        self._note_sent()
        return {"type": "ir.actions.act_window_close"}

    def _send_mail(self):
        if not self.contact_id.email:
            raise UserError(
                self.env._("%(name)s has no e-mail address.", name=self.contact_id.name)
            )
        composer = self.env["mail.compose.message"].create(
            {
                "model": "res.partner",
                "res_ids": str(self.partner_id.ids),
                "composition_mode": "comment",
                "partner_ids": self.contact_id.ids,
                "subject": self.subject,
                "body": self._text(),
                "notify_skip_followers": True,
                "email_layout_xmlid": "mail.mail_notification_light",
            }
        )
        composer._action_send_mail()

    def _note_sent(self):
        # sudo: people write alerts by buttons only; the right was checked by action_send
        alert = self.alert_id.sudo()
        alert.write(
            {
                "state": "in_progress",
                "snooze_until": False,
                "template_id": self.template_id.id,
                "channel_id": self.channel_id.id,
                "opening": self.opening,
                "sent_on": fields.Datetime.now(),
            }
        )
        if not alert.activity_id.active:
            alert.user_id = alert.user_id or self.env.user
            alert._plan_activities()
        today = fields.Date.context_today(self)
        if self.is_mail:
            due = fields.Date.add(today, days=self.template_id.follow_up_days)
            alert.activity_id.date_deadline = due
        else:
            alert.activity_id.write({"date_deadline": today, **self._task()})

    def _task(self):
        """The activity as a task to call, visit or write, with the text."""
        kind = self.env.ref(TASKS.get(self.channel_id.code, LETTER), raise_if_not_found=False)
        return {
            **({"activity_type_id": kind.id} if kind else {}),
            "summary": f"{self.channel_id.name}: {self.subject}",
            "note": Markup("<p>%s</p>") % self.reason + self._text(),
        }
