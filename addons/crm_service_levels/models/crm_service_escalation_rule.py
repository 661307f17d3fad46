from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from . import crm_service_escalation_action_mixin  # noqa: F401 (a parent is defined first)
from .crm_service_type import SEVERITIES

#: How many requests a rule takes hold of in one statement.
BATCH = 500
#: The customer of request ``r`` belongs to one of the segments today.
IN_SEGMENTS = """EXISTS (
    SELECT FROM crm_customer_segment_member m
    WHERE m.partner_id = r.commercial_partner_id AND m.company_id = r.company_id
      AND m.date_to IS NULL AND m.segment_id = ANY(%s)
)"""


class CrmServiceEscalationRule(models.Model):
    """Requests that need attention whatever was promised: by time in a stage, severity, tier of
    the customer and tone of his last message (SVC-L2). Deadlines escalate by service levels.
    """

    _name = "crm.service.escalation.rule"
    _inherit = ["crm.service.escalation.action.mixin"]
    _description = "Escalation rule"
    _order = "sequence, id"

    name = fields.Char("What to say", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Empty: for all companies.")

    # Which requests; what is empty does not matter
    team_ids = fields.Many2many("crm.service.team", string="Teams")
    stage_ids = fields.Many2many(
        "crm.service.stage", string="In stages", domain=[("is_closed", "=", False)]
    )
    hours = fields.Float("Hours in the stage", help="Hours of the clock, at least.")
    severity = fields.Selection(SEVERITIES, "Severity at least")
    tiers = fields.Char(help="Letters of tiers, for example: A, B")
    segment_ids = fields.Many2many(
        "crm.customer.segment",
        string="Customers in segments",
        help="In one of them, in the company of the request, as of the last computation.",
    )
    tone_counts = fields.Boolean("By tone", help="Only when the customer's words are known.")
    tone_most = fields.Integer(
        "Tone score at most", default=-50, help="From -100 (angry) to 100 (friendly)."
    )
    nobody = fields.Boolean("Nobody has it", help="Only requests without an owner.")
    log_ids = fields.One2many("crm.service.escalation.log", "rule_id", "Done")
    log_count = fields.Integer("Times", compute="_compute_log_count")

    _hours_positive = models.Constraint("CHECK(hours >= 0)", "Hours cannot be negative.")
    _tone_range = models.Constraint(
        "CHECK(tone_most BETWEEN -100 AND 100)", "The tone score is from -100 to 100."
    )

    @api.constrains(
        *("team_ids", "stage_ids", "hours", "severity", "tiers", "segment_ids"),
        *("tone_counts", "nobody"),
    )
    def _check_conditions(self):
        for rule in self:
            narrow = (rule.hours, rule.severity, rule._tier_list(), rule.tone_counts, rule.nobody)
            # sudo: who sets up service need not read segments to keep a rule that has some
            if not any(narrow) and not rule.sudo().segment_ids:
                raise ValidationError(
                    self.env._("Rule “%s” would escalate every request: narrow it.", rule.name)
                )

    def _compute_log_count(self):
        rows = self.env["crm.service.escalation.log"]._read_group(
            [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
        )
        counts = {rule.id: count for rule, count in rows}
        for rule in self:
            rule.log_count = counts.get(rule.id, 0)

    def _tier_list(self):
        return [part.strip().upper() for part in (self.tiers or "").split(",") if part.strip()]

    def action_open_requests(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.service.request",
            "views": [[False, "list"], [False, "form"]],
            "domain": [("id", "in", self.log_ids.request_id.ids)],
        }

    # Taking hold

    @api.model
    def _cron_check(self):
        """Each rule takes hold of what it fits, in sets; people get one message per run."""
        inbox = {}
        for rule in self.search([("active", "=", True)]):
            requests = rule._take_hold()
            requests._sla_escalate(rule)
            rule._gather(requests, inbox)
        for user, news in inbox.items():
            self._send(user, news)

    def _take_hold(self):
        """Requests that the rule fits and had not got hold of during their stay in the stage."""
        now = fields.Datetime.now()
        requests = self.env["crm.service.request"]
        requests.flush_model()
        self.env["crm.service.stage.span"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                INSERT INTO crm_service_escalation_log
                    (rule_id, request_id, span_id, date, create_uid, create_date)
                SELECT %(rule)s, r.id, s.id, %(now)s, %(user)s, %(now)s
                FROM crm_service_request r
                JOIN crm_service_stage_span s ON s.request_id = r.id AND s.date_to IS NULL
                LEFT JOIN crm_customer_snapshot v ON v.partner_id = r.commercial_partner_id
                    AND v.company_id = r.company_id AND v.is_current
                WHERE r.active AND NOT r.is_closed AND %(fits)s
                    AND NOT EXISTS (
                        SELECT FROM crm_service_escalation_log l
                        WHERE l.rule_id = %(rule)s AND l.request_id = r.id AND l.span_id = s.id
                    )
                ORDER BY r.id LIMIT %(limit)s
                ON CONFLICT DO NOTHING
                RETURNING request_id
                """,
                rule=self.id,
                now=now,
                user=self.env.uid,
                limit=BATCH,
                fits=self._fits(now),
            )
        )
        self.invalidate_recordset(["log_ids", "log_count"])
        return requests.browse(request for (request,) in rows)

    def _fits(self, now):
        """Condition in SQL; what is empty is left out."""
        since = fields.Datetime.subtract(now, seconds=round(self.hours * 3600))
        parts = [
            (self.company_id, SQL("r.company_id = %s", self.company_id.id)),
            (self.team_ids, SQL("r.team_id = ANY(%s)", self.team_ids.ids)),
            (self.stage_ids, SQL("r.stage_id = ANY(%s)", self.stage_ids.ids)),
            (self.hours, SQL("s.date_from <= %s", since)),
            (self.severity, SQL("r.severity >= %s", self.severity)),
            (self.tiers, SQL("v.tier = ANY(%s)", self._tier_list())),
            (self.segment_ids, SQL(IN_SEGMENTS, self.segment_ids.ids)),
            (self.tone_counts, SQL("r.tone IS NOT NULL AND r.tone_score <= %s", self.tone_most)),
            (self.nobody, SQL("r.user_id IS NULL")),
        ]
        return SQL(" AND ").join(
            [SQL("TRUE"), *(condition for wanted, condition in parts if wanted)]
        )

    # Telling

    def _gather(self, requests, inbox):
        if self.notify:
            for request in requests:
                for user in self._recipients(request):
                    inbox.setdefault(user, []).append((self, request))

    @api.model
    def _send(self, user, news):
        link = Markup('<li><a href="#" data-oe-model="%s" data-oe-id="%s">%s</a>: %s</li>')
        lines = [
            link
            % (
                request._name,
                request.id,
                request.display_name,
                rule.with_context(lang=user.lang).name,
            )
            for rule, request in news
        ]
        reader = self.with_context(lang=user.lang)
        reader.env["mail.thread"].message_notify(
            partner_ids=user.partner_id.ids,
            subject=reader.env._("Requests to look at: %s", len(news)),
            body=Markup("<ul>%s</ul>") % Markup().join(lines),
        )
