from odoo import api, fields, models
from odoo.exceptions import ValidationError


class CrmServiceComplaintProcedure(models.Model):
    """Which program vouchers of complaints come from (SVC-C)."""

    _inherit = "crm.service.complaint.procedure"

    voucher_program_id = fields.Many2one(
        "loyalty.program",
        "Vouchers from",
        domain="[('program_type', '=', 'gift_card')]",
        index="btree_not_null",
        groups="crm_service_levels.group_service_admin",
        help="A gift card program. Empty: the first one of the company.",
    )

    @api.constrains("voucher_program_id", "company_id")
    def _check_voucher_program_id(self):
        for procedure in self:
            program = procedure.sudo().voucher_program_id  # sudo: kind and company only
            if program and program.program_type != "gift_card":
                raise ValidationError(self.env._("Vouchers come from a gift card program."))
            owner = procedure.company_id
            if owner and program.company_id and program.company_id not in owner.parent_ids:
                raise ValidationError(self.env._("The program is of another company."))
