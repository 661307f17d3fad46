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

    # -- choosing ------------------------------------------------------------------------------

    def action_fill_targets(self):
        """Choose the targets anew from the audiences, and show how many there are."""
        self._check_marketer()
        for campaign in self:
            campaign._check_fill()
            campaign._fill_targets()
        # sudo: counts are kept by no user
        self.sudo()._keep_counts()
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    def _check_fill(self):
        if self.phase in ("finished", "settled", "cancelled"):
            raise UserError(self.env._("The campaign is over: its targets stay as they are."))
        if not self.audience_ids:
            raise UserError(self.env._("Choose an audience first."))
        if problems := [audience.problem for audience in self.audience_ids if audience.problem]:
            raise UserError("\n".join(problems))

    def _has_targets(self):
        """Whether the targets were ever chosen and somebody was found."""
        domain = [("campaign_id", "in", self.ids)]
        return bool(self.env["crm.campaign.target"].search_count(domain, limit=1))

    def _fill_targets(self):
        """One row per person of the audiences; who left is marked, duplicates are dropped.

        Nobody's row is deleted and nobody changes arm or variant.
        """
        self.ensure_one()
        self.env["crm.contact.number"]._drain()
        chosen = self.audience_ids.sorted()
        audiences = [(audience.id, audience._members_sql()) for audience in chosen]
        excluded = sql.union([a._members_sql() for a in self.excluded_audience_ids])
        self.env.flush_all()
        statements = [
            sql.forget(),
            sql.gather(audiences, excluded),
            *sql.index(),
            sql.follow_leads(self),
            sql.insert(self, contacts=True),
            sql.insert(self, contacts=False),
            sql.leave(self),
            *(sql.drop_duplicates(self, column) for column in self._duplicate_columns()),
            sql.draw_lots(self),
        ]
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
