from odoo import api, fields, models
from odoo.exceptions import AccessError


class CrmServiceComplaintLog(models.Model):
    """Who changed what on a complaint; added to, never changed (SVC-C, for auditors)."""

    _name = "crm.service.complaint.log"
    _description = "Log of a complaint"
    _order = "id desc"
    _rec_name = "what"

    complaint_id = fields.Many2one(
        "crm.service.complaint", required=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="complaint_id.company_id")
    date = fields.Datetime(required=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users", "Who", required=True, index=True, default=lambda self: self.env.user
    )
    what = fields.Char("Changed", required=True)
    field = fields.Char("Technical name", index="btree_not_null")
    before = fields.Char()
    after = fields.Char()

    def write(self, vals):
        if self:
            raise AccessError(self.env._("The log of a complaint cannot be changed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise AccessError(self.env._("The log of a complaint cannot be deleted."))
