from odoo import api, fields, models

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one
from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..report import campaign_targets as sql


class CrmCampaignChoicePerson(models.Model):
    """Somebody whom the job that chooses targets has found (ROI-1); gone when it is done."""

    _name = "crm.campaign.choice.person"
    _description = "Person found by the choice of targets"
    _log_access = False
    _person_data = PersonData(
        merge="keep_best", key=("choice_id",), where="partner_id IS NOT NULL", erase="delete"
    )

    choice_id = BareMany2one("crm.campaign.choice", "Choice", readonly=True)
    company_id = fields.Many2one(related="choice_id.company_id")
    partner_id = BareMany2one("res.partner", "Contact", readonly=True)
    lead_id = BareMany2one("crm.lead", "Lead", readonly=True)
    audience_id = BareMany2one("crm.campaign.audience", "Audience", readonly=True)

    _choice_idx = models.Index("(choice_id, id)")
    _partner_idx = models.Index("(partner_id) WHERE partner_id IS NOT NULL")

    @api.autovacuum
    def _gc_forgotten(self):
        """The database deletes the choice with its campaign, but not what it found."""
        self.env.cr.execute(sql.forget_orphans())
