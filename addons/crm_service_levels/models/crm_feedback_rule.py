from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import email_normalize

from ..tools import feedback

#: Matters older than so many days are not asked about any more.
WINDOW_DAYS = 7
#: Matters one run takes per rule.
BATCH = 500


class CrmFeedbackRule(models.Model):
    """Who is invited, by rule and at random (SVC-F).

    The share is drawn by a fixed computation from the rule's seed and the number of the matter
    (``tools/feedback.drawn``): the same in every run, and nobody can steer it.
    """

    _name = "crm.feedback.rule"
    _description = "Feedback rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    trigger = fields.Selection(
        [
            ("order", "An order was confirmed"),
            ("solved", "A request was solved"),
            ("invoice", "An invoice was posted"),
        ],
        "When",
        required=True,
        default="solved",
    )
    scheme_id = fields.Many2one(
        "crm.feedback.scheme", required=True, index=True, domain=[("audience", "=", "customer")]
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    team_id = fields.Many2one("crm.service.team", index="btree_not_null")
    type_id = fields.Many2one("crm.service.type", "Request type", index="btree_not_null")
    tiers = fields.Char(help="Tiers of customers that are asked, as A,B; empty: all.")
    percent = fields.Float("Share asked (%)", default=100.0, required=True)
    seed = fields.Char(default=lambda self: self.env._("Draw 1"), required=True)
    delay_hours = fields.Integer("Wait (hours)", default=2)
    pause_days = fields.Integer(
        "Not more often than every (days)", default=30, help="Per contact, over all rules."
    )
    by_phone = fields.Boolean(
        "Call-back list", help="A satisfaction officer calls instead of a mail."
    )
    invitation_ids = fields.One2many("crm.feedback.invitation", "rule_id", "Invitations")

    _percent_range = models.Constraint(
        "CHECK(percent >= 0 AND percent <= 100)", "A share lies between 0 and 100 %."
    )
    _days_positive = models.Constraint(
        "CHECK(pause_days >= 0 AND delay_hours >= 0)", "Times cannot be negative."
    )

    @api.model
    def _cron_invite(self):
        """Invite whom the rules name; what was begun is committed rule by rule."""
        for rule in self.search([("active", "=", True)]):
            invited = rule.with_company(rule.company_id)._invite()
            if not self.env["ir.cron"]._commit_progress(len(invited)):
                break

    def action_invite_now(self):
        self.check_access("write")
        for rule in self:
            rule.with_company(rule.company_id)._invite()

    def _invite(self):
        """Invitations for the matters of this rule that are due."""
        self.ensure_one()
        matters = self._candidates()
        chosen = matters.filtered(
            lambda one: feedback.drawn(f"{self.id} {self.seed}", one.id, self.percent)
        )
        allowed = self._allowed(chosen.partner_id)
        pairs = [(one.id, one.partner_id.id) for one in chosen if one.partner_id in allowed]
        asked = chosen.browse(feedback.first_of_each(pairs))
        invitations = self.env["crm.feedback.invitation"].create(
            [self._values(one) for one in asked]
        )
        if not self.by_phone:
            invitations._send()
        return invitations

    def _candidates(self):
        """Matters of the last days that nobody was asked about yet."""
        now = fields.Datetime.now()
        until = fields.Datetime.subtract(now, hours=self.delay_hours)
        since = fields.Datetime.subtract(until, days=WINDOW_DAYS)
        if self.trigger == "invoice":
            return self._invoices(since, until)
        if self.trigger == "order":
            return self._orders(since, until)
        domain = Domain(
            [
                ("date_solved", ">", since),
                ("date_solved", "<=", until),
                ("state", "in", ("solved", "closed")),
                ("company_id", "=", self.company_id.id),
                ("partner_id", "!=", False),
                ("feedback_invitation_ids", "=", False),
            ]
        )
        if self.team_id:
            domain &= Domain("team_id", "=", self.team_id.id)
        if self.type_id:
            domain &= Domain("type_id", "child_of", self.type_id.id)
        found = self.env["crm.service.request"].search(domain, limit=BATCH, order="date_solved, id")
        return self._of_tiers(found)

    def _invoices(self, since, until):
        """Posted invoices; their day is all that is known, so the delay counts in days."""
        # sudo: who sets the rules up need not have rights in Invoicing; no figure is read
        invoices = self.env["account.move"].sudo()
        found = invoices.search(
            [
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("invoice_date", ">", since.date()),
                ("invoice_date", "<=", until.date()),
                ("company_id", "=", self.company_id.id),
                ("partner_id", "!=", False),
                ("feedback_invitation_ids", "=", False),
            ],
            limit=BATCH,
            order="invoice_date, id",
        )
        return self._of_tiers(found)

    def _orders(self, since, until):
        # sudo: who sets the rules up need not have rights in Sales; no figure is read
        orders = self.env["sale.order"].sudo()
        found = orders.search(
            [
                ("state", "=", "sale"),
                ("date_order", ">", since),
                ("date_order", "<=", until),
                ("company_id", "=", self.company_id.id),
                ("feedback_invitation_ids", "=", False),
            ],
            limit=BATCH,
            order="date_order, id",
        )
        return self._of_tiers(found)

    def _of_tiers(self, matters):
        wanted = {tier.strip().upper() for tier in (self.tiers or "").split(",") if tier.strip()}
        if not wanted:
            return matters
        tier_of = {
            # sudo: the tier only decides who is asked; who sets the rules up need not read it
            partner: (partner.sudo().commercial_partner_id.insight_tier or "").upper()
            for partner in matters.partner_id
        }
        return matters.filtered(lambda one: tier_of[one.partner_id] in wanted)

    def _allowed(self, partners):
        """Contacts who may be asked now: permission, opt-out, and not asked lately."""
        code = "phone" if self.by_phone else "email"
        channel = self.env["crm.contact.channel"]._of_code(code)
        decisions = partners._contact_decisions(channel, marketing=False)
        recent = self.env["crm.feedback.invitation"]._recently_asked(partners, self.pause_days)
        return (partners - recent).filtered(
            lambda one: not one.feedback_opt_out and decisions[one.id].allowed
        )

    def _values(self, matter):
        invitations = self.env["crm.feedback.invitation"]
        source = "officer" if self.by_phone else "mail"
        if self.trigger == "solved":
            return invitations._values_of(matter, self.scheme_id, rule_id=self.id, source=source)
        return {
            "scheme_id": self.scheme_id.id,
            "rule_id": self.id,
            "source": source,
            "invoice_id" if self.trigger == "invoice" else "sale_order_id": matter.id,
            "partner_id": matter.partner_id.id,
            "company_id": matter.company_id.id,
            "team_id": self.team_id.id,
            "email_normalized": email_normalize(matter.partner_id.email) or False,
            "lang": matter.partner_id.lang,
        }
