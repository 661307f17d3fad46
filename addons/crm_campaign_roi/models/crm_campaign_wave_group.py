from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.misc import formatLang

from ..report import campaign_targets as persons
from ..report import campaign_waves as sql
from .crm_campaign_money_mixin import ROLES


class CrmCampaignWave(models.Model):
    """Waves branch by response: a wave goes to a response group of an earlier one (ROI-1).

    It may go to an audience of its own among the targets of its campaign; with a response group
    both hold. Nobody becomes a target by it: control group, duplicates and who was removed stay
    out.

    An automatic answer goes to whoever replied to an earlier mail (ROI-5). It is a wave like any
    other, with its texts and personal blocks: each person gets one answer. What mailboxes send
    back by themselves, and bounces, are no replies.
    """

    _inherit = "crm.campaign.wave"

    response_group_id = fields.Many2one(
        "crm.campaign.response.group",
        "Response group",
        ondelete="set null",
        index="btree_not_null",
        copy=False,
        domain="[('campaign_id', '=', campaign_id), ('wave_id', '!=', id)]",
        help="Only its members get this wave; empty: all targets.",
    )
    after_wave_id = fields.Many2one(
        compute="_compute_after_wave_id", store=True, readonly=False, precompute=True
    )
    response_group_ids = fields.One2many(
        "crm.campaign.response.group", "wave_id", "Response groups"
    )

    audience_ids = fields.Many2many(
        "crm.campaign.audience",
        "crm_campaign_wave_audience_rel",
        "wave_id",
        "audience_id",
        context={"active_test": False},
        groups=ROLES,
        help="Only the targets of the campaign who are in one of these, asked each time the wave "
        "is planned; empty: all targets.",
    )
    audience_note = fields.Char(
        "Who of the audience gets it", compute="_compute_audience_note", groups=ROLES
    )

    auto_reply = fields.Boolean(
        "Automatic answer",
        copy=False,  # it comes after a mail: campaigns copy both
        help="Goes once to everybody who replies to the mail of the earlier wave, as soon as the "
        "reply is here. An answer needs no permission for offers and is no pressure; blacklist and "
        "quiet hours hold. Replies must arrive in this system: use an address of its own as the "
        "sender.",
    )

    @api.depends("response_group_id.wave_id")
    def _compute_after_wave_id(self):
        """A wave to a response group comes after the wave that the group is about."""
        for wave in self:
            wave.after_wave_id = wave.response_group_id.wave_id or wave.after_wave_id

    @api.constrains("response_group_id", "after_wave_id", "campaign_id")
    def _check_response_group_id(self):
        """No branch back: groups follow their waves, and waves never follow themselves."""
        for wave in self.filtered("response_group_id"):
            group = wave.response_group_id
            if group.wave_id == wave:
                raise ValidationError(self.env._("A wave cannot go to those who answered it."))
            if group.campaign_id != wave.campaign_id:
                raise ValidationError(
                    self.env._("“%s” is a group of another campaign.", group.name)
                )
            if group.wave_id and wave.after_wave_id != group.wave_id:
                raise ValidationError(
                    self.env._("%(wave)s comes after the wave of its group.", wave=wave.name)
                )

    def _condition_sql(self):
        """Only members of the response group, or whoever replied, if that is asked."""
        targets = super()._condition_sql()
        if self.auto_reply:
            return self._repliers_sql(targets)
        if not self.response_group_id:
            return targets
        members = self.response_group_id._members_sql()
        return SQL("SELECT c.id FROM (%s) c JOIN (%s) m ON m.id = c.id", targets, members)

    def action_usual_groups(self):
        """Add the response groups that fit the method."""
        self.env["utm.campaign"]._check_marketer()
        if not self.env["crm.campaign.response.group"]._make_usual(self):
            raise UserError(self.env._("This wave has response groups already."))
        return {"type": "ir.actions.client", "tag": "soft_reload"}

    # -- audience ------------------------------------------------------------------------------

    @api.depends("audience_ids", "campaign_id", "variant", "state")
    def _compute_audience_note(self):
        """Only while something can be changed: afterwards the deliveries say it."""
        for wave in self:
            asked = wave.audience_ids and wave.state in ("draft", "ready")
            wave.audience_note = wave._note_on_audience() if asked else False

    def _note_on_audience(self):
        try:
            [[found]] = self.env.execute_query(persons.count(self._audience_sql()))
            [[fitting]] = self.env.execute_query(sql.number(self._targets_sql()))
        except UserError as error:
            return str(error)
        counts = {
            "found": formatLang(self.env, found, 0),
            "fitting": formatLang(self.env, fitting, 0),
            "others": formatLang(self.env, max(0, found - fitting), 0),
        }
        if not self.campaign_id._origin._has_targets():
            return self.env._(
                "%(found)s persons are in the audience. Only those of them whom the campaign "
                "chooses as its targets get the wave; it has not chosen any yet.",
                **counts,
            )
        return self.env._(
            "%(fitting)s of the %(found)s persons in the audience may get the wave. The other "
            "%(others)s are no targets of the campaign, or are left out of it: they are not "
            "written to.",
            **counts,
        )

    def _audience_sql(self):
        """SQL of the rows (partner_id, lead_id) of the audience, as whoever answers for the
        campaign may see them.
        """
        # sudo: an audience that the viewer does not see narrows the wave all the same
        wave = self.sudo()
        owner = wave.campaign_id.user_id or wave.user_id or self.env.user
        audiences = wave.audience_ids._origin.with_user(owner).with_company(wave.company_id)
        members = persons.union([audience._members_sql() for audience in audiences])
        self.env.flush_all()
        return members

    def _targets_sql(self):
        """Only the targets who are in the audience."""
        targets = super()._targets_sql()
        # sudo: as above
        if not self.sudo().audience_ids:
            return targets
        return sql.among(targets, self._audience_sql())

    @api.model
    def _fixed_fields(self):
        return super()._fixed_fields() | {"audience_ids"}

    def _missing(self):
        """The audience must be one that can be asked."""
        try:
            self._audience_sql()
        except UserError as error:
            return [*super()._missing(), str(error)]
        return super()._missing()

    # -- automatic answers ---------------------------------------------------------------------

    @api.onchange("auto_reply")
    def _onchange_auto_reply(self):
        if self.auto_reply:
            self.wait_days = 0
            self.response_group_id = False
            self.audience_ids = False

    @api.constrains(
        "auto_reply", "after_wave_id", "wait_days", "response_group_id", "audience_ids", "method"
    )
    def _check_auto_reply(self):
        for wave in self.filtered("auto_reply"):
            if not (wave.by_mail and wave.after_wave_id.by_mail):
                raise ValidationError(
                    self.env._("An automatic answer is a mail that comes after a mail.")
                )
            if wave.wait_days or wave.response_group_id or wave.audience_ids:
                raise ValidationError(
                    self.env._("An automatic answer goes to everybody who replies, at once.")
                )

    def _repliers_sql(self, targets):
        """Those of *targets* (SQL) who replied to the earlier mail."""
        return SQL(
            "SELECT c.id FROM (%s) c JOIN (%s) r ON r.target_id = c.id",
            targets,
            sql.repliers(self.after_wave_id),
        )

    def _may_grow(self, now):
        """People may reply until the campaign ends."""
        return self.auto_reply or super()._may_grow(now)

    def _is_marketing(self):
        """Somebody who wrote to us wants an answer."""
        return super()._is_marketing() and not self.auto_reply

    def _put_off(self, now):
        """No campaign stands before an answer."""
        return [] if self.auto_reply else super()._put_off(now)

    def _wake_answers(self):
        """Run the automatic answers to these waves in a moment."""
        domain = [("auto_reply", "=", True), ("state", "=", "running")]
        if self and self.search_count([*domain, ("after_wave_id", "in", self.ids)], limit=1):
            self._trigger()
