from odoo import fields, models

ROLES = "crm_campaign_roi.group_campaign_user"


class ResPartner(models.Model):
    """Contacts can be searched by audience (ROI-1)."""

    _inherit = "res.partner"

    campaign_audience_ids = fields.Many2many(
        "crm.campaign.audience",
        string="In audience",
        store=False,
        search="_search_campaign_audience_ids",
        groups=ROLES,
    )

    def _search_campaign_audience_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["crm.campaign.audience"].browse(value).exists()._domain_of("partner_id")
