from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import assignment

FILES = 20
MEGABYTES = 25
REOPEN_DAYS = 14


class CrmServiceTeam(models.Model):
    """Who handles requests: a service team with its mail address, or a department that helps.

    Departments (production, logistics, finance …) take part in squads and answer for causes of
    complaints; they have no queue of their own (SVC-L2, SVC-C).
    """

    _name = "crm.service.team"
    _description = "Service team"
    _inherit = ["crm.service.team.portal.mixin", "mail.alias.mixin", "mail.thread"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    kind = fields.Selection(
        [("service", "Service team"), ("department", "Department")],
        required=True,
        default="service",
        help="Departments take part in squads and answer for causes; they have no queue.",
    )
    call_center = fields.Boolean(
        "Call centre",
        help="The team takes calls for others: a request is on level 6 while it is with this team.",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one("res.users", "Team leader", domain=[("share", "=", False)])
    member_ids = fields.One2many("crm.service.team.member", "team_id", "Members")
    stage_ids = fields.Many2many("crm.service.stage", string="Own stages")
    resource_calendar_id = fields.Many2one(
        "resource.calendar",
        "Working hours",
        default=lambda self: self.env.company.resource_calendar_id,
        help="When the team works; service levels count these hours.",
    )
    hourly_cost = fields.Monetary(
        groups="crm_service_levels.group_service_manager",
        help="What an hour of work of this team costs the company, all in.",
    )
    request_ids = fields.One2many("crm.service.request", "team_id", "Requests")
    request_properties = fields.PropertiesDefinition("Own fields of requests")

    # mail that comes in (SVC-L1)
    acknowledge = fields.Boolean(
        "Acknowledge mail",
        default=True,
        help="Who opens a request by mail gets an answer with its number, once.",
    )
    reopen_days = fields.Integer(
        "Reopen within (days)",
        default=REOPEN_DAYS,
        help="An answer to a request closed longer ago opens a follow-up instead.",
    )
    mail_files = fields.Integer(
        "Files per mail", default=FILES, help="Further files are refused, and a note says which."
    )
    mail_megabytes = fields.Integer(
        "Largest file (MB)",
        default=MEGABYTES,
        help="Larger files are refused, and a note says which.",
    )
    assign_method = fields.Selection(
        assignment.METHODS,
        "Assign by itself",
        help="Who gets new requests of this team. Empty: nobody, they wait until they are taken. "
        "A customer's usual representative comes first, and better tiers get the last places.",
    )

    _hourly_cost_positive = models.Constraint(
        "CHECK(hourly_cost >= 0)", "The cost of an hour cannot be negative."
    )
    _intake_positive = models.Constraint(
        "CHECK(reopen_days >= 0 AND mail_files >= 0 AND mail_megabytes >= 0)",
        "Days and limits cannot be negative.",
    )

    _portal_positive = models.Constraint(
        "CHECK(guest_days >= 0 AND collection_capacity >= 0 AND collection_minutes > 0"
        " AND collection_lead_hours >= 0 AND collection_days BETWEEN 1 AND 90)",
        "Days and limits cannot be negative; a slot has a length, and bookings are taken for 90 "
        "days ahead at most.",
    )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("crm.service.request")
        if self.id:
            values["alias_defaults"] = defaults = literal_eval(self.alias_defaults or "{}")
            defaults["team_id"] = self.id
        return values

    @api.model
    def _of_user(self, company):
        """Service team of the user in *company*, else the first one there; may be empty."""
        teams = self.sudo().search(  # sudo: which team is responsible is no secret
            [("company_id", "=", company.id), ("kind", "=", "service")]
        )
        own = teams.filtered(lambda team: self.env.user in team.member_ids.user_id)
        return (own or teams)[:1]

    # Mail that comes in (SVC-L1)

    def _mail_limits(self):
        """``(most files, largest in bytes)``; without a team what a new team has."""
        files, megabytes = (self.mail_files, self.mail_megabytes) if self else (FILES, MEGABYTES)
        return files, megabytes * 1024 * 1024

    def _reopen_within(self):
        return self.reopen_days if self else REOPEN_DAYS

    # Service levels (SVC-S)

    @api.constrains("resource_calendar_id", "kind", "active")
    def _check_sla_hours(self):
        """A service team has working hours, and there are some to come (SVC-S)."""
        for team in self.filtered(lambda team: team.kind == "service" and team.active):
            calendar = team.resource_calendar_id
            if not calendar and team._sla_counts_hours():
                raise ValidationError(
                    self.env._(
                        "Team “%s” has no working hours, but service levels count in them.",
                        team.name,
                    )
                )
            calendar._check_sla_hours()

    def _sla_counts_hours(self):
        """Whether a policy counts in the working hours of this team."""
        policies, _marks = self.env["crm.service.sla.policy"]._catalog()
        return any(
            target.calendar_kind in ("team", "customer")
            for policy in policies
            if policy.company in (0, self.company_id.id)
            and (not policy.teams or self.id in policy.teams)
            for target in policy.targets
        )

    @api.model
    def _service_teams(self, policies):
        """Service teams that *policies* are about."""
        named = policies.team_ids
        domain = [("kind", "=", "service")]
        if all(policy.team_ids for policy in policies):
            domain.append(("id", "in", named.ids))
        companies = policies.company_id
        if all(policy.company_id for policy in policies):
            domain.append(("company_id", "in", companies.ids))
        return self.search(domain)

    def write(self, vals):
        res = super().write(vals)
        if "resource_calendar_id" in vals:
            self._sla_requests()._sla_reassign()
        return res

    def _sla_requests(self):
        # sudo: the hours of a team count for all its requests, whoever changes them
        requests = self.env["crm.service.request"].sudo().with_context(active_test=False)
        return requests.search([("team_id", "in", self.ids), ("is_closed", "=", False)])
