from odoo import api, fields, models

_REGION_FIELDS = frozenset(("country_id", "partner_id", "company_id"))


class CrmLead(models.Model):
    _inherit = "crm.lead"

    contact_number_ids = fields.One2many(
        "crm.contact.number",
        "lead_id",
        "Numbers",
        bypass_search_access=True,
        groups="base.group_user",
        help="All telephone numbers. Those of the phone field follow it.",
    )

    def _compute_phone(self):
        result = super()._compute_phone()
        self.env["crm.contact.number"]._remember(self)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        leads = super().create(vals_list)
        touched = [
            lead.id
            for lead, vals in zip(leads, vals_list, strict=True)
            if vals.get("phone") or vals.get("partner_id")
        ]
        self.env["crm.contact.number"]._remember(self.browse(touched))
        return leads

    def write(self, vals):
        result = super().write(vals)
        if "phone" in vals or not _REGION_FIELDS.isdisjoint(vals):
            self.env["crm.contact.number"]._remember(self)
        return result
