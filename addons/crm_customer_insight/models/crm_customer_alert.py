from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ..tools.alert import Person, recipient, source
from ..tools.person_data import PersonData
from .crm_customer_alert_rule import ACTIVITY_TYPE
from .crm_customer_snapshot import TIERS

STATES = [
    ("new", "New"),
    ("in_progress", "In progress"),
    ("snoozed", "Snoozed"),
    ("done", "Done"),
]
OUTCOMES = [
    ("kept", "Customer kept"),
    ("lost", "Customer lost"),
    ("false_alarm", "False alarm"),
    ("no_answer", "No answer"),
    ("obsolete", "No longer applies"),
]
#: What people write; the rest is written by the calculation and the buttons.
OPEN_TO_PEOPLE = {"note", "user_id"}


class CrmCustomerAlert(models.Model):
    """A change of a customer that matters: one per cause, with one activity and what came of it
    (C360-3)."""

    _name = "crm.customer.alert"
    _description = "Customer alert"
    _inherit = ["crm.alert.signal.mixin"]
    _order = "raised_on desc, tier, id desc"
    _rec_name = "partner_id"
    _person_data = PersonData(
        merge="keep_best",
        key=("rule_id", "company_id", "cause"),
        order="outcome IS NULL, state = 'new', id",
        person=("partner_id", "contact_id"),
        erase="blank",
        blank=("note", "opening", "subject"),
    )

    rule_id = fields.Many2one(
        "crm.customer.alert.rule",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    kind = fields.Selection("_kinds", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", "Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    contact_id = fields.Many2one(
        "res.partner", "Who left", readonly=True, index="btree_not_null", ondelete="set null"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    tier = fields.Selection(TIERS, readonly=True, help="When it was raised.")
    cause = fields.Char(
        required=True, readonly=True, help="What happened, once per rule and customer."
    )
    subject = fields.Char(readonly=True)
    uom = fields.Char("Unit", readonly=True)
    date = fields.Date("Happened on", readonly=True)
    raised_on = fields.Date(
        "Raised on", required=True, readonly=True, index=True, help="Data date of the calculation."
    )
    figure = fields.Float(readonly=True, aggregator=None)
    usual = fields.Float(readonly=True, aggregator=None, help="The customer's own figure before.")
    measure = fields.Float("Compared with the threshold", readonly=True, aggregator=None)
    threshold = fields.Float(readonly=True, aggregator=None, help="That of the tier, at the time.")
    amount = fields.Monetary(readonly=True)
    reason = fields.Char(compute="_compute_reason", help="What changed, against what is usual.")

    # Who does what
    user_id = fields.Many2one("res.users", "Responsible", index="btree_not_null")
    salesperson_id = fields.Many2one(related="partner_id.user_id", string="Salesperson")
    state = fields.Selection(STATES, required=True, default="new", readonly=True, index=True)
    snooze_until = fields.Date("Snoozed until", readonly=True)
    activity_id = fields.Many2one(
        "mail.activity", readonly=True, index="btree_not_null", ondelete="set null"
    )
    deadline = fields.Date(related="activity_id.date_deadline", string="Due")
    template_id = fields.Many2one(
        "crm.retention.template", "Template sent", readonly=True, index="btree_not_null"
    )
    channel_id = fields.Many2one(
        "crm.contact.channel", "Sent by", readonly=True, index="btree_not_null"
    )
    opening = fields.Text("Personal opening", readonly=True)
    sent_on = fields.Datetime("Sent on", readonly=True)

    # What came of it
    outcome = fields.Selection(OUTCOMES, readonly=True, index=True)
    note = fields.Text("Notes")
    judged_on = fields.Date("Ended on", readonly=True)
    judged_by = fields.Many2one("res.users", "Ended by", readonly=True, index="btree_not_null")

    _cause_uniq = models.UniqueIndex(
        "(rule_id, company_id, partner_id, cause)", "This was told already."
    )
    _open_idx = models.Index("(partner_id, state) WHERE state <> 'done'")

    @api.depends("kind", "figure", "usual", "subject", "contact_id", "date", "amount")
    @api.depends_context("lang")
    def _compute_reason(self):
        signals = self._signals_by_code()
        for alert in self:
            signal = signals.get(alert.kind)
            alert.reason = signal.describe(alert) if signal else alert.rule_id.name

    @api.depends("partner_id", "rule_id")
    def _compute_display_name(self):
        for alert in self:
            alert.display_name = f"{alert.partner_id.display_name}: {alert.rule_id.name}"

    def write(self, vals):
        if not self.env.su and not vals.keys() <= OPEN_TO_PEOPLE:
            raise AccessError(self.env._("Alerts are moved on by their buttons."))
        result = super().write(vals)
        if "user_id" in vals:
            self._hand_over()
        return result

    # -- buttons -------------------------------------------------------------------------------

    def action_start(self):
        """Somebody deals with it now."""
        self._mine().filtered(lambda alert: alert.state in ("new", "snoozed")).write(
            {"state": "in_progress", "snooze_until": False}
        )

    def action_snooze(self):
        """Ask until when to leave it."""
        return self._wizard("crm.alert.snooze", self.env._("Snooze"))

    def action_outcome(self):
        """Ask what came of it."""
        return self._wizard("crm.alert.outcome", self.env._("What came of it?"))

    def action_write(self):
        """Choose a retention template and write to the customer."""
        self.ensure_one()
        return self._wizard("crm.retention.letter", self.env._("Keep the customer"))

    def action_reopen(self):
        """Take up an alert that was ended."""
        alerts = self._mine().filtered(lambda alert: alert.state == "done")
        alerts.write(
            {"state": "in_progress", "outcome": False, "judged_on": False, "judged_by": False}
        )
        alerts._plan_activities()

    def action_open_customer(self):
        """Open the 360 view of the customer."""
        self.ensure_one()
        self.check_access("read")
        return self.partner_id.action_open_customer_360()

    def action_open_source(self):
        """Open what raised the alert: the credit note, the contract, the contact who left."""
        self.ensure_one()
        self.check_access("read")
        found = source(self.cause)
        model, record_id = found or ("res.partner", self.partner_id.id)
        if model not in self.env or not self.env[model].browse(record_id).exists():
            raise UserError(self.env._("What raised this alert does not exist any more."))
        return {
            "type": "ir.actions.act_window",
            "res_model": model,
            "res_id": record_id,
            "views": [(False, "form")],
        }

    @api.model
    @api.readonly
    def get_outcome_action(self, activity_id):
        """The question what came of it, when the activity is that of an alert without an outcome.

        :return: an action for the client, or ``False``
        """
        self.check_access("read")
        domain = [("activity_id", "=", activity_id), ("state", "=", "done")]
        alert = self.search(Domain(domain) & Domain("outcome", "=", False), limit=1)
        return alert.action_outcome() if alert.has_access("write") and alert else False

    @api.model
    def _action_list(self, domain, **context):
        """The window of alerts with a domain of its own.

        :raises AccessError: for who reads no alerts
        """
        self.check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_customer_alert_action"
        )
        return {**action, "domain": domain, "context": context}

    def _wizard(self, model, name):
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_alert_ids": self.ids, "default_alert_id": self[:1].id},
        }

    def _mine(self):
        """The same as superuser, after checking that the user may work on them."""
        self.check_access("write")
        return self.sudo()  # sudo: people write by buttons only, see write()

    # -- business ------------------------------------------------------------------------------

    def _snooze(self, until):
        """Leave alerts until a day; then they are new again, and their activity is due."""
        alerts = self._mine().filtered(lambda alert: alert.state != "done")
        alerts.write({"state": "snoozed", "snooze_until": until})
        alerts.activity_id.filtered("active").write({"date_deadline": until})

    def _settle(self, outcome, note=False):
        """Record what came of alerts and end them with their activities."""
        alerts = self._mine()
        alerts.write(
            {
                "state": "done",
                "outcome": outcome,
                "snooze_until": False,
                "judged_on": fields.Date.context_today(self),
                "judged_by": self.env.uid,
                **({"note": note} if note else {}),
            }
        )
        label = dict(self._fields["outcome"]._description_selection(self.env))[outcome]
        text = f"{label}: {note}" if note else label
        activities = alerts.activity_id.filtered("active").with_context(alert_ends=True)
        if activities:
            activities._action_done(feedback=text)

    def _activity_done(self, feedback=False):
        """The activity was done: the alert ends, its outcome is asked for."""
        for alert in self:
            alert.write(
                {
                    "state": "done",
                    "snooze_until": False,
                    "note": feedback or alert.note,
                    "judged_on": fields.Date.context_today(alert),
                    "judged_by": alert.env.uid,
                }
            )

    def _hand_over(self):
        """The activity goes to the responsible person, too."""
        # sudo: the activity may be a colleague's
        for alert in self.sudo():
            if alert.activity_id.active and alert.user_id:
                alert.activity_id.user_id = alert.user_id

    def _plan_activities(self):
        """One activity per alert without an open one, for who is told; nobody: none.

        Superusers only: activities are planned for others.
        """
        alerts = self.filtered(lambda alert: not alert.activity_id.active)
        people = alerts._recipients()
        told = alerts.filtered(lambda alert: people[alert.id])
        for alert in told:
            alert.user_id = people[alert.id]
        quiet = {"mail_activity_quick_update": True, "mail_create_nosubscribe": True}
        activities = self.env["mail.activity"].with_context(**quiet)
        planned = activities.create([alert._prepare_activity() for alert in told])
        for alert, activity in zip(told, planned, strict=True):
            alert.activity_id = activity

    def _prepare_activity(self):
        alert = self.with_context(lang=self.user_id.lang)
        kind = alert.rule_id.activity_type_id or self.env.ref(
            ACTIVITY_TYPE, raise_if_not_found=False
        )
        today = fields.Date.context_today(self)
        return {
            "res_model_id": self.env["ir.model"]._get_id("res.partner"),
            "res_id": alert.partner_id.id,
            "activity_type_id": kind.id if kind else False,
            "summary": alert.rule_id.name,
            "note": Markup("<p>%s</p>") % alert.reason,
            "date_deadline": fields.Date.add(today, days=alert.rule_id.deadline_days),
            "user_id": alert.user_id.id,
            "automated": True,
        }

    def _recipients(self):
        """``{alert id: user id or None}`` by the rule; who cannot act is passed over."""
        owners = {
            account.partner_id: account.user_id
            for account in self.env["crm.key.account"].search(
                [("partner_id", "in", self.partner_id.ids), ("state", "=", "active")]
            )
        }
        leaders = self._team_leaders()
        return {
            alert.id: recipient(
                [
                    self._person(user)
                    for user in alert._candidates(owners, leaders.get(alert.company_id.id))
                ],
                alert.company_id.id,
            )
            for alert in self
        }

    def _candidates(self, owners, leader):
        """Users in the order in which they are to be told."""
        rule, owner = self.rule_id, owners.get(self.partner_id)
        first = {
            "salesperson": [self.user_id, self.partner_id.user_id, owner],
            "owner": [self.user_id, owner, self.partner_id.user_id],
            "user": [self.user_id, rule.user_id],
        }[rule.recipient]
        return [*first, rule.escalation_user_id, leader]

    @api.model
    def _person(self, user):
        if not user:
            return None
        return Person(user.id, user.active and not user.share, frozenset(user.company_ids.ids))

    def _team_leaders(self):
        """``{company id: leader}`` of the first sales team that has one."""
        teams = self.env["crm.team"].search([("user_id", "!=", False)])
        found = {}
        for company in self.company_id:
            fitting = teams.filtered(lambda t, own=company: t.company_id in (own, own.browse()))
            found[company.id] = fitting[:1].user_id
        return found

    # -- the calculation -----------------------------------------------------------------------

    @api.model
    def _recalculate(self, run):
        """Raise what is new for all customers and companies (C360-3); returns how many.

        Snoozed alerts whose day has come are new again; those of archived customers end.
        """
        self._wake_up()
        self._end_obsolete()
        today = self.env["crm.customer.snapshot"]._data_date()
        rules = self.env["crm.customer.alert.rule"].search([("active", "=", True)])
        raised = 0
        for place, rule in enumerate(rules):
            run._tell(place, len(rules), rule.name)
            raised += len(rule._raise_alerts(today))
        return raised

    @api.model
    def _wake_up(self):
        today = fields.Date.context_today(self)
        alerts = self.search([("state", "=", "snoozed"), ("snooze_until", "<=", today)])
        alerts.write({"state": "new", "snooze_until": False})
        alerts._plan_activities()

    @api.model
    def _end_obsolete(self):
        """Archived and erased customers need nobody's care; that says nothing about the rule."""
        alerts = self.search([("state", "!=", "done"), ("partner_id.active", "=", False)])
        alerts.write(
            {
                "state": "done",
                "outcome": "obsolete",
                "snooze_until": False,
                "judged_on": fields.Date.context_today(self),
            }
        )
        alerts.activity_id.filtered("active").unlink()

    # -- merge ---------------------------------------------------------------------------------

    @api.model
    def _before_person_merge(self, sources, target):
        """Of what two merged customers were told both, one stays, with its activity."""
        # sudo: whoever may merge contacts need not see all alerts
        alerts = self.sudo().search([("partner_id", "in", [*sources, target])])
        best = alerts.sorted(lambda a: (not a.outcome, a.state == "new", a.id))
        kept = {}
        for alert in best:
            kept.setdefault((alert.rule_id, alert.company_id, alert.cause), alert)
        others = alerts - self.browse().union(*kept.values())
        others.activity_id.filtered("active").unlink()
        others.unlink()
        self.env.flush_all()
