from odoo import api, fields, models
from odoo.exceptions import UserError

KINDS = [("class", "Class"), ("practice", "Practice"), ("call", "Accompanied call")]


class CrmCallTrainingEntry(models.Model):
    """Hours of a training plan, or a call with an experienced colleague beside (CC-10)."""

    _name = "crm.call.training.entry"
    _description = "Entry of a training plan"
    _order = "date desc, id desc"
    _rec_name = "kind"

    plan_id = fields.Many2one(
        "crm.call.training.plan", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    kind = fields.Selection(KINDS, required=True, default="class")
    hours = fields.Float()
    mentor_id = fields.Many2one("res.users", "With", ondelete="restrict")
    call_id = fields.Many2one("crm.call", ondelete="set null", index="btree_not_null")
    note = fields.Char()

    _hours_positive = models.Constraint("CHECK(hours >= 0)", "Hours are not negative.")

    @api.constrains("kind", "hours", "mentor_id", "plan_id")
    def _check_kind(self):
        for entry in self:
            if entry.kind != "call" and not entry.hours:
                raise UserError(self.env._("Class and practice have hours."))
            if entry.kind == "call" and not entry.mentor_id:
                raise UserError(self.env._("Say who accompanied the call."))
            if entry.mentor_id == entry.plan_id.agent_id.user_id and entry.mentor_id:
                raise UserError(self.env._("Nobody accompanies himself."))
