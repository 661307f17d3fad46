from odoo import api, fields, models


class CrmLead(models.Model):
    """Who recommended us; kept in step with the referrals (C360-4)."""

    _inherit = "crm.lead"

    referrer_id = fields.Many2one(
        "res.partner",
        "Recommended by",
        ondelete="set null",
        index="btree_not_null",
        help="The contact who recommended us; makes a referral.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        referred = [
            lead.id for lead, vals in zip(leads, vals_list, strict=True) if vals.get("referrer_id")
        ]
        if referred and not self.env.context.get("referral_from_source"):
            self.env["crm.referral"]._sync(self.browse(referred), "lead_id")
        return leads

    def write(self, vals):
        res = super().write(vals)
        if "referrer_id" in vals and not self.env.context.get("referral_from_source"):
            self.env["crm.referral"]._sync(self, "lead_id")
        return res

    def _merge_get_fields(self):
        return [*super()._merge_get_fields(), "referrer_id"]
