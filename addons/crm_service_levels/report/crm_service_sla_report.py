from odoo import fields, models
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.report_fields import KnownMean, Mean

from ..models.crm_service_priority_rule import PRIORITIES
from ..models.crm_service_sla_target import KINDS, STATES
from ..models.crm_service_type import SEVERITIES
from ..tools.levels import LEVELS


class CrmServiceSlaReport(models.Model):
    """Were promises kept? One row per timer of a request the reader may see (SVC-S).

    Attainment = met ÷ (met + missed). Timers that run, pause or were cancelled are undecided: they
    count in neither, and without a decided one there is no percentage.
    """

    _name = "crm.service.sla.report"
    _inherit = ["crm.service.request.link.mixin"]
    _description = "Service level attainment"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "request_id"
    _depends = {
        "crm.service.request": [
            "team_id",
            "type_id",
            "severity",
            "priority",
            "user_id",
            "company_id",
            "commercial_partner_id",
            "level_highest",
            "channel_id",
            "product_id",
            "asset_id",
        ],
        "crm.service.sla.policy": ["contract_level"],
        "crm.service.sla.timer": ["cause_id", "state"],
    }

    request_id = fields.Many2one("crm.service.request", readonly=True)
    timer_id = fields.Many2one("crm.service.sla.timer", readonly=True)
    date = fields.Datetime("Started", readonly=True)
    due_at = fields.Datetime("Due", readonly=True)
    met_at = fields.Datetime("Reached on", readonly=True)
    kind = fields.Selection(KINDS, "What", readonly=True)
    state = fields.Selection(STATES, readonly=True)
    policy_id = fields.Many2one("crm.service.sla.policy", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    team_id = fields.Many2one("crm.service.team", readonly=True)
    user_id = fields.Many2one("res.users", "Owner", readonly=True)
    type_id = fields.Many2one("crm.service.type", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", "Customer", readonly=True)
    severity = fields.Selection(SEVERITIES, readonly=True)
    priority = fields.Selection(PRIORITIES, readonly=True)
    customer_tier = fields.Char("Tier", readonly=True)
    contract_level = fields.Char(
        "Contract level", readonly=True, help="Of the policy that was promised."
    )
    channel_id = fields.Many2one("crm.contact.channel", "Came in by", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    asset_id = fields.Many2one("crm.customer.asset", readonly=True)
    level_highest = fields.Selection(LEVELS, "Highest level", readonly=True)
    cause_id = fields.Many2one("crm.service.sla.cause", "Cause of the miss", readonly=True)
    met = fields.Integer(readonly=True)
    missed = fields.Integer(readonly=True)
    attainment = KnownMean(help="Met ÷ (met + missed); what is not decided yet counts in neither.")
    target_hours = Mean("Allowed (hours)")
    elapsed_hours = KnownMean(
        "Used (hours)", help="Working time until the target was reached; nothing before that."
    )
    paused_hours = Mean("Paused (hours)")

    @property
    def _table_query(self):
        """Restricted to the requests the reader may see, archived ones included."""
        seen = self.env["crm.service.request"].with_context(active_test=False)._search([])
        return SQL(
            """SELECT t.id, t.id AS timer_id, t.request_id, t.started_at AS date, t.due_at,
                t.met_at, t.kind, t.state, t.policy_id, r.company_id, r.team_id, r.user_id,
                r.type_id, r.commercial_partner_id, r.severity, r.priority, t.customer_tier,
                NULLIF(TRIM(p.contract_level), '') AS contract_level, r.channel_id, r.product_id,
                r.asset_id, r.level_highest, t.cause_id,
                (t.state = 'met')::int AS met, (t.state = 'breached')::int AS missed,
                CASE t.state WHEN 'met' THEN 1.0 WHEN 'breached' THEN 0.0 END::float AS attainment,
                t.target_seconds / 3600.0 AS target_hours,
                CASE WHEN t.met_at IS NOT NULL THEN t.elapsed_seconds / 3600.0 END AS elapsed_hours,
                t.paused_seconds / 3600.0 AS paused_hours
            FROM crm_service_sla_timer t JOIN crm_service_request r ON r.id = t.request_id
            JOIN crm_service_sla_policy p ON p.id = t.policy_id
            WHERE r.id IN %s""",
            seen.subselect(),
        )
