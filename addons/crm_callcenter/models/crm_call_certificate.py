from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError

STATES = [("valid", "Valid"), ("expired", "Expired"), ("revoked", "Revoked")]


class CrmCallCertificate(models.Model):
    """That an agent has passed the examination for a skill, and until when it holds (CC-10)."""

    _name = "crm.call.certificate"
    _description = "Certificate of an agent"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "expires, id"

    agent_id = fields.Many2one("crm.call.agent", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="agent_id.company_id", store=True)
    skill_id = fields.Many2one("crm.call.skill", required=True, ondelete="restrict", index=True)
    plan_id = fields.Many2one("crm.call.training.plan", ondelete="set null", index="btree_not_null")
    issued = fields.Date(required=True, default=fields.Date.context_today)
    expires = fields.Date(help="Last day; empty: it does not expire.")
    remind_days = fields.Integer("Remind (days before)", default=30)
    reminded = fields.Boolean(readonly=True, copy=False)
    revoked = fields.Boolean(tracking=True)
    state = fields.Selection(STATES, compute="_compute_state", search="_search_state")

    _dates = models.Constraint(
        "CHECK(expires IS NULL OR expires >= issued)", "A certificate expires after its issue."
    )

    @api.depends("expires", "revoked")
    def _compute_state(self):
        today = fields.Date.context_today(self)
        for one in self:
            late = one.expires and one.expires < today
            one.state = "revoked" if one.revoked else "expired" if late else "valid"

    def _search_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        today = fields.Date.context_today(self)
        late = fields.Domain("revoked", "=", False) & fields.Domain("expires", "<", today)
        gone = fields.Domain("revoked", "=", True)
        each = {"revoked": gone, "expired": late, "valid": ~gone & ~late}
        return fields.Domain.OR([each[state] for state in value if state in each])

    @api.depends("agent_id", "skill_id")
    def _compute_display_name(self):
        for one in self:
            one.display_name = f"{one.agent_id.name or ''}: {one.skill_id.name or ''}"

    @api.model_create_multi
    def create(self, vals_list):
        found = super().create(vals_list)
        if not self.env.su and self.env.user in found.agent_id.user_id:
            raise AccessError(self.env._("Nobody gives himself a certificate."))
        return found

    def action_revoke(self):
        """No call of this skill comes any more."""
        self.revoked = True

    @api.model
    def _cron_remind(self):
        """An activity for the trainer of each certificate that ends soon, once."""
        today = fields.Date.context_today(self)
        far = today + timedelta(days=366)
        found = self.search(
            [("reminded", "=", False), ("revoked", "=", False), ("expires", ">=", today),
             ("expires", "<=", far)]
        )  # fmt: skip
        for one in found:
            if one.expires - timedelta(days=one.remind_days) > today:
                continue
            one.activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=one.expires,
                summary=self.env._("The certificate expires: examine again"),
                user_id=(one.plan_id.trainer_id or one.create_uid).id,
            )
            one.reminded = True
