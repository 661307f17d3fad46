from odoo import fields, models
from odoo.fields import Domain

ROLES = "crm_campaign_roi.group_campaign_user"
MAILERS = "mass_mailing.group_mass_mailing_user"


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
    campaign_target_ids = fields.Many2many(
        "utm.campaign",
        string="Target of campaign",
        store=False,
        search="_search_campaign_target_ids",
        groups=ROLES,
    )

    def _search_campaign_audience_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        return self.env["crm.campaign.audience"].browse(value).exists()._domain_of("partner_id")

    campaign_mailing_ids = fields.Many2many(
        "mailing.mailing",
        string="Ready for mailing",
        store=False,
        search="_search_campaign_mailing_ids",
        groups=MAILERS,
    )

    def _search_campaign_mailing_ids(self, operator, value):
        """Whom the mailings of waves go or went to."""
        if operator != "in":
            return NotImplemented
        mailings = self.env["mailing.mailing"].browse(value).exists()
        return mailings._wave_recipients("partner_id", self._name)

    def _search_campaign_target_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        targets = self.env["crm.campaign.target"]._search([("campaign_id", "in", list(value))])
        return Domain("id", "in", targets.subselect("partner_id"))

    def unlink(self):
        """Responses stay without the contact: their columns have no foreign key."""
        ids = self.ids
        result = super().unlink()
        self.env["crm.campaign.response"]._forget("partner_id", ids)
        return result
