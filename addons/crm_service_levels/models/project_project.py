from odoo import api, fields, models


class ProjectProject(models.Model):
    _inherit = "project.project"

    service_squad = fields.Boolean(
        "Tasks of squads",
        copy=False,
        help="Holds the tasks of the squads of service requests; one per company (SVC-L2).",
    )

    _service_squad_once = models.UniqueIndex(
        "(company_id) WHERE service_squad", "The company has a project for squads already."
    )

    @api.model
    def _for_squads(self, company):
        """Project for the tasks of squads in *company*; made when it is needed first."""
        # sudo: squad members have no rights in Project; only the project itself is found or made
        projects = self.sudo().with_context(active_test=False, tracking_disable=True)
        found = projects.search([("service_squad", "=", True), ("company_id", "=", company.id)])
        return found or projects.create(
            {
                "name": self.env._("Service squads"),
                "company_id": company.id,
                "privacy_visibility": "followers",
                "service_squad": True,
                "user_id": False,
            }
        )
