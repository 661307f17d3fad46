from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmServiceAbsence(models.Model):
    """When a colleague is away, and who stands in for him (SVC-L2).

    Absent colleagues get no requests by themselves; approvals that wait for them go to their
    substitute.
    """

    _name = "crm.service.absence"
    _description = "Absence"
    _order = "date_from desc, id"
    _rec_name = "user_id"

    user_id = fields.Many2one(
        "res.users",
        "Colleague",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        domain=[("share", "=", False)],
    )
    date_from = fields.Datetime("From", required=True, default=fields.Datetime.now)
    date_to = fields.Datetime("Until", required=True)
    substitute_id = fields.Many2one(
        "res.users", index="btree_not_null", domain=[("share", "=", False)]
    )
    note = fields.Char()

    _order_of_dates = models.Constraint(
        "CHECK(date_from < date_to)", "An absence ends after it begins."
    )

    @api.constrains("user_id", "substitute_id")
    def _check_substitute_id(self):
        if any(absence.user_id == absence.substitute_id for absence in self):
            raise ValidationError(self.env._("Nobody stands in for himself."))

    @api.model
    def _now(self, users=None):
        """``{absent user id: substitute id or None}`` at this moment, in one query."""
        now = fields.Datetime.now()
        domain = [("date_from", "<=", now), ("date_to", ">", now)]
        if users is not None:
            domain.append(("user_id", "in", users.ids))
        # sudo: that somebody is away now, and who stands in, is needed to go on without him
        rows = self.sudo().search(domain, order="date_from, id")
        return {row.user_id.id: row.substitute_id.id or None for row in rows}
