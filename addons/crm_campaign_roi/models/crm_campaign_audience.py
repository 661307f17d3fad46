from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL
from odoo.tools.safe_eval import safe_eval

from ..report import campaign_targets as sql

SOURCES = [
    ("facts", "Facts about customers"),
    ("leads", "Leads"),
    ("members", "Members by hand or from a file"),
    ("union", "Other audiences only"),
]


class CrmCampaignAudience(models.Model):
    """A reusable choice of customers, contacts or leads (ROI-1).

    A living audience is asked anew each time; a fixed one keeps the members it had when it was
    fixed.
    """

    _name = "crm.campaign.audience"
    _inherit = ["mail.thread"]
    _description = "Audience"
    _order = "name, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    description = fields.Text()
    user_id = fields.Many2one("res.users", "Owner", default=lambda self: self.env.user, index=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    mode = fields.Selection(
        [("living", "Living"), ("fixed", "Fixed")],
        required=True,
        default="living",
        tracking=True,
        help="Living: asked anew for every wave. Fixed: the members of the day it was fixed.",
    )
    source = fields.Selection(SOURCES, required=True, default="facts")
    level = fields.Selection(
        [("customer", "Customers"), ("contact", "Contacts")],
        "Find",
        required=True,
        default="contact",
    )
    conditions = fields.Json(default=lambda self: {"operator": "and", "conditions": []})
    lead_domain = fields.Char("Lead domain", default="[]")
    include_ids = fields.Many2many(
        "crm.campaign.audience",
        "crm_campaign_audience_include_rel",
        "audience_id",
        "other_id",
        "And all of",
        context={"active_test": False},
    )
    exclude_ids = fields.Many2many(
        "crm.campaign.audience",
        "crm_campaign_audience_exclude_rel",
        "audience_id",
        "other_id",
        "But none of",
        context={"active_test": False},
    )
    member_ids = fields.One2many("crm.campaign.audience.member", "audience_id", "Members")
    fixed_on = fields.Datetime("Fixed on", readonly=True, copy=False)
    person_count = fields.Integer("Persons", compute="_compute_person_count")
    problem = fields.Char(compute="_compute_person_count", help="Why nobody can be found.")

    # -- checks --------------------------------------------------------------------------------

    @api.constrains("conditions")
    def _check_conditions(self):
        for audience in self:
            self.env["crm.customer.fact"]._parse(audience.conditions)

    @api.constrains("include_ids", "exclude_ids")
    def _check_others(self):
        for audience in self:
            if audience in audience._others():
                raise ValidationError(
                    self.env._("%(name)s cannot be built upon itself.", name=audience.name)
                )

    def _others(self):
        """All audiences that these are built upon, directly or not."""
        found, waiting = self.browse(), self.include_ids | self.exclude_ids
        while waiting:
            found |= waiting
            waiting = (waiting.include_ids | waiting.exclude_ids) - found
        return found

    @api.constrains("lead_domain")
    def _check_lead_domain(self):
        for audience in self:
            audience._leads()

    # -- members -------------------------------------------------------------------------------

    @api.depends(
        "mode", "source", "level", "conditions", "lead_domain", "include_ids", "exclude_ids",
        "member_ids", "company_id",
    )  # fmt: skip
    def _compute_person_count(self):
        for audience in self:
            audience.person_count, audience.problem = audience._count_or_problem()

    def _count_or_problem(self):
        """``(count, False)``, or ``(0, message)``: a fact may go with the addon that offered it."""
        try:
            [[count]] = self.env.execute_query(sql.count(self._members_sql()))
        except (AccessError, UserError) as error:
            return 0, str(error)
        return count, False

    def _members_sql(self):
        """SQL of the rows (partner_id, lead_id) of the members whom the viewer may see."""
        self.ensure_one()
        if self.mode == "fixed":
            return self._stored_members()
        members = sql.union(
            [*self._own_members(), *(other._members_sql() for other in self.include_ids)]
        )
        if not self.exclude_ids:
            return members
        return sql.without(members, sql.union([x._members_sql() for x in self.exclude_ids]))

    def _own_members(self):
        """What the audience's own source gives, as a list of at most one SELECT."""
        if self.source == "union":
            return []
        if self.source == "members":
            return [self._stored_members()]
        if self.source == "leads":
            query = self.env["crm.lead"]._search(self._leads())
            return [query.select(SQL("crm_lead.partner_id"), SQL("crm_lead.id AS lead_id"))]
        found = self.env["crm.customer.fact"]._select(self.conditions, self.company_id, self.level)
        return [SQL("SELECT f.id AS partner_id, NULL::integer AS lead_id FROM (%s) f", found)]

    def _stored_members(self):
        """Members by hand, from a file, or of the day the audience was fixed."""
        self.env["crm.campaign.audience.member"].flush_model(
            ["audience_id", "partner_id", "lead_id"]
        )
        if not isinstance(self.id, int):
            return sql.NOBODY
        return SQL(
            "SELECT partner_id, lead_id FROM crm_campaign_audience_member WHERE audience_id = %s",
            self.id,
        )

    def _leads(self):
        """Domain of the leads chosen.

        :raises UserError: when the text is no domain on leads
        """
        try:
            domain = Domain(safe_eval(self.lead_domain or "[]", self._domain_context()))
            domain.validate(self.env["crm.lead"])
        except (ValueError, TypeError, SyntaxError) as error:
            raise UserError(self.env._("These are no conditions on leads: %s", error)) from error
        company = Domain("company_id", "in", [False, *self.company_id.ids])
        return domain & company

    def _domain_context(self):
        return {"uid": self.env.uid, "context_today": lambda: fields.Date.context_today(self)}

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        """A living campaign would lose its targets, or write to those whom it leaves out; a wave
        would go to everybody.

        :raises UserError: naming the campaign, the wave, or the audience that is built upon it
        """
        # sudo: campaigns and audiences of other companies count, too
        audiences, campaigns = self.sudo(), self.env["utm.campaign"].sudo()
        if found := campaigns.search(self._uses("audience_ids"), limit=1):
            raise UserError(
                self.env._("%s goes to this audience. Archive it instead.", found.title)
            )
        if found := campaigns.search(self._uses("excluded_audience_ids"), limit=1):
            raise UserError(
                self.env._("%s leaves this audience out. Archive it instead.", found.title)
            )
        # sudo: waves of other companies count, too
        waves = self.env["crm.campaign.wave"].sudo()
        if found := waves.search([("audience_ids", "in", self.ids)], limit=1):
            raise UserError(self.env._("%s goes to this audience. Archive it instead.", found.name))
        built = Domain("include_ids", "in", self.ids) | Domain("exclude_ids", "in", self.ids)
        others = built & Domain("id", "not in", self.ids)
        if found := audiences.with_context(active_test=False).search(others, limit=1):
            raise UserError(
                self.env._("%s is built upon this audience. Archive it instead.", found.name)
            )

    def _uses(self, name):
        """Domain of the campaigns that are not over and name these audiences in a field."""
        phases = ("submitted", "approved", "running")
        return Domain(name, "in", self.ids) & Domain("phase", "in", phases)

    def unlink(self):
        """Targets stay: their column has no foreign key."""
        ids = self.ids
        result = super().unlink()
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE crm_campaign_target SET audience_id = NULL WHERE audience_id = ANY(%s)", ids
            )
        )
        self.env["crm.campaign.target"].invalidate_model(["audience_id"])
        return result

    # -- actions -------------------------------------------------------------------------------

    def action_fix(self):
        """Keep today's members: the audience does not change any more."""
        for audience in self.filtered(lambda audience: audience.mode == "living"):
            members = audience._members_sql()
            self.env.flush_all()
            self.env.cr.execute(
                SQL(
                    """
                    INSERT INTO crm_campaign_audience_member (audience_id, partner_id, lead_id)
                    SELECT DISTINCT %s, partner_id, lead_id FROM (%s) m ON CONFLICT DO NOTHING
                    """,
                    audience.id,
                    members,
                )
            )
            audience.write({"mode": "fixed", "fixed_on": fields.Datetime.now()})
        self.env["crm.campaign.audience.member"].invalidate_model()

    def action_open_persons(self):
        """Open the contacts of the audience (its leads, when it is one of leads)."""
        self.ensure_one()
        leads = self.source == "leads"
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": "crm.lead" if leads else "res.partner",
            "view_mode": "list,kanban,form",
            "domain": [("campaign_audience_ids", "in", self.ids)],
        }

    def _domain_of(self, column):
        """Domain on contacts (*column* ``partner_id``) or leads of whom the audiences hold."""
        name = SQL.identifier(column)
        members = sql.union([audience._members_sql() for audience in self])
        self.env.flush_all()
        return Domain("id", "in", SQL("SELECT m.%s FROM (%s) m", name, members))
