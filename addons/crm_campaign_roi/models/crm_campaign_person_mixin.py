from odoo import fields, models
from odoo.fields import Domain

MARKETERS = "crm_campaign_roi.group_campaign_user"
MAILERS = "mass_mailing.group_mass_mailing_user"


class CrmCampaignPersonMixin(models.AbstractModel):
    """Whom campaigns reach, contacts and leads: searched by audience, campaign, mailing (ROI-1)."""

    _name = "crm.campaign.person.mixin"
    _description = "Person of campaigns"
    #: Column of targets, deliveries and members of audiences that names such a person.
    _campaign_column = ""

    campaign_audience_ids = fields.Many2many(
        "crm.campaign.audience",
        string="In audience",
        store=False,
        copy=False,
        search="_search_campaign_audience_ids",
        groups=MARKETERS,
    )
    campaign_target_ids = fields.Many2many(
        "utm.campaign",
        string="Target of campaign",
        store=False,
        copy=False,
        search="_search_campaign_target_ids",
        groups=MARKETERS,
    )
    campaign_mailing_ids = fields.Many2many(
        "mailing.mailing",
        string="Ready for mailing",
        store=False,
        copy=False,
        search="_search_campaign_mailing_ids",
        groups=MAILERS,
    )

    def _search_campaign_audience_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        audiences = self.env["crm.campaign.audience"].browse(value).exists()
        return audiences._domain_of(self._campaign_column)

    def _search_campaign_target_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        targets = self.env["crm.campaign.target"]._search([("campaign_id", "in", list(value))])
        return Domain("id", "in", targets.subselect(self._campaign_column))

    def _search_campaign_mailing_ids(self, operator, value):
        """Whom the mailings of waves go or went to."""
        if operator != "in":
            return NotImplemented
        mailings = self.env["mailing.mailing"].browse(value).exists()
        return mailings._wave_recipients(self._campaign_column, self._name)
