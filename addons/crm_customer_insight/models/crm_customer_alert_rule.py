from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..report import alerts as sql
from ..report.alert_signals import Context
from ..tools import precision as tool
from ..tools.alert import SLOTS

ACTIVITY_TYPE = "crm_customer_insight.mail_activity_type_alert"
EMPTY = "Empty or 0: customers of this tier raise no alert."


class CrmCustomerAlertRule(models.Model):
    """Which change of a customer raises an alert, from which threshold on, and who is told
    (C360-3). Its precision is counted from what came of its alerts."""

    _name = "crm.customer.alert.rule"
    _description = "Alert rule"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection("_kinds", required=True, help="The change that is looked for.")
    company_id = fields.Many2one("res.company", index=True, help="Empty: all companies.")

    # From when on
    threshold_meaning = fields.Char("Threshold is", compute="_compute_meaning")
    minimum_meaning = fields.Char("Minimum is", compute="_compute_meaning")
    asks_amount = fields.Boolean("Asks for amount", compute="_compute_meaning")
    asks_window = fields.Boolean("Asks for window", compute="_compute_meaning")
    asks_history = fields.Boolean("Asks for history", compute="_compute_meaning")
    asks_observations = fields.Boolean("Asks for observations", compute="_compute_meaning")
    threshold_a = fields.Float(help=EMPTY)
    threshold_b = fields.Float(help=EMPTY)
    threshold_c = fields.Float(help=EMPTY)
    threshold_d = fields.Float(help=EMPTY)
    threshold_none = fields.Float("Threshold without tier", help=EMPTY)
    amount_a = fields.Float(help="In company currency. Raises an alert by itself.")
    amount_b = fields.Float()
    amount_c = fields.Float()
    amount_d = fields.Float()
    amount_none = fields.Float("Amount without tier")
    minimum = fields.Float(help="Below it the threshold raises nothing.")
    window_days = fields.Integer(
        "Window (days)", default=31, required=True, help="The change lies in so many last days."
    )
    history_days = fields.Integer(
        "Compared with (days)",
        default=365,
        required=True,
        help="So many days before the window say what is usual.",
    )
    observations = fields.Integer(
        "At least (observations)",
        default=4,
        required=True,
        help="With fewer of them before nothing is usual, and nothing is raised.",
    )
    rest_days = fields.Integer(
        "Rest (days)",
        default=90,
        required=True,
        help="The same matter raises no other alert for so long, nor while one of it is open.",
    )
    most_a_night = fields.Integer(
        "At most at once",
        default=50,
        required=True,
        help="Alerts of one calculation; the best customers come first, the others next time.",
    )

    # Who is told
    recipient = fields.Selection(
        [
            ("salesperson", "Salesperson"),
            ("owner", "Owner of the key account"),
            ("user", "A certain colleague"),
        ],
        "Who is told",
        required=True,
        default="salesperson",
    )
    user_id = fields.Many2one(
        "res.users", "Colleague", index="btree_not_null", domain="[('share', '=', False)]"
    )
    escalation_user_id = fields.Many2one(
        "res.users",
        "Otherwise",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="Told when nobody else is responsible. Empty: the leader of the first sales team.",
    )
    activity_type_id = fields.Many2one(
        "mail.activity.type",
        "Activity",
        index="btree_not_null",
        ondelete="set null",
        domain="[('res_model', 'in', [False, 'res.partner'])]",
        default=lambda self: self.env.ref(ACTIVITY_TYPE, raise_if_not_found=False),
    )
    deadline_days = fields.Integer(
        "Due after (days)", default=2, required=True, help="Days from the alert to its activity."
    )
    template_ids = fields.Many2many(
        "crm.retention.template",
        "crm_alert_rule_retention_template_rel",
        "rule_id",
        "template_id",
        "Retention templates",
        help="Offered for its alerts. Empty: all templates.",
    )

    # What came of it
    alert_ids = fields.One2many("crm.customer.alert", "rule_id", "Alerts")
    alert_count = fields.Integer("Alerts raised", compute="_compute_precision")
    judged_count = fields.Integer(
        "Judged",
        compute="_compute_precision",
        help="Alerts whose outcome is kept, lost or false alarm.",
    )
    precision = fields.Float(
        "Precision (%)",
        compute="_compute_precision",
        aggregator=None,
        help="True alarms (kept and lost) ÷ judged alerts.",
    )
    precision_text = fields.Char(
        "Precision",
        compute="_compute_precision",
        help="True alarms (kept and lost) ÷ judged alerts, with its 95 % interval by Wilson. "
        "Of fewer than ten judged alerts none is shown.",
    )
    precision_chart = fields.Json("By tier and month", compute="_compute_precision")
    is_loose = fields.Boolean(
        "Too many false alarms",
        compute="_compute_precision",
        help="The whole interval of the precision lies below 50 %: raise the thresholds.",
    )

    _window_positive = models.Constraint(
        "CHECK(window_days > 0 AND history_days > 0 AND most_a_night > 0)",
        "Periods and the number of alerts must be positive.",
    )
    _days_not_negative = models.Constraint(
        "CHECK(rest_days >= 0 AND deadline_days >= 0 AND observations >= 0)",
        "Days and observations cannot be negative.",
    )

    @api.constrains(*(f"{part}_{slot}" for part in ("threshold", "amount") for slot in SLOTS),
                    "minimum", "kind")  # fmt: skip
    def _check_thresholds(self):
        for rule in self:
            thresholds = [rule[f"threshold_{slot}"] for slot in SLOTS]
            amounts = [rule[f"amount_{slot}"] for slot in SLOTS]
            if min(*thresholds, *amounts, rule.minimum) < 0:
                raise ValidationError(self.env._("Thresholds cannot be negative."))
            if not any(thresholds) and not any(amounts):
                raise ValidationError(
                    self.env._(
                        "“%(rule)s” would never raise an alert: give a threshold for one tier at "
                        "least, or archive the rule.",
                        rule=rule.name,
                    )
                )

    @api.constrains("recipient", "user_id")
    def _check_user(self):
        if self.filtered(lambda rule: rule.recipient == "user" and not rule.user_id):
            raise ValidationError(self.env._("Choose the colleague who is told."))

    @api.model
    def _kinds(self):
        return self.env["crm.customer.alert"]._kinds()

    @api.depends("kind")
    @api.depends_context("lang")
    def _compute_meaning(self):
        signals = self.env["crm.customer.alert"]._signals_by_code()
        for rule in self:
            signal = signals.get(rule.kind)
            asked = signal.fields if signal else ()
            rule.threshold_meaning = signal and signal.threshold
            rule.minimum_meaning = signal and signal.minimum
            rule.asks_amount = bool(signal and signal.money)
            rule.asks_window = "window" in asked
            rule.asks_history = "history" in asked
            rule.asks_observations = "observations" in asked

    @api.depends("alert_ids.outcome")
    @api.depends_context("lang", "allowed_company_ids")
    def _compute_precision(self):
        rows = self.env["crm.customer.alert.precision"].search([("rule_id", "in", self.ids)])
        groups = rows.grouped("rule_id")
        for rule in self:
            mine = groups.get(rule._origin, rows.browse())
            found = mine._precision()
            rule.alert_count = sum(mine.mapped("alerts"))
            rule.judged_count = found.judged
            rule.precision = 100 * found.share if found.share is not None else False
            rule.precision_text = mine._precision_text(found)
            rule.is_loose = tool.too_loose(found)
            rule.precision_chart = mine._chart()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_with_alerts(self):
        if self.env["crm.customer.alert"].search_count([("rule_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._("Archive the rule instead: its alerts tell how precise it was.")
            )

    def action_open_alerts(self):
        """Open the alerts of the rule."""
        self.ensure_one()
        return self.alert_ids._action_list([("rule_id", "=", self.id)])

    def action_open_precision(self):
        """Open the precision of the rule by tier and month."""
        self.ensure_one()
        self.env["crm.customer.alert.precision"].check_access("read")
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_customer_alert_precision_action"
        )
        return {**action, "domain": [("rule_id", "=", self.id)], "context": {}}

    def _raise_alerts(self, today):
        """Raise what the rule finds and plan the activities; returns the new alerts.

        A rule whose addon is gone finds nothing.
        """
        self.ensure_one()
        alerts = self.env["crm.customer.alert"]
        signal = alerts._signals_by_code().get(self.kind)
        if not signal:
            return alerts
        context = Context(self.env, today, self.window_days, self.history_days, self.observations)
        self.env.flush_all()
        rows = self.env.execute_query(sql.raise_alerts(self, signal, context))
        alerts.invalidate_model()
        raised = alerts.browse(sorted(row[0] for row in rows))
        raised._plan_activities()
        return raised
