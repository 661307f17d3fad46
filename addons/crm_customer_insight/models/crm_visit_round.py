from odoo import api, fields, models
from odoo.exceptions import UserError

from ..report import visit_plan


class CrmVisitRound(models.Model):
    """A round of visits or inspections: which customers are seen, by whom, and how often (C360-4).

    Each customer of the round has one visit per period; periods are counted from the first day of
    the round. The checklist names the profile facts that every visit confirms.
    """

    _name = "crm.visit.round"
    _description = "Visit round"
    _inherit = ["mail.thread"]
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    kind = fields.Selection(
        [("visit", "Visits"), ("inspection", "Inspections")], required=True, default="visit"
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    user_id = fields.Many2one(
        "res.users",
        "Salesperson",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        tracking=True,
        help="Who makes the visits. Empty: the salesperson of each customer.",
    )
    selection_id = fields.Many2one(
        "crm.customer.selection",
        "Customers by selection",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('company_id', '=', company_id)]",
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "crm_visit_round_partner_rel",
        "round_id",
        "partner_id",
        "Further customers",
        domain="[('parent_id', '=', False)]",
    )
    interval_kind = fields.Selection(
        [("fixed", "The same for all"), ("tier", "By tier")],
        "Interval",
        required=True,
        default="fixed",
    )
    interval_days = fields.Integer("Every (days)", default=90)
    days_a = fields.Integer("Tier A every (days)", default=30, help="0: not visited.")
    days_b = fields.Integer("Tier B every (days)", default=90, help="0: not visited.")
    days_c = fields.Integer("Tier C every (days)", default=180, help="0: not visited.")
    days_d = fields.Integer("Tier D every (days)", default=0, help="0: not visited.")
    date_start = fields.Date(
        "First day", required=True, default=fields.Date.context_today, tracking=True
    )
    horizon_days = fields.Integer(
        "Plan ahead (days)", default=30, help="Periods that begin within so many days are planned."
    )
    purpose = fields.Char(help="What the visits are for; stands on each of them.")
    attribute_ids = fields.Many2many(
        "crm.profile.attribute",
        "crm_visit_round_attribute_rel",
        "round_id",
        "attribute_id",
        "Checklist",
        help="Profile facts that each visit confirms, beside those that are due anyway.",
    )
    visit_ids = fields.One2many("crm.visit", "round_id", "Visits")
    planned_count = fields.Integer("Visits planned", compute="_compute_counts")
    done_count = fields.Integer("Visits done", compute="_compute_counts")
    missed_count = fields.Integer("Visits missed", compute="_compute_counts")

    _interval_positive = models.Constraint(
        "CHECK(interval_days > 0)", "An interval has one day at least."
    )
    _tier_days_not_negative = models.Constraint(
        "CHECK(LEAST(days_a, days_b, days_c, days_d) >= 0)", "Days cannot be negative."
    )
    _horizon_in_bounds = models.Constraint(
        "CHECK(horizon_days BETWEEN 0 AND 366)", "Visits are planned a year ahead at most."
    )

    def _compute_counts(self):
        found = {
            (visit_round, state): count
            for visit_round, state, count in self.env["crm.visit"]._read_group(
                [("round_id", "in", self.ids)], ["round_id", "state"], ["__count"]
            )
        }
        for visit_round in self:
            for state in ("planned", "done", "missed"):
                visit_round[f"{state}_count"] = found.get((visit_round, state), 0)

    @api.constrains("user_id", "company_id")
    def _check_salesperson(self):
        for visit_round in self.filtered("user_id"):
            # sudo: whether a colleague works in the company is no secret
            if visit_round.company_id not in visit_round.user_id.sudo().company_ids:
                raise UserError(
                    self.env._(
                        "%(user)s does not work in %(company)s.",
                        user=visit_round.user_id.name,
                        company=visit_round.company_id.name,
                    )
                )

    def action_plan(self):
        """Plan the visits now and open them."""
        self.check_access("write")
        self._plan()
        return self.action_open_visits()

    def action_open_visits(self):
        """Open the visits of the rounds."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_customer_insight.crm_visit_action"
        )
        return {**action, "domain": [("round_id", "in", self.ids)], "context": {}}

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, today=None):
        """Plan what is missing, all customers of a round in one statement; visits written.

        Planning again adds nothing: round, customer and period are unique.
        """
        today = today or fields.Date.context_today(self)
        self.env.flush_all()
        planned = sum(
            visit_plan.plan(visit_round.env, visit_round, visit_round._customers(), today)
            for visit_round in self.filtered("active")
        )
        self.env["crm.visit"].invalidate_model()
        return planned

    def _customers(self):
        """SQL of the ids of the round's customers, of which the plan takes the live ones."""
        self.ensure_one()
        if not self.selection_id:
            return visit_plan.by_hand(self.id)
        # sudo: the round holds for the customers the selection finds, whoever plans it
        registry = self.env["crm.customer.fact"].sudo().with_company(self.company_id)
        selected = registry._select(self.selection_id.sudo().conditions, self.company_id)
        return visit_plan.either(selected, visit_plan.by_hand(self.id))

    @api.model
    def _cron_plan(self):
        """At night: what was not done in its period is missed, then new periods are planned."""
        self.env["crm.visit"]._note_missed()
        self.search([("active", "=", True)])._plan()
