from odoo import fields, models


class CrmCallAgentReleaseMixin(models.AbstractModel):
    """For which skills an agent may get calls (CC-10). A part of ``crm.call.agent``."""

    _name = "crm.call.agent.release.mixin"
    _description = "Skills an agent is released for"

    certificate_ids = fields.One2many("crm.call.certificate", "agent_id", "Certificates")
    training_plan_ids = fields.One2many("crm.call.training.plan", "agent_id", "Training")

    def _released_skills(self):
        """Skills for which calls may come: switched on and, where the skill asks for it, with a
        certificate that is valid today.

        :return: ``crm.call.agent.skill`` of all these agents, in a constant number of queries
        """
        # sudo: colleagues' certificates are not readable, whom a queue calls is
        agents = self.sudo()
        valid = {
            (one.agent_id, one.skill_id) for one in agents.certificate_ids if one.state == "valid"
        }
        rows = agents.skill_ids.filtered(
            lambda row: (
                row.released
                and (not row.skill_id.needs_certificate or (row.agent_id, row.skill_id) in valid)
            )
        )
        return rows.with_env(self.env)
