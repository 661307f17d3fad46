from odoo import api, models
from odoo.exceptions import ValidationError


class CrmServiceTeam(models.Model):
    _inherit = "crm.service.team"

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
