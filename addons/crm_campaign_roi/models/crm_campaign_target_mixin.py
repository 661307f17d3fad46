import random

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..report import campaign_targets as sql
from .crm_campaign_money_mixin import ROLES


class CrmCampaignTargetMixin(models.AbstractModel):
    """Whom a campaign is for: audiences, control group, variants, one row per person (ROI-1)."""

    _name = "crm.campaign.target.mixin"
    _description = "Campaign targets"

    audience_ids = fields.Many2many(
        "crm.campaign.audience",
        "crm_campaign_audience_rel",
        "campaign_id",
        "audience_id",
        "Audiences",
        context={"active_test": False},
        groups=ROLES,
    )
    excluded_audience_ids = fields.Many2many(
        "crm.campaign.audience",
        "crm_campaign_excluded_audience_rel",
        "campaign_id",
        "audience_id",
        "But none of",
        context={"active_test": False},
        groups=ROLES,
    )
    one_per_company = fields.Boolean("One contact per company", groups=ROLES)
    control_share = fields.Float(
        "Control group (%)",
        help="This share of the targets, drawn by lot, gets nothing. What they buy all the same "
        "shows what the campaign caused.",
        groups=ROLES,
    )
    draw_seed = fields.Integer(
        default=lambda self: random.randrange(1, 10**6),
        copy=False,
        readonly=True,
        string="Seed of the lots",
        help="The lots follow from it: the same seed draws the same people again.",
        groups=ROLES,
    )
    variant_ids = fields.One2many(
        "crm.campaign.variant", "campaign_id", "Variants", copy=True, groups=ROLES
    )
    target_ids = fields.One2many(
        "crm.campaign.target", "campaign_id", "Targets", copy=False, groups=ROLES
    )
    target_count = fields.Integer(
        "Number of targets", compute="_compute_target_counts", groups=ROLES
    )
    control_count = fields.Integer(
        "In the control group", compute="_compute_target_counts", groups=ROLES
    )
    duplicate_count = fields.Integer(
        "Duplicates left out", compute="_compute_target_counts", groups=ROLES
    )

    choosing_state = fields.Selection(
        [("waiting", "Waiting"), ("running", "Running"), ("failed", "Failed")],
        "Choice of targets",
        compute="_compute_choosing_state",
        groups=ROLES,
    )

    _control_share_range = models.Constraint(
        "CHECK(control_share >= 0 AND control_share < 100)",
        "The control group is a share below 100 %.",
    )

    @api.depends("target_ids")
    def _compute_target_counts(self):
        rows = self.env["crm.campaign.target"]._read_group(
            [("campaign_id", "in", self.ids)], ["campaign_id", "state", "arm"], ["__count"]
        )
        found = {(campaign.id, state, arm): count for campaign, state, arm, count in rows}
        for campaign in self:
            key = campaign._origin.id
            campaign.target_count = found.get((key, "in", "treated"), 0)
            campaign.control_count = found.get((key, "in", "control"), 0)
            campaign.duplicate_count = sum(
                found.get((key, "duplicate", arm), 0) for arm in ("treated", "control")
            )

    @api.constrains("control_share", "variant_ids")
    def _check_draw(self):
        """Lots that were drawn stay: other shares would move people who already got a wave."""
        drawn = self.env["crm.campaign.target"].search_count(
            [("campaign_id", "in", self.filtered(lambda c: c.phase == "running").ids)], limit=1
        )
        if drawn:
            raise ValidationError(
                self.env._("The lots are drawn and the campaign runs: its shares stay.")
            )

    def _variant_shares(self):
        """``[(name, share)]`` of the variants."""
        return [(variant.name, variant.share) for variant in self.variant_ids.sorted("name")]

    # -- choosing by a job ---------------------------------------------------------------------

    def _compute_choosing_state(self):
        # sudo: whoever may look at the campaign's targets may know that they change
        choices = self.env["crm.campaign.choice"].sudo()
        found = choices.search([("campaign_id", "in", self.ids)])
        states = {choice.campaign_id.id: choice.state for choice in found}
        for campaign in self:
            campaign.choosing_state = states.get(campaign._origin.id, False)

    def _is_choosing(self):
        """Whether a job chooses the targets of one of these: nothing goes out meanwhile."""
        # sudo: as above
        choices = self.env["crm.campaign.choice"].sudo()
        domain = [("campaign_id", "in", self.ids), ("state", "!=", "failed")]
        return bool(choices.search_count(domain, limit=1))

    def _check_chosen(self):
        """:raises UserError: while targets are being chosen, or when a job has to do it first"""
        for campaign in self:
            if campaign._is_choosing():
                raise UserError(
                    self.env._("The targets of %s are being chosen: wait.", campaign.title)
                )
            if not (campaign._has_targets() or campaign._fills_at_once()):
                raise UserError(
                    self.env._("%s is for many people: choose its targets first.", campaign.title)
                )

    @api.readonly
    def get_choosing(self):
        """How far the job is: ``{"state", "placed", "total", "problem"}``; False without one."""
        self.ensure_one()
        self._check_flow_role()
        self.check_access("read")
        # sudo: as above
        choices = self.env["crm.campaign.choice"].sudo()
        found = choices.search_read(
            [("campaign_id", "=", self.id)], ["state", "placed", "total", "problem"]
        )
        return found[0] if found else False

    # -- choosing ------------------------------------------------------------------------------

    def action_fill_targets(self):
        """Choose the targets anew from the audiences: at once, or many of them by a job."""
        self._check_marketer()
        done = self.browse()
        for campaign in self:
            campaign._check_fill()
            if campaign._fills_at_once():
                campaign._fill_targets()
                done |= campaign
            else:
                self.env["crm.campaign.choice"]._ask(campaign)
        self.env["crm.campaign.choice"]._forget(done)
        # sudo: counts are kept by no user
        done.sudo()._keep_counts()
        self.invalidate_recordset(["choosing_state"])
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _fills_at_once(self):
        """Whether there are few enough persons for somebody to wait; not while a job chooses."""
        if self._is_choosing():
            return False
        limit = (self.company_id or self.env.company).campaign_choose_at_once
        members = [audience._members_sql() for audience in self.audience_ids]
        self.env.flush_all()
        [[count]] = self.env.execute_query(sql.found(members, limit + 1))
        return count <= limit

    def _check_fill(self):
        if self.phase in ("finished", "settled", "cancelled"):
            raise UserError(self.env._("The campaign is over: its targets stay as they are."))
        if not self.audience_ids:
            raise UserError(self.env._("Choose an audience first."))
        for audience in self.audience_ids | self.excluded_audience_ids:
            audience._members_sql()  # tells what is wrong with it

    def _has_targets(self):
        """Whether the targets were ever chosen and somebody was found."""
        domain = [("campaign_id", "in", self.ids)]
        return bool(self.env["crm.campaign.target"].search_count(domain, limit=1))

    def _fill_targets(self):
        """One row per person of the audiences; who left is marked, duplicates are dropped.

        Nobody's row is deleted and nobody changes arm or variant.
        """
        self.ensure_one()
        persons = self._persons_sql()
        self._choose(
            sql.forget(),
            sql.keep(persons),
            *sql.index(),
            sql.follow_leads(self),
            *self._placing(),
            *self._settling(),
        )

    def _persons_sql(self):
        """SQL of the persons (partner_id, lead_id, audience_id) whom the audiences give now."""
        self.env["crm.contact.number"]._drain()
        chosen = self.audience_ids.sorted()
        audiences = [(audience.id, audience._members_sql()) for audience in chosen]
        excluded = sql.union([a._members_sql() for a in self.excluded_audience_ids])
        return sql.persons(audiences, excluded)

    def _placing(self):
        """Statements that make targets of the persons kept."""
        return sql.insert(self, contacts=True), sql.insert(self, contacts=False)

    def _settling(self):
        """Statements that follow when everybody is a target: who left, who is the same, lots."""
        duplicates = [sql.drop_duplicates(self, column) for column in self._duplicate_columns()]
        return sql.leave(self), *duplicates, sql.draw_lots(self)

    def _choose(self, *statements):
        self.env.flush_all()
        for statement in statements:
            self.env.cr.execute(statement)
        self.env["crm.campaign.target"].invalidate_model()
        self.invalidate_recordset(
            ["target_ids", "target_count", "control_count", "duplicate_count"]
        )

    def _duplicate_columns(self):
        columns = ["email_normalized", "e164"]
        return [*columns, "commercial_partner_id"] if self.one_per_company else columns

    def action_open_targets(self):
        """Open the rows of the targets."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_target"
        )
        return {
            **action,
            "domain": [("campaign_id", "=", self.id)],
            "context": {"search_default_filter_in": 1},
        }
