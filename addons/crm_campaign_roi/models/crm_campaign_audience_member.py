from odoo import fields, models

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one
from odoo.addons.crm_customer_insight.tools.person_data import PersonData


class CrmCampaignAudienceMember(models.Model):
    """Somebody who was put into an audience by hand, from a file, or when it was fixed (ROI-1)."""

    _name = "crm.campaign.audience.member"
    _description = "Member of an audience"
    _log_access = False
    _person_data = PersonData(
        merge="keep_best", key=("audience_id",), where="partner_id IS NOT NULL", erase="delete"
    )

    audience_id = fields.Many2one(
        "crm.campaign.audience", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="audience_id.company_id")
    partner_id = BareMany2one("res.partner", "Contact", index="btree_not_null")
    lead_id = BareMany2one("crm.lead", "Lead", index="btree_not_null")

    _somebody = models.Constraint(
        "CHECK(num_nonnulls(partner_id, lead_id) > 0)", "A member is a contact or a lead."
    )
    _partner_uniq = models.UniqueIndex("(audience_id, partner_id) WHERE partner_id IS NOT NULL")
    _lead_uniq = models.UniqueIndex(
        "(audience_id, lead_id) WHERE partner_id IS NULL AND lead_id IS NOT NULL"
    )
