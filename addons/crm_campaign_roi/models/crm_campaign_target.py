from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.crm_customer_insight.models.bare_many2one import BareMany2one
from odoo.addons.crm_customer_insight.tools.person_data import PersonData

from ..report import campaign_funnel
from ..report import campaign_persons as persons
from ..report import campaign_targets as sql

STATES = [
    ("in", "In"),
    ("duplicate", "Same person as another"),
    ("removed", "Removed by hand"),
    ("left", "No longer in the audience"),
]


class CrmCampaignTarget(models.Model):
    """A person whom a campaign is for: one row per campaign and person (ROI-1).

    Rows are written by statements (a campaign may have a million); people only remove and take
    back.
    """

    _name = "crm.campaign.target"
    _description = "Campaign target"
    _order = "id"
    _log_access = False
    _person_data = PersonData(
        merge="keep_best",
        key=("campaign_id",),
        order="arm DESC, id",  # as report.campaign_persons.same
        where="partner_id IS NOT NULL",
        erase="blank",
        blank=("email_normalized", "e164"),
        email="email_normalized",
        number="e164",
    )

    campaign_id = fields.Many2one(
        "utm.campaign", required=True, ondelete="cascade", readonly=True, index=True
    )
    company_id = BareMany2one("res.company", "Company", readonly=True)
    audience_id = BareMany2one("crm.campaign.audience", "Audience", readonly=True)
    partner_id = BareMany2one("res.partner", "Contact", readonly=True)
    lead_id = BareMany2one("crm.lead", "Lead", readonly=True)
    commercial_partner_id = BareMany2one("res.partner", "Customer", readonly=True)
    email_normalized = fields.Char("E-mail", readonly=True)
    e164 = fields.Char("Number", readonly=True)
    arm = fields.Selection(
        [("treated", "Treated"), ("control", "Control group")],
        required=True,
        default="treated",
        readonly=True,
        help="The control group gets nothing; what it buys all the same was not caused by us.",
    )
    variant = fields.Char(readonly=True)
    drawn = fields.Boolean(readonly=True, help="The lots of arm and variant are drawn.")
    state = fields.Selection(STATES, required=True, default="in", readonly=True)
    kept_id = BareMany2one("crm.campaign.target", "Same person as", readonly=True)
    duplicate_by = fields.Selection(
        [
            ("email_normalized", "Same address"),
            ("e164", "Same number"),
            ("commercial_partner_id", "Same company"),
        ],
        "Known by",
        readonly=True,
    )
    joined_on = fields.Date("Since", readonly=True)

    response_group_ids = fields.Many2many(
        "crm.campaign.response.group",
        string="Response group",
        store=False,
        search="_search_response_group_ids",
    )

    funnel_step = fields.Selection(
        [("sent", "Sent"), ("reached", "Reached"), ("responded", "Responded")],
        "Step of the funnel",
        store=False,
        search="_search_funnel_step",
        help="To whom something was sent, who was reached, who responded.",
    )

    _partner_uniq = models.UniqueIndex("(campaign_id, partner_id) WHERE partner_id IS NOT NULL")
    _lead_uniq = models.UniqueIndex(
        "(campaign_id, lead_id) WHERE partner_id IS NULL AND lead_id IS NOT NULL"
    )
    _state_idx = models.Index("(campaign_id, state, arm)")
    _partner_idx = models.Index("(partner_id) WHERE partner_id IS NOT NULL")
    _lead_idx = models.Index("(lead_id) WHERE lead_id IS NOT NULL")

    def _search_response_group_ids(self, operator, value):
        if operator != "in":
            return NotImplemented
        groups = self.env["crm.campaign.response.group"].browse(value).exists()
        groups.check_access("read")
        self.env.flush_all()
        return Domain.OR(
            Domain("id", "in", SQL("(SELECT m.id FROM (%s) m)", group._members_sql()))
            for group in groups
        )

    def _search_funnel_step(self, operator, value):
        if operator != "in":
            return NotImplemented
        self.env.flush_all()
        return Domain.OR(
            Domain("id", "in", SQL("(%s)", campaign_funnel.of_step(step))) for step in value if step
        )

    def action_remove(self):
        """Leave these persons out, whatever the audiences say and under whatever other row."""
        self._by_hand({"in", "duplicate", "left"}, "removed")

    def action_take_back(self):
        """Undo the removal; the next choice of targets decides about them again."""
        self._by_hand({"removed"}, "in")

    def _by_hand(self, states, state):
        self.env["utm.campaign"]._check_marketer()
        self.check_access("read")
        if self.campaign_id.filtered(lambda campaign: campaign.phase in ("settled", "cancelled")):
            raise UserError(self.env._("The campaign is closed: its targets stay as they are."))
        # sudo: nobody has the right to write rows; the role was asked above
        moved = self.sudo().filtered(lambda target: target.state in states)
        moved.write({"state": state, "kept_id": False, "duplicate_by": False})
        moved._drop_duplicates()

    def _drop_duplicates(self):
        """Other rows of these persons do not get what they do not get, nor a second time."""
        self.env.flush_all()
        for campaign, targets in self.grouped("campaign_id").items():
            for column in campaign._duplicate_columns():
                self.env.cr.execute(sql.drop_duplicates(campaign, column, targets.ids))
        self.env["crm.campaign.target"].invalidate_model()

    @api.model
    def _before_person_merge(self, sources, target):
        """Who was removed by hand stays removed; duplicates of who goes follow who stays."""
        for statement in persons.merge_targets("partner_id", [*sources, target]):
            self.env.cr.execute(statement)
        self.invalidate_model()
