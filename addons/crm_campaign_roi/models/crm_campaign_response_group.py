from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..report import campaign_responses as sql


class CrmCampaignResponseGroup(models.Model):
    """Targets who did something about a wave, or did not (ROI-1).

    Its members are asked for each time. The next measure goes to a group: a wave, opportunities,
    tasks, letters, a sub-campaign.
    """

    _name = "crm.campaign.response.group"
    _description = "Response group"
    _order = "campaign_id, wave_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    campaign_id = fields.Many2one("utm.campaign", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="campaign_id.company_id", store=True, index=True)
    wave_id = fields.Many2one(
        "crm.campaign.wave",
        ondelete="cascade",
        index="btree_not_null",
        domain="[('campaign_id', '=', campaign_id)]",
        help="Empty: responses to the campaign as a whole, from its first wave on.",
    )
    any_kind_ids = fields.Many2many(
        "crm.campaign.response.kind", "crm_campaign_group_any_rel", string="Did any of"
    )
    none_kind_ids = fields.Many2many(
        "crm.campaign.response.kind", "crm_campaign_group_none_rel", string="Did none of"
    )
    within_days = fields.Integer(
        "Within (days)",
        aggregator=None,
        help="After the wave reached him; 0: at any time. Whether somebody did nothing is known "
        "when the days are over.",
    )
    member_count = fields.Integer("Members", compute="_compute_member_count")
    handover_ids = fields.One2many("crm.campaign.handover", "group_id", "Handed over")
    handover_count = fields.Integer("Handed over so far", compute="_compute_handover_count")
    next_wave_ids = fields.One2many("crm.campaign.wave", "response_group_id", "Next waves")

    _days_positive = models.Constraint("CHECK(within_days >= 0)", "Days are not negative.")

    @api.constrains("any_kind_ids", "none_kind_ids")
    def _check_rule(self):
        for group in self:
            if not group.any_kind_ids and not group.none_kind_ids:
                raise ValidationError(
                    self.env._("Say what the members of “%s” did or did not do.", group.name)
                )
            if group.any_kind_ids & group.none_kind_ids:
                raise ValidationError(
                    self.env._("Nobody did and did not do the same: “%s”.", group.name)
                )

    @api.constrains("wave_id", "campaign_id")
    def _check_wave_id(self):
        for group in self:
            if group.wave_id and group.wave_id.campaign_id != group.campaign_id:
                raise ValidationError(
                    self.env._("“%s” asks about a wave of another campaign.", group.name)
                )
        self.next_wave_ids._check_response_group_id()

    def write(self, vals):
        """Who gets a wave that has begun stays as it is."""
        if not {"wave_id", "campaign_id"}.isdisjoint(vals):
            self._check_not_followed()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_followed(self):
        """A wave to its members would go to everybody."""
        self._check_not_followed()

    def _check_not_followed(self):
        begun = self.next_wave_ids.filtered(lambda wave: wave.state not in ("draft", "ready"))
        if begun:
            raise UserError(self.env._("%s has begun: who gets it stays as it is.", begun[0].name))

    # -- members -------------------------------------------------------------------------------

    def _members_sql(self):
        """SQL of the rows (id of the target, partner_id, lead_id) of the members now."""
        self.ensure_one()
        return sql.members(self, fields.Datetime.now())

    def _compute_member_count(self):
        """One query for all groups."""
        self.env.flush_all()
        stored = self.filtered("id")
        counts = {}
        if real := stored.filtered(lambda group: isinstance(group.id, int)):
            counts = dict(self.env.execute_query(sql.counts(real, fields.Datetime.now())))
        for group in self:
            group.member_count = counts.get(group.id, 0)

    def _compute_handover_count(self):
        counts = dict(
            self.env["crm.campaign.handover"]._read_group(
                [("group_id", "in", self.ids)], ["group_id"], ["__count"]
            )
        )
        for group in self:
            group.handover_count = counts.get(group._origin, 0)

    def action_open_members(self):
        """Open the rows of the targets who are in the group."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_target"
        )
        domain = [("response_group_ids", "in", self.ids)]
        return {**action, "name": self.name, "domain": domain, "context": {}}

    def action_open_handovers(self):
        """Open what was made of the group."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "crm_campaign_roi.action_crm_campaign_handover"
        )
        return {**action, "domain": [("group_id", "=", self.id)], "context": {}}

    def action_next_wave(self):
        """Plan a wave to the group."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Next wave"),
            "res_model": "crm.campaign.wave",
            "view_mode": "form",
            "context": {
                "default_campaign_id": self.campaign_id.id,
                "default_after_wave_id": self.wave_id.id,
                "default_response_group_id": self.id,
                "default_wait_days": self.within_days,
            },
        }

    def action_turn(self):
        """Ask what to make of the group: opportunities, tasks, letters, a sub-campaign."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Next measure for %s", self.name),
            "res_model": "crm.campaign.group.turn",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_group_id": self.id},
        }

    # -- defaults ------------------------------------------------------------------------------

    @api.model
    def _usual_groups(self):
        """``{method: [(name, any kinds, none kinds, days)]}``, extended by glue."""
        replied = ("replied", "lead", "quotation", "ordered", "bought")
        answer = [
            (self.env._("No reply"), (), ("clicked", *replied), 7),
            (self.env._("Bought"), ("ordered", "bought"), (), 0),
        ]
        mail = [
            (self.env._("Opened"), ("opened",), (), 0),
            (self.env._("Clicked"), ("clicked",), (), 0),
            (self.env._("Replied"), ("replied",), (), 0),
            (self.env._("Bounced"), ("bounced",), (), 0),
        ]
        return {"mail": [answer[0], *mail, answer[1]], "task": [*answer, self._met()]}

    def _met(self):
        return (self.env._("Called or met"), ("called", "met"), (), 0)

    @api.model
    def _make_usual(self, waves):
        """The usual groups of the methods of *waves* that have none yet."""
        kinds = {kind.code: kind.id for kind in self.env["crm.campaign.response.kind"]._all()}
        usual = self._usual_groups()
        waves = waves - self.search([("wave_id", "in", waves.ids)]).wave_id
        return self.create(
            [
                {
                    "name": name,
                    "sequence": 10 * place,
                    "campaign_id": wave.campaign_id.id,
                    "wave_id": wave.id,
                    "any_kind_ids": [kinds[code] for code in some if code in kinds],
                    "none_kind_ids": [kinds[code] for code in none if code in kinds],
                    "within_days": days,
                }
                for wave in waves
                for place, (name, some, none, days) in enumerate(
                    usual.get(wave.method) or [*usual["task"][:2]], 1
                )
            ]
        )
