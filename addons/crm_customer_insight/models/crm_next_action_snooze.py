from odoo import api, fields, models

from ..tools.person_data import PersonData


class CrmNextActionSnooze(models.Model):
    """ "Not now": a proposed action a user does not want to see for some time."""

    _name = "crm.next.action.snooze"
    _description = "Snoozed proposal"
    _order = "until desc, id desc"
    _rec_name = "code"
    _person_data = PersonData(merge="keep_best", key=("user_id", "code"), order="until DESC")

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade", index=True)
    user_id = fields.Many2one(
        "res.users", required=True, ondelete="cascade", default=lambda self: self.env.user
    )
    code = fields.Char(required=True)
    until = fields.Date(required=True)

    _user_partner_code_uniq = models.UniqueIndex("(user_id, partner_id, code)")

    @api.autovacuum
    def _gc_expired(self):
        """Remove what has expired."""
        self.search([("until", "<", fields.Date.today())]).unlink()
