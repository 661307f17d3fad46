from odoo import api, fields, models


class ResUsers(models.Model):
    _inherit = "res.users"

    insight_sees_group = fields.Boolean(
        "Sees consolidated figures",
        compute="_compute_insight_sees_group",
        help="May enter every company, so consolidated figures hide nothing from him.",
    )

    @api.depends("company_ids")
    def _compute_insight_sees_group(self):
        # sudo: which companies exist decides, not which the user may see
        companies = self.env["res.company"].sudo().search([("active", "=", True)])
        for user in self:
            user.insight_sees_group = companies <= user.sudo().company_ids

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802 - the name is Odoo's
        return [*super().SELF_READABLE_FIELDS, "insight_sees_group"]
