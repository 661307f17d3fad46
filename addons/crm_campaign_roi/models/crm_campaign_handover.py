from odoo import api, fields, models

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one
from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..report import campaign_persons as persons


class CrmCampaignHandover(models.Model):
    """What was made of a member of a response group: an opportunity or a task (ROI-1).

    The unique indexes see to it that nobody is handed over twice, whoever presses the button.
    """

    _name = "crm.campaign.handover"
    _description = "Target handed over to sales"
    _order = "id desc"
    _rec_name = "target_id"
    _log_access = False
    _person_data = PersonData(merge="move", erase="keep")

    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="cascade", readonly=True)
    company_id = BareMany2one("res.company", "Company", readonly=True)
    group_id = fields.Many2one(
        "crm.campaign.response.group", "Response group", ondelete="set null", readonly=True,
        index="btree_not_null",
    )  # fmt: skip
    target_id = BareMany2one("crm.campaign.target", "Target", required=True, readonly=True)
    partner_id = BareMany2one("res.partner", "Contact", readonly=True)
    kind = fields.Selection(
        [("lead", "Opportunity"), ("activity", "Task")], required=True, readonly=True
    )
    lead_id = fields.Many2one(
        "crm.lead", "Opportunity", ondelete="set null", readonly=True, index="btree_not_null"
    )
    lead_made = fields.Boolean("New", readonly=True, help="Made for him, not a lead he had.")
    user_id = fields.Many2one("res.users", "Salesperson", readonly=True)
    date = fields.Datetime("Handed over on", readonly=True)

    _lead_uniq = models.UniqueIndex("(campaign_id, target_id) WHERE kind = 'lead'")
    _activity_uniq = models.UniqueIndex("(group_id, target_id) WHERE kind = 'activity'")

    @api.model
    def _before_person_merge(self, sources, target):
        """Of two targets who become one the first stays, and what he was handed over for first."""
        for statement in persons.merge_handovers("partner_id", [*sources, target]):
            self.env.cr.execute(statement)
        self.invalidate_model()
