from ast import literal_eval

from odoo import api, fields, models


class CrmServiceTeam(models.Model):
    """Who handles requests: a service team with its mail address, or a department that helps.

    Departments (production, logistics, finance …) take part in squads and answer for causes of
    complaints; they have no queue of their own (SVC-L2, SVC-C).
    """

    _name = "crm.service.team"
    _description = "Service team"
    _inherit = ["mail.alias.mixin", "mail.thread"]
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
    company_id = fields.Many2one(
        "res.company", "Company", required=True, index=True, default=lambda self: self.env.company
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

    _hourly_cost_positive = models.Constraint(
        "CHECK(hourly_cost >= 0)", "The cost of an hour cannot be negative."
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
